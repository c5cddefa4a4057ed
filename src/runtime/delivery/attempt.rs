//! Which attempt at a message a delivery is.

use crate::runtime::broker::Delivery;

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
