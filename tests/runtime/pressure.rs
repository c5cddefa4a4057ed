//! What waits while the queue of bundles is long, and what does not wait for a handler.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use opencti_connector::runtime::{BoxError, Enrichment, Reply};
use opencti_connector::stix::Bundle;
use platform::{Hold, QueueType, or_skip};
use serde_json::json;
use tokio::sync::oneshot;

use crate::broker::{all_came, buffers, pinged};
use crate::disturbed;
use crate::disturbed::Held;
use crate::stage::{Run, SOON, Stage, until};

const FULL: u64 = 500_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_waits_until_the_queue_is_below_its_threshold() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = stage.enrichment().await;
    stage.platform.set_queue_size(stage.id.as_str(), FULL);
    let looked = stage.platform.hold("connector_queue_details", Hold::After);
    let held = Held::new(1);
    let run = Run::of(registration.listen(held.handler(5)));
    let worker = stage.worker();
    let work = stage.ask(0);
    until("it waits", || held.calls() == 1 && looked.reached(SOON)).await;
    looked.release();
    buffers(&stage).await;
    assert!(worker.parts().is_empty());

    stage.platform.set_queue_size(stage.id.as_str(), FULL - 1);
    all_came(&worker, 5).await;
    stage.completed(&work).await;
    let info = &pinged(&stage).await["connectorInfo"];
    assert_eq!(info["buffering"], false, "{info}");
    assert_eq!(info["queue_threshold"].as_f64(), Some(500.0), "{info}");
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_about_the_queue_holds_up_one_message_alone() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = stage.enrichment().await;
    let _worker = stage.worker();
    let held = Held::new(3);
    let run = Run::of(registration.listen(held.handler(1)).concurrency(2));
    // Once it has handled one, it takes two at a time.
    stage.completed(&stage.ask(0)).await;
    let asking = stage.platform.hold("connector_queue_details", Hold::Before);
    stage.platform.set_queue_size(stage.id.as_str(), FULL);
    // What it knows of the queue is too old after ten seconds.
    let mut first = stage.ask(1);
    until("it asks again", || {
        if !asking.reached(Duration::ZERO) && stage.platform.works()[&first]["status"] == "complete"
        {
            held.release(1);
            first = stage.ask(1);
        }
        asking.reached(Duration::ZERO)
    })
    .await;
    let second = stage.ask(2);
    stage.completed(&second).await;
    assert_ne!(stage.platform.works()[&first]["status"], "complete");
    stage.platform.set_queue_size(stage.id.as_str(), 0);
    asking.release();
    stage.completed(&first).await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_want_to_wait_drops_the_future() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = stage.enrichment().await;
    stage.platform.set_queue_size(stage.id.as_str(), FULL);
    let run = Run::of(registration.listen(async |enrichment: Enrichment| {
        let mut bundle = Bundle::new();
        bundle.push(json!({"type": "domain-name", "value": "example.org"}))?;
        let sent = tokio::time::timeout(Duration::from_millis(100), enrichment.send(bundle)).await;
        assert!(sent.is_err(), "it did not wait");
        Ok::<Reply, BoxError>(enrichment.unchanged("the queue is full"))
    }));
    let work = stage.ask(0);
    let work = stage.completed(&work).await;
    assert!(work["errors"].as_array().unwrap().is_empty(), "{work}");
    assert_eq!(work["import_expected_number"], 0);
    assert_eq!(stage.broker.ready(&format!("push_{}", stage.id)), 0);
    run.stop().await.unwrap();
}

/// How many bytes the connector has sent on the connection that it consumes by.
fn received(broker: &platform::Broker) -> Option<(String, u64)> {
    let list = [
        "-q",
        "list_connections",
        "pid",
        "recv_oct",
        "client_properties",
    ];
    let list = broker.ctl(&list);
    let line = list
        .lines()
        .find(|line| line.contains("Sample (listens)"))?;
    let mut columns = line.split('\t');
    let pid = columns.next()?.to_owned();
    Some((pid, columns.next()?.parse().ok()?))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_blocks_its_thread_costs_no_heartbeat_and_no_ping() {
    let disturbed = disturbed!();
    // In seconds, in place of the 10 that the connector asks for.
    disturbed.set("heartbeat", 2);
    let stage = Stage::new(disturbed.broker().clone(), QueueType::Quorum);
    let (block, blocked) = mpsc::channel::<()>();
    let blocked = Arc::new(Mutex::new(blocked));
    let (is_blocked, mut blocks) = tokio::sync::mpsc::unbounded_channel();
    let listen = stage
        .enrichment()
        .await
        .listen(move |enrichment: Enrichment| {
            let (blocked, is_blocked) = (Arc::clone(&blocked), is_blocked.clone());
            async move {
                is_blocked.send(())?;
                // An error is the end of the sender, which is what is waited for.
                let _ = blocked.lock().unwrap().recv();
                Ok::<Reply, BoxError>(enrichment.unchanged("blocked"))
            }
        });
    // A runtime of one thread, which the handler blocks.
    let (stop, stopped) = oneshot::channel::<()>();
    let run = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(listen.run_until(async {
            let _ = stopped.await;
        }))
    });
    let work = stage.ask(0);
    blocks.recv().await.unwrap();

    let (pid, bytes) = received(disturbed.broker()).unwrap();
    // A frame has 8 bytes, and two intervals without one are too long.
    until("five heartbeats came", || {
        let (now, more) = received(disturbed.broker()).unwrap();
        assert_eq!(now, pid, "the connection was replaced");
        more >= bytes + 5 * 8
    })
    .await;
    pinged(&stage).await;
    drop(block);
    stage.completed(&work).await;
    disturbed.set("heartbeat", 60);
    let _ = stop.send(());
    run.join().unwrap().unwrap();
}
