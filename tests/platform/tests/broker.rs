//! Brokers, and what the platform does to one.

use std::time::{Duration, Instant};

use platform::{Broker, Hold, NodeOptions, Options, Platform, QueueType, Worker, broker::or_skip};
use serde_json::{Value, json};

use crate::{DELETE, PING, REGISTER, Session, code, input};

/// Long for a machine that is busy; what is waited for takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

fn session(broker: &Broker, queue_type: QueueType) -> Session {
    Session::with(Options {
        broker: Some(broker.clone()),
        queue_type,
        ..Options::default()
    })
}

fn random_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

fn eventually(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A part as connectors push it.
fn part(work: Option<&str>, object: &Value) -> Vec<u8> {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let bundle = json!({ "type": "bundle", "id": "bundle--1", "objects": [object] });
    let content = BASE64_STANDARD.encode(bundle.to_string());
    let part = json!({ "no_split": false, "content": content, "work_id": work });
    part.to_string().into_bytes()
}

#[tokio::test]
async fn registrations_and_pings_declare_the_queues_and_a_deletion_removes_them() {
    let broker = or_skip!();
    for queue_type in [QueueType::Classic, QueueType::Quorum] {
        let session = session(&broker, queue_type);
        let id = random_id();
        let queues = [format!("listen_{id}"), format!("push_{id}")];
        let are_there = || queues.iter().all(|queue| broker.has_queue(queue));

        session.register(&id).await;
        assert!(are_there());
        let connection = &session.platform.connectors()[&id]["config"]["connection"];
        assert_eq!(connection["host"], broker.host());
        assert_eq!(connection["port"], broker.port());
        assert_eq!(connection["pass"], broker.password());

        session.platform.send(&id, &json!({ "event": {} }));
        assert_eq!(broker.ready(&queues[0]), 1);
        broker.delete_queue(&queues[0]);
        assert!(!are_there());
        session.ask(PING, json!({ "id": id })).await;
        assert!(are_there());

        session.ask(DELETE, json!({ "id": id })).await;
        assert!(queues.iter().all(|queue| !broker.has_queue(queue)));

        session.register(&id).await;
        assert!(are_there());
        drop(session);
        assert!(queues.iter().all(|queue| !broker.has_queue(queue)));
    }
}

#[tokio::test]
async fn what_is_refused_declares_nothing() {
    let broker = or_skip!();
    let session = session(&broker, QueueType::Classic);
    let id = random_id();
    let mut input = input(&id);
    input["name"] = "".into();
    session.ask(REGISTER, json!({ "input": input })).await;
    session.ask(PING, json!({ "id": id })).await;
    assert!(!broker.has_queue(&format!("push_{id}")));
}

#[tokio::test]
async fn a_reset_purges_both_queues() {
    let broker = or_skip!();
    let session = session(&broker, QueueType::Classic);
    let id = random_id();
    session.register(&id).await;
    let queues = [format!("listen_{id}"), format!("push_{id}")];
    for queue in &queues {
        broker.publish(queue, b"{}");
    }
    session.platform.reset_state(&id);
    assert!(queues.iter().all(|queue| broker.ready(queue) == 0));
}

#[tokio::test]
async fn the_queue_details_are_those_of_the_push_queue_unless_they_are_set() {
    let broker = or_skip!();
    let session = session(&broker, QueueType::Classic);
    let id = random_id();
    session.register(&id).await;
    let query = "query($id: String!) { connector(id: $id) { \
                 connector_queue_details { messages_number messages_size } } }";
    let details = async || {
        let answer = session.ask(query, json!({ "id": id })).await;
        answer["data"]["connector"]["connector_queue_details"].clone()
    };
    broker.publish(&format!("push_{id}"), &[b' '; 1000]);
    assert_eq!(details().await["messages_number"], 1);
    session.platform.set_queue_size(&id, 700_000_000);
    assert_eq!(
        details().await,
        json!({ "messages_number": 1, "messages_size": 700_000_000 })
    );
}

#[tokio::test]
async fn a_worker_reports_each_part_and_drops_those_of_a_deleted_work() {
    let broker = or_skip!();
    let session = session(&broker, QueueType::Classic);
    let id = random_id();
    let worker = Worker::start(&session.platform, &id);
    session.register(&id).await;
    let work = session.platform.add_work(&id);
    let deleted = session.platform.add_work(&id);
    session.platform.delete_work(&deleted);
    assert_eq!(session.platform.works()[&work]["status"], "wait");
    for edit in [
        "toReceived",
        "addExpectations(expectations: 2)",
        "toProcessed",
    ] {
        session.edit_work(&work, edit).await;
    }
    let status = || session.platform.works()[&work]["status"].clone();
    assert_eq!(status(), "progress");

    let push = format!("push_{id}");
    broker.publish(&push, &part(Some(&deleted), &json!({ "id": "a--0" })));
    broker.publish(&push, &part(Some(&work), &json!({ "id": "a--1" })));
    let note = json!({ "id": "b--1", "object_refs": ["a--1", "elsewhere--1"] });
    broker.publish(&push, &part(Some(&work), &note));
    let parts = worker.wait_for(2, PATIENCE);
    assert_eq!(parts.len(), 2);
    assert_eq!(parts[1]["content"]["objects"][0], note);
    assert_eq!(status(), "complete");
}

#[tokio::test]
async fn a_worker_finds_a_part_that_comes_after_what_refers_to_it() {
    let broker = or_skip!();
    let session = session(&broker, QueueType::Classic);
    let id = random_id();
    session.register(&id).await;
    let worker = Worker::start(&session.platform, &id);
    let push = format!("push_{id}");
    broker.publish(
        &push,
        &part(None, &json!({ "id": "b--1", "created_by_ref": "a--1" })),
    );
    worker.wait_for(1, PATIENCE);
    broker.publish(&push, &part(None, &json!({ "id": "a--1" })));
    let parts = std::panic::AssertUnwindSafe(|| worker.wait_for(2, PATIENCE));
    let panic = std::panic::catch_unwind(parts).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("a--1 came after"), "{message}");
}

#[tokio::test]
async fn a_held_request_waits_and_others_go_on() {
    let session = Session::with(Options::default());
    for (hold, is_done_meanwhile) in [(Hold::Before, false), (Hold::After, true)] {
        let work = session.add_work(false).await;
        let is_done = || session.platform.works()[&work]["processed_time"].is_string();
        let gate = session.platform.hold("toProcessed", hold);
        let others = async {
            while !gate.reached(Duration::ZERO) {
                session.edit_work(&work, "ping").await;
            }
        };
        let edit = session.edit_work(&work, "toProcessed");
        tokio::pin!(edit);
        tokio::select! {
            answer = &mut edit => panic!("not held: {answer}"),
            () = others => {}
        }
        assert_eq!(is_done(), is_done_meanwhile, "{hold:?}");
        gate.release();
        assert_eq!(edit.await.get("errors"), None);
        assert!(is_done());
    }
}

#[tokio::test]
async fn an_own_node_can_be_disturbed_and_leaves_nothing() {
    let options = NodeOptions {
        conf: "consumer_timeout = 15000".to_owned(),
        ..NodeOptions::default()
    };
    let broker = or_skip!(Broker::own(options));
    let timeout = broker.ctl(&[
        "-q",
        "eval",
        "application:get_env(rabbit, consumer_timeout).",
    ]);
    assert!(timeout.contains("15000"), "{timeout}");

    let session = session(&broker, QueueType::Classic);
    let id = random_id();
    session.register(&id).await;
    let listen = format!("listen_{id}");
    session.platform.send(&id, &json!({ "event": {} }));
    assert_eq!(broker.queue_depth(&listen), (1, Some(0)));

    broker.publish(&format!("push_{id}"), &[b' '; 1000]);
    let query = "query($id: String!) { connector(id: $id) { \
                 connector_queue_details { messages_number messages_size } } }";
    let answer = session.ask(query, json!({ "id": id })).await;
    let details = &answer["data"]["connector"]["connector_queue_details"];
    assert_eq!(
        *details,
        json!({ "messages_number": 1, "messages_size": 1000 })
    );

    broker.stop_app();
    let answer = session.ask(PING, json!({ "id": id })).await;
    assert_eq!(code(&answer), "INTERNAL_SERVER_ERROR", "{answer}");
    broker.start_app();
    eventually("the message is there again", || {
        broker.has_queue(&listen) && broker.ready(&listen) == 1
    });

    broker.policy(
        "full",
        "^push_",
        r#"{"max-length": 0, "overflow": "reject-publish"}"#,
    );
    broker.clear_policy("full");
    broker.set_memory_alarm(true);
    broker.set_memory_alarm(false);
    broker.purge(&listen);
    assert_eq!(broker.ready(&listen), 0);

    let port = broker.port();
    drop((session, broker));
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn platforms_on_a_broker_tell_of_a_proxy() {
    let broker = or_skip!();
    let told = std::net::SocketAddr::from(([127, 0, 0, 1], 4444));
    let platform = Platform::start(Options {
        broker: Some(broker),
        told: Some(told),
        ..Options::default()
    });
    assert!(platform.url_at(told).ends_with("://127.0.0.1:4444"));
}
