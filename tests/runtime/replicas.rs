//! Several processes that share the queue of one connector.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use opencti_connector::runtime::{BoxError, Enrichment};
use platform::{QueueType, or_skip};

use crate::stage::{Run, Stage, number_of, until};

const MESSAGES: usize = 1_000;

#[tokio::test(flavor = "multi_thread")]
async fn replicas_share_a_queue_and_each_message_is_handled_once() {
    for queue_type in [QueueType::Classic, QueueType::Quorum] {
        let stage = Stage::new(or_skip!(), queue_type);
        let times: Arc<[AtomicUsize]> = (0..MESSAGES).map(|_| AtomicUsize::new(0)).collect();
        let mut replicas = Vec::new();
        for _ in 0..2 {
            let shares = Arc::new(AtomicUsize::new(0));
            let (times, share) = (Arc::clone(&times), Arc::clone(&shares));
            let handler = move |enrichment: Enrichment| {
                share.fetch_add(1, Ordering::Relaxed);
                times[number_of(enrichment.entity())].fetch_add(1, Ordering::Relaxed);
                async move { Ok::<_, BoxError>(enrichment.unchanged("it is counted")) }
            };
            let registration = stage.enrichment().await;
            let run = Run::of(registration.listen(handler).concurrency(8));
            replicas.push((run, shares));
        }
        let works: Vec<_> = (0..MESSAGES).map(|number| stage.ask(number)).collect();
        until("every work is complete", || {
            let all = stage.platform.works();
            works.iter().all(|work| all[work]["status"] == "complete")
        })
        .await;
        for (run, shares) in replicas {
            run.stop().await.unwrap();
            assert!(shares.load(Ordering::Relaxed) > 0, "one had nothing to do");
        }
        stage.acknowledged().await;
        for (number, times) in times.iter().enumerate() {
            assert_eq!(times.load(Ordering::Relaxed), 1, "message {number}");
        }
    }
}
