//! Live streams that are refused, silent, large or slow to be handled.

use std::time::{Duration, Instant};

use opencti_connector::client::BoxError;
use opencti_connector::runtime::{Event, RunErrorKind};
use platform::Script;
use serde_json::json;

use crate::stage::until;
use crate::stream::{OFTEN, Run, Seen, Stage, created, heartbeat};

const MIB: usize = 1024 * 1024;
const WATCHDOG: Duration = Duration::from_millis(400);

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_stopped_or_fails_is_waited_for() {
    for status in [410, 404, 500] {
        let stage = Stage::new();
        stage
            .platform
            .on_stream(move |request| match request.number {
                0 => Script::status(status),
                _ => Script::of(created("1-0", "tool--1")).silent(),
            });
        let seen = Seen::default();
        let run = Run::of(stage.registration().await.follow("live", seen.handler()));
        seen.wait_for(1).await;
        run.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_refused_ends_the_run() {
    let stage = Stage::new();
    stage.platform.on_stream(|_| Script::status(401));
    let seen = Seen::default();
    let run = Run::of(stage.registration().await.follow("live", seen.handler()));
    let error = run.end().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Authentication);
    let text = error.to_string();
    assert!(
        text.contains("\"live\"") && text.contains("TAXIIAPI"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_id_of_a_stream_ends_the_run_before_it_begins() {
    for id in ["", "https://opencti.example.org/stream/live", ".."] {
        let stage = Stage::sending("");
        let seen = Seen::default();
        let run = Run::of(stage.registration().await.follow(id, seen.handler()));
        let error = run.end().await.unwrap_err();
        assert_eq!(error.kind(), RunErrorKind::Options, "{id}: {error}");
        assert_eq!(stage.connections(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_connection_is_made_again() {
    let stage = Stage::new();
    stage.platform.on_stream(|request| match request.number {
        0 => Script::of(created("1-0", "tool--1")).silent(),
        _ => Script::of(created("2-0", "tool--2")).repeating(":\n", OFTEN),
    });
    let seen = Seen::default();
    let follow = stage.registration().await.follow("live", seen.handler());
    let run = Run::of(follow.watchdog(WATCHDOG));
    assert_eq!(seen.wait_for(2).await, ["1-0 tool--1", "2-0 tool--2"]);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_is_slow_or_blocks_does_not_lose_the_stream() {
    let stage = Stage::sending([created("1-0", "tool--1"), created("2-0", "tool--2")].concat());
    let seen = Seen::default();
    let note = seen.clone();
    let follow = stage
        .registration()
        .await
        .follow("live", move |event: Event| {
            let seen = note.clone();
            async move {
                match event.id() {
                    "1-0" => tokio::time::sleep(3 * WATCHDOG).await,
                    _ => std::thread::sleep(3 * WATCHDOG),
                }
                seen.note(&event);
                Ok::<_, BoxError>(())
            }
        });
    let run = Run::of(follow.watchdog(WATCHDOG));
    assert_eq!(seen.wait_for(2).await, ["1-0 tool--1", "2-0 tool--2"]);
    assert_eq!(stage.connections(), 1);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_buffer_is_no_silence() {
    let stage = Stage::new();
    let event = |n: usize| {
        let large = json!({"data": {"id": format!("tool--{n}"), "name": "x".repeat(MIB)}});
        platform::sse(&format!("{n}-0"), "create", &large)
    };
    // Made before, so that it is not the platform that is silent.
    let events = (0..40).map(event);
    let script = events.fold(Script::of(""), Script::then);
    let script = script.repeating(":\n", OFTEN);
    stage.platform.on_stream(move |_| script.clone());
    let seen = Seen::default();
    let note = seen.clone();
    let begun = Instant::now();
    let follow = stage
        .registration()
        .await
        .follow("live", move |event: Event| {
            let seen = note.clone();
            async move {
                if event.id() == "0-0" {
                    tokio::time::sleep(4 * WATCHDOG).await;
                }
                seen.note(&event);
                Ok::<_, BoxError>(())
            }
        });
    let run = Run::of(follow.watchdog(WATCHDOG));
    let seen = seen.wait_for(40).await;
    assert!(begun.elapsed() >= 4 * WATCHDOG);
    let expected: Vec<_> = (0..40).map(|n| format!("{n}-0 tool--{n}")).collect();
    assert_eq!(seen, expected);
    assert_eq!(stage.connections(), 1);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_50_mib_comes_whole() {
    let large = json!({"data": {"id": "tool--1", "name": "x".repeat(50 * MIB)}});
    let stage = Stage::sending(platform::sse("1-0", "create", &large));
    let (send, mut sizes) = tokio::sync::mpsc::unbounded_channel();
    let follow = stage
        .registration()
        .await
        .follow("live", move |event: Event| {
            let size = event.object().text("name").map(str::len);
            let _ = send.send(size);
            async { Ok::<_, BoxError>(()) }
        });
    let run = Run::of(follow);
    assert_eq!(sizes.recv().await.unwrap(), Some(50 * MIB));
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_too_large_or_no_json_is_passed_over() {
    let large = json!({"data": {"id": "tool--1", "name": "x".repeat(2000)}});
    let events = [
        platform::sse("1-0", "create", &large),
        "id: 2-0\nevent: create\ndata: {\"data\":\n\n".to_owned(),
        created("3-0", "tool--3"),
        heartbeat("4-0"),
    ];
    let stage = Stage::sending(events.concat());
    let seen = Seen::default();
    let follow = stage.registration().await.follow("live", seen.handler());
    let run = Run::of(follow.largest_event(1000));
    assert_eq!(seen.wait_for(1).await, ["3-0 tool--3"]);
    until("the position is told", || {
        stage.state()["start_from"] == "4-0"
    })
    .await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_goes_on_where_the_connection_was_lost() {
    let stage = Stage::new();
    stage.platform.on_stream(|request| match request.number {
        0 => Script::of([created("1-0", "tool--1"), created("2-0", "tool--2")].concat())
            .then("id: 3-0\nevent: create\ndata: {\"da")
            .cut(),
        _ => Script::of([created("2-0", "tool--2"), created("3-0", "tool--3")].concat()).silent(),
    });
    let seen = Seen::default();
    let run = Run::of(stage.registration().await.follow("live", seen.handler()));
    let all = seen.wait_for(3).await;
    assert_eq!(all, ["1-0 tool--1", "2-0 tool--2", "3-0 tool--3"]);
    assert_eq!(stage.platform.stream_requests()[1].last_event_id(), "1-0");
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_wants_no_wait_is_not_asked_without_end() {
    let stage = Stage::new();
    stage.platform.on_stream(|_| Script::of("retry: 0\n\n"));
    let seen = Seen::default();
    let begun = Instant::now();
    let run = Run::of(stage.registration().await.follow("live", seen.handler()));
    until("it has connected again", || stage.connections() >= 3).await;
    // A second, and then two.
    assert!(begun.elapsed() >= Duration::from_secs(3));
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_bring_nothing_new_are_made_less_and_less_often() {
    let stage = Stage::new();
    let last = [
        "event: connected\ndata: {}\n\n".to_owned(),
        created("1-0", "tool--1"),
        heartbeat("1-0"),
    ];
    let last = last.concat();
    stage.platform.on_stream(move |_| Script::of(last.clone()));
    let seen = Seen::default();
    let begun = Instant::now();
    let run = Run::of(stage.registration().await.follow("live", seen.handler()));
    until("it has connected again", || stage.connections() >= 7).await;
    // 10 milliseconds at first, which double.
    assert!(begun.elapsed() >= Duration::from_millis(10 + 20 + 40 + 80 + 160 + 320));
    run.stop().await.unwrap();
    assert_eq!(seen.all(), ["1-0 tool--1"]);
}
