//! A message that kills the process takes no other with it.

use platform::{QueueType, or_skip};
use serde_json::json;

use crate::child::{Orders, Process};
use crate::stage::{Stage, until};

const MESSAGES: usize = 20;
const ATTEMPTS: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_kills_the_process_is_given_up_alone() {
    for queue_type in [QueueType::Classic, QueueType::Quorum] {
        for poison in [0, 4, 19] {
            survive(&Stage::new(or_skip!(), queue_type), vec![poison]).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_messages_that_kill_the_process_are_given_up_alone() {
    for queue_type in [QueueType::Classic, QueueType::Quorum] {
        for poison in [[2, 3], [0, 10], [5, 19]] {
            survive(&Stage::new(or_skip!(), queue_type), poison.to_vec()).await;
        }
    }
}

async fn survive(stage: &Stage, poison: Vec<usize>) {
    drop(stage.enrichment().await);
    let _worker = stage.worker();
    let works: Vec<_> = (0..MESSAGES).map(|number| stage.ask(number)).collect();
    let is_over = || {
        let all = stage.platform.works();
        works.iter().all(|work| all[work]["status"] == "complete")
    };
    let orders = Orders {
        concurrency: 8,
        max_attempts: u32::try_from(ATTEMPTS).unwrap(),
        stop: None,
        poison: poison.clone(),
    };
    let mut process = Process::start(stage, &orders);
    let mut crashes = 0;
    until("every work is complete", || {
        if process.has_ended() {
            crashes += 1;
            process = Process::start(stage, &orders);
        }
        is_over()
    })
    .await;
    stage.drained().await;
    process.stop();
    stage.acknowledged().await;

    assert!(
        crashes <= ATTEMPTS * poison.len(),
        "{crashes} crashes by {poison:?}"
    );
    let all = stage.platform.works();
    for (number, work) in works.iter().enumerate() {
        let errors = if poison.contains(&number) {
            json!(["gave up after 3 attempts"])
        } else {
            json!([])
        };
        assert_eq!(all[work]["errors"], errors, "{number} beside {poison:?}");
    }
}
