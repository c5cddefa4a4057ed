//! The messages of a queue, and how they are settled.

use std::fmt;

use futures_util::StreamExt;
use lapin::Channel;
use lapin::options::{
    BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions,
    BasicRejectOptions,
};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use tokio::time::timeout;
use uuid::Uuid;

use crate::runtime::broker::channel::{
    ATTEMPT_HEADER, LOST_WITHIN, closed, of_channel, short, while_open,
};
use crate::runtime::broker::error::{BrokerError, BrokerErrorKind};

/// In milliseconds: twelve hours in place of the broker's 30 minutes. Brokers before 3.12 accept the
/// argument and ignore it.
const CONSUMER_TIMEOUT: i64 = 12 * 60 * 60 * 1000;

/// The messages of a queue.
pub(crate) struct Consumer {
    channel: Channel,
    deliveries: lapin::Consumer,
    tag: ShortString,
    is_cancelled: bool,
    end: Option<BrokerError>,
}

impl Consumer {
    pub(super) async fn open(
        channel: Channel,
        queue: &str,
        prefetch: u16,
    ) -> Result<Self, BrokerError> {
        let is_open = || channel.status().connected();
        let qos = BasicQosOptions { global: false };
        while_open(is_open, channel.basic_qos(prefetch, qos)).await?;
        let tag = short("consumer", &format!("opencti-connector-{}", Uuid::new_v4()))?;
        let mut arguments = FieldTable::default();
        arguments.insert(
            "x-consumer-timeout".into(),
            AMQPValue::LongLongInt(CONSUMER_TIMEOUT),
        );
        let options = BasicConsumeOptions::default();
        let consume =
            channel.basic_consume(short("queue", queue)?, tag.clone(), options, arguments);
        let deliveries = while_open(is_open, consume).await?;
        Ok(Self {
            channel,
            deliveries,
            tag,
            is_cancelled: false,
            end: None,
        })
    }

    /// The next message; may be dropped without losing one.
    ///
    /// An error is the end, and comes again.
    pub(crate) async fn next(&mut self) -> Result<Delivery, BrokerError> {
        loop {
            if let Some(end) = &self.end {
                return Err(end.clone());
            }
            let Ok(next) = timeout(LOST_WITHIN, self.deliveries.next()).await else {
                if !self.channel.status().connected() {
                    self.end = Some(closed());
                }
                continue;
            };
            match next {
                // What waits here when its channel ends is delivered to someone else.
                Some(Ok(delivery)) if !delivery.acker.usable() => {}
                Some(Ok(delivery)) => return Ok(self.delivery(delivery)),
                Some(Err(error)) => self.end = Some(of_channel(error)),
                None => self.end = Some(self.cancellation()),
            }
        }
    }

    /// Asks the broker for no more; what it sent before still comes, and can be acknowledged.
    pub(crate) async fn cancel(&mut self) -> Result<(), BrokerError> {
        self.is_cancelled = true;
        let options = BasicCancelOptions::default();
        let cancelled = self.channel.basic_cancel(self.tag.clone(), options);
        while_open(|| self.channel.status().connected(), cancelled).await
    }

    fn delivery(&self, delivery: lapin::message::Delivery) -> Delivery {
        let headers = delivery.properties.headers().as_ref();
        let header = |name: &str| number(headers?.inner().get(name)?);
        Delivery {
            is_redelivered: delivery.redelivered,
            delivery_count: header("x-delivery-count"),
            attempt: header(ATTEMPT_HEADER).map(|it| u32::try_from(it).unwrap_or(u32::MAX)),
            body: delivery.data,
            acker: Acker {
                amqp: delivery.acker,
                channel: self.channel.clone(),
            },
        }
    }

    fn cancellation(&self) -> BrokerError {
        if !self.channel.status().connected() {
            return closed();
        }
        let what = if self.is_cancelled {
            "the consumer was cancelled"
        } else {
            "the broker cancelled the consumer: its queue was deleted, or the node of it is down"
        };
        BrokerError::new(BrokerErrorKind::Cancelled, what)
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("tag", &self.tag.as_str())
            .finish_non_exhaustive()
    }
}

/// A message of a queue.
#[derive(Debug)]
#[expect(
    clippy::struct_field_names,
    reason = "it is the broker's name: `x-delivery-count`"
)]
pub(crate) struct Delivery {
    pub(crate) body: Vec<u8>,
    /// Whether it was delivered before, to whomever.
    pub(crate) is_redelivered: bool,
    /// How often it was delivered before, which quorum queues count: from the second delivery on,
    /// and newer brokers from the first, with 0.
    pub(crate) delivery_count: Option<u64>,
    /// What [`ATTEMPT_HEADER`] says.
    pub(crate) attempt: Option<u32>,
    pub(crate) acker: Acker,
}

/// Answers for a message, once; an error when its channel is gone, so that it is delivered again.
#[derive(Clone)]
pub(crate) struct Acker {
    amqp: lapin::Acker,
    /// Which would close with its last handle.
    channel: Channel,
}

impl Acker {
    /// The message is done with.
    pub(crate) async fn ack(&self) -> Result<(), BrokerError> {
        self.answered(self.amqp.ack(BasicAckOptions::default()))
            .await
    }

    /// The message is to be delivered again.
    pub(crate) async fn requeue(&self) -> Result<(), BrokerError> {
        let options = BasicNackOptions {
            multiple: false,
            requeue: true,
        };
        self.answered(self.amqp.nack(options)).await
    }

    /// The message is to be dropped.
    pub(crate) async fn reject(&self) -> Result<(), BrokerError> {
        let options = BasicRejectOptions { requeue: false };
        self.answered(self.amqp.reject(options)).await
    }

    async fn answered(
        &self,
        answer: impl Future<Output = lapin::Result<bool>>,
    ) -> Result<(), BrokerError> {
        if while_open(|| self.channel.status().connected(), answer).await? {
            return Ok(());
        }
        Err(BrokerError::lost(
            "the channel of the message is closed, or it is answered already",
        ))
    }
}

impl fmt::Debug for Acker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acker").finish_non_exhaustive()
    }
}

fn number(value: &AMQPValue) -> Option<u64> {
    match *value {
        AMQPValue::ShortShortInt(number) => number.try_into().ok(),
        AMQPValue::ShortShortUInt(number) => Some(number.into()),
        AMQPValue::ShortInt(number) => number.try_into().ok(),
        AMQPValue::ShortUInt(number) => Some(number.into()),
        AMQPValue::LongInt(number) => number.try_into().ok(),
        AMQPValue::LongUInt(number) => Some(number.into()),
        AMQPValue::LongLongInt(number) => number.try_into().ok(),
        _ => None,
    }
}
