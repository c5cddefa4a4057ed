//! One connection to the broker.

use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_rs::util::RuntimeParts;
use async_rs::{Runtime, Tokio};
use lapin::uri::{AMQPAuthority, AMQPQueryString, AMQPScheme, AMQPUri, AMQPUserInfo};
use lapin::{AsyncTcpStream, ConnectionProperties, ErrorKind};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::runtime::broker::address::Address;
use crate::runtime::broker::channel::while_open;
use crate::runtime::broker::consumer::Consumer;
use crate::runtime::broker::error::{BrokerError, BrokerErrorKind};
use crate::runtime::broker::publisher::Publisher;
use crate::runtime::broker::socket::{Login, Socket, Sockets};

/// In seconds. A stalled connection is noticed after two of them.
const HEARTBEAT: u16 = 10;
/// In bytes. lapin keeps room for 32 frames in each direction, and parts are mostly smaller: the
/// broker's 128 KiB would take 8 MiB for each connection.
const FRAME_MAX: u32 = 16 * 1024;
const OPEN_TIMEOUT: Duration = Duration::from_secs(30);
/// How long closing may take; the broker notices the end of the socket either way.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection. Its consumers, publishers and ackers end with it, and it ends when it is dropped.
pub(crate) struct Connection {
    pub(super) amqp: lapin::Connection,
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

    /// Consumes a queue on a channel of its own, with at most `prefetch` unsettled messages.
    pub(crate) async fn consume(
        &self,
        queue: &str,
        prefetch: u16,
    ) -> Result<Consumer, BrokerError> {
        let channel = self.while_open(self.amqp.create_channel()).await?;
        Consumer::open(channel, queue, prefetch).await
    }

    /// A publisher on a channel of its own, on which the broker confirms.
    pub(crate) async fn publisher(&self) -> Result<Publisher, BrokerError> {
        let channel = self.while_open(self.amqp.create_channel()).await?;
        Publisher::open(channel, self.amqp.status().clone()).await
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

pub(super) fn uri(address: &Address) -> AMQPUri {
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
