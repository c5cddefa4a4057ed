//! Batches and rates of a live stream, and handlers that fail.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use opencti_connector::client::BoxError;
use opencti_connector::runtime::{
    AfterRetries, Event, Events, FailedEvent, Fatal, Follow, RetryLater, RunErrorKind,
};
use tokio::sync::Notify;

use crate::monitor::Watch;
use crate::stage::until;
use crate::stream::{Run, Seen, Stage, created};

const LONG: Duration = Duration::from_hours(1);
const SHORT: Duration = Duration::from_millis(100);

fn numbered(count: usize) -> String {
    let event = |n| created(&format!("{n}-0"), &format!("tool--{n}"));
    (1..=count).map(event).collect()
}

/// Follows with a handler that fails for the second event, as often as the closure says.
async fn failing(
    stage: &Stage,
    seen: &Seen,
    fail: impl Fn(usize) -> Option<BoxError> + Send + Sync + 'static,
) -> Follow<Event> {
    let calls = AtomicUsize::new(0);
    let seen = seen.clone();
    stage
        .registration()
        .await
        .follow("live", move |event: Event| {
            seen.note(&event);
            let error = (event.id() == "2-0")
                .then(|| fail(calls.fetch_add(1, Ordering::Relaxed)))
                .flatten();
            async move { error.map_or(Ok(()), Err) }
        })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_handled_when_it_is_full_or_due() {
    for (at_most, within, expected) in [(5, LONG, vec![5, 5]), (100, SHORT, vec![10])] {
        let stage = Stage::sending(numbered(10));
        let sizes = Arc::new(Mutex::new(Vec::new()));
        let note = Arc::clone(&sizes);
        let follow = stage
            .registration()
            .await
            .follow("live", move |events: Events| {
                note.lock().unwrap().push(events.len());
                async { Ok::<_, BoxError>(()) }
            });
        let run = Run::of(follow.batches(at_most, within));
        until("all have come", || {
            sizes.lock().unwrap().iter().sum::<usize>() == 10
        })
        .await;
        run.stop().await.unwrap();
        assert_eq!(*sizes.lock().unwrap(), expected);
        assert_eq!(stage.state()["start_from"], "9-0");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_holds_calls_back() {
    let stage = Stage::sending(numbered(5));
    let seen = Seen::default();
    let follow = stage.registration().await.follow("live", seen.handler());
    let begun = Instant::now();
    let run = Run::of(follow.rate(2, 2 * SHORT));
    seen.wait_for(5).await;
    assert!(begun.elapsed() >= 4 * SHORT);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_fails_ends_the_run_and_comes_again_where_that_is_wanted() {
    let stage = Stage::sending(numbered(3));
    let seen = Seen::default();
    let follow = failing(&stage, &seen, |_| Some("no room".into())).await;
    let run = Run::of(follow.on_failed_event(FailedEvent::Stop));
    let error = run.end().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Handler);
    let text = error.to_string();
    assert!(text.contains("2-0") && text.contains("tool--2") && text.ends_with("no room"));
    assert_eq!(seen.all(), ["1-0 tool--1", "2-0 tool--2"]);
    assert_eq!(stage.state()["start_from"], "1-0");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_fails_is_skipped_where_that_is_wanted() {
    let stage = Stage::sending(numbered(3));
    let seen = Seen::default();
    let follow = failing(&stage, &seen, |_| Some("no room".into())).await;
    let run = Run::of(follow.on_failed_event(FailedEvent::Skip));
    let expected = ["1-0 tool--1", "2-0 tool--2", "3-0 tool--3"];
    assert_eq!(seen.wait_for(3).await, expected);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_fails_is_handled_again_so_often() {
    let retry = |then| FailedEvent::Retry {
        times: 2,
        wait: Duration::from_millis(1),
        then,
    };
    let stage = Stage::sending(numbered(3));
    let seen = Seen::default();
    let follow = failing(&stage, &seen, |_| Some("no room".into())).await;
    let run = Run::of(follow.on_failed_event(retry(AfterRetries::Skip)));
    let again = ["2-0 tool--2"; 3];
    let all = seen.wait_for(5).await;
    assert_eq!(all[1..4], again);
    assert_eq!(all[4], "3-0 tool--3");
    run.stop().await.unwrap();

    let stage = Stage::sending(numbered(3));
    let seen = Seen::default();
    let follow = failing(&stage, &seen, |_| Some("no room".into())).await;
    let run = Run::of(follow.on_failed_event(retry(AfterRetries::Stop)));
    run.end().await.unwrap_err();
    assert_eq!(seen.all().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_recovers_goes_on_by_default() {
    let stage = Stage::sending(numbered(3));
    let seen = Seen::default();
    let follow = failing(&stage, &seen, |call| (call == 0).then(|| "busy".into())).await;
    let run = Run::of(follow);
    assert_eq!(seen.wait_for(4).await[3], "3-0 tool--3");
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wanted_later_comes_as_often_as_it_takes() {
    let stage = Stage::sending(numbered(3));
    let seen = Seen::default();
    let later = |call| (call < 20).then(|| RetryLater::after(Duration::from_millis(1)).into());
    let follow = failing(&stage, &seen, later).await;
    let run = Run::of(follow.on_failed_event(FailedEvent::Stop));
    assert_eq!(seen.wait_for(23).await[22], "3-0 tool--3");
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fatal_error_ends_the_run_whatever_the_policy() {
    let stage = Stage::sending(numbered(3));
    let seen = Seen::default();
    let follow = failing(&stage, &seen, |_| Some(Fatal("the key is revoked").into())).await;
    let run = Run::of(follow.on_failed_event(FailedEvent::Skip));
    let error = run.end().await.unwrap_err();
    assert_eq!(error.to_string(), "the key is revoked");
    assert_eq!(error.kind(), RunErrorKind::Handler);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_a_failure_whose_text_stays_in_the_log() {
    let stage = Stage::sending(numbered(1));
    let follow = stage
        .registration()
        .await
        .follow("live", async |event: Event| {
            assert!(event.id().is_empty(), "the secret of the day");
            Ok::<_, BoxError>(())
        });
    let run = Run::of(follow.on_failed_event(FailedEvent::Stop));
    let error = run.end().await.unwrap_err().to_string();
    assert!(error.ends_with("the connector panicked"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_stopped_does_not_wait_for_retries() {
    let stage = Stage::sending(numbered(3));
    let seen = Seen::default();
    let follow = failing(&stage, &seen, |_| Some(RetryLater::after(LONG).into())).await;
    let run = Run::of(follow);
    seen.wait_for(2).await;
    run.stop().await.unwrap();
    assert_eq!(stage.state()["start_from"], "1-0");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_hand_comes_to_its_end_when_the_run_is_stopped() {
    let stage = Stage::sending(numbered(3));
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let gates = (Arc::clone(&begun), Arc::clone(&go_on));
    let follow = stage
        .registration()
        .await
        .follow("live", move |event: Event| {
            let (begun, go_on) = gates.clone();
            async move {
                if event.id() == "2-0" {
                    begun.notify_one();
                    go_on.notified().await;
                }
                Ok::<_, BoxError>(())
            }
        });
    let run = Run::of(follow);
    begun.notified().await;
    let stopped = tokio::spawn(run.stop());
    tokio::task::yield_now().await;
    go_on.notify_one();
    stopped.await.unwrap().unwrap();
    let kept = stage.state();
    let position = &kept["start_from"];
    assert!(position == "1-0" || position == "2-0", "{position}");
    let is_handled = kept["handled_events"]["digests"]["2-0"].is_array();
    assert!(is_handled || position == "2-0", "{kept}");

    let follow = stage.registration().await.follow("live", async |_: Event| {
        std::future::pending::<()>().await;
        Ok::<_, BoxError>(())
    });
    let begun = Instant::now();
    Run::of(follow.grace(SHORT)).stop().await.unwrap();
    assert!(begun.elapsed() < LONG);
}

/// Follows in batches of five with a handler that fails at the third event, as often as said.
async fn failing_in_part(
    stage: &Stage,
    calls: &Arc<Mutex<Vec<Vec<String>>>>,
    error: fn() -> BoxError,
    times: usize,
) -> Follow<Events> {
    let calls = Arc::clone(calls);
    let handler = move |events: Events| {
        let ids = events.iter().map(|event| event.id().to_owned()).collect();
        let mut calls = calls.lock().unwrap();
        calls.push(ids);
        let bad = events.iter().position(|event| event.id() == "3-0");
        let bad = bad.filter(|_| calls.len() <= times);
        let result = bad.map_or(Ok(()), |bad| Err(events.failed_at(bad, error())));
        std::future::ready(result)
    };
    let follow = stage.registration().await.follow("live", handler);
    follow.batches(5, LONG)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_fails_at_an_event_goes_on_from_there() {
    let retry = |then| FailedEvent::Retry {
        times: 1,
        wait: Duration::from_millis(1),
        then,
    };
    let all = ["1-0", "2-0", "3-0", "4-0", "5-0"];
    let no_room: fn() -> BoxError = || "no room".into();
    let later: fn() -> BoxError = || RetryLater::after(Duration::from_millis(1)).into();
    let again = vec![&all[..], &all[2..]];
    let skipped = vec![&all[..], &all[3..]];
    let skipped_after = vec![&all[..], &all[2..], &all[3..]];
    for (policy, error, times, expected, done, skips, errors) in [
        (FailedEvent::default(), no_room, 1, &again, 5, 0, 1),
        (FailedEvent::Stop, later, 1, &again, 5, 0, 0),
        (FailedEvent::Skip, no_room, 9, &skipped, 4, 1, 1),
        (
            retry(AfterRetries::Skip),
            no_room,
            9,
            &skipped_after,
            4,
            1,
            2,
        ),
    ] {
        let stage = Stage::sending(numbered(5) + &crate::stream::heartbeat("6-0"));
        let calls = Arc::default();
        let (watch, listener) = Watch::new();
        let follow = failing_in_part(&stage, &calls, error, times).await;
        let run = Run::of(follow.on_failed_event(policy).monitor_on(listener));
        until("the position is told", || {
            stage.state()["start_from"] == "6-0"
        })
        .await;
        watch
            .counts(&[
                ("stream_events_total done", done),
                ("stream_events_total skipped", skips),
                ("errors_total", errors),
            ])
            .await;
        run.stop().await.unwrap();
        assert_eq!(*calls.lock().unwrap(), *expected, "{policy:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_ends_the_run_keeps_what_came_before_the_event() {
    for error in [(|| "no room".into()) as fn() -> BoxError, || {
        Fatal("no room").into()
    }] {
        let stage = Stage::sending(numbered(5));
        let calls = Arc::default();
        let follow = failing_in_part(&stage, &calls, error, 9).await;
        let run = Run::of(follow.on_failed_event(FailedEvent::Stop));
        let text = run.end().await.unwrap_err().to_string();
        assert!(text.ends_with("no room"), "{text}");
        if text != "no room" {
            assert!(text.contains("3-0") && text.contains("tool--3"), "{text}");
            assert!(!text.contains("more"), "{text}");
        }
        assert_eq!(stage.state()["start_from"], "2-0");
        let seen = Seen::default();
        let run = Run::of(stage.registration().await.follow("live", seen.handler()));
        let expected = ["3-0 tool--3", "4-0 tool--4", "5-0 tool--5"];
        assert_eq!(seen.wait_for(3).await, expected);
        run.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_past_the_end_is_the_last_event_and_loses_nothing() {
    let stage = Stage::sending(numbered(2));
    let calls = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&calls);
    let handler = move |events: Events| {
        let mut calls = note.lock().unwrap();
        calls.push(events.len());
        let result = match calls.len() {
            1 => Err(events.failed_at(usize::MAX, RetryLater::after(Duration::ZERO))),
            _ => Ok(()),
        };
        std::future::ready(result)
    };
    let follow = stage.registration().await.follow("live", handler);
    let run = Run::of(follow.batches(2, LONG));
    until("all have come", || calls.lock().unwrap().len() == 2).await;
    run.stop().await.unwrap();
    assert_eq!(*calls.lock().unwrap(), [2, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_that_panics_is_a_failure() {
    #[derive(Debug)]
    struct Bad;
    impl std::fmt::Display for Bad {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("it cannot be shown")
        }
    }
    impl std::error::Error for Bad {}

    let stage = Stage::sending(numbered(2));
    let seen = Seen::default();
    let follow = failing(&stage, &seen, |_| Some(Bad.into())).await;
    let run = Run::of(follow.on_failed_event(FailedEvent::Stop));
    let error = run.end().await.unwrap_err().to_string();
    assert!(
        error.contains("2-0") && error.ends_with("the connector panicked"),
        "{error}"
    );
}
