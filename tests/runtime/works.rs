//! A work is complete when its message is done: not before, and not never.

use std::sync::Arc;
use std::time::Duration;

use opencti_connector::runtime::{BoxError, Enrichment, Reply, RetryLater};
use opencti_connector::stix::{Bundle, Entity};
use platform::{Hold, QueueType, or_skip};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::stage::{Run, SOON, Stage, until};

fn bundle(entity: &Entity, contents: &[&str]) -> Bundle {
    let mut bundle = Bundle::new();
    let notes = contents.iter().map(|content| {
        json!({
            "type": "note", "created": "2026-11-24T00:00:00.000Z",
            "content": content, "object_refs": [entity.id()],
        })
    });
    bundle.extend(notes).unwrap();
    bundle
}

/// Handles one message; gives its work, when as many parts came as were sent.
async fn work_of<R>(
    stage: &Stage,
    timeout: Duration,
    parts: usize,
    handler: impl Fn(Enrichment) -> R + Send + Sync + 'static,
) -> Value
where
    R: Future<Output = Result<Reply, BoxError>> + Send + 'static,
{
    let registration = stage.enrichment().await;
    let worker = stage.worker();
    let run = Run::of(registration.listen(handler).timeout(timeout));
    let work = stage.completed(&stage.ask(0)).await;
    let came = worker.wait_for(parts, SOON);
    assert_eq!(came.len(), parts);
    run.stop().await.unwrap();
    stage.acknowledged().await;
    work
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_is_not_complete_before_its_message_is_done() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = stage.enrichment().await;
    let worker = stage.worker();
    let go_on = Arc::new(Semaphore::new(0));
    let gate = Arc::clone(&go_on);
    let run = Run::of(registration.listen(move |enrichment: Enrichment| {
        let gate = Arc::clone(&gate);
        async move {
            for content in ["one", "two"] {
                let bundle = bundle(enrichment.entity(), &[content]);
                let _ = enrichment.send(bundle).await?;
                gate.acquire().await?.forget();
            }
            Ok::<_, BoxError>(enrichment.unchanged("all is sent"))
        }
    }));
    let work = stage.ask(0);
    for parts in 1..=2 {
        worker.wait_for(parts, SOON);
        let seen = &stage.platform.works()[&work];
        assert_eq!(seen["import_processed_number"], parts);
        assert_eq!(seen["status"], "progress");
        go_on.add_permits(1);
    }
    let work = stage.completed(&work).await;
    assert_eq!(work["errors"], json!([]));
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_ends_after_an_error_of_a_handler_that_has_sent() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let work = work_of(&stage, SOON, 2, async |enrichment: Enrichment| {
        let bundle = bundle(enrichment.entity(), &["one", "two"]);
        let _ = enrichment.send(bundle).await?;
        Err("the service is closed".into())
    });
    assert_eq!(work.await["errors"], json!(["the service is closed"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_ends_after_a_panic_of_a_handler_that_has_sent() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let work = work_of(&stage, SOON, 2, async |enrichment: Enrichment| {
        let bundle = bundle(enrichment.entity(), &["one", "two"]);
        let _ = enrichment.send(bundle).await?;
        panic!("no such thing");
    });
    assert_eq!(work.await["errors"], json!(["the connector panicked"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_ends_after_a_handler_that_took_too_long_to_send() {
    for hold in [Hold::Before, Hold::After] {
        let stage = Stage::new(or_skip!(), QueueType::Classic);
        // Its announcement is not answered in time, whether or not the platform has done it.
        let _gate = stage.platform.hold("addExpectations", hold);
        let handler = async |enrichment: Enrichment| {
            let bundle = bundle(enrichment.entity(), &["one", "two"]);
            let _ = enrichment.send(bundle).await?;
            Ok(enrichment.unchanged("all is sent"))
        };
        let work = work_of(&stage, Duration::from_millis(500), 0, handler).await;
        assert_eq!(work["errors"], json!(["took longer than 500ms"]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_ends_after_bundles_of_which_the_second_was_given_up() {
    let stage = Arc::new(Stage::new(or_skip!(), QueueType::Classic));
    let platform = Arc::clone(&stage);
    let work = work_of(&stage, SOON, 1, move |enrichment: Enrichment| {
        let stage = Arc::clone(&platform);
        async move {
            let entity = enrichment.entity();
            let _ = enrichment.send(bundle(entity, &["one"])).await?;
            let gate = stage.platform.hold("addExpectations", Hold::After);
            let sending = enrichment.send(bundle(entity, &["two", "three"]));
            let held = async {
                until("it is announced", || gate.reached(Duration::ZERO)).await;
            };
            tokio::select! {
                _ = sending => panic!("it is held"),
                () = held => {}
            }
            Ok(enrichment.unchanged("the second took too long"))
        }
    });
    assert_eq!(work.await["errors"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_ends_although_parts_of_it_were_sent_twice() {
    for queue_type in [QueueType::Classic, QueueType::Quorum] {
        let stage = Stage::new(or_skip!(), queue_type);
        let registration = stage.enrichment().await;
        let (go_on, sent) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let (gate, tell) = (Arc::clone(&go_on), Arc::clone(&sent));
        let run = Run::of(registration.listen(move |enrichment: Enrichment| {
            let (gate, tell) = (Arc::clone(&gate), Arc::clone(&tell));
            async move {
                if enrichment.attempt() < 3 {
                    let bundle = bundle(enrichment.entity(), &["one", "two"]);
                    let _ = enrichment.send(bundle).await?;
                }
                if enrichment.attempt() == 2 {
                    tell.add_permits(1);
                    gate.acquire().await?.forget();
                }
                Err::<Reply, BoxError>(RetryLater::after(Duration::ZERO).into())
            }
        }));
        let work = stage.ask(0);
        sent.acquire().await.unwrap().forget();
        // No worker was there before, so that the second attempt announced nothing; then more is
        // reported than announced, and the third attempt has the work in progress again.
        let worker = stage.worker();
        worker.wait_for(4, SOON);
        go_on.add_permits(1);
        until("it is given up", || {
            stage.platform.works()[&work]["errors"] == json!(["gave up after 3 attempts"])
        })
        .await;
        stage.completed(&work).await;
        run.stop().await.unwrap();
        stage.acknowledged().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_bundle_is_announced_with_the_number_of_its_objects() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let work = work_of(&stage, SOON, 1, async |enrichment: Enrichment| {
        let whole = bundle(enrichment.entity(), &["one", "two", "three"]).unsplit();
        let _ = enrichment.send(whole).await?;
        Ok(enrichment.unchanged("all is sent"))
    });
    let work = work.await;
    assert_eq!(work["errors"], json!([]));
    // One more is announced until the message is done.
    assert_eq!(work["import_expected_number"], 4);
    assert_eq!(work["import_processed_number"], 4);
}
