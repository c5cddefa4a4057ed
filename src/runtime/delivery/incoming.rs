//! A message that has arrived, and which attempt at it this is.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use uuid::Uuid;

use crate::runtime::broker::Delivery;
use crate::runtime::delivery::acknowledge::{Acker, QueueAcker};
use crate::runtime::delivery::prefetch::Gate;

/// A message that has come.
pub(crate) struct Incoming {
    pub(crate) body: Arc<[u8]>,
    /// The same for a message that comes once more.
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

/// What a delivery says of the attempts at its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It is this one, counted from 1.
    Number(u32),
    /// It would be this one, but only a copy that says so can be counted on: a classic queue cannot
    /// tell the second delivery of a message from the tenth.
    ToBeCounted(u32),
}

impl Attempt {
    /// By the count of a quorum queue, on top of that of the runtime itself.
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
