//! What a stream connector logs. A binary of its own, as the subscriber is that of the process.

#[path = "../support/log.rs"]
mod log;

use log::Log;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use opencti_connector::client::{BoxError, Client};
use opencti_connector::config::Config;
use opencti_connector::runtime::{Events, Follow};
use opencti_connector::{Connector, ConnectorId};
use platform::{Options, Platform, Script, sse};
use serde_json::json;
use tokio::sync::oneshot;
use tracing_subscriber::util::SubscriberInitExt as _;

const SOON: Duration = Duration::from_mins(1);

async fn follow(platform: &Platform) -> Follow<Events> {
    let connector = Connector::stream().id(ConnectorId::random()).name("Sample");
    let client = Client::new(platform.url(), platform.token()).unwrap();
    let registration = client.register(&connector.build().unwrap()).await;
    let config = Config::sources().load().unwrap();
    let stream = config.run_settings().unwrap().live_stream;
    let calls = AtomicUsize::new(0);
    let handler = move |events: Events| {
        let result = match calls.fetch_add(1, Ordering::Relaxed) {
            0 => Err(events.failed_at(1, "no room")),
            _ => Ok::<_, BoxError>(()),
        };
        std::future::ready(result)
    };
    registration.unwrap().follow(stream, handler)
}

fn line<'l>(log: &'l str, text: &str) -> &'l str {
    let line = log.lines().find(|line| line.contains(text));
    line.unwrap_or_else(|| panic!("not logged: {text}\n{log}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_the_stream_the_raw_stream_and_failed_events_are_named_without_secrets() {
    let log = Log::default();
    log.subscriber().init();

    let platform = Arc::new(Platform::start(Options::default()));
    let error =
        json!({"message": format!("{} sees\nno index {}", platform.token(), "x".repeat(9000))});
    let event = |n: usize| {
        let id = format!("{n}-0");
        sse(
            &id,
            "create",
            &json!({"data": {"id": format!("tool--{n}"), "type": "tool"}}),
        )
    };
    let events = format!(
        "event: error\ndata: {error}\n\nevent: error\ndata: as plain text\n\n{}{}",
        event(1),
        event(2),
    );
    platform.on_stream(move |_| Script::of(events.clone()).silent());
    let (stop, stopped) = oneshot::channel();
    let run = follow(&platform).await.batches(2, SOON).run_until(async {
        let _ = stopped.await;
    });
    let run = tokio::spawn(run);
    let begun = Instant::now();
    while !log.text().contains("handling the event again") {
        assert!(begun.elapsed() < SOON, "{}", log.text());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.send(()).unwrap();
    run.await.unwrap().unwrap();

    let log = log.text();
    let raw = line(&log, "CONNECTOR_LIVE_STREAM_ID");
    assert!(raw.contains("ERROR") && raw.contains("raw stream"), "{raw}");
    let error = line(&log, "no index");
    assert!(
        error.contains("ERROR") && error.contains("the raw stream"),
        "{error}"
    );
    assert!(
        error.contains("*** sees\\nno index") && error.len() < 1000,
        "{error}"
    );
    line(&log, "as plain text");
    let failed = line(&log, "the handler failed");
    assert!(
        failed.contains("ERROR") && failed.contains("no room"),
        "{failed}"
    );
    assert!(
        failed.contains("2-0") && failed.contains("tool--2"),
        "{failed}"
    );
    assert!(!failed.contains("1-0"), "{failed}");
    let secret = log.lines().find(|line| line.contains(platform.token()));
    assert_eq!(secret, None);
}
