//! Consuming the connector's queue, over connections that are replaced when they are lost.

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
use crate::runtime::monitoring::liveness::Liveness;
use crate::runtime::publishing::context::Context;

/// A connection that lasts this long counts as good.
const LASTING: Duration = Duration::from_secs(30);

/// How long a consumer that has credit delivers nothing before its queue counts as empty.
const QUIET: Duration = Duration::from_millis(100);

/// Passes deliveries on to the dispatcher until the run is over, and reconnects when a connection is
/// lost. Returns an error if the broker refuses the connector for good.
pub(crate) async fn receive(
    shared: &Context,
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
            liveness: &shared.liveness,
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
        shared.liveness.connected(false);
        shared.metrics.broker_reconnects.one();
        // In an empty queue a connection that lasts is as good as one that delivered.
        if inbox.has_consumed || begun.elapsed() >= LASTING {
            backoff = Backoff::new();
        }
        tracing::warn!(%error, "lost the consumer; reconnecting");
        connection.close().await;
        if matches!(
            error.kind(),
            BrokerErrorKind::NoQueue | BrokerErrorKind::Cancelled
        ) {
            // The platform declares the queues again with each ping.
            shared.pings.ask();
        }
        tokio::select! {
            () = backoff.wait() => {}
            () = over.cancelled() => return None,
        }
    }
}

/// The consumers of one connection, one after the other.
struct Inbox<'a> {
    connection: &'a Connection,
    queue: String,
    asking: &'a Asking,
    deliveries: &'a mpsc::UnboundedSender<Incoming>,
    liveness: &'a Liveness,
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
            self.liveness.connected(true);
            if let Err(error) = self.hand_on(consumer, prefetch).await {
                return error;
            }
            self.asking.asked(0);
        }
    }

    /// Passes on the deliveries of a consumer until another prefetch is wanted, then cancels it.
    async fn hand_on(&mut self, mut consumer: Consumer, prefetch: u16) -> Result<(), BrokerError> {
        let unsettled = Arc::new(AtomicUsize::new(0));
        loop {
            tokio::select! {
                delivery = consumer.next() => self.deliver(delivery?, &unsettled),
                () = self.asking.change() => break,
            }
        }
        // Acknowledgements are held back from here on, so no credit comes back. What is left is used up,
        // or the queue is empty; a message that arrives in that very moment can still be counted.
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
        // Fails only after the end of the run; the broker requeues unsettled messages.
        let _ = self.deliveries.send(incoming);
    }
}
