//! Events of different objects that are handled side by side.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use opencti_connector::client::BoxError;
use opencti_connector::runtime::{AfterRetries, Event, FailedEvent, Follow};
use platform::{Script, sse};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::stage::until;
use crate::stream::{OFTEN, Run, Seen, Stage, created, heartbeat};

/// A handler whose calls for some objects wait to be let through.
#[derive(Clone, Default)]
struct Gates {
    begun: Seen,
    done: Seen,
    closed: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
}

impl Gates {
    fn closed_for(objects: &[&str]) -> Self {
        let gates = Self::default();
        for object in objects {
            let gate = Arc::new(Semaphore::new(0));
            gates.closed.lock().unwrap().insert((*object).into(), gate);
        }
        gates
    }

    /// Lets the next call for the object through.
    fn open(&self, object: &str) {
        self.closed.lock().unwrap()[object].add_permits(1);
    }

    async fn follow(&self, stage: &Stage) -> Follow<Event> {
        let gates = self.clone();
        let handler = move |event: Event| {
            let gates = gates.clone();
            async move {
                gates.begun.note(&event);
                let gate = gates
                    .closed
                    .lock()
                    .unwrap()
                    .get(event.object().id())
                    .cloned();
                if let Some(gate) = gate {
                    gate.acquire().await?.forget();
                }
                gates.done.note(&event);
                Ok::<_, BoxError>(())
            }
        };
        stage.registration().await.follow("live", handler)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_one_object_stay_in_order_and_the_position_waits_for_all() {
    let merge = json!({
        "data": {"id": "c", "type": "tool"}, "context": {"sources": [{"id": "a", "type": "tool"}]},
    });
    let events = [
        created("1-0", "a"),
        created("2-0", "a"),
        created("3-0", "b"),
        sse("4-0", "merge", &merge),
        created("5-0", "d"),
        heartbeat("6-0"),
    ];
    let stage = Stage::sending(events.concat());
    let gates = Gates::closed_for(&["a"]);
    let run = Run::of(gates.follow(&stage).await.concurrency(3));
    let mut done = gates.done.wait_for(2).await;
    done.sort();
    assert_eq!(done, ["3-0 b", "5-0 d"]);
    let mut begun = gates.begun.all();
    begun.sort();
    assert_eq!(begun, ["1-0 a", "3-0 b", "5-0 d"]);
    until("the platform knows", || {
        stage.state()["handled_events"]["digests"]["5-0"].is_array()
    })
    .await;
    assert_eq!(stage.state()["start_from"], "0-0");

    gates.open("a");
    gates.open("a");
    let done = gates.done.wait_for(5).await;
    assert_eq!(done[2..], ["1-0 a", "2-0 a", "4-0 c"]);
    until("the position is told", || {
        stage.state()["start_from"] == "6-0"
    })
    .await;
    run.stop().await.unwrap();
    assert_eq!(stage.state().get("handled_events"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_are_handled_at_a_time_than_said() {
    let events: String = (1..=20)
        .map(|n| created(&format!("{n}-0"), &format!("tool--{n}")))
        .collect();
    let stage = Stage::sending(events);
    let objects: Vec<_> = (1..=20).map(|n| format!("tool--{n}")).collect();
    let names: Vec<_> = objects.iter().map(String::as_str).collect();
    let gates = Gates::closed_for(&names);
    let run = Run::of(gates.follow(&stage).await.concurrency(4));
    for name in names {
        let done = gates.done.all().len();
        gates.begun.wait_for((done + 4).min(20)).await;
        assert_eq!(gates.begun.all().len(), (done + 4).min(20));
        gates.open(name);
        gates.done.wait_for(done + 1).await;
    }
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_handled_before_a_stop_is_not_handled_by_the_next_run() {
    let events = [
        created("1-0", "a"),
        created("2-0", "a"),
        created("3-0", "b"),
        created("4-0", "c"),
    ];
    let stage = Stage::sending(events.concat());
    let gates = Gates::closed_for(&["a"]);
    let follow = gates.follow(&stage).await.concurrency(2);
    let run = Run::of(follow.grace(Duration::ZERO));
    gates.done.wait_for(2).await;
    run.stop().await.unwrap();
    assert_eq!(gates.begun.all().len(), 3);

    let seen = Seen::default();
    let run = Run::of(stage.registration().await.follow("live", seen.handler()));
    assert_eq!(seen.wait_for(2).await, ["1-0 a", "2-0 a"]);
    run.stop().await.unwrap();
    let kept = stage.state();
    assert_eq!(kept["start_from"], "3-0");
    assert!(kept["handled_events"]["digests"]["4-0"].is_array());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_waits_for_all_that_is_in_progress() {
    let stage = Stage::sending(created("1-0", "a") + &created("2-0", "b"));
    let gates = Gates::closed_for(&["a", "b"]);
    let run = Run::of(gates.follow(&stage).await.concurrency(2));
    gates.begun.wait_for(2).await;
    let stopped = tokio::spawn(run.stop());
    gates.open("b");
    gates.done.wait_for(1).await;
    gates.open("a");
    stopped.await.unwrap().unwrap();
    assert_eq!(gates.done.all(), ["2-0 b", "1-0 a"]);
    assert_eq!(stage.state()["start_from"], "1-0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_holds_up_its_object_alone_until_the_policy_says_more() {
    let retry = |then| FailedEvent::Retry {
        times: 2,
        wait: Duration::from_millis(1),
        then,
    };
    let events = [
        created("1-0", "bad"),
        created("2-0", "b"),
        created("3-0", "bad"),
        heartbeat("4-0"),
    ];
    let failing = |seen: &Seen| {
        let seen = seen.clone();
        move |event: Event| {
            seen.note(&event);
            let is_bad = event.id() == "1-0";
            async move { if is_bad { Err("no room") } else { Ok(()) } }
        }
    };
    let stage = Stage::sending(events.concat());
    let seen = Seen::default();
    let follow = stage.registration().await.follow("live", failing(&seen));
    let follow = follow.concurrency(2);
    let run = Run::of(follow.on_failed_event(retry(AfterRetries::Skip)));
    until("the position is told", || {
        stage.state()["start_from"] == "4-0"
    })
    .await;
    run.stop().await.unwrap();
    let mut all = seen.all();
    assert_eq!(all.pop().unwrap(), "3-0 bad");
    all.sort();
    assert_eq!(all, ["1-0 bad", "1-0 bad", "1-0 bad", "2-0 b"]);

    let stage = Stage::sending(events.concat());
    let seen = Seen::default();
    let follow = stage.registration().await.follow("live", failing(&seen));
    let follow = follow.concurrency(2);
    let run = Run::of(follow.on_failed_event(retry(AfterRetries::Stop)));
    let error = run.end().await.unwrap_err().to_string();
    assert!(error.contains("1-0") && error.ends_with("no room"));
    assert_eq!(stage.state()["start_from"], "0-0");
    let seen = Seen::default();
    let run = Run::of(stage.registration().await.follow("live", seen.handler()));
    until("the position is told", || {
        stage.state()["start_from"] == "4-0"
    })
    .await;
    run.stop().await.unwrap();
    let all = seen.all();
    // The other one may not have been handled by then.
    assert!(all.starts_with(&["1-0 bad".into()]) && all.ends_with(&["3-0 bad".into()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_is_that_of_all_together() {
    const PER: Duration = Duration::from_millis(200);

    let events: String = (1..=5)
        .map(|n| created(&format!("{n}-0"), &format!("tool--{n}")))
        .collect();
    let stage = Stage::sending(events);
    let seen = Seen::default();
    let follow = stage.registration().await.follow("live", seen.handler());
    let begun = Instant::now();
    let run = Run::of(follow.concurrency(5).rate(2, PER));
    seen.wait_for(5).await;
    assert!(begun.elapsed() >= 2 * PER);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_waits_for_what_is_in_progress_and_begins_again() {
    let stage = Stage::new();
    stage.platform.on_stream(|_| {
        let events = [
            created("1-0", "a"),
            created("2-0", "a"),
            created("3-0", "b"),
        ];
        Script::of(events.concat()).repeating(":\n", OFTEN)
    });
    let gates = Gates::closed_for(&["a"]);
    let run = Run::of(gates.follow(&stage).await.concurrency(2));
    gates.done.wait_for(1).await;
    stage.platform.reset_state(stage.id.as_str());
    until("the state is reset", || stage.state().is_null()).await;
    for _ in 0..3 {
        gates.open("a");
    }
    let mut done = gates.done.wait_for(5).await;
    // Of the first start one of the two events of the object was in progress.
    done[2..].sort();
    assert_eq!(
        done,
        ["3-0 b", "1-0 a", "1-0 a", "2-0 a", "3-0 b"],
        "{:?}",
        gates.begun.all()
    );
    run.stop().await.unwrap();
}
