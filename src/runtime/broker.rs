//! RabbitMQ over lapin, which no other room names: connections, consumers and publishers.
//!
//! Nothing here recovers by itself. A lost connection is an error, and its owner opens another.

pub(crate) mod address;
mod channel;
pub(crate) mod confirms;
pub(crate) mod connection;
pub(crate) mod consumer;
pub(crate) mod error;
pub(crate) mod publisher;
pub(crate) mod reconnect;
mod socket;
pub(crate) mod tls;

#[cfg(all(test, unix))]
mod tests;

pub(crate) use self::confirms::{Confirm, Outcome, Sending};
pub(crate) use self::connection::Connection;
pub(crate) use self::consumer::{Acker, Consumer, Delivery};
pub(crate) use self::error::{BrokerError, BrokerErrorKind};
pub(crate) use self::publisher::Publisher;
