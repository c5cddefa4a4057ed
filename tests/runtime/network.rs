//! Nothing is lost, and the run goes on, whatever happens to the network.

use std::time::Duration;

use opencti_connector::client::{Client, ErrorKind};
use platform::{Broker, Direction, Options, Proxy, QueueType, or_skip};

use crate::broker::all_came;
use crate::disturbed;
use crate::disturbed::Held;
use crate::stage::{Run, Stage, until};

/// With a proxy before the broker.
pub(crate) fn behind_proxy(broker: Broker, queue_type: QueueType) -> (Stage, Proxy) {
    let proxy = Proxy::before((broker.host(), broker.port()));
    let stage = Stage::with(Options {
        broker: Some(broker),
        queue_type,
        told: Some(proxy.addr()),
        ..Options::default()
    });
    (stage, proxy)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_loses_no_message() {
    for queue_type in [QueueType::Classic, QueueType::Quorum] {
        let (stage, proxy) = behind_proxy(or_skip!(), queue_type);
        let held = Held::new(5);
        let listen = stage.enrichment().await.listen(held.handler(1));
        let run = Run::of(listen.concurrency(4));
        let worker = stage.worker();
        let works: Vec<_> = (0..20).map(|number| stage.ask(number)).collect();
        until("some are in hand", || held.calls() == 9).await;
        // Not to be had for a while either.
        proxy.refuse(true);
        proxy.cut();
        held.release(15);
        until("those in hand come again", || {
            stage.broker.ready(&stage.queue()) == 15
        })
        .await;
        proxy.refuse(false);
        for work in &works {
            stage.completed(work).await;
        }
        all_came(&worker, 20).await;
        stage.drained().await;
        assert_eq!(held.calls(), 20, "one was handled twice");
        run.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_is_whole_when_frames_are_cut() {
    for direction in [Direction::ToServer, Direction::ToClient] {
        let (stage, proxy) = behind_proxy(or_skip!(), QueueType::Classic);
        let held = Held::new(0);
        let run = Run::of(stage.enrichment().await.listen(held.handler(2_000)));
        let worker = stage.worker();
        let work = stage.ask(0);
        until("it is in hand", || held.calls() == 1).await;
        // Within a part on its way, or within one of its confirmations.
        let bytes = match direction {
            Direction::ToServer => 100_003,
            Direction::ToClient => 1_003,
        };
        proxy.cut_after(direction, bytes);
        held.release(1);
        all_came(&worker, 2_000).await;
        let work = stage.completed(&work).await;
        assert!(work["errors"].as_array().unwrap().is_empty(), "{work}");
        stage.drained().await;
        assert_eq!(held.calls(), 1);
        run.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_connection_is_noticed_and_replaced() {
    let disturbed = disturbed!();
    // In seconds, in place of the 10 that the connector asks for.
    disturbed.set("heartbeat", 2);
    let (stage, proxy) = behind_proxy(disturbed.broker().clone(), QueueType::Quorum);
    let held = Held::new(1);
    let run = Run::of(stage.enrichment().await.listen(held.handler(1)));
    let worker = stage.worker();
    let done = stage.ask(0);
    stage.completed(&done).await;
    let work = stage.ask(1);
    until("it is in hand", || held.calls() == 2).await;

    let before = proxy.accepted();
    proxy.stall(true);
    held.release(1);
    // One that consumes, and one that publishes.
    until("both are replaced", || proxy.accepted() >= before + 2).await;
    proxy.stall(false);
    stage.completed(&work).await;
    all_came(&worker, 2).await;
    assert_eq!(held.calls(), 2);
    disturbed.set("heartbeat", 60);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_broker_is_waited_for() {
    let (stage, proxy) = behind_proxy(or_skip!(), QueueType::Classic);
    proxy.delay(Duration::from_millis(200));
    let held = Held::new(4);
    let listen = stage.enrichment().await.listen(held.handler(10));
    let run = Run::of(listen.concurrency(2));
    let worker = stage.worker();
    let works: Vec<_> = (0..4).map(|number| stage.ask(number)).collect();
    for work in &works {
        stage.completed(work).await;
    }
    all_came(&worker, 40).await;
    stage.drained().await;
    assert_eq!(held.calls(), 4);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_to_a_platform_that_is_away_is_told_when_it_is_back() {
    // With nothing to send there is the report alone.
    for objects in [0, 10] {
        let stage = Stage::new(or_skip!(), QueueType::Classic);
        let proxy = Proxy::before(stage.platform.address());
        let url = stage.platform.url_at(proxy.addr());
        let client = Client::builder(url, stage.platform.token());
        let client = client.retries(1).build().unwrap();
        let held = Held::new(0);
        let listen = stage.enrichment_by(&client).await;
        let run = Run::of(listen.listen(held.handler(objects)));
        let worker = stage.worker();
        let works: Vec<_> = (0..2).map(|number| stage.ask(number)).collect();
        until("one is in hand", || held.calls() == 1).await;

        proxy.refuse(true);
        proxy.cut();
        let requests = stage.platform.requests();
        held.release(2);
        // As long as another with the same patience takes to give up.
        let mine = client.register(&stage.connector()).await;
        assert_eq!(mine.unwrap_err().kind(), ErrorKind::Unreachable);
        assert_eq!(stage.platform.requests(), requests);
        assert!(worker.parts().is_empty());
        assert_eq!(held.calls(), 1);
        proxy.refuse(false);

        for work in &works {
            let work = stage.completed(work).await;
            assert!(work["errors"].as_array().unwrap().is_empty(), "{work}");
        }
        all_came(&worker, 2 * objects).await;
        run.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_cut_lose_nothing() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let proxy = Proxy::before(stage.platform.address());
    let url = stage.platform.url_at(proxy.addr());
    let client = Client::new(url, stage.platform.token()).unwrap();
    let held = Held::new(10);
    let run = Run::of(stage.enrichment_by(&client).await.listen(held.handler(1)));
    let worker = stage.worker();
    for number in 0..5 {
        // At a place of its own in the answers, and in the questions.
        proxy.cut_after(Direction::ToClient, 50 + number * 180);
        let work = stage.ask(2 * number);
        stage.completed(&work).await;
        proxy.cut_after(Direction::ToServer, 100 + number * 340);
        let work = stage.ask(2 * number + 1);
        stage.completed(&work).await;
    }
    all_came(&worker, 10).await;
    run.stop().await.unwrap();
}
