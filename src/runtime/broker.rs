//! RabbitMQ: connections, consumers and publishers over lapin, which no other file names.
//!
//! Nothing recovers by itself: what is lost is an error, and who holds it opens it again.

mod address;
mod error;
mod in_flight;
mod socket;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_rs::util::RuntimeParts;
use async_rs::{Runtime, Tokio};
use futures_util::StreamExt;
use lapin::options::{
    BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicNackOptions,
    BasicPublishOptions, BasicQosOptions, BasicRejectOptions, ConfirmSelectOptions,
};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::uri::{AMQPAuthority, AMQPQueryString, AMQPScheme, AMQPUri, AMQPUserInfo};
use lapin::{
    AsyncTcpStream, BasicProperties, Channel, Confirmation, ConnectionProperties, ConnectionStatus,
    ErrorKind,
};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

pub(crate) use self::address::Address;
pub(crate) use self::error::{BrokerError, BrokerErrorKind};
use self::in_flight::{Answer, InFlight, Sent};
pub(crate) use self::in_flight::{Confirm, Outcome, Sending};
use self::socket::{Login, Socket, Sockets};

/// The header by which a message counts its own attempts, where the queue does not.
pub(crate) const ATTEMPT_HEADER: &str = "x-opencti-connector-attempt";

/// In seconds. What stalls is noticed after two of them.
const HEARTBEAT: u16 = 10;
/// In bytes: what lapin keeps room for 32 times in each direction. A part is mostly smaller, and
/// the 128 KiB of the broker would be 8 MiB for each connection.
const FRAME_MAX: u32 = 16 * 1024;
const OPEN_TIMEOUT: Duration = Duration::from_secs(30);
/// For the farewell of a connection; what the broker does not answer until then it is not told.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);
/// Within what time a channel that is lost is looked for, where the AMQP client does not tell.
const LOST_WITHIN: Duration = Duration::from_secs(1);
/// In milliseconds: twelve hours in place of the broker's 30 minutes. Brokers before 3.12 take the
/// argument and do not look at it.
const CONSUMER_TIMEOUT: i64 = 12 * 60 * 60 * 1000;

/// A connection. Its consumers, publishers and ackers end with it, and it ends when it is dropped.
pub(crate) struct Connection {
    amqp: lapin::Connection,
    _end: DropGuard,
}

impl Connection {
    /// Connects within 30 seconds.
    pub(crate) async fn open(address: &Address) -> Result<Self, BrokerError> {
        let opened = timeout(OPEN_TIMEOUT, Self::connect(address)).await;
        opened.unwrap_or_else(|_| {
            Err(BrokerError::new(
                BrokerErrorKind::Unreachable,
                format!(
                    "the broker at {} does not answer within {} seconds; look at `MQ_HOST` and \
                     `MQ_PORT`, and whether it is one",
                    address.place(),
                    OPEN_TIMEOUT.as_secs(),
                ),
            ))
        })
    }

    async fn connect(address: &Address) -> Result<Self, BrokerError> {
        let place = address.place();
        if address.vhost.len() > usize::from(u8::MAX) {
            let text = "the name of the virtual host is longer than 255 bytes";
            return Err(BrokerError::of_refusal(&place, 530, text));
        }
        let token = CancellationToken::new();
        let end = token.clone().drop_guard();
        let login = Login::new(&address.user, &address.password);
        let tls = address.tls.clone();
        let socket = Socket::connect(&address.host, address.port, tls, login, token)
            .await
            .map_err(|error| BrokerError::of_socket(&place, &error))?;
        let socket = Mutex::new(Some(socket));
        let connect = move |_, _| {
            let socket = socket.lock().unwrap_or_else(PoisonError::into_inner).take();
            std::future::ready(
                socket
                    .map(AsyncTcpStream::Plain)
                    .ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected).into()),
            )
        };
        let tokio = Tokio::current();
        let runtime = Runtime::new(RuntimeParts::new(tokio.clone(), Sockets(tokio)));
        let properties = ConnectionProperties::default()
            .with_connection_name(address.name.as_str().into())
            .with_client_property("product".into(), env!("CARGO_PKG_NAME").into())
            .with_client_property("version".into(), env!("CARGO_PKG_VERSION").into());
        let amqp = lapin::Connection::connector(uri(address), runtime, connect, properties)
            .await
            .map_err(|error| match error.kind() {
                ErrorKind::ProtocolError(error) => {
                    let text = error.get_message().as_str();
                    BrokerError::of_refusal(&place, error.get_id(), text)
                }
                ErrorKind::IOError(error) => BrokerError::of_socket(&place, error),
                _ => BrokerError::of_stranger(&place, error),
            })?;
        Ok(Self { amqp, _end: end })
    }

    /// Consumes a queue on a channel of its own, with at most `prefetch` messages not acknowledged.
    pub(crate) async fn consume(
        &self,
        queue: &str,
        prefetch: u16,
    ) -> Result<Consumer, BrokerError> {
        let channel = self.while_open(self.amqp.create_channel()).await?;
        let qos = BasicQosOptions { global: false };
        self.while_open(channel.basic_qos(prefetch, qos)).await?;
        let tag = short("consumer", &format!("opencti-connector-{}", Uuid::new_v4()))?;
        let mut arguments = FieldTable::default();
        arguments.insert(
            "x-consumer-timeout".into(),
            AMQPValue::LongLongInt(CONSUMER_TIMEOUT),
        );
        let options = BasicConsumeOptions::default();
        let consume =
            channel.basic_consume(short("queue", queue)?, tag.clone(), options, arguments);
        let deliveries = self.while_open(consume).await?;
        Ok(Consumer {
            channel,
            deliveries,
            tag,
            is_cancelled: false,
            end: None,
        })
    }

    /// A publisher on a channel of its own, on which the broker confirms.
    pub(crate) async fn publisher(&self) -> Result<Publisher, BrokerError> {
        let channel = self.while_open(self.amqp.create_channel()).await?;
        let confirm = channel.confirm_select(ConfirmSelectOptions::default());
        self.while_open(confirm).await?;
        Ok(Publisher {
            channel,
            status: self.amqp.status().clone(),
            in_flight: InFlight::default(),
        })
    }

    pub(crate) fn is_open(&self) -> bool {
        self.amqp.status().connected()
    }

    async fn while_open<T>(
        &self,
        answer: impl Future<Output = lapin::Result<T>>,
    ) -> Result<T, BrokerError> {
        while_open(|| self.is_open(), answer).await
    }

    /// Takes leave of the broker, after what was sent before; not for longer than five seconds.
    pub(crate) async fn close(self) {
        // What is open no longer needs no farewell.
        let _ = timeout(CLOSE_TIMEOUT, self.amqp.close(200, "OK".into())).await;
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("is_open", &self.is_open())
            .finish_non_exhaustive()
    }
}

/// The messages of a queue.
pub(crate) struct Consumer {
    channel: Channel,
    deliveries: lapin::Consumer,
    tag: ShortString,
    is_cancelled: bool,
    end: Option<BrokerError>,
}

impl Consumer {
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

/// Publishes messages that are persistent, mandatory and confirmed.
#[derive(Clone)]
pub(crate) struct Publisher {
    channel: Channel,
    status: ConnectionStatus,
    in_flight: InFlight,
}

impl Publisher {
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

/// Waits for an answer of the AMQP client, which keeps some for itself when the broker closes the
/// connection while they are on their way (lapin 4.12.3).
async fn while_open<T>(
    is_open: impl Fn() -> bool,
    answer: impl Future<Output = lapin::Result<T>>,
) -> Result<T, BrokerError> {
    let mut answer = pin!(answer);
    loop {
        match timeout(LOST_WITHIN, &mut answer).await {
            Ok(answer) => return answer.map_err(of_channel),
            Err(_) if !is_open() => return Err(closed()),
            Err(_) => {}
        }
    }
}

fn closed() -> BrokerError {
    BrokerError::lost("the channel is closed")
}

fn uri(address: &Address) -> AMQPUri {
    AMQPUri {
        // Of no effect: the socket is connected already.
        scheme: AMQPScheme::AMQP,
        authority: AMQPAuthority {
            userinfo: AMQPUserInfo {
                username: address.user.clone(),
                password: Login::mask(&address.password),
            },
            host: address.host.clone(),
            port: address.port,
        },
        vhost: address.vhost.clone(),
        query: AMQPQueryString {
            heartbeat: Some(HEARTBEAT),
            frame_max: Some(FRAME_MAX),
            ..AMQPQueryString::default()
        },
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

/// An error of a channel, or of the connection that it is on.
fn of_channel(error: lapin::Error) -> BrokerError {
    match error.kind() {
        ErrorKind::ProtocolError(error) => {
            BrokerError::of_close(error.get_id(), error.get_message().as_str())
        }
        _ => BrokerError::lost(error),
    }
}

fn short(what: &str, name: &str) -> Result<ShortString, BrokerError> {
    ShortString::try_new(name).map_err(|_| {
        BrokerError::new(
            BrokerErrorKind::NoQueue,
            format!("the name of the {what} is longer than 255 bytes; look at the platform"),
        )
    })
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
