//! Publishing on a channel on which the broker confirms.

use std::fmt;

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation, ConnectionStatus};

use crate::runtime::broker::channel::{ATTEMPT_HEADER, short, while_open};
use crate::runtime::broker::confirms::{Answer, Confirm, InFlight, Sending, Sent};
use crate::runtime::broker::error::BrokerError;

/// Publishes messages that are persistent, mandatory and confirmed.
#[derive(Clone)]
pub(crate) struct Publisher {
    channel: Channel,
    status: ConnectionStatus,
    in_flight: InFlight,
}

impl Publisher {
    pub(super) async fn open(
        channel: Channel,
        status: ConnectionStatus,
    ) -> Result<Self, BrokerError> {
        let confirm = channel.confirm_select(ConfirmSelectOptions::default());
        while_open(|| channel.status().connected(), confirm).await?;
        Ok(Self {
            channel,
            status,
            in_flight: InFlight::default(),
        })
    }

    /// Returns when the message is sent, which waits while the broker blocks the connection; the
    /// answer is the outcome of the [`Confirm`]. Without one, dropped before, the message may be
    /// sent or not.
    pub(crate) async fn publish(
        &self,
        exchange: &str,
        routing_key: &str,
        body: &[u8],
        attempt: Option<u32>,
    ) -> Result<Confirm, BrokerError> {
        let sending = self.begin(exchange, routing_key, body.to_vec(), attempt)?;
        sending.sent().await
    }

    /// As [`publish`](Self::publish), without waiting: messages that are begun one after the other
    /// leave together.
    pub(crate) fn begin(
        &self,
        exchange: &str,
        routing_key: &str,
        body: Vec<u8>,
        attempt: Option<u32>,
    ) -> Result<Sending, BrokerError> {
        let exchange = short("exchange", exchange)?;
        let routing_key = short("routing key", routing_key)?;
        let options = BasicPublishOptions {
            mandatory: true,
            ..BasicPublishOptions::default()
        };
        let channel = self.channel.clone();
        let publish = move |id, sent: Sent| async move {
            let is_open = || channel.status().connected();
            let properties = properties(id, attempt);
            let publish = channel.basic_publish(exchange, routing_key, options, &body, properties);
            let confirm = while_open(is_open, publish).await?;
            drop(body);
            sent.now();
            while_open(is_open, confirm).await.map(answer)
        };
        Ok(self.in_flight.begin(publish))
    }

    pub(crate) fn is_open(&self) -> bool {
        self.channel.status().connected()
    }

    /// Whether the broker takes nothing because it is short of memory or disk.
    pub(crate) fn is_blocked(&self) -> bool {
        self.status.blocked()
    }
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher")
            .field("is_blocked", &self.is_blocked())
            .finish_non_exhaustive()
    }
}

fn properties(id: u64, attempt: Option<u32>) -> BasicProperties {
    let properties = BasicProperties::default()
        .with_delivery_mode(2)
        .with_content_encoding("utf-8".into())
        .with_message_id(id.to_string().into());
    let Some(attempt) = attempt else {
        return properties;
    };
    let mut headers = FieldTable::default();
    headers.insert(ATTEMPT_HEADER.into(), AMQPValue::LongUInt(attempt));
    properties.with_headers(headers)
}

/// The answer to a message, with the id of the message that was returned before it.
fn answer(confirmation: Confirmation) -> Answer {
    let is_confirmed = !confirmation.is_nack();
    let returned = confirmation.take_message().map(|message| {
        let id = message.delivery.properties.message_id().as_ref();
        id.and_then(|id| id.as_str().parse().ok())
            .unwrap_or_default()
    });
    Answer {
        is_confirmed,
        returned,
    }
}
