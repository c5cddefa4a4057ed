//! Messages from the connector's queue.

use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

use crate::runtime::backoff::Backoff;
use crate::runtime::broker::{BrokerError, BrokerErrorKind, Connection, Consumer};
use crate::runtime::error::RunError;
use crate::runtime::shared::Shared;
use crate::runtime::source::Incoming;
use crate::runtime::vitals::Vitals;

/// From which time on a connection is taken for one that works.
const LASTING: Duration = Duration::from_secs(30);

/// How many messages may be in hand, as it is wanted and as the broker was asked.
pub(super) struct Prefetch {
    wanted: watch::Sender<u16>,
    asked: watch::Receiver<u16>,
}

/// The side of a [`Prefetch`] that asks the broker.
pub(super) struct Asking {
    wanted: watch::Receiver<u16>,
    asked: watch::Sender<u16>,
}

impl Prefetch {
    /// Of one message at first.
    pub(super) fn new() -> (Self, Asking) {
        let (wanted, wanted_here) = watch::channel(1);
        let (asked, asked_there) = watch::channel(0);
        let asking = Asking {
            wanted: wanted_here,
            asked,
        };
        let prefetch = Self {
            wanted,
            asked: asked_there,
        };
        (prefetch, asking)
    }

    /// Wants so many from now on.
    pub(super) fn ask(&self, wanted: u16) {
        self.wanted.send_if_modified(|old| {
            let is_other = *old != wanted;
            *old = wanted;
            is_other
        });
    }

    pub(super) fn wanted(&self) -> u16 {
        *self.wanted.borrow()
    }

    /// How many the broker may still send; all that it sent before has been handed on.
    pub(super) fn asked_of_broker(&self) -> u16 {
        *self.asked.borrow()
    }

    /// Resolves when the broker was asked for another number.
    pub(super) async fn changed(&mut self) {
        if self.asked.changed().await.is_err() {
            // The other side has ended, and the run with it.
            std::future::pending::<()>().await;
        }
    }
}

/// Hands on what the broker delivers, over a connection that comes back, until the run is over; an
/// error when the broker refuses the connector for good.
///
/// None are asked for while none are wanted. What was delivered before a change still comes, and
/// can be acknowledged.
pub(super) async fn receive(
    shared: &Shared,
    mut asking: Asking,
    deliveries: mpsc::UnboundedSender<Incoming>,
) -> Option<RunError> {
    let (link, over) = (&shared.link, &shared.over);
    let mut backoff = Backoff::new();
    loop {
        let connection = tokio::select! {
            connection = link.connect("listens") => match connection {
                Ok(connection) => connection,
                Err(end) => return Some(end),
            },
            () = over.cancelled() => return None,
        };
        let mut inbox = Inbox {
            connection: &connection,
            queue: link.queue(),
            asking: &mut asking,
            deliveries: &deliveries,
            vitals: &shared.vitals,
            has_consumed: false,
        };
        let begun = Instant::now();
        let error = tokio::select! {
            error = inbox.consume() => error,
            () = over.cancelled() => {
                connection.close().await;
                return None;
            }
        };
        inbox.asking.asked.send_replace(0);
        shared.vitals.fed(false);
        shared.metrics.broker_reconnects.one();
        // Where no messages come a connection that lasts shows the same.
        if inbox.has_consumed || begun.elapsed() >= LASTING {
            backoff = Backoff::new();
        }
        tracing::warn!(%error, "no more messages come over this connection; there will be another");
        connection.close().await;
        if matches!(
            error.kind(),
            BrokerErrorKind::NoQueue | BrokerErrorKind::Cancelled
        ) {
            // The platform declares the queues again with each ping.
            shared.heartbeat.ask();
        }
        tokio::select! {
            () = backoff.wait() => {}
            () = over.cancelled() => return None,
        }
    }
}

struct Inbox<'a> {
    connection: &'a Connection,
    queue: String,
    asking: &'a mut Asking,
    deliveries: &'a mpsc::UnboundedSender<Incoming>,
    vitals: &'a Vitals,
    has_consumed: bool,
}

impl Inbox<'_> {
    /// Consumes until the connection, the channel or the queue is lost.
    async fn consume(&mut self) -> BrokerError {
        let mut is_told = false;
        loop {
            let prefetch = *self.asking.wanted.borrow_and_update();
            if prefetch == 0 {
                if self.asking.wanted.changed().await.is_err() {
                    // Nobody is left to handle a message: the run is at its end.
                    std::future::pending::<()>().await;
                }
                continue;
            }
            let mut consumer = match self.connection.consume(&self.queue, prefetch).await {
                Ok(consumer) => consumer,
                Err(error) => return error,
            };
            if !std::mem::replace(&mut is_told, true) {
                tracing::info!(queue = self.queue, "listens for messages");
            }
            self.vitals.fed(true);
            self.asking.asked.send_replace(prefetch);
            if let Err(error) = self.hand_on(&mut consumer, prefetch).await {
                return error;
            }
        }
    }

    /// Hands on deliveries until the prefetch changes.
    async fn hand_on(&mut self, consumer: &mut Consumer, asked: u16) -> Result<(), BrokerError> {
        let mut is_cancelled = false;
        loop {
            let delivery = if is_cancelled {
                consumer.next().await
            } else {
                tokio::select! {
                    delivery = consumer.next() => delivery,
                    () = other_than(&mut self.asking.wanted, asked) => {
                        consumer.cancel().await?;
                        is_cancelled = true;
                        continue;
                    }
                }
            };
            match delivery {
                Ok(delivery) => {
                    self.has_consumed = true;
                    // An error is the end of the run: the broker requeues what nobody acknowledged.
                    let _ = self.deliveries.send(delivery.into());
                }
                Err(error) if is_cancelled && error.kind() == BrokerErrorKind::Cancelled => {
                    self.asking.asked.send_replace(0);
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Resolves when another number is wanted.
async fn other_than(wanted: &mut watch::Receiver<u16>, asked: u16) {
    if wanted.wait_for(|wanted| *wanted != asked).await.is_err() {
        // Nobody is left to handle a message: the run is at its end.
        std::future::pending::<()>().await;
    }
}
