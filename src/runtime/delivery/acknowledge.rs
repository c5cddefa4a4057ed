//! Settling the deliveries of a message: acknowledge, requeue or reject.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::runtime::broker;
use crate::runtime::delivery::prefetch::Gate;

/// The deliveries of one message.
///
/// There are several if a connection was lost while the message was in progress, or if the platform
/// sent it twice.
pub(crate) struct Acknowledgement {
    waiting: Mutex<Vec<Acker>>,
    is_early: AtomicBool,
    since: Mutex<Instant>,
}

/// The sender of a delivery, who learns how it is settled.
pub(crate) enum Acker {
    /// The queue.
    Broker(QueueAcker),
    /// A request of the platform.
    #[cfg(feature = "http")]
    Request(tokio::sync::oneshot::Sender<Settle>),
}

/// A delivery of the queue.
pub(crate) struct QueueAcker {
    pub(crate) acker: broker::Acker,
    /// How many deliveries of its consumer are not settled.
    pub(crate) unsettled: Arc<AtomicUsize>,
    pub(crate) gate: Gate,
}

/// How a message is settled.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Settle {
    /// Done.
    Ack,
    /// Deliver it again.
    Requeue,
    /// Drop it.
    Reject,
}

impl Acknowledgement {
    pub(crate) fn new(acker: Acker) -> Self {
        Self {
            waiting: Mutex::new(vec![acker]),
            is_early: AtomicBool::new(false),
            since: Mutex::new(Instant::now()),
        }
    }

    pub(crate) fn add(&self, acker: Acker) {
        *lock(&self.since) = Instant::now();
        lock(&self.waiting).push(acker);
    }

    /// When the last of them arrived.
    pub(crate) fn since(&self) -> Instant {
        *lock(&self.since)
    }

    /// Whether all deliveries are settled.
    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.waiting).is_empty()
    }

    /// Acknowledges all deliveries while the message is still in progress.
    pub(crate) async fn acknowledge_early(&self) {
        self.is_early.store(true, Ordering::Relaxed);
        self.settle(Settle::Ack).await;
    }

    /// Whether the message was acknowledged while in progress, so that the broker does not hold it.
    pub(crate) fn is_early(&self) -> bool {
        self.is_early.load(Ordering::Relaxed)
    }

    /// Settles all deliveries. False if no connection of theirs is open, so that the message comes
    /// again.
    pub(crate) async fn settle(&self, how: Settle) -> bool {
        let acknowledgement = std::mem::take(&mut *lock(&self.waiting));
        let mut is_settled = self.is_early();
        for acker in acknowledgement {
            is_settled |= acker.settle(how).await;
        }
        is_settled
    }
}

impl Acker {
    /// Settles the delivery; false if its sender is gone.
    async fn settle(self, how: Settle) -> bool {
        match self {
            Self::Broker(delivery) => delivery.settle(how).await,
            #[cfg(feature = "http")]
            Self::Request(answer) => answer.send(how).is_ok(),
        }
    }
}

impl QueueAcker {
    async fn settle(mut self, how: Settle) -> bool {
        self.gate.open().await;
        // Before the broker knows: a consumer is never taken for one without credit that has some.
        self.unsettled.fetch_sub(1, Ordering::Relaxed);
        let settled = match how {
            Settle::Ack => self.acker.ack().await,
            Settle::Requeue => self.acker.requeue().await,
            Settle::Reject => self.acker.reject().await,
        };
        settled
            .inspect_err(|error| tracing::debug!(%error, "cannot acknowledge a delivery"))
            .is_ok()
    }
}

/// A panic while the lock was held leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
