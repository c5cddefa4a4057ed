//! Back-pressure: who sends waits while the queue of bundles is long.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::client::{Client, Error, ErrorKind};
use crate::graphql::{ConnectorStatus, Megabytes, ReadConnector};
use crate::runtime::platform::pings::Pings;

/// How long the size of the queue is taken for what it was.
const FRESH: Duration = Duration::from_secs(10);

/// The size of the connector's queue, from which nothing is sent.
pub(crate) struct BackPressure {
    limit: Megabytes,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    read: Option<Instant>,
    /// Megabytes when it was read, and sent since.
    size: f64,
    is_ignored: bool,
    /// Whether somebody asks the platform at the moment.
    is_asked: bool,
}

impl BackPressure {
    /// The queue of a connector that sends nothing to it is as good as empty.
    pub(crate) fn new(limit: Megabytes, is_used: bool) -> Self {
        Self {
            limit,
            last: Mutex::new(Last {
                is_ignored: !is_used,
                ..Last::default()
            }),
        }
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        // A panic while the lock was held leaves nothing half done.
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that so many bytes were sent.
    pub(crate) fn sent(&self, bytes: usize) {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a size that is off by a byte in petabytes is good enough to wait by"
        )]
        let megabytes = bytes as f64 / 1_000_000.0;
        self.last().size += megabytes;
    }

    /// Waits while the queue is at the threshold or above.
    ///
    /// If its size cannot be read there is nothing to wait for, as in pycti.
    pub(crate) async fn wait(&self, client: &Client, id: &str, pings: &Pings) {
        let mut buffering = None;
        while self.is_reached(client, id, pings).await {
            buffering.get_or_insert_with(|| {
                tracing::info!(
                    threshold = self.limit.get(),
                    "the queue of bundles is at its threshold; waiting"
                );
                pings.buffering()
            });
            tokio::time::sleep(FRESH).await;
        }
    }

    /// Whether the queue is that long; tells the platform how long it is.
    async fn is_reached(&self, client: &Client, id: &str, pings: &Pings) -> bool {
        let Some(asking) = self.ask() else {
            let last = self.last();
            return !last.is_ignored && last.size >= self.limit.get();
        };
        let answer = client.execute(&ReadConnector::new(id)).await;
        let size = self.learn(answer);
        drop(asking);
        pings.tell(|info| {
            info.queue_threshold = self.limit;
            info.queue_messages_size = Megabytes::try_from(size).unwrap_or_default();
        });
        size >= self.limit.get()
    }

    /// Who is to ask the platform: one at a time, and not while what is known will do. Others go by
    /// what is known.
    fn ask(&self) -> Option<Asking<'_>> {
        let mut last = self.last();
        let is_fresh = last.read.is_some_and(|read| read.elapsed() < FRESH);
        // Near the threshold what others send counts too.
        if last.is_ignored || last.is_asked || is_fresh && last.size < self.limit.get() {
            return None;
        }
        last.is_asked = true;
        Some(Asking(self))
    }

    /// The size by the answer of the platform, 0 if that does not say it.
    fn learn(&self, answer: Result<Option<ConnectorStatus>, Error>) -> f64 {
        let mut last = self.last();
        last.read = Some(Instant::now());
        last.size = match answer {
            Ok(status) => {
                let queue = status.and_then(|status| status.queue);
                queue.map_or(0.0, |queue| queue.messages_size / 1_000_000.0)
            }
            Err(error) => {
                last.is_ignored = matches!(
                    error.kind(),
                    ErrorKind::Forbidden | ErrorKind::PlatformTooOld
                );
                if last.is_ignored {
                    tracing::warn!(
                        %error,
                        "cannot read the size of the queue; sending without back-pressure"
                    );
                } else {
                    tracing::debug!(%error, "cannot read the size of the queue");
                }
                0.0
            }
        };
        last.size
    }
}

/// The one that asks the platform; dropped when it has the answer, or gives up.
struct Asking<'t>(&'t BackPressure);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.last().is_asked = false;
    }
}
