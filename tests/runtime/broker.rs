//! Nothing is lost, and the run goes on, whatever happens to the broker.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use platform::{Hold, Options, Proxy, QueueType, Worker, or_skip};
use serde_json::Value;

use crate::disturbed;
use crate::disturbed::Held;
use crate::stage::{Run, SOON, Stage, until};

/// The names that came, however often.
pub(crate) fn names(parts: &[Value]) -> HashSet<&str> {
    let name = |part: &'_ Value| part["content"]["objects"][0]["value"].as_str().is_some();
    assert!(parts.iter().all(name));
    parts
        .iter()
        .filter_map(|part| part["content"]["objects"][0]["value"].as_str())
        .collect()
}

/// Waits until so many different names came, as long as more come.
pub(crate) async fn all_came(worker: &Worker, count: usize) {
    let (mut came, mut since) = (0, Instant::now());
    while came < count {
        let now = names(&worker.parts()).len();
        if now > came {
            (came, since) = (now, Instant::now());
        }
        assert!(since.elapsed() < SOON, "{came} of {count} names came");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(names(&worker.parts()).len(), count);
}

/// Deletes the connector's queue, at which it asks for a ping, and gives what that says.
pub(crate) async fn pinged(stage: &Stage) -> Value {
    let before = stage.platform.pings().len();
    stage.broker.delete_queue(&stage.queue());
    until("there is a ping", || stage.platform.pings().len() > before).await;
    stage.platform.pings()[before].clone()
}

/// Whether a ping says that the connector waits for the broker, soon after it does or does no more.
async fn is_buffering(stage: &Stage) -> bool {
    pinged(stage).await["connectorInfo"]["buffering"] == true
}

/// Waits until a ping says that the connector waits.
pub(crate) async fn buffers(stage: &Stage) {
    // Each takes longer than the one before.
    for _ in 0..4 {
        if is_buffering(stage).await {
            return;
        }
    }
    panic!("no ping says that the connector waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_loses_no_message() {
    let disturbed = disturbed!();
    for queue_type in [QueueType::Classic, QueueType::Quorum] {
        let stage = Stage::new(disturbed.broker().clone(), queue_type);
        let held = Held::new(30);
        let listen = stage.enrichment().await.listen(held.handler(1));
        let worker = stage.worker();
        let works: Vec<_> = (0..100).map(|number| stage.ask(number)).collect();
        let run = Run::of(listen.concurrency(4));
        // 30 are through, and 4 in hand.
        until("the messages are half done", || held.calls() == 34).await;

        disturbed.broker().stop_app();
        held.release(70);
        disturbed.broker().start_app();

        for work in &works {
            let work = stage.completed(work).await;
            assert!(work["errors"].as_array().unwrap().is_empty(), "{work}");
        }
        all_came(&worker, 100).await;
        stage.drained().await;
        assert_eq!(held.calls(), 100, "one was handled twice");
        run.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_loses_no_part_of_a_bundle() {
    let disturbed = disturbed!();
    let broker = disturbed.broker();
    let proxy = Proxy::before((broker.host(), broker.port()));
    let stage = Stage::with(Options {
        broker: Some(broker.clone()),
        told: Some(proxy.addr()),
        ..Options::default()
    });
    // So that sending takes some seconds.
    proxy.delay(Duration::from_millis(15));
    let held = Held::new(1);
    let listen = stage.enrichment().await.listen(held.handler(5_000));
    let worker = stage.worker();
    let run = Run::of(listen);
    let work = stage.ask(0);
    worker.wait_for(500, SOON);

    // However long the broker takes to stop, no more of the bundle goes out until then.
    proxy.stall(true);
    broker.stop_app();
    let before = names(&worker.parts()).len();
    assert!(before < 5_000, "it was sent before the restart");
    proxy.delay(Duration::ZERO);
    proxy.stall(false);
    broker.start_app();

    all_came(&worker, 5_000).await;
    let work = stage.completed(&work).await;
    assert!(work["errors"].as_array().unwrap().is_empty(), "{work}");
    stage.drained().await;
    assert_eq!(held.calls(), 1);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_queue_is_listened_to_when_it_is_there_again() {
    for queue_type in [QueueType::Classic, QueueType::Quorum] {
        let stage = Stage::new(or_skip!(), queue_type);
        let held = Held::new(2);
        let run = Run::of(stage.enrichment().await.listen(held.handler(1)));
        let worker = stage.worker();
        let work = stage.ask(0);
        stage.completed(&work).await;

        pinged(&stage).await;
        let work = stage.ask(1);
        stage.completed(&work).await;
        all_came(&worker, 2).await;
        run.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_takes_what_waits_and_not_what_is_in_hand() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let held = Held::new(0);
    let run = Run::of(stage.enrichment().await.listen(held.handler(1)));
    let _worker = stage.worker();
    let in_hand = stage.ask(0);
    until("it is in hand", || held.calls() == 1).await;
    let waiting = stage.ask(1);

    stage.platform.reset_state(stage.id.as_str());
    held.release(2);
    stage.completed(&in_hand).await;
    let next = stage.ask(2);
    stage.completed(&next).await;
    assert_eq!(stage.platform.works()[&waiting]["status"], "wait");
    assert_eq!(held.calls(), 2);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_before_its_queue_is_there_waits_for_it() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let held = Held::new(0);
    let run = Run::of(stage.enrichment().await.listen(held.handler(1_000)));
    let push = format!("push_{}", stage.id);
    let work = stage.ask(0);
    until("it is in hand", || held.calls() == 1).await;

    stage.broker.delete_queue(&push);
    held.release(1);
    until("the queue is there again", || stage.broker.has_queue(&push)).await;
    let worker = stage.worker();
    all_came(&worker, 1_000).await;
    stage.completed(&work).await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_is_deleted_during_a_bundle_is_waited_for() {
    // RabbitMQ 3.10 can hand what comes to a new quorum queue to a consumer of the one that had its
    // name before, the worker's here.
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let held = Held::new(0);
    let run = Run::of(stage.enrichment().await.listen(held.handler(1_000)));
    let worker = stage.worker();
    let work = stage.ask(0);
    until("it is in hand", || held.calls() == 1).await;
    let first = stage.platform.hold("addExpectations", Hold::Before);
    held.release(1);
    assert!(first.reached(SOON));
    let second = stage.platform.hold("addExpectations", Hold::Before);
    first.release();
    assert!(second.reached(SOON));
    worker.wait_for(500, SOON);

    stage.broker.delete_queue(&format!("push_{}", stage.id));
    second.release();
    all_came(&worker, 1_000).await;
    let work = stage.completed(&work).await;
    assert!(work["errors"].as_array().unwrap().is_empty(), "{work}");
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_waited_for_and_told() {
    let disturbed = disturbed!();
    let stage = Stage::new(disturbed.broker().clone(), QueueType::Classic);
    let full = r#"{"max-length": 10, "overflow": "reject-publish"}"#;
    let pattern = format!("^push_{}$", stage.id);
    let held = Held::new(1);
    let run = Run::of(stage.enrichment().await.listen(held.handler(200)));
    disturbed.broker().policy("full", &pattern, full);
    let push = format!("push_{}", stage.id);
    let work = stage.ask(0);
    until("the queue is full", || stage.broker.ready(&push) == 10).await;
    buffers(&stage).await;
    assert_eq!(stage.platform.works()[&work]["status"], "progress");

    let worker = stage.worker();
    all_came(&worker, 200).await;
    stage.completed(&work).await;
    assert!(!is_buffering(&stage).await);
    disturbed.broker().clear_policy("full");
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_without_memory_is_waited_for_and_told() {
    let disturbed = disturbed!();
    let stage = Stage::new(disturbed.broker().clone(), QueueType::Classic);
    let held = Held::new(0);
    let run = Run::of(stage.enrichment().await.listen(held.handler(200)));
    let work = stage.ask(0);
    until("it is in hand", || held.calls() == 1).await;

    disturbed.broker().set_memory_alarm(true);
    held.release(1);
    buffers(&stage).await;
    assert_eq!(stage.platform.works()[&work]["status"], "progress");
    disturbed.broker().set_memory_alarm(false);

    let worker = stage.worker();
    all_came(&worker, 200).await;
    stage.completed(&work).await;
    assert!(!is_buffering(&stage).await);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_the_broker_takes_back_is_handled_once() {
    let disturbed = disturbed!();
    disturbed.set("consumer_timeout", 2_000);
    disturbed.set("channel_tick_interval", 500);
    for queue_type in [QueueType::Classic, QueueType::Quorum] {
        let stage = Stage::new(disturbed.broker().clone(), queue_type);
        let held = Held::new(0);
        let run = Run::of(stage.enrichment().await.listen(held.handler(1)));
        let worker = stage.worker();
        let work = stage.ask(0);
        until("it is in hand", || held.calls() == 1).await;
        let ready = || stage.broker.ready(&stage.queue());
        until("it is taken back", || ready() == 1).await;
        until("it is in hand again", || ready() == 0).await;
        held.release(1);

        stage.completed(&work).await;
        all_came(&worker, 1).await;
        until("it is acknowledged", || {
            stage.broker.queue_depth(&stage.queue()) == (0, Some(0))
        })
        .await;
        assert_eq!(held.calls(), 1);
        run.stop().await.unwrap();
    }
    disturbed.set("consumer_timeout", 1_800_000);
    disturbed.set("channel_tick_interval", 60_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_takes_long_is_acknowledged_before_the_broker_takes_it_back() {
    let disturbed = disturbed!();
    for queue_type in [QueueType::Classic, QueueType::Quorum] {
        let stage = Stage::new(disturbed.broker().clone(), queue_type);
        let held = Held::new(0);
        let listen = stage.enrichment().await.listen(held.handler(1));
        let run = Run::of(listen.ack_within(Duration::from_millis(100)));
        let worker = stage.worker();
        let work = stage.ask(0);
        until("it is in hand", || held.calls() == 1).await;
        until("it is acknowledged", || {
            stage.broker.queue_depth(&stage.queue()) == (0, Some(0))
        })
        .await;
        assert_eq!(stage.platform.works()[&work]["status"], "progress");
        held.release(1);
        stage.completed(&work).await;
        all_came(&worker, 1).await;
        assert_eq!(held.calls(), 1);
        run.stop().await.unwrap();
    }
}
