//! What everything of a run shares, and how a run begins and ends.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::client::{Client, Session, Work};
use crate::connector::any::AnyConnector;
use crate::graphql::{ConnectorInfo, ReadConnector};
use crate::runtime::broker::reconnect::Link;
use crate::runtime::error::{RunError, RunErrorKind};
use crate::runtime::monitoring::liveness::Vitals;
use crate::runtime::monitoring::metrics::Metrics;
use crate::runtime::platform::pings::Heartbeat;
use crate::runtime::publishing::back_pressure::Threshold;
use crate::runtime::publishing::expectations::Accounts;
use crate::runtime::publishing::window::Outbox;
use crate::runtime::run::io_thread::Io;
use crate::runtime::run::options::Options;
use crate::runtime::storage::Storage;

/// How long each step of the end may take: the last ping, and to close the connections.
const LAST_PING: Duration = Duration::from_secs(5);

/// What the parts of a run share.
pub(crate) struct Shared {
    pub(crate) session: Session,
    pub(crate) link: Link,
    pub(crate) outbox: Outbox,
    pub(crate) heartbeat: Arc<Heartbeat>,
    pub(crate) threshold: Threshold,
    pub(crate) storage: Storage,
    /// Whether bundles go to the queue.
    pub(crate) is_to_queue: bool,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) vitals: Vitals,
    pub(crate) is_through_platform: bool,
    /// Whether what is sent waits for a user's approval.
    pub(crate) is_reviewed: bool,
    /// Cancelled when nothing new is to be begun.
    pub(crate) stopping: CancellationToken,
    /// Cancelled when all is done, and what runs on the I/O thread has to end.
    pub(crate) over: CancellationToken,
    end: Mutex<Option<RunError>>,
}

/// A run from its first ping to its last.
pub(crate) struct Running {
    pub(crate) shared: Arc<Shared>,
    /// A client whose connections are the I/O thread's.
    pub(crate) client: Client,
    tasks: Vec<JoinHandle<()>>,
    io: Io,
}

impl Running {
    /// Begins: from now on the platform is pinged.
    pub(crate) fn start(
        session: Session,
        connector: AnyConnector,
        options: &Options,
    ) -> Result<Self, RunError> {
        let no_thread = |error: std::io::Error| {
            RunError::new(
                RunErrorKind::Options,
                format!("no thread can be started for the connections: {error}"),
            )
        };
        let storage = Storage::new(&session, &connector, options)?;
        #[cfg(feature = "http")]
        let listener = options.monitoring.listener()?;
        #[cfg(all(feature = "config", not(feature = "http")))]
        if session.run.as_ref().is_some_and(|run| run.metrics.expose) {
            tracing::warn!(
                "CONNECTOR_EXPOSE_METRICS is set, and the connector is built without the feature \
                 `http`, which the metrics need"
            );
        }
        let io = Io::start().map_err(no_thread)?;
        let client = session.client.with_own_connections().map_err(|error| {
            RunError::new(RunErrorKind::Options, error.to_string()).with_source(error)
        })?;
        let info = ConnectorInfo {
            run_and_terminate: options.run_and_terminate,
            queue_threshold: options.queue_threshold,
            ..ConnectorInfo::default()
        };
        let registered = &session.registered;
        let metrics = Arc::new(Metrics::new());
        let state = registered.state.clone();
        let heartbeat = Heartbeat::new(&registered.id, state, info, Arc::clone(&metrics));
        // What registers again does so there, too.
        let there = Session {
            client: client.clone(),
            ..session.clone()
        };
        let link = Link::new(io.handle(), there, connector, options.broker.clone());
        let over = CancellationToken::new();
        let shared = Arc::new(Shared {
            link,
            outbox: Outbox::new(Arc::clone(&metrics), over.clone()),
            heartbeat: Arc::new(heartbeat),
            threshold: Threshold::new(options.queue_threshold, options.send_to.queue),
            storage,
            is_to_queue: options.send_to.queue,
            metrics,
            vitals: Vitals::new(options.feed),
            is_through_platform: options.is_through_platform,
            is_reviewed: options.is_reviewed,
            stopping: CancellationToken::new(),
            over,
            end: Mutex::new(None),
            session,
        });
        let mut running = Self {
            client: client.clone(),
            tasks: Vec::new(),
            io,
            shared,
        };
        let works = client.clone();
        running.spawn(async move |shared| {
            let beat = shared.heartbeat.beat(&client);
            Some(shared.vitals.pings.of(beat).await)
        });
        running.spawn(async move |shared| {
            shared.heartbeat.beat_for_works(&works).await;
            None
        });
        #[cfg(feature = "http")]
        if let Some(listener) = listener {
            options.monitoring.serve(&mut running, listener);
        }
        Ok(running)
    }

    /// Runs a part on the I/O thread until the run is over; an error of it ends the run.
    pub(crate) fn spawn<F>(&mut self, part: impl FnOnce(Arc<Shared>) -> F)
    where
        F: Future<Output = Option<RunError>> + Send + 'static,
    {
        let over = self.shared.over.clone();
        let part = part(Arc::clone(&self.shared));
        self.spawn_to_its_end(async move |_| over.run_until_cancelled(part).await.flatten());
    }

    /// Runs a part on the I/O thread that ends by itself when the run is over; an error of it ends
    /// the run.
    pub(crate) fn spawn_to_its_end<F>(&mut self, part: impl FnOnce(Arc<Shared>) -> F)
    where
        F: Future<Output = Option<RunError>> + Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        let part = part(Arc::clone(&shared));
        self.tasks.push(self.io.spawn(async move {
            if let Some(end) = part.await {
                shared.end(end);
            }
        }));
    }

    /// Ends: the state is pinged, and what runs on the I/O thread takes leave of the broker.
    pub(crate) async fn finish(self) -> Result<(), RunError> {
        let Self {
            shared, tasks, io, ..
        } = self;
        let end = shared.take_end();
        // What a handler has committed is kept, also when it ends the run.
        let is_known = |end: &RunError| end.kind() == RunErrorKind::Handler;
        if end.as_ref().is_none_or(is_known) {
            shared.heartbeat.ping_within(LAST_PING).await;
        }
        // What waits for the broker or the platform ends here, and lets go of its locks.
        shared.over.cancel();
        // What does not end by then ends with the thread.
        let _ = timeout(LAST_PING, join_all(tasks)).await;
        let _ = timeout(LAST_PING, shared.outbox.disconnect()).await;
        drop(io);
        end.map_or(Ok(()), Err)
    }
}

impl Shared {
    /// Ends the run with an error, unless it has one already.
    pub(crate) fn end(&self, error: RunError) {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        tracing::error!(connector = self.id(), %error, "the run ends");
        end.get_or_insert(error);
        self.stopping.cancel();
    }

    /// Resolves when a stop is wanted. The state is pinged first: whoever stops the process may not
    /// wait for what is in progress.
    pub(crate) async fn stopped_by(&self, stop: impl Future<Output = ()>) {
        self.vitals.stopped_by(stop).await;
        self.heartbeat.ask();
    }

    fn take_end(&self) -> Option<RunError> {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        end.take()
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
        tracing::warn!(work = work.id(), %error, "the end of a work is not reported");
    }
}

impl Shared {
    /// Ends the work that a killed process left open, in error.
    pub(crate) async fn end_interrupted(&self) {
        let state = &self.heartbeat.state;
        let Some(id) = state.open_work() else { return };
        let work = self.session.work(id);
        // A platform that cannot tell gets the report, which does no harm to a work that is done.
        if !matches!(work.is_alive().await, Ok(false)) {
            tracing::warn!(
                work = work.id(),
                "ending the work of a run that was interrupted"
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
            Accounts::interrupted(work, queued).await.close().await;
        }
        state.set_open_work(None);
    }
}
