//! What counts as an attempt, and that no message is handled twice or blocks the next one.

use std::collections::BTreeMap;
use std::fmt;
use std::future::{Ready, pending, ready};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opencti_connector::runtime::{BoxError, Enrichment, Reply};
use platform::{QueueType, or_skip};
use serde_json::json;

use crate::disturbed::Held;
use crate::network::behind_proxy;
use crate::stage::{Run, Stage, number_of, until};

const TYPES: [QueueType; 2] = [QueueType::Classic, QueueType::Quorum];
/// In bytes: the smallest frame of a delivery that is acknowledged.
const ACK: usize = 21;

/// The attempts of each message that its handler has seen.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<BTreeMap<usize, Vec<u32>>>>);

impl Seen {
    fn note(&self, enrichment: &Enrichment) {
        let number = number_of(enrichment.entity());
        let mut seen = self.0.lock().unwrap();
        seen.entry(number).or_default().push(enrichment.attempt());
    }

    fn handler(
        &self,
    ) -> impl Fn(Enrichment) -> Ready<Result<Reply, BoxError>> + Send + Sync + use<> {
        let this = self.clone();
        move |enrichment| {
            this.note(&enrichment);
            ready(Ok(enrichment.unchanged("it is noted")))
        }
    }

    /// Fails unless each of so many messages was seen once, at its first attempt.
    fn once_each(&self, count: usize) {
        let seen = self.0.lock().unwrap();
        let expected = (0..count).map(|number| (number, vec![1])).collect();
        assert_eq!(*seen, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_the_prefetch_is_no_attempt() {
    for queue_type in TYPES {
        let stage = Stage::new(or_skip!(), queue_type);
        let seen = Seen::default();
        for round in 0..4 {
            let listen = stage.enrichment().await.listen(seen.handler());
            let numbers = round * 20..(round + 1) * 20;
            let works: Vec<_> = numbers.map(|number| stage.ask(number)).collect();
            let run = Run::of(listen.concurrency(8).max_attempts(1));
            for work in &works {
                let work = stage.completed(work).await;
                assert_eq!(work["errors"], json!([]), "in round {round}");
            }
            run.stop().await.unwrap();
        }
        stage.acknowledged().await;
        seen.once_each(80);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_is_no_attempt_at_a_message_that_no_handler_saw() {
    for queue_type in TYPES {
        let stage = Stage::new(or_skip!(), queue_type);
        let seen = Seen::default();
        let mut works = Vec::new();
        for round in 1..=6 {
            let listen = stage.enrichment().await.listen(seen.handler());
            if works.is_empty() {
                works.extend((0..60).map(|number| stage.ask(number)));
            }
            let run = Run::of(listen.concurrency(8));
            until("some are handled", || {
                seen.0.lock().unwrap().len() >= round * 5
            })
            .await;
            run.stop().await.unwrap();
        }
        let listen = stage.enrichment().await.listen(seen.handler());
        let run = Run::of(listen.concurrency(8));
        for work in &works {
            stage.completed(work).await;
        }
        run.stop().await.unwrap();
        stage.acknowledged().await;
        seen.once_each(60);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_acknowledgement_is_lost_is_not_handled_again() {
    for queue_type in TYPES {
        let (stage, proxy) = behind_proxy(or_skip!(), queue_type);
        let held = Held::new(1);
        let listen = stage.enrichment().await.listen(held.handler(0));
        let run = Run::of(listen.concurrency(4));
        stage.completed(&stage.ask(0)).await;
        let works: Vec<_> = (1..5).map(|number| stage.ask(number)).collect();
        until("all are in progress", || held.calls() == 5).await;
        proxy.swallow(true);
        held.release(4);
        for work in &works {
            stage.completed(work).await;
        }
        until("all are acknowledged", || proxy.swallowed() >= 4 * ACK).await;
        proxy.swallow(false);
        proxy.cut();
        // It comes after those that come again.
        held.release(1);
        let last = stage.ask(5);
        stage.completed(&last).await;
        stage.drained().await;
        run.stop().await.unwrap();
        stage.acknowledged().await;
        assert_eq!(held.calls(), 6, "on {queue_type:?}");
    }
}

#[derive(Debug)]
struct Unprintable;

impl fmt::Display for Unprintable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("the error cannot be printed")
    }
}

impl std::error::Error for Unprintable {}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("the destructor panics")
    }
}

async fn panics_late(enrichment: Enrichment) -> Result<Reply, BoxError> {
    match number_of(enrichment.entity()) {
        0 => Err(Unprintable.into()),
        1 => {
            let _held = PanicsWhenDropped;
            pending().await
        }
        _ => Ok(enrichment.unchanged("it is handled")),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_an_error_or_a_destructor_ends_its_message_alone() {
    for queue_type in TYPES {
        let stage = Stage::new(or_skip!(), queue_type);
        let listen = stage.enrichment().await.listen(panics_late);
        let run = Run::of(listen.timeout(Duration::from_millis(200)));
        for (number, errors) in [
            (0, json!(["the connector panicked"])),
            (1, json!(["took longer than 200ms"])),
            (2, json!([])),
        ] {
            let work = stage.completed(&stage.ask(number)).await;
            assert_eq!(work["errors"], errors);
        }
        run.stop().await.unwrap();
        stage.acknowledged().await;
    }
}
