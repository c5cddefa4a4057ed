//! The queues of connectors, as the platform's `src/database/rabbitmq.js` declares them.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use lapin::{
    Channel, ExchangeKind,
    options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};
use serde_json::{Value, json};

use super::broker::{Broker, amqp};

const LISTEN_EXCHANGE: &str = "amqp.connector.exchange";
const PUSH_EXCHANGE: &str = "amqp.worker.exchange";

/// The kind of the queues, which the operator of a platform chooses.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum QueueType {
    /// The platform's default.
    #[default]
    Classic,
    /// Counts deliveries.
    Quorum,
}

/// The queues of one platform's connectors. They are deleted with it.
pub(super) struct Topology {
    broker: Broker,
    queue_type: QueueType,
    declared: Mutex<BTreeSet<String>>,
}

impl Topology {
    pub(super) fn new(broker: Broker, queue_type: QueueType) -> Self {
        Self {
            broker,
            queue_type,
            declared: Mutex::default(),
        }
    }

    pub(super) fn broker(&self) -> &Broker {
        &self.broker
    }

    fn declared(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.declared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asserts exchanges, queues and bindings, as every registration and every ping does.
    pub(super) async fn declare(&self, id: &str) -> Result<(), String> {
        self.declared().insert(id.to_owned());
        let (id, queue_type) = (id.to_owned(), self.queue_type);
        let declare = move |channel| async move { declare(&channel, &id, queue_type).await };
        self.broker.amqp().call(declare).await
    }

    /// Deletes the queues of a connector.
    pub(super) async fn delete(&self, id: &str) -> Result<(), String> {
        let queues = queues(id);
        let delete = move |channel| async move {
            for queue in queues {
                amqp::delete(&channel, &queue).await?;
            }
            Ok(())
        };
        self.broker.amqp().call(delete).await
    }

    pub(super) fn purge(&self, id: &str) {
        for queue in queues(id) {
            self.broker.purge(&queue);
        }
    }

    /// Publishes to the queue that the connector listens to.
    pub(super) fn send(&self, id: &str, message: &Value) -> Result<(), String> {
        let (key, body) = (format!("listen_routing_{id}"), message.to_string());
        self.broker.amqp().wait(move |channel| async move {
            amqp::publish(&channel, LISTEN_EXCHANGE, &key, body.as_bytes()).await
        })
    }

    /// `connector_queue_details`: what waits in the push queue, and its bytes unless they are given.
    /// As on the platform zero stands for what could not be asked, such as the bytes in a quorum
    /// queue of `RabbitMQ` 3.10.
    pub(super) async fn details(&self, id: &str, size: Option<u64>) -> Value {
        let queue = push_queue(id);
        let name = queue.clone();
        let ready = move |channel| async move { amqp::ready(&channel, &name).await };
        let number = self.broker.amqp().call(ready).await.unwrap_or(0);
        let size = match size {
            Some(size) => size,
            None if number == 0 => 0,
            None => {
                let broker = self.broker.clone();
                let ask = move || broker.queue_figure(&queue, "message_bytes").unwrap_or(0);
                tokio::task::spawn_blocking(ask).await.unwrap_or(0)
            }
        };
        json!({ "messages_number": number, "messages_size": size })
    }
}

impl Drop for Topology {
    fn drop(&mut self) {
        let queues: Vec<_> = self.declared().iter().flat_map(|id| queues(id)).collect();
        // A broker that the test has stopped keeps none of them.
        let _ = self.broker.amqp().wait(|channel| async move {
            for queue in queues {
                amqp::delete(&channel, &queue).await?;
            }
            Ok(())
        });
    }
}

fn queues(id: &str) -> [String; 2] {
    [format!("listen_{id}"), push_queue(id)]
}

pub(super) fn push_queue(id: &str) -> String {
    format!("push_{id}")
}

async fn declare(channel: &Channel, id: &str, queue_type: QueueType) -> Result<(), String> {
    let queue_type = match queue_type {
        QueueType::Classic => "classic",
        QueueType::Quorum => "quorum",
    };
    for (exchange, way) in [(LISTEN_EXCHANGE, "listen"), (PUSH_EXCHANGE, "push")] {
        let options = ExchangeDeclareOptions {
            durable: true,
            ..ExchangeDeclareOptions::default()
        };
        let none = FieldTable::default;
        channel
            .exchange_declare(exchange.into(), ExchangeKind::Direct, options, none())
            .await
            .map_err(amqp::text)?;
        let mut arguments = FieldTable::default();
        let text = |text: &str| AMQPValue::LongString(text.into());
        arguments.insert("x-queue-type".into(), text(queue_type));
        arguments.insert("name".into(), text(id));
        let queue = format!("{way}_{id}");
        channel
            .queue_declare(
                queue.as_str().into(),
                QueueDeclareOptions::durable(),
                arguments,
            )
            .await
            .map_err(amqp::text)?;
        let key = format!("{way}_routing_{id}");
        let options = QueueBindOptions::default();
        channel
            .queue_bind(queue.into(), exchange.into(), key.into(), options, none())
            .await
            .map_err(amqp::text)?;
    }
    Ok(())
}
