//! Live streams: what comes of them, and where they go on.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use opencti_connector::client::{Client, Registration};
use opencti_connector::config::Config;
use opencti_connector::kind::Stream;
use opencti_connector::runtime::{Brought, Event, Follow, RunError};
use opencti_connector::{Connector, ConnectorId};
use platform::{Options, Platform, Script, StreamRequest, sse};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::stage::{SOON, until};

/// Often enough for a watchdog of a test.
pub(crate) const OFTEN: Duration = Duration::from_millis(20);

/// A platform with a stream, and a connector for it.
pub(crate) struct Stage {
    pub(crate) platform: Platform,
    pub(crate) id: ConnectorId,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self {
            platform: Platform::start(Options::default()),
            id: ConnectorId::random(),
        }
    }

    /// A stage whose stream has these events, and stays open behind them.
    pub(crate) fn sending(events: impl Into<String>) -> Self {
        let stage = Self::new();
        let events = events.into();
        stage
            .platform
            .on_stream(move |request| Script::of(after(request, &events)).repeating(":\n", OFTEN));
        stage
    }

    pub(crate) async fn registration(&self) -> Registration<Stream> {
        let connector = Connector::stream().id(self.id).name("Sample").build();
        let client = Client::new(self.platform.url(), self.platform.token()).unwrap();
        client.register(&connector.unwrap()).await.unwrap()
    }

    /// The state that the platform keeps.
    pub(crate) fn state(&self) -> Value {
        let connectors = self.platform.connectors();
        let state = connectors[self.id.as_str()]["connector_state"].as_str();
        // A reset leaves it empty.
        let state = state.filter(|state| !state.is_empty());
        serde_json::from_str(state.unwrap_or("null")).unwrap()
    }

    pub(crate) fn connections(&self) -> usize {
        self.platform.stream_requests().len()
    }
}

/// A connector that follows in the background until it is stopped.
pub(crate) struct Run {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), RunError>>,
}

impl Run {
    pub(crate) fn of<M: Brought>(follow: Follow<M>) -> Self {
        let (stop, stopped) = oneshot::channel();
        // As soon as can be.
        let follow = follow.reconnect_after(Duration::ZERO);
        let run = follow.run_until(async {
            let _ = stopped.await;
        });
        let task = tokio::spawn(run);
        Self { stop, task }
    }

    pub(crate) async fn stop(self) -> Result<(), RunError> {
        let _ = self.stop.send(());
        tokio::time::timeout(SOON, self.task)
            .await
            .unwrap()
            .unwrap()
    }

    /// How it ends by itself.
    pub(crate) async fn end(self) -> Result<(), RunError> {
        tokio::time::timeout(SOON, self.task)
            .await
            .unwrap()
            .unwrap()
    }
}

/// The events that a handler was called with, as `id object`.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    pub(crate) fn note(&self, event: &Event) {
        let seen = format!("{} {}", event.id(), event.object().id());
        self.0.lock().unwrap().push(seen);
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) async fn wait_for(&self, count: usize) -> Vec<String> {
        until("all events have come", || self.all().len() >= count).await;
        self.all()
    }

    /// A handler that notes what comes.
    pub(crate) fn handler(
        &self,
    ) -> impl Fn(Event) -> std::future::Ready<Result<(), std::io::Error>> + Send + Sync + 'static
    {
        let seen = self.clone();
        move |event| {
            seen.note(&event);
            std::future::ready(Ok(()))
        }
    }
}

/// Those of the events that come after the position of a request, as the platform sends them.
pub(crate) fn after(request: &StreamRequest, events: &str) -> String {
    let position = |id: &str| -> (u64, u64) {
        let (time, number) = id.split_once('-').unwrap();
        (time.parse().unwrap(), number.parse().unwrap())
    };
    let is_after = |event: &&str| {
        let id = event.lines().find_map(|line| line.strip_prefix("id: "));
        id.is_none_or(|id| position(id) > position(request.last_event_id()))
    };
    events.split_inclusive("\n\n").filter(is_after).collect()
}

/// The creation of an object.
pub(crate) fn created(id: &str, object: &str) -> String {
    sse(
        id,
        "create",
        &json!({"data": {"id": object, "type": "tool"}}),
    )
}

pub(crate) fn heartbeat(id: &str) -> String {
    sse(id, "heartbeat", &json!("2026-11-24T00:00:00.000Z"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_asked_for_as_the_configuration_says() {
    let id = "1700000000000-1";
    let stage = Stage::sending(created(id, "tool--1"));
    let config = Config::sources()
        .variables([
            ("CONNECTOR_LIVE_STREAM_ID", "live 1"),
            ("CONNECTOR_LIVE_STREAM_LISTEN_DELETE", "false"),
            ("CONNECTOR_LIVE_STREAM_WITH_INFERENCES", "true"),
            ("CONNECTOR_LIVE_STREAM_START_TIMESTAMP", "1700000000000"),
            (
                "CONNECTOR_LIVE_STREAM_RECOVER_ISO_DATE",
                "2026-01-31T00:00:00Z",
            ),
        ])
        .load()
        .unwrap();
    let stream = config.run_settings().unwrap().live_stream;
    let seen = Seen::default();
    let follow = stage.registration().await.follow(stream, seen.handler());
    let run = Run::of(follow);
    assert_eq!(seen.wait_for(1).await, ["1700000000000-1 tool--1"]);

    let request = &stage.platform.stream_requests()[0];
    assert_eq!(request.path, "/stream/live%201");
    assert_eq!(request.query, "recover=2026-01-31T00%3A00%3A00Z");
    let headers = [
        ("last-event-id", "1700000000000-0"),
        ("listen-delete", "false"),
        ("no-dependencies", "true"),
        ("with-inferences", "true"),
        ("accept", "text/event-stream"),
        ("cache-control", "no-cache"),
    ];
    for (name, value) in headers {
        assert_eq!(request.header(name), value, "{name}");
    }
    run.stop().await.unwrap();
    let kept = stage.state();
    assert_eq!(kept["recover_until"], "2026-01-31T00:00:00Z");
    // More events with this id could come, and this one is not to be handled again.
    assert_eq!(kept["start_from"], "1700000000000-0");
    let handled = &kept["handled_events"];
    assert_eq!(handled["after"], "1700000000000-0");
    assert_eq!(handled["digests"][id].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_comes_once_and_in_order_wherever_a_connection_is_cut() {
    /// The events of a round: two that share an id, and a heartbeat between them.
    fn text(round: usize) -> Vec<(String, String)> {
        let id = |n: usize| format!("{}-{n}", round + 1);
        let event = |n, name: &str| (id(n), created(&id(n), &format!("é--{round}{name}")));
        vec![
            event(1, "a"),
            event(1, "b"),
            (id(1), heartbeat(&id(1))),
            event(1, "c"),
            event(2, "d"),
            (id(3), heartbeat(&id(3))),
        ]
    }
    /// How many connections to the quiet stream at the end are cut.
    const QUIET: usize = 4;

    let bytes = |round| -> usize { text(round).iter().map(|(_, text)| text.len()).sum() };
    let rounds = bytes(100);

    let stage = Stage::new();
    stage.platform.on_stream(move |request| {
        let round = request.number / 2;
        if round >= rounds {
            // A quiet stream, whose last event comes again.
            let (_, last) = text(rounds).swap_remove(0);
            let quiet = Script::of(last);
            return match request.number - 2 * rounds {
                0..QUIET => quiet.cut(),
                _ => quiet.silent(),
            };
        }
        let after: Vec<usize> = request
            .last_event_id()
            .split('-')
            .map(|part| part.parse().unwrap())
            .collect();
        let sent: String = (0..=round)
            .flat_map(text)
            .filter(|(id, _)| {
                let id: Vec<usize> = id.split('-').map(|part| part.parse().unwrap()).collect();
                id > after
            })
            .map(|(_, text)| text)
            .collect();
        if request.number % 2 == 0 {
            let cut = round.min(sent.len());
            Script::of(sent.as_bytes()[..cut].to_vec())
        } else {
            Script::of(sent)
        }
    });
    let seen = Seen::default();
    let follow = stage.registration().await.follow("live", seen.handler());
    let run = Run::of(follow);
    let begun = std::time::Instant::now();
    while stage.connections() <= 2 * rounds + QUIET {
        assert!(
            begun.elapsed() < 6 * SOON,
            "{} of {rounds}",
            stage.connections() / 2
        );
        tokio::time::sleep(OFTEN).await;
    }
    run.stop().await.unwrap();

    let names = |round: usize| ["a", "b", "c", "d"].map(|name| format!("é--{round}{name}"));
    let mut expected: Vec<_> = (0..rounds).flat_map(names).collect();
    expected.push(format!("é--{rounds}a"));
    let seen = seen.all();
    let objects: Vec<_> = seen
        .iter()
        .map(|seen| seen.split_once(' ').unwrap().1)
        .collect();
    assert_eq!(objects, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_run_goes_on_behind_what_no_more_can_come_of() {
    let events = [
        created("1-0", "tool--1"),
        created("2-0", "tool--2"),
        created("2-0", "tool--3"),
    ];
    let stage = Stage::sending(events.concat());
    for (run, after) in ["0-0", "1-0"].into_iter().enumerate() {
        let seen = Seen::default();
        let follow = stage.registration().await.follow("live", seen.handler());
        let following = Run::of(follow);
        if run == 0 {
            seen.wait_for(3).await;
        }
        until("it is connected", || stage.connections() > run).await;
        following.stop().await.unwrap();
        assert_eq!(stage.platform.stream_requests()[run].last_event_id(), after);
        assert_eq!(stage.state()["start_from"], "1-0");
        assert_eq!(seen.all().len(), if run == 0 { 3 } else { 0 });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_of_another_id_says_that_all_has_come() {
    let events = [
        sse("", "connected", &json!({"connectionId": "c"})).replace("id: \n", ""),
        created("1-0", "tool--1"),
        heartbeat("1-0"),
        created("1-0", "tool--2"),
        heartbeat("7-0"),
        sse("8-0", "consumer_metrics", &json!({})),
    ];
    let stage = Stage::sending(events.concat());
    let seen = Seen::default();
    let run = Run::of(stage.registration().await.follow("live", seen.handler()));
    seen.wait_for(2).await;
    until("the position is told", || {
        stage.state()["start_from"] == "8-0"
    })
    .await;
    run.stop().await.unwrap();
    assert_eq!(stage.state()["start_from"], "8-0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_has_the_stream_begin_again() {
    let events = [created("1-0", "tool--1"), created("2-0", "tool--2")];
    let stage = Stage::sending(events.concat());
    let seen = Seen::default();
    let run = Run::of(stage.registration().await.follow("live", seen.handler()));
    seen.wait_for(2).await;
    stage.platform.reset_state(stage.id.as_str());
    assert_eq!(seen.wait_for(4).await[2..], ["1-0 tool--1", "2-0 tool--2"]);
    let requests = stage.platform.stream_requests();
    let starts: Vec<_> = requests.iter().map(StreamRequest::last_event_id).collect();
    assert_eq!(starts, ["0-0", "0-0"]);
    run.stop().await.unwrap();
    assert_eq!(stage.state()["start_from"], "1-0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_of_another_connector_ends_the_run() {
    let stage = Stage::sending("");
    stage.registration().await;
    let other = r#"{"start_from": {"a": 1}}"#;
    stage.platform.set_state(stage.id.as_str(), Some(other));
    let seen = Seen::default();
    let run = Run::of(stage.registration().await.follow("live", seen.handler()));
    let error = run.end().await.unwrap_err();
    assert_eq!(
        error.kind(),
        opencti_connector::runtime::RunErrorKind::State
    );
    assert!(error.to_string().contains("start_from"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_recovered_after_the_platform_has_said_so() {
    let stage = Stage::new();
    stage.platform.on_stream(|request| {
        let no_recover = sse("1-0", "no-recover", &json!({}));
        let script = Script::of(no_recover + &created("1-0", "tool--1"));
        match request.number {
            0 => script.cut(),
            _ => script.silent(),
        }
    });
    let seen = Seen::default();
    let run = Run::of(stage.registration().await.follow("live", seen.handler()));
    seen.wait_for(1).await;
    until("it is connected again", || stage.connections() == 2).await;
    run.stop().await.unwrap();
    let requests = stage.platform.stream_requests();
    assert!(requests[0].query.starts_with("recover="));
    assert_eq!(requests[1].query, "");
    assert_eq!(stage.state()["recover_until"], false);
}
