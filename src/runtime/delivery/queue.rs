//! Messages from the connector's queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::runtime::backoff::Backoff;
use crate::runtime::broker::{BrokerError, BrokerErrorKind, Connection, Consumer, Delivery};
use crate::runtime::delivery::incoming::Incoming;
use crate::runtime::delivery::prefetch::Asking;
use crate::runtime::error::RunError;
use crate::runtime::shared::Shared;
use crate::runtime::vitals::Vitals;

/// From which time on a connection is taken for one that works.
const LASTING: Duration = Duration::from_secs(30);

/// How long a consumer that has credit delivers nothing before its queue counts as empty.
const QUIET: Duration = Duration::from_millis(100);

/// Hands on what the broker delivers, over a connection that comes back, until the run is over; an
/// error when the broker refuses the connector for good.
///
/// None are asked for while none are wanted. What was delivered before a change still comes, and
/// can be acknowledged.
pub(crate) async fn receive(
    shared: &Shared,
    asking: Asking,
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
            asking: &asking,
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
        asking.asked(0);
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
    asking: &'a Asking,
    deliveries: &'a mpsc::UnboundedSender<Incoming>,
    vitals: &'a Vitals,
    has_consumed: bool,
}

impl Inbox<'_> {
    /// Consumes until the connection, the channel or the queue is lost.
    async fn consume(&mut self) -> BrokerError {
        let mut is_told = false;
        loop {
            let prefetch = self.asking.some().await;
            // Before the first delivery can come.
            self.asking.asked(prefetch);
            let consumer = match self.connection.consume(&self.queue, prefetch).await {
                Ok(consumer) => consumer,
                Err(error) => return error,
            };
            if !std::mem::replace(&mut is_told, true) {
                tracing::info!(queue = self.queue, "listening for messages");
            }
            self.vitals.fed(true);
            if let Err(error) = self.hand_on(consumer, prefetch).await {
                return error;
            }
            self.asking.asked(0);
        }
    }

    /// Hands on the deliveries of a consumer until it is to be replaced, and cancels it.
    async fn hand_on(&mut self, mut consumer: Consumer, prefetch: u16) -> Result<(), BrokerError> {
        let unsettled = Arc::new(AtomicUsize::new(0));
        loop {
            tokio::select! {
                delivery = consumer.next() => self.deliver(delivery?, &unsettled),
                () = self.asking.change() => break,
            }
        }
        // Nothing is acknowledged any more, so that no credit comes back. What is left of it is used
        // up, or the queue is empty: then a message that comes in this very moment can be counted.
        while unsettled.load(Ordering::Relaxed) < usize::from(prefetch) {
            match timeout(QUIET, consumer.next()).await {
                Ok(delivery) => self.deliver(delivery?, &unsettled),
                Err(_) => break,
            }
        }
        consumer.cancel().await?;
        loop {
            match consumer.next().await {
                Ok(delivery) => self.deliver(delivery, &unsettled),
                Err(error) if error.kind() == BrokerErrorKind::Cancelled => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    fn deliver(&mut self, delivery: Delivery, unsettled: &Arc<AtomicUsize>) {
        self.has_consumed = true;
        unsettled.fetch_add(1, Ordering::Relaxed);
        let incoming = Incoming::of(delivery, Arc::clone(unsettled), self.asking.gate());
        // An error is the end of the run: the broker requeues what nobody acknowledged.
        let _ = self.deliveries.send(incoming);
    }
}
