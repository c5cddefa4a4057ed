//! A message that has arrived, and which attempt at it this is.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use hyper::body::Bytes;
use uuid::Uuid;

use crate::runtime::broker::Delivery;
use crate::runtime::delivery::acknowledge::{Acker, QueueAcker};
use crate::runtime::delivery::prefetch::Gate;

/// A message that has arrived.
pub(crate) struct Incoming {
    pub(crate) body: Bytes,
    /// The same for a redelivery of the message.
    pub(crate) key: Key,
    pub(crate) attempt: Attempt,
    pub(crate) acker: Acker,
}

/// What tells a message from all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key(Uuid);

impl Key {
    /// The digest of what is its own: its bytes, or the id of its work.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Uuid::new_v5(&Uuid::nil(), bytes))
    }
}

impl Incoming {
    pub(crate) fn of(delivery: Delivery, unsettled: Arc<AtomicUsize>, gate: Gate) -> Self {
        let attempt = Attempt::of(&delivery);
        let acker = QueueAcker {
            acker: delivery.acker,
            unsettled,
            gate,
        };
        Self {
            key: Key::of(&delivery.body),
            body: delivery.body.into(),
            attempt,
            acker: Acker::Broker(acker),
        }
    }
}

/// Which attempt at its message a delivery is, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// This one.
    Number(u32),
    /// At least this one. A classic queue cannot tell the second delivery of a message from the tenth,
    /// so it has to be published again with a count.
    ToBeCounted(u32),
}

impl Attempt {
    /// Adds the count of a quorum queue to the runtime's own.
    pub(crate) fn of(delivery: &Delivery) -> Self {
        let counted = delivery.attempt.unwrap_or(1).max(1);
        match delivery.delivery_count {
            Some(count) => {
                let count = u32::try_from(count).unwrap_or(u32::MAX);
                Self::Number(counted.saturating_add(count))
            }
            None if delivery.is_redelivered => Self::ToBeCounted(counted.saturating_add(1)),
            None => Self::Number(counted),
        }
    }
}
