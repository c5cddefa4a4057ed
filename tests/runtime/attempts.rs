//! How often a message is handled.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opencti_connector::runtime::{BoxError, Enrichment, Reply, RetryLater};
use platform::{Options, Proxy, QueueType, or_skip};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::stage::{Run, Stage, message, number_of, until};

const TYPES: [QueueType; 2] = [QueueType::Classic, QueueType::Quorum];

async fn never(_: Enrichment) -> Result<Reply, BoxError> {
    Err(RetryLater::after(Duration::ZERO).into())
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_are_counted_on_every_type_of_queue() {
    for queue_type in TYPES {
        let stage = Stage::new(or_skip!(), queue_type);
        let attempts = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&attempts);
        let handler = move |enrichment: Enrichment| {
            seen.lock().unwrap().push(enrichment.attempt());
            async { never(enrichment).await }
        };
        let registration = stage.enrichment().await;
        let run = Run::of(registration.listen(handler).max_attempts(5));
        let work = stage.ask(0);
        let work = stage.completed(&work).await;
        assert_eq!(work["errors"], json!(["gave up after 5 attempts"]));
        run.stop().await.unwrap();
        stage.acknowledged().await;
        assert_eq!(*attempts.lock().unwrap(), [1, 2, 3, 4, 5]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_one_attempt_a_message_that_comes_again_is_given_up() {
    for queue_type in TYPES {
        let stage = Stage::new(or_skip!(), queue_type);
        let registration = stage.enrichment().await;
        let run = Run::of(registration.listen(never).max_attempts(1));
        let work = stage.ask(0);
        let work = stage.completed(&work).await;
        assert_eq!(work["errors"], json!(["gave up after 1 attempts"]));
        run.stop().await.unwrap();
        stage.acknowledged().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_of_a_playbook_that_is_given_up_is_answered_unchanged() {
    for queue_type in TYPES {
        let stage = Stage::new(or_skip!(), queue_type);
        let registration = stage.enrichment().await;
        let run = Run::of(registration.listen(never));
        let mut step = message("", 0);
        let entity: Value =
            serde_json::from_str(step["event"]["stix_entity"].as_str().unwrap()).unwrap();
        let bundle = json!({"type": "bundle", "id": "bundle--5f3f66c5-7c15-4a94-a8c6-d5b5ff5a6cbd",
                            "spec_version": "2.1", "objects": [entity]});
        step["internal"] = json!({
            "work_id": null, "applicant_id": null, "trigger": "update", "mode": "auto",
            "playbook": {"event_id": "event", "execution_id": "execution",
                         "playbook_id": "playbook", "data_instance_id": entity["id"],
                         "step_id": "step", "previous_step_id": "previous"},
        });
        step["event"] = json!({"entity_id": entity["id"], "bundle": bundle});
        stage.platform.send(stage.id.as_str(), &step);

        until("the step is answered", || {
            !stage.platform.playbook_steps().is_empty()
        })
        .await;
        run.stop().await.unwrap();
        stage.acknowledged().await;
        let steps = stage.platform.playbook_steps();
        let [step] = &*steps else {
            panic!("{steps:#?}");
        };
        let answer: Value = serde_json::from_str(step["bundle"].as_str().unwrap()).unwrap();
        assert_eq!(answer, bundle);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_sent_twice_is_handled_once_while_it_is_in_hand() {
    for queue_type in TYPES {
        let stage = Stage::new(or_skip!(), queue_type);
        let begun = Arc::new(Mutex::new(Vec::new()));
        let go_on = Arc::new(Semaphore::new(1));
        let (seen, gate) = (Arc::clone(&begun), Arc::clone(&go_on));
        let handler = move |enrichment: Enrichment| {
            seen.lock().unwrap().push(number_of(enrichment.entity()));
            let gate = Arc::clone(&gate);
            async move {
                gate.acquire().await?.forget();
                Ok::<_, BoxError>(enrichment.unchanged("it is counted"))
            }
        };
        let registration = stage.enrichment().await;
        let run = Run::of(registration.listen(handler).concurrency(3));
        // The first one opens the way for several at a time.
        stage.completed(&stage.ask(0)).await;

        let work = stage.ask(1);
        stage.platform.send(stage.id.as_str(), &message(&work, 1));
        let other = stage.ask(2);
        // It was delivered after both of the others.
        until("the last one has begun", || {
            begun.lock().unwrap().contains(&2)
        })
        .await;
        go_on.add_permits(2);
        stage.completed(&work).await;
        stage.completed(&other).await;
        run.stop().await.unwrap();
        stage.acknowledged().await;
        assert_eq!(*begun.lock().unwrap(), [0, 1, 2]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_acknowledged_early_is_put_back_at_the_end_of_the_run() {
    for heeds in [true, false] {
        let stage = Stage::new(or_skip!(), QueueType::Classic);
        let registration = stage.enrichment().await;
        let handler = move |enrichment: Enrichment| async move {
            enrichment.cancelled().await;
            if !heeds {
                pending::<()>().await;
            }
            Err::<Reply, BoxError>("the connector stops".into())
        };
        let listen = registration.listen(handler);
        let run = Run::of(
            listen
                .ack_within(Duration::ZERO)
                .grace(Duration::from_millis(100)),
        );
        let work = stage.ask(0);
        until("it is received", || {
            stage.platform.works()[&work]["received_time"].is_string()
        })
        .await;
        // A connector that takes a message no more than that has its queue empty until then.
        until("it is delivered", || {
            stage.broker.ready(&stage.queue()) == 0
        })
        .await;
        run.stop().await.unwrap();
        until("it is back", || stage.broker.ready(&stage.queue()) == 1).await;

        let run = Run::of(stage.enrichment().await.listen(counted));
        let work = stage.completed(&work).await;
        assert_eq!(
            work["messages"].as_array().unwrap().last().unwrap(),
            "attempt 2"
        );
        run.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_are_acknowledged_early_keep_no_place_when_they_are_done() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let listen = stage.enrichment().await.listen(counted);
    let run = Run::of(listen.ack_within(Duration::ZERO));
    let works: Vec<_> = (0..100).map(|number| stage.ask(number)).collect();
    for work in &works {
        stage.completed(work).await;
    }
    run.stop().await.unwrap();
    stage.acknowledged().await;
}

async fn counted(enrichment: Enrichment) -> Result<Reply, BoxError> {
    Ok(enrichment.unchanged(format!("attempt {}", enrichment.attempt())))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_put_back_by_its_connection_comes_again() {
    for queue_type in TYPES {
        let broker = or_skip!();
        let proxy = Proxy::before((broker.host(), broker.port()));
        let stage = Stage::with(Options {
            broker: Some(broker),
            queue_type,
            told: Some(proxy.addr()),
            ..Options::default()
        });
        let (begun, go_on) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let (tell, gate) = (Arc::clone(&begun), Arc::clone(&go_on));
        let handler = move |enrichment: Enrichment| {
            let (tell, gate) = (Arc::clone(&tell), Arc::clone(&gate));
            async move {
                if enrichment.attempt() > 1 {
                    return counted(enrichment).await;
                }
                tell.add_permits(1);
                gate.acquire().await?.forget();
                tell.add_permits(1);
                never(enrichment).await
            }
        };
        let run = Run::of(stage.enrichment().await.listen(handler));
        let work = stage.ask(0);
        begun.acquire().await.unwrap().forget();
        proxy.refuse(true);
        proxy.cut();
        until("no consumer is left", || {
            stage.broker.consumers(&stage.queue()) == 0
        })
        .await;
        go_on.add_permits(1);
        begun.acquire().await.unwrap().forget();
        proxy.refuse(false);
        let work = stage.completed(&work).await;
        assert_eq!(
            work["messages"].as_array().unwrap().last().unwrap(),
            "attempt 2"
        );
        run.stop().await.unwrap();
        stage.acknowledged().await;
    }
}
