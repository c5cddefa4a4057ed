//! What the parts of a run share.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::client::{Client, Session, Work};
use crate::graphql::ReadConnector;
use crate::runtime::broker::reconnect::BrokerLink;
use crate::runtime::error::RunError;
use crate::runtime::monitoring::liveness::Liveness;
use crate::runtime::monitoring::metrics::Metrics;
#[cfg(feature = "http")]
use crate::runtime::monitoring::routes::Probes;
use crate::runtime::platform::pings::Pings;
use crate::runtime::publishing::back_pressure::BackPressure;
use crate::runtime::publishing::expectations::Expectations;
use crate::runtime::publishing::window::PartPublisher;
use crate::runtime::storage::Storage;

/// What the parts of a run share.
pub(crate) struct Context {
    pub(crate) session: Session,
    pub(crate) link: BrokerLink,
    pub(crate) publisher: PartPublisher,
    pub(crate) pings: Arc<Pings>,
    pub(crate) threshold: BackPressure,
    pub(crate) storage: Storage,
    /// Whether bundles go to the queue.
    pub(crate) is_to_queue: bool,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) liveness: Arc<Liveness>,
    pub(crate) is_through_platform: bool,
    /// Whether what is sent waits for a user's approval.
    pub(crate) is_reviewed: bool,
    /// Cancelled when all is done, and what runs on the I/O thread has to end.
    pub(crate) over: CancellationToken,
    pub(crate) end: Mutex<Option<RunError>>,
}

impl Context {
    /// Ends the run with an error, unless it has one already.
    pub(crate) fn end(&self, error: RunError) {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        tracing::error!(connector = self.id(), %error, "the run ends with an error");
        end.get_or_insert(error);
        self.liveness.stopping.cancel();
    }

    /// Resolves when a stop is wanted. The state is pinged first: whoever stops the process may not
    /// wait for what is in progress.
    pub(crate) async fn stopped_by(&self, stop: impl Future<Output = ()>) {
        self.liveness.stopped_by(stop).await;
        self.pings.ask();
    }

    pub(crate) fn take_end(&self) -> Option<RunError> {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        end.take()
    }

    #[cfg(feature = "http")]
    pub(crate) fn probes(&self) -> Probes {
        Probes {
            metrics: Arc::clone(&self.metrics),
            liveness: Arc::clone(&self.liveness),
        }
    }

    /// Cancelled when nothing new may begin.
    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.liveness.stopping
    }

    pub(crate) fn id(&self) -> &str {
        &self.session.registered.id
    }

    pub(crate) fn client(&self) -> &Client {
        &self.session.client
    }
}

/// Reports the end of a work; what cannot be reported is logged.
pub(crate) async fn end_work(work: &Work, message: &str, is_failure: bool) {
    if let Err(error) = work.end(message, is_failure).await {
        tracing::warn!(work = work.id(), %error, "cannot report the end of a work");
    }
}

impl Context {
    /// Ends the work that a killed process left open, in error.
    pub(crate) async fn end_interrupted(&self) {
        let state = &self.pings.state;
        let Some(id) = state.open_work() else { return };
        let work = self.session.work(id);
        // A platform that cannot tell gets the report, which does no harm to a work that is done.
        if !matches!(work.is_alive().await, Ok(false)) {
            tracing::warn!(
                work = work.id(),
                "the state names an open work of another process; ending it as interrupted. If that \
                 process still runs under this connector id, stop one of the two"
            );
            end_work(
                &work,
                "the run was interrupted: its process was killed",
                true,
            )
            .await;
            let client = self.client().patient();
            let status = client.execute(&ReadConnector::new(self.id())).await;
            let queue = status.ok().flatten().and_then(|status| status.queue);
            let queued = queue.map(|queue| queue.messages_number);
            Expectations::interrupted(work, queued).await.close().await;
        }
        state.set_open_work(None);
    }
}
