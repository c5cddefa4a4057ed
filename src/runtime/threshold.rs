//! Back-pressure: who sends waits while the queue of bundles is long.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::client::{Client, ErrorKind};
use crate::graphql::{Megabytes, ReadConnector};
use crate::runtime::heartbeat::Heartbeat;

/// How long the size of the queue is taken for what it was.
const FRESH: Duration = Duration::from_secs(10);

/// The size of the connector's queue, from which nothing is sent.
pub(super) struct Threshold {
    limit: Megabytes,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    read: Option<Instant>,
    /// Megabytes when it was read, and sent since.
    size: f64,
    is_ignored: bool,
}

impl Threshold {
    /// The queue of a connector that sends nothing to it is as good as empty.
    pub(super) fn new(limit: Megabytes, is_used: bool) -> Self {
        Self {
            limit,
            last: Mutex::new(Last {
                is_ignored: !is_used,
                ..Last::default()
            }),
        }
    }

    /// Notes that so many bytes were sent.
    pub(super) async fn sent(&self, bytes: usize) {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a size that is off by a byte in petabytes is good enough to wait by"
        )]
        let megabytes = bytes as f64 / 1_000_000.0;
        self.last.lock().await.size += megabytes;
    }

    /// Waits while the queue is at the threshold or above; true if there was something to wait for.
    ///
    /// Where its size cannot be read nothing is waited for, as in pycti.
    pub(super) async fn wait(&self, client: &Client, id: &str, heartbeat: &Heartbeat) -> bool {
        let mut has_waited = false;
        while self.is_reached(client, id, heartbeat).await {
            if !has_waited {
                tracing::info!(
                    threshold = self.limit.get(),
                    "the queue of bundles is at its threshold, and is waited for"
                );
                has_waited = true;
                heartbeat.ask();
            }
            tokio::time::sleep(FRESH).await;
        }
        has_waited
    }

    /// Whether the queue is that long; tells the platform so.
    pub(super) async fn is_reached(
        &self,
        client: &Client,
        id: &str,
        heartbeat: &Heartbeat,
    ) -> bool {
        let limit = self.limit.get();
        let mut last = self.last.lock().await;
        let is_fresh = last.read.is_some_and(|read| read.elapsed() < FRESH);
        // Near the threshold what others send counts too.
        if last.is_ignored || is_fresh && last.size < limit {
            return false;
        }
        match client.execute(&ReadConnector::new(id)).await {
            Ok(status) => {
                let queue = status.and_then(|status| status.queue);
                last.size = queue.map_or(0.0, |queue| queue.messages_size / 1_000_000.0);
                last.read = Some(Instant::now());
            }
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::Forbidden | ErrorKind::PlatformTooOld
                ) =>
            {
                tracing::warn!(%error, "the size of the queue cannot be read, and is not waited for");
                last.is_ignored = true;
            }
            Err(error) => {
                tracing::debug!(%error, "the size of the queue could not be read");
                last.read = Some(Instant::now());
                last.size = 0.0;
            }
        }
        let (size, is_reached) = (last.size, last.size >= limit);
        drop(last);
        heartbeat.tell(|info| {
            info.queue_threshold = self.limit;
            info.queue_messages_size = Megabytes::try_from(size).unwrap_or_default();
            info.buffering = is_reached;
        });
        is_reached
    }
}
