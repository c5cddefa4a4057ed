//! Against RabbitMQ: that of `OPENCTI_TEST_AMQP`, else one on this machine. What disturbs others is
//! done to a node of the tests' own (`node`).

mod network;
mod node;
mod tls;

use std::time::{Duration, Instant};

use lapin::options::{BasicGetOptions, QueueDeclareOptions, QueueDeleteOptions};

use super::*;
use crate::runtime::broker::address::Address;
use crate::runtime::broker::channel::while_open;
use crate::runtime::broker::connection::uri;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::uri::AMQPUri;
use tokio::time::timeout;
use uuid::Uuid;

const TYPES: [&str; 2] = ["classic", "quorum"];
const DEADLINE: Duration = Duration::from_secs(20);

fn address() -> Address {
    let uri = std::env::var("OPENCTI_TEST_AMQP");
    let uri = uri.unwrap_or_else(|_| "amqp://guest:guest@127.0.0.1:5672/%2f".into());
    let uri: AMQPUri = uri.parse().unwrap();
    Address {
        host: uri.authority.host,
        port: uri.authority.port,
        vhost: uri.vhost,
        user: uri.authority.userinfo.username,
        password: uri.authority.userinfo.password.into(),
        tls: None,
        name: "opencti-connector's tests".into(),
    }
}

async fn open(address: &Address) -> Connection {
    let connection = Connection::open(address).await;
    connection.unwrap_or_else(|error| panic!("the tests need RabbitMQ: {error}"))
}

/// A queue that the broker deletes when it is not used for a minute.
async fn declare(
    connection: &Connection,
    of_type: &str,
    arguments: &[(&str, AMQPValue)],
) -> String {
    let name = format!("test_{}", Uuid::new_v4());
    let mut table = FieldTable::default();
    table.insert("x-queue-type".into(), AMQPValue::LongString(of_type.into()));
    table.insert("x-expires".into(), AMQPValue::LongInt(60_000));
    for (argument, value) in arguments {
        table.insert((*argument).into(), value.clone());
    }
    let options = QueueDeclareOptions {
        durable: true,
        ..QueueDeclareOptions::default()
    };
    let channel = connection.amqp.create_channel().await.unwrap();
    let declared = channel.queue_declare(name.as_str().into(), options, table);
    declared.await.unwrap();
    name
}

async fn delete(connection: &Connection, queue: &str) {
    let channel = connection.amqp.create_channel().await.unwrap();
    let deleted = channel.queue_delete(queue.into(), QueueDeleteOptions::default());
    deleted.await.unwrap();
}

/// The numbers of messages that are ready, and of consumers.
async fn counts(connection: &Connection, queue: &str) -> (u32, u32) {
    let options = QueueDeclareOptions {
        passive: true,
        ..QueueDeclareOptions::default()
    };
    let channel = connection.amqp.create_channel().await.unwrap();
    let declared = channel.queue_declare(queue.into(), options, FieldTable::default());
    let declared = declared.await.unwrap();
    (declared.message_count(), declared.consumer_count())
}

async fn until_counts(connection: &Connection, queue: &str, wanted: (u32, u32)) {
    let start = Instant::now();
    loop {
        let found = counts(connection, queue).await;
        if found == wanted {
            return;
        }
        assert!(start.elapsed() < DEADLINE, "{found:?} is not {wanted:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn publish(connection: &Connection, queue: &str, body: &str) -> Outcome {
    let publisher = connection.publisher().await.unwrap();
    let confirm = publisher.publish("", queue, body.as_bytes(), None).await;
    confirm.unwrap().outcome().await.unwrap()
}

async fn next(consumer: &mut Consumer) -> Delivery {
    let delivery = timeout(DEADLINE, consumer.next()).await;
    delivery.expect("no message came").unwrap()
}

async fn end(consumer: &mut Consumer) -> BrokerErrorKind {
    let end = timeout(DEADLINE, consumer.next()).await;
    end.expect("the consumer goes on").unwrap_err().kind()
}

#[tokio::test]
async fn a_message_comes_as_it_was_published() {
    let connection = open(&address()).await;
    for of_type in TYPES {
        let queue = declare(&connection, of_type, &[]).await;
        let publisher = connection.publisher().await.unwrap();
        for attempt in [Some(2), None] {
            let confirm = publisher.publish("", &queue, b"{}", attempt).await.unwrap();
            assert_eq!(confirm.outcome().await, Ok(Outcome::Confirmed));
        }

        let mut consumer = connection.consume(&queue, 1).await.unwrap();
        let first = next(&mut consumer).await;
        assert_eq!((&first.body[..], first.attempt), (&b"{}"[..], Some(2)));
        assert!(!first.is_redelivered);
        assert_eq!(first.delivery_count.unwrap_or_default(), 0);
        first.acker.ack().await.unwrap();
        let second = next(&mut consumer).await;
        assert_eq!(second.attempt, None);
        second.acker.ack().await.unwrap();
        until_counts(&connection, &queue, (0, 1)).await;
        delete(&connection, &queue).await;
    }
}

#[tokio::test]
async fn a_message_outlives_the_broker_and_is_marked_as_text() {
    let connection = open(&address()).await;
    let queue = declare(&connection, "classic", &[]).await;
    publish(&connection, &queue, "{}").await;
    let channel = connection.amqp.create_channel().await.unwrap();
    let got = channel.basic_get(queue.as_str().into(), BasicGetOptions { no_ack: true });
    let properties = got.await.unwrap().unwrap().delivery.properties;
    assert_eq!(*properties.delivery_mode(), Some(2));
    let encoding = properties.content_encoding().as_ref();
    assert_eq!(encoding.map(ShortString::as_str), Some("utf-8"));
    assert_eq!(*properties.headers(), None);
    delete(&connection, &queue).await;
}

#[tokio::test]
async fn a_requeued_message_is_marked_and_in_a_quorum_queue_counted() {
    let connection = open(&address()).await;
    for of_type in TYPES {
        let queue = declare(&connection, of_type, &[]).await;
        publish(&connection, &queue, "a").await;
        let mut consumer = connection.consume(&queue, 1).await.unwrap();
        for count in 0..3 {
            let delivery = next(&mut consumer).await;
            assert_eq!(delivery.is_redelivered, count > 0);
            // RabbitMQ 3.10 does not count to 0.
            let is_counted = of_type == "quorum" && count > 0;
            let found = delivery.delivery_count.filter(|count| *count > 0);
            assert_eq!(found, is_counted.then_some(count));
            delivery.acker.requeue().await.unwrap();
        }
        delete(&connection, &queue).await;
    }
}

#[tokio::test]
async fn a_rejected_message_does_not_come_again() {
    let connection = open(&address()).await;
    for of_type in TYPES {
        let queue = declare(&connection, of_type, &[]).await;
        publish(&connection, &queue, "a").await;
        publish(&connection, &queue, "b").await;
        let mut consumer = connection.consume(&queue, 1).await.unwrap();
        next(&mut consumer).await.acker.reject().await.unwrap();
        let delivery = next(&mut consumer).await;
        assert_eq!(
            (&delivery.body[..], delivery.is_redelivered),
            (&b"b"[..], false)
        );
        delete(&connection, &queue).await;
    }
}

#[tokio::test]
async fn a_message_is_answered_once() {
    let connection = open(&address()).await;
    let queue = declare(&connection, "classic", &[]).await;
    publish(&connection, &queue, "a").await;
    let mut consumer = connection.consume(&queue, 1).await.unwrap();
    let acker = next(&mut consumer).await.acker;
    acker.clone().ack().await.unwrap();
    let error = acker.requeue().await.unwrap_err();
    assert_eq!(error.kind(), BrokerErrorKind::Lost, "{error}");
    assert!(connection.is_open());
    delete(&connection, &queue).await;
}

#[tokio::test]
async fn no_more_than_the_prefetch_come_at_once() {
    let connection = open(&address()).await;
    let queue = declare(&connection, "classic", &[]).await;
    for body in ["a", "b", "c"] {
        publish(&connection, &queue, body).await;
    }
    let mut consumer = connection.consume(&queue, 2).await.unwrap();
    let first = next(&mut consumer).await;
    let _second = next(&mut consumer).await;
    // The third is not with the consumer, but ready for another.
    assert_eq!(counts(&connection, &queue).await, (1, 1));
    first.acker.ack().await.unwrap();
    assert_eq!(next(&mut consumer).await.body, b"c");
    delete(&connection, &queue).await;
}

#[tokio::test]
async fn a_dropped_connection_gives_its_messages_back() {
    let connection = open(&address()).await;
    for of_type in TYPES {
        let queue = declare(&connection, of_type, &[]).await;
        publish(&connection, &queue, "a").await;
        let lost = open(&address()).await;
        let mut consumer = lost.consume(&queue, 1).await.unwrap();
        let delivery = next(&mut consumer).await;
        drop(lost);
        assert_eq!(end(&mut consumer).await, BrokerErrorKind::Lost);
        let error = delivery.acker.ack().await.unwrap_err();
        assert_eq!(error.kind(), BrokerErrorKind::Lost, "{error}");

        let mut consumer = connection.consume(&queue, 1).await.unwrap();
        assert!(next(&mut consumer).await.is_redelivered);
        delete(&connection, &queue).await;
    }
}

#[tokio::test]
async fn a_closed_connection_sends_what_was_answered_before() {
    let connection = open(&address()).await;
    let queue = declare(&connection, "classic", &[]).await;
    publish(&connection, &queue, "a").await;
    let closed = open(&address()).await;
    let mut consumer = closed.consume(&queue, 1).await.unwrap();
    next(&mut consumer).await.acker.ack().await.unwrap();
    closed.close().await;
    until_counts(&connection, &queue, (0, 0)).await;
    delete(&connection, &queue).await;
}

#[tokio::test]
async fn a_message_without_a_queue_is_returned() {
    let connection = open(&address()).await;
    assert_eq!(
        publish(&connection, "test_none", "a").await,
        Outcome::Returned
    );
}

#[tokio::test]
async fn a_returned_message_is_told_from_those_in_flight_with_it() {
    let connection = open(&address()).await;
    let queue = declare(&connection, "quorum", &[]).await;
    let publisher = connection.publisher().await.unwrap();
    let mut confirms = Vec::new();
    for number in 0..200 {
        let key = if number % 3 == 0 { "test_none" } else { &queue };
        confirms.push(publisher.publish("", key, b"a", None).await.unwrap());
    }
    for (number, confirm) in confirms.into_iter().enumerate() {
        let outcome = confirm.outcome().await.unwrap();
        if number % 3 == 0 {
            assert_eq!(outcome, Outcome::Returned, "{number}");
        }
    }
    delete(&connection, &queue).await;
}

#[tokio::test]
async fn an_answer_that_never_comes_is_not_waited_for_once_the_channel_is_lost() {
    let polls = std::cell::Cell::new(0);
    let is_open = || {
        polls.set(polls.get() + 1);
        polls.get() < 2
    };
    let never = std::future::pending::<lapin::Result<()>>();
    let waited = timeout(DEADLINE, while_open(is_open, never)).await;
    let error = waited.expect("it is waited for").unwrap_err();
    assert_eq!(error.kind(), BrokerErrorKind::Lost);
    // While it was open it was waited for.
    assert_eq!(polls.get(), 2);
}

#[tokio::test]
async fn a_full_queue_refuses_a_message() {
    let connection = open(&address()).await;
    for of_type in TYPES {
        let full = [
            ("x-max-length", AMQPValue::LongInt(1)),
            ("x-overflow", AMQPValue::LongString("reject-publish".into())),
        ];
        let queue = declare(&connection, of_type, &full).await;
        // A quorum queue takes some more before it is full.
        let start = Instant::now();
        while publish(&connection, &queue, "a").await == Outcome::Confirmed {
            assert!(start.elapsed() < DEADLINE, "the queue is never full");
        }
        assert_eq!(publish(&connection, &queue, "a").await, Outcome::Nacked);
        delete(&connection, &queue).await;
    }
}

#[tokio::test]
async fn a_cancelled_consumer_gives_what_it_was_sent_before() {
    let connection = open(&address()).await;
    for of_type in TYPES {
        let queue = declare(&connection, of_type, &[]).await;
        for _ in 0..5 {
            publish(&connection, &queue, "a").await;
        }
        let mut consumer = connection.consume(&queue, 10).await.unwrap();
        let first = next(&mut consumer).await;
        until_counts(&connection, &queue, (0, 1)).await;
        consumer.cancel().await.unwrap();
        publish(&connection, &queue, "b").await;
        for _ in 1..5 {
            let delivery = next(&mut consumer).await;
            assert_eq!(delivery.body, b"a");
            delivery.acker.ack().await.unwrap();
        }
        assert_eq!(end(&mut consumer).await, BrokerErrorKind::Cancelled);
        assert_eq!(end(&mut consumer).await, BrokerErrorKind::Cancelled);
        // The handlers of its messages may go on for longer than the consumer.
        drop(consumer);
        first.acker.ack().await.unwrap();
        until_counts(&connection, &queue, (1, 0)).await;
        delete(&connection, &queue).await;
    }
}

#[tokio::test]
async fn a_consumer_ends_when_its_queue_is_deleted() {
    let connection = open(&address()).await;
    for of_type in TYPES {
        let queue = declare(&connection, of_type, &[]).await;
        let mut consumer = connection.consume(&queue, 1).await.unwrap();
        delete(&connection, &queue).await;
        assert_eq!(end(&mut consumer).await, BrokerErrorKind::Cancelled);
        assert!(connection.is_open());
    }
}

#[tokio::test]
async fn a_queue_or_an_exchange_that_is_not_there_is_told() {
    let connection = open(&address()).await;
    let error = connection.consume("test_none", 1).await.unwrap_err();
    assert_eq!(error.kind(), BrokerErrorKind::NoQueue, "{error}");
    assert!(error.to_string().contains("test_none"), "{error}");

    let publisher = connection.publisher().await.unwrap();
    let error = match publisher.publish("test_none", "a", b"a", None).await {
        Ok(confirm) => confirm.outcome().await.unwrap_err(),
        Err(error) => error,
    };
    assert_eq!(error.kind(), BrokerErrorKind::NoQueue, "{error}");
    // Its channel is closed.
    let error = publisher.publish("", "a", b"a", None).await.unwrap_err();
    assert_eq!(error.kind(), BrokerErrorKind::Lost, "{error}");
    let long = "q".repeat(256);
    let error = connection.consume(&long, 1).await.unwrap_err();
    assert_eq!(error.kind(), BrokerErrorKind::NoQueue, "{error}");
    assert!(connection.is_open());
}

#[tokio::test]
async fn a_refusal_names_what_to_look_at_and_no_secret() {
    let address = address();
    let refused = [
        (
            Address {
                password: "pa55word".into(),
                ..address.clone()
            },
            "`MQ_PASS`",
        ),
        (
            Address {
                user: "nobody".into(),
                ..address.clone()
            },
            "`MQ_USER`",
        ),
        (
            Address {
                vhost: "nowhere".into(),
                ..address.clone()
            },
            "`MQ_VHOST`",
        ),
        (
            Address {
                vhost: "v".repeat(256),
                ..address
            },
            "`MQ_VHOST`",
        ),
    ];
    for (address, variable) in refused {
        let error = Connection::open(&address).await.unwrap_err();
        assert_eq!(error.kind(), BrokerErrorKind::Refused, "{error}");
        let said = format!("{error} {error:?} {address:?}");
        assert!(said.contains(variable), "{error}");
        assert!(!said.contains("pa55word"), "{said}");
        // Nor does lapin know one, which logs what it sends.
        let known = format!("{:?}", uri(&address));
        assert!(
            !known.contains("pa55word") && !known.contains("guest\" }"),
            "{known}"
        );
    }
}
