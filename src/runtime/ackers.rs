//! The deliveries of one message.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::runtime::broker::Acker;

/// The deliveries of one message: more than one where a connection was lost while it was in hand,
/// or where the platform sent it twice.
pub(super) struct Ackers {
    ackers: Mutex<Vec<Acker>>,
    is_early: AtomicBool,
}

/// What is told to the broker of a message.
#[derive(Clone, Copy, Debug)]
pub(super) enum Settle {
    /// It is done.
    Ack,
    /// It is to be delivered again.
    Requeue,
    /// It is to be dropped.
    Reject,
}

impl Ackers {
    pub(super) fn new(acker: Acker) -> Self {
        Self {
            ackers: Mutex::new(vec![acker]),
            is_early: AtomicBool::new(false),
        }
    }

    pub(super) fn add(&self, acker: Acker) {
        self.list().push(acker);
    }

    /// Whether no delivery is left that is not settled.
    pub(super) fn is_empty(&self) -> bool {
        self.list().is_empty()
    }

    fn list(&self) -> MutexGuard<'_, Vec<Acker>> {
        // A panic while the lock was held leaves nothing half done.
        self.ackers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Acknowledges all deliveries while the message is still in hand.
    pub(super) async fn ack_early(&self) {
        self.is_early.store(true, Ordering::Relaxed);
        self.settle(Settle::Ack).await;
    }

    /// Whether the broker holds the message no more.
    pub(super) fn is_early(&self) -> bool {
        self.is_early.load(Ordering::Relaxed)
    }

    /// Settles all deliveries; false if none of them is on an open connection, so that the message
    /// comes again.
    pub(super) async fn settle(&self, how: Settle) -> bool {
        let ackers = std::mem::take(&mut *self.list());
        let mut is_settled = self.is_early();
        for acker in ackers {
            let settled = match how {
                Settle::Ack => acker.ack().await,
                Settle::Requeue => acker.requeue().await,
                Settle::Reject => acker.reject().await,
            };
            match settled {
                Ok(()) => is_settled = true,
                Err(error) => tracing::debug!(%error, "a delivery cannot be acknowledged any more"),
            }
        }
        is_settled
    }
}
