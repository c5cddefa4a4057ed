//! What is answered to those who watch a run.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use opencti_connector::Connector;
use opencti_connector::client::Client;
use opencti_connector::config::Config;
use opencti_connector::kind::ExternalImport;
use opencti_connector::runtime::{BoxError, Enrichment, Reply, Run as Turn, RunErrorKind};
use platform::{Proxy, QueueType, Script, or_skip};
use prometheus_parse::{Scrape, Value as Measured};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::disturbed::Held;
use crate::network::behind_proxy;
use crate::stage::{Run, SOON, Stage, until};
use crate::stream;

pub(crate) const MOMENT: Duration = Duration::from_millis(20);

/// Watches a run from outside.
#[derive(Clone)]
pub(crate) struct Watch {
    http: reqwest::Client,
    address: SocketAddr,
}

impl Watch {
    /// With the listener for the run.
    pub(crate) fn new() -> (Self, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        (Self::at(address), listener)
    }

    fn at(address: SocketAddr) -> Self {
        let http = reqwest::Client::new();
        Self { http, address }
    }

    async fn ask(&self, method: Method, path: &str) -> reqwest::Response {
        let url = format!("http://{}{path}", self.address);
        let asked = self.http.request(method, url).timeout(SOON).send();
        asked.await.unwrap()
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        let answer = self.ask(Method::GET, path).await;
        assert_eq!(answer.headers()["content-type"], "application/json");
        (answer.status(), answer.json().await.unwrap())
    }

    async fn is_healthy(&self) -> bool {
        let (status, body) = self.get("/health").await;
        assert_eq!(status == 200, body == json!({"status": "ok"}), "{body}");
        status == 200
    }

    pub(crate) async fn page(&self) -> String {
        let answer = self.ask(Method::GET, "/metrics").await;
        assert_eq!(
            answer.headers()["content-type"],
            "text/plain; version=0.0.4; charset=utf-8"
        );
        answer.text().await.unwrap()
    }

    /// The metrics, each with the value of its label behind it if it has one.
    pub(crate) async fn metrics(&self) -> BTreeMap<String, f64> {
        let page = self.page().await;
        let lines = page.lines().map(|line| Ok(line.to_owned()));
        let scrape = Scrape::parse(lines).unwrap();
        let mut metrics = BTreeMap::new();
        for sample in scrape.samples {
            let value = match sample.value {
                Measured::Counter(value) | Measured::Gauge(value) | Measured::Untyped(value) => {
                    value
                }
                // The buckets are looked at as they are written.
                Measured::Histogram(_) | Measured::Summary(_) => continue,
            };
            let label = sample.labels.values().next();
            let name = label.map_or(sample.metric.clone(), |label| {
                format!("{} {label}", sample.metric)
            });
            assert_eq!(metrics.insert(name, value), None, "{}", sample.metric);
        }
        metrics
    }

    /// Waits until all these metrics have these values.
    pub(crate) async fn counts(&self, counts: &[(&str, usize)]) {
        let mut last = BTreeMap::new();
        let counted = async {
            loop {
                last = self.metrics().await;
                let is_so =
                    |(name, count): &(&str, usize)| last[*name].to_string() == count.to_string();
                if counts.iter().all(is_so) {
                    return;
                }
                tokio::time::sleep(MOMENT).await;
            }
        };
        let counted = tokio::time::timeout(SOON, counted).await;
        assert!(counted.is_ok(), "not {counts:?}: {last:#?}");
    }

    /// Waits until it is ready, or is not for exactly these reasons; it is healthy all the time.
    pub(crate) async fn is_ready_but_for(&self, reasons: &[&str]) {
        let mut last = Value::Null;
        let answered = async {
            loop {
                assert!(self.is_healthy().await);
                let (status, body) = self.get("/ready").await;
                let wanted = if reasons.is_empty() {
                    json!({"status": "ready"})
                } else {
                    json!({"status": "not ready", "reasons": reasons})
                };
                assert_eq!(status == 200, body["status"] == "ready", "{body}");
                if body == wanted {
                    return;
                }
                last = body;
                tokio::time::sleep(MOMENT).await;
            }
        };
        let answered = tokio::time::timeout(SOON, answered).await;
        assert!(answered.is_ok(), "not {reasons:?}: {last}");
    }
}

const UNHEARD: &str = "the platform has not answered the last ping";
const NO_QUEUE: &str = "the connector does not listen to its queue";
const NO_BROKER: &str = "the broker cannot be reached";
const NO_STREAM: &str = "the stream is not connected";
const STOPS: &str = "the connector stops";

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_at_work_while_something_is_in_hand_and_stops_in_the_end() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (watch, listener) = Watch::new();
    let held = Held::new(0);
    let _worker = stage.worker();
    let listen = stage.enrichment().await.listen(held.handler(1));
    let run = Run::of(listen.concurrency(2).monitor_on(listener));
    watch.is_ready_but_for(&[]).await;
    let work = stage.ask(0);
    watch
        .counts(&[("in_flight", 1), ("state running", 1), ("state idle", 0)])
        .await;

    let stopping = tokio::spawn(run.stop());
    watch.is_ready_but_for(&[STOPS]).await;
    watch
        .counts(&[("state stopped", 1), ("state running", 0)])
        .await;
    held.release(1);
    stopping.await.unwrap().unwrap();
    stage.completed(&work).await;
    assert!(
        std::net::TcpStream::connect(watch.address).is_err(),
        "it is still served"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_without_its_broker_is_healthy_and_not_ready() {
    let (stage, proxy) = behind_proxy(or_skip!(), QueueType::Classic);
    let (watch, listener) = Watch::new();
    let listen = stage.enrichment().await.listen(Held::new(9).handler(1));
    let run = Run::of(listen.monitor_on(listener));
    watch.is_ready_but_for(&[]).await;
    watch.counts(&[("reconnects_total broker", 0)]).await;
    proxy.refuse(true);
    proxy.cut();
    watch.is_ready_but_for(&[NO_BROKER, NO_QUEUE]).await;
    proxy.refuse(false);
    watch.is_ready_but_for(&[]).await;
    watch.counts(&[("reconnects_total broker", 1)]).await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_without_its_platform_is_healthy_and_not_ready() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let proxy = Proxy::before(stage.platform.address());
    let url = stage.platform.url_at(proxy.addr());
    let connector = Connector::external_import().id(stage.id).name("Sample");
    let client = Client::builder(&url, stage.platform.token()).retries(0);
    let client = client.build().unwrap();
    let registration = client.register(&connector.build().unwrap()).await.unwrap();
    let (watch, listener) = Watch::new();
    // Each run pings.
    let import = async |_: Turn| Ok::<_, BoxError>(());
    let scheduler = registration.schedule(MOMENT, import);
    let run = Run::scheduled(scheduler.monitor_on(listener));
    watch.is_ready_but_for(&[]).await;
    let answered = watch.metrics().await["last_ping_timestamp_seconds"];
    proxy.refuse(true);
    proxy.cut();
    watch.is_ready_but_for(&[UNHEARD]).await;
    assert!(watch.metrics().await["ping_api_errors_total"] >= 1.0);
    proxy.refuse(false);
    watch.is_ready_but_for(&[]).await;
    assert!(watch.metrics().await["last_ping_timestamp_seconds"] > answered);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_cannot_be_followed_is_not_ready() {
    let stage = stream::Stage::new();
    stage.platform.on_stream(|_| Script::status(410));
    let (watch, listener) = Watch::new();
    let follow = stage
        .registration()
        .await
        .follow("live", stream::Seen::default().handler());
    let run = stream::Run::of(follow.monitor_on(listener));
    watch.is_ready_but_for(&[NO_STREAM]).await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_blocks_does_not_keep_the_answers_back() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = stage.enrichment().await;
    let (watch, listener) = Watch::new();
    let (free, blocked) = std::sync::mpsc::channel::<()>();
    // On a runtime whose one thread is the handler's.
    let blocking = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let blocked = Arc::new(std::sync::Mutex::new(blocked));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let stop = std::sync::Mutex::new(Some(stop));
        let handler = move |enrichment: Enrichment| {
            let _ = blocked.lock().unwrap().recv();
            drop(stop.lock().unwrap().take());
            async move { Ok::<Reply, BoxError>(enrichment.unchanged("it was blocked")) }
        };
        let listen = registration.listen(handler).monitor_on(listener);
        runtime.unwrap().block_on(listen.run_until(async {
            let _ = stopped.await;
        }))
    });
    stage.ask(0);
    watch
        .counts(&[("in_flight", 1), ("state running", 1)])
        .await;
    assert!(watch.is_healthy().await);
    free.send(()).unwrap();
    tokio::task::spawn_blocking(|| blocking.join())
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}

/// A connector that runs, and needs no broker for it.
pub(crate) async fn following() -> (stream::Stage, Watch, stream::Run) {
    let stage = stream::Stage::sending("");
    let (watch, listener) = Watch::new();
    let seen = stream::Seen::default();
    let follow = stage.registration().await.follow("live", seen.handler());
    let run = stream::Run::of(follow.monitor_on(listener));
    (stage, watch, run)
}

#[tokio::test(flavor = "multi_thread")]
async fn many_ask_at_once() {
    let (_stage, watch, run) = following().await;
    // As many as have a place: of more, those that are slow to ask are evicted.
    let asking = (0..200).map(|_| {
        let watch = watch.clone();
        tokio::spawn(async move { watch.ask(Method::GET, "/metrics").await.status() })
    });
    for asked in asking.collect::<Vec<_>>() {
        assert_eq!(asked.await.unwrap(), 200);
    }
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn other_paths_and_methods_are_refused() {
    let (_stage, watch, run) = following().await;
    for (method, path, status) in [
        (Method::GET, "/", 404),
        (Method::GET, "/metrics/", 404),
        (Method::POST, "/metrics", 405),
        (Method::DELETE, "/health", 405),
        (Method::HEAD, "/health", 200),
        (Method::GET, "/health?verbose", 200),
    ] {
        let answer = watch.ask(method.clone(), path).await;
        assert_eq!(answer.status(), status, "{method} {path}");
    }
    run.stop().await.unwrap();
}

/// A configuration of an external import that runs once, with these variables beside.
pub(crate) fn configured(stage: &Stage, variables: &[(&str, String)]) -> Config {
    let own = [
        ("OPENCTI_URL", stage.platform.url().to_owned()),
        ("OPENCTI_TOKEN", stage.platform.token().to_owned()),
        ("CONNECTOR_ID", stage.id.to_string()),
        ("CONNECTOR_NAME", "Sample".to_owned()),
        ("CONNECTOR_EXPOSE_METRICS", "true".to_owned()),
    ];
    Config::sources()
        .variables(own.iter().chain(variables).cloned())
        .load()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_in_use_ends_the_run_and_is_served_when_it_is_free() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let taken = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let config = configured(&stage, &[("CONNECTOR_METRICS_PORT", port.to_string())]);
    let import = async |_: Turn| std::future::pending::<Result<(), BoxError>>().await;
    let start = async || {
        let registration = config.start::<ExternalImport>().await.unwrap();
        registration.schedule(SOON, import).grace(Duration::ZERO)
    };
    let error = Run::scheduled(start().await).end().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Options);
    let text = error.to_string();
    let is_named = text.contains(&port.to_string()) && text.contains("CONNECTOR_METRICS_PORT");
    assert!(is_named, "{text}");
    assert!(stage.platform.pings().is_empty());

    drop(taken);
    let run = Run::scheduled(start().await);
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    until("it is served", || {
        std::net::TcpStream::connect(address).is_ok()
    })
    .await;
    assert!(Watch::at(address).is_healthy().await);
    run.stop().await.unwrap();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_complete_example_is_checked_by_what_its_image_has() {
    let compose = include_str!("../../examples/shodan-internetdb/docker-compose.yml");
    let mut lines = compose.lines().map(str::trim);
    let command = lines.find_map(|line| line.strip_prefix("test: ")).unwrap();
    let (_stage, watch, run) = following().await;
    let command = command.replace("9095", &watch.address.port().to_string());
    let command: Vec<String> = serde_json::from_str(&command).unwrap();
    let check = async || {
        let mut bash = tokio::process::Command::new(&command[1]);
        bash.args(&command[2..]).status().await.unwrap()
    };
    assert!(check().await.success());
    run.stop().await.unwrap();
    assert!(!check().await.success());
}
