//! Runs of an external import: when they come, and how they end.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opencti_connector::runtime::{BoxError, FailedRun, Fatal, RetryLater, Run, RunErrorKind};
use opencti_connector::stix::Bundle;
use platform::{QueueType, or_skip};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::stage::{self, Stage, until};

const MOMENT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(5_001);

pub(crate) type Importing = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>>;

pub(crate) fn bundle(names: &[&str]) -> Bundle {
    let mut bundle = Bundle::new();
    for name in names {
        bundle
            .push(json!({"type": "domain-name", "value": name}))
            .unwrap();
    }
    bundle
}

/// The works, oldest first.
fn works(stage: &Stage) -> Vec<Value> {
    stage.platform.works().into_values().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_work_of_a_run_is_opened_by_its_first_bundle_and_ends_with_it() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let _worker = stage.worker();
    let import = async |run: Run| {
        let _ = run.send(bundle(&["a.example", "b.example"])).await?;
        let _ = run.send(bundle(&["c.example"])).await?;
        Ok::<_, BoxError>(())
    };
    let run = stage::Run::scheduled(stage.import().await.schedule(Duration::ZERO, import));
    run.end().await.unwrap();

    let works = works(&stage);
    assert_eq!(works.len(), 1);
    let work = stage.completed(works[0]["id"].as_str().unwrap()).await;
    assert!(work["name"].as_str().unwrap().starts_with("Sample run @ 2"));
    assert_eq!(work["messages"], json!(["3 objects were sent"]));
    assert_eq!(work["errors"], json!([]));
    assert_eq!(
        work["import_processed_number"],
        work["import_expected_number"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_sends_nothing_has_no_work() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let import = async |run: Run| {
        let sent = run.send(Bundle::new()).await?;
        assert_eq!(sent.parts(), 0);
        Ok::<_, BoxError>(())
    };
    let run = stage::Run::scheduled(stage.import().await.schedule(Duration::ZERO, import));
    run.end().await.unwrap();
    assert!(works(&stage).is_empty());
    let last = stage.platform.pings().pop().unwrap();
    assert_eq!(last["connectorInfo"]["run_and_terminate"], true);
    assert_eq!(last["connectorInfo"]["next_run_datetime"], Value::Null);
    let last_run = last["connectorInfo"]["last_run_datetime"].as_str().unwrap();
    assert_eq!(last_run.len(), "2026-11-24T12:00:00Z".len());
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_follow_each_other_after_the_period_and_never_overlap() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (at_work, done) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counts = (Arc::clone(&at_work), Arc::clone(&done));
    let import = move |_: Run| {
        let (at_work, done) = counts.clone();
        async move {
            assert_eq!(at_work.fetch_add(1, Ordering::SeqCst), 0, "two at a time");
            // Longer than the period.
            tokio::time::sleep(3 * MOMENT).await;
            at_work.fetch_sub(1, Ordering::SeqCst);
            done.fetch_add(1, Ordering::SeqCst);
            Ok::<_, BoxError>(())
        }
    };
    let run = stage::Run::scheduled(stage.import().await.schedule(MOMENT, import));
    until("four runs are done", || done.load(Ordering::SeqCst) >= 4).await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_is_told_of_the_next_run() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let import = async |_: Run| Ok::<_, BoxError>(());
    let run = stage::Run::scheduled(stage.import().await.schedule(LONG, import));
    let next = || {
        stage.platform.pings().pop().unwrap_or_default()["connectorInfo"]["next_run_datetime"]
            .clone()
    };
    until("the next run is told", || next().is_string()).await;
    assert!(next().as_str().unwrap().ends_with('Z'));
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_run_waits_for_the_queue_to_become_shorter() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = stage.import().await;
    stage.platform.set_queue_size(stage.id.as_str(), 3_000_000);
    let begun = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&begun);
    let import = move |_: Run| {
        let begun = Arc::clone(&counter);
        async move {
            begun.fetch_add(1, Ordering::SeqCst);
            Ok::<_, BoxError>(())
        }
    };
    let scheduler = registration.schedule(LONG, import);
    let run = stage::Run::scheduled(scheduler.queue_threshold(2.0.try_into().unwrap()));
    until("the platform is told that it is waited for", || {
        let ping = stage.platform.pings().pop().unwrap_or_default();
        ping["connectorInfo"]["buffering"] == true
            && ping["connectorInfo"]["queue_messages_size"] == 3.0
    })
    .await;
    assert_eq!(begun.load(Ordering::SeqCst), 0);
    stage.platform.set_queue_size(stage.id.as_str(), 0);
    until("the run begins", || begun.load(Ordering::SeqCst) == 1).await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_without_a_period_says_what_to_set() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let import = async |_: Run| Ok::<_, BoxError>(());
    let scheduler = stage.import().await.schedule(None, import);
    let error = stage::Run::scheduled(scheduler).end().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Options);
    let expected = "no period is configured; set CONNECTOR_DURATION_PERIOD";
    assert_eq!(error.to_string(), expected);
}

/// An import that sends an object and ends as its number says, each run with the next one.
fn runs_that_end_as_told(
    ends: impl FnMut(usize) -> Result<(), BoxError> + Send + 'static,
) -> (impl Fn(Run) -> Importing, mpsc::UnboundedReceiver<usize>) {
    let (told, begun) = mpsc::unbounded_channel();
    let number = AtomicUsize::new(0);
    let ends = Arc::new(Mutex::new(ends));
    let import = move |run: Run| {
        let number = number.fetch_add(1, Ordering::SeqCst) + 1;
        told.send(number).unwrap();
        let ends = Arc::clone(&ends);
        let import = async move {
            let _ = run.send(bundle(&["a.example"])).await?;
            // One of them panics.
            ends.lock().unwrap_or_else(PoisonError::into_inner)(number)
        };
        Box::pin(import) as Importing
    };
    (import, begun)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_ends_its_work_in_error_and_the_next_one_comes_as_planned() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let _worker = stage.worker();
    let token = stage.platform.token().to_owned();
    let (import, mut begun) = runs_that_end_as_told(move |number| match number {
        1 => Err(format!("{token} is refused by the service").into()),
        2 => panic!("secret of the service"),
        3 => Err("y".repeat(5_000).into()),
        _ => Ok(()),
    });
    let run = stage::Run::scheduled(stage.import().await.schedule(MOMENT, import));
    while begun.recv().await.unwrap() < 5 {}
    run.stop().await.unwrap();

    let works = works(&stage);
    assert_eq!(works[0]["errors"], json!(["*** is refused by the service"]));
    assert_eq!(works[1]["errors"], json!(["the connector panicked"]));
    assert_eq!(works[2]["errors"][0].as_str().unwrap().len(), 2_000);
    assert_eq!(works[3]["errors"], json!([]));
    for work in &works[..4] {
        stage.completed(work["id"].as_str().unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_ends_the_connector_where_that_is_wanted() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let _worker = stage.worker();
    let (import, _begun) = runs_that_end_as_told(|_| Err("down".into()));
    let scheduler = stage.import().await.schedule(MOMENT, import);
    let run = stage::Run::scheduled(scheduler.on_failed_run(FailedRun::Stop));
    let error = run.end().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Handler);
    assert_eq!(error.to_string(), "down");
    assert_eq!(works(&stage)[0]["errors"], json!(["down"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_is_begun_again_as_often_as_wanted() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let _worker = stage.worker();
    let (import, mut begun) = runs_that_end_as_told(|_| Err("down".into()));
    let retry = FailedRun::Retry {
        after: MOMENT,
        at_most: 2,
    };
    let scheduler = stage.import().await.schedule(LONG, import);
    let run = stage::Run::scheduled(scheduler.on_failed_run(retry));
    while begun.recv().await.unwrap() < 3 {}
    until("the next run is planned", || {
        stage.platform.pings().len() > 3
            && works(&stage).len() == 3
            && stage.platform.pings().pop().unwrap()["connectorInfo"]["next_run_datetime"]
                .as_str()
                .is_some_and(|next| {
                    next > works(&stage)[2]["name"]
                        .as_str()
                        .unwrap()
                        .split("@ ")
                        .nth(1)
                        .unwrap()
                })
    })
    .await;
    assert!(begun.try_recv().is_err());
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_run_that_fails_is_the_error_of_the_connector() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (import, _begun) = runs_that_end_as_told(|_| Err("down".into()));
    let run = stage::Run::scheduled(stage.import().await.schedule(Duration::ZERO, import));
    let error = run.end().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Handler);
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_later_begins_again_and_is_no_failure() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let _worker = stage.worker();
    let (import, _begun) = runs_that_end_as_told(|number| match number {
        1 => Err(RetryLater::after(MOMENT).into()),
        _ => Ok(()),
    });
    let scheduler = stage.import().await.schedule(Duration::ZERO, import);
    let run = stage::Run::scheduled(scheduler.on_failed_run(FailedRun::Stop));
    run.end().await.unwrap();
    let works = works(&stage);
    let messages: Vec<_> = works.iter().map(|work| &work["messages"][0]).collect();
    assert_eq!(
        messages,
        [
            "1 object was sent; to be tried again in 20ms",
            "1 object was sent"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fatal_error_ends_the_connector_after_its_work() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (import, _begun) = runs_that_end_as_told(|_| Err(Fatal("the key is refused").into()));
    let run = stage::Run::scheduled(stage.import().await.schedule(MOMENT, import));
    let error = run.end().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Handler);
    assert_eq!(error.to_string(), "the key is refused");
    assert_eq!(works(&stage)[0]["errors"], json!(["the key is refused"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_told_of_a_stop_and_may_come_to_its_end() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let worker = stage.worker();
    let import = async |run: Run| {
        let _ = run.send(bundle(&["a.example"])).await?;
        run.cancelled().await;
        let _ = run.send(bundle(&["b.example"])).await?;
        Ok::<_, BoxError>(())
    };
    let run = stage::Run::scheduled(stage.import().await.schedule(LONG, import));
    worker.wait_for(1, stage::SOON);
    run.stop().await.unwrap();
    assert_eq!(works(&stage)[0]["messages"], json!(["2 objects were sent"]));
    assert_eq!(works(&stage)[0]["errors"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_does_not_come_to_its_end_is_broken_off_and_its_work_ended() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let worker = stage.worker();
    let import = async |run: Run| {
        let _ = run.send(bundle(&["a.example"])).await?;
        std::future::pending::<Result<(), BoxError>>().await
    };
    let scheduler = stage.import().await.schedule(LONG, import);
    let run = stage::Run::scheduled(scheduler.grace(MOMENT));
    worker.wait_for(1, stage::SOON);
    run.stop().await.unwrap();
    let works = works(&stage);
    assert_eq!(works[0]["errors"], json!(["the connector was stopped"]));
    stage.completed(works[0]["id"].as_str().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_work_is_deleted_is_cancelled_and_the_next_one_comes() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let worker = stage.worker();
    let (told, mut begun) = mpsc::unbounded_channel();
    let (go, wait) = tokio::sync::watch::channel(false);
    let import = move |run: Run| {
        let (told, mut wait) = (told.clone(), wait.clone());
        async move {
            let _ = run.send(bundle(&["a.example"])).await?;
            told.send(()).unwrap();
            wait.wait_for(|go| *go).await?;
            let _ = run.send(bundle(&["b.example"])).await;
            std::future::pending::<Result<(), BoxError>>().await
        }
    };
    let scheduler = stage.import().await.schedule(MOMENT, import);
    let run = stage::Run::scheduled(scheduler.grace(MOMENT));
    begun.recv().await.unwrap();
    worker.wait_for(1, stage::SOON);
    let first = works(&stage)[0]["id"].as_str().unwrap().to_owned();
    stage.platform.delete_work(&first);
    go.send_replace(true);
    begun.recv().await.unwrap();
    run.stop().await.unwrap();
}
