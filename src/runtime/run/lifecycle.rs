//! How a run begins and ends.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::client::{Client, Session};
use crate::connector::any::AnyConnector;
use crate::graphql::ConnectorInfo;
use crate::runtime::broker::reconnect::BrokerLink;
use crate::runtime::error::{RunError, RunErrorKind};
use crate::runtime::monitoring::liveness::Liveness;
use crate::runtime::monitoring::metrics::Metrics;
use crate::runtime::platform::pings::Pings;
use crate::runtime::publishing::back_pressure::BackPressure;
use crate::runtime::publishing::context::Context;
use crate::runtime::publishing::window::PartPublisher;
use crate::runtime::run::io_thread::IoThread;
use crate::runtime::run::options::Options;
use crate::runtime::storage::Storage;

/// How long each step of the end may take: the last ping, and to close the connections.
const LAST_PING: Duration = Duration::from_secs(5);

/// A run from its first ping to its last.
pub(crate) struct Running {
    pub(crate) shared: Arc<Context>,
    /// A client whose connections are the I/O thread's.
    pub(crate) client: Client,
    tasks: Vec<JoinHandle<()>>,
    io: IoThread,
}

impl Running {
    /// Starts a run: from now on the platform is pinged.
    pub(crate) fn start(
        session: Session,
        connector: AnyConnector,
        options: &Options,
    ) -> Result<Self, RunError> {
        let storage = Storage::new(&session, &connector, &options.send_to, options.is_reviewed)?;
        #[cfg(feature = "http")]
        let listener = options.monitoring.listener()?;
        #[cfg(all(feature = "config", not(feature = "http")))]
        if session.run.as_ref().is_some_and(|run| run.metrics.expose) {
            tracing::warn!(
                "CONNECTOR_EXPOSE_METRICS is set, but the connector is built without the feature \
                 `http`, which the metrics need"
            );
        }
        let io = IoThread::start().map_err(|error| {
            let message = format!("cannot start a thread for the connections: {error}");
            RunError::new(RunErrorKind::Options, message)
        })?;
        let client = session.client.with_own_connections().map_err(|error| {
            RunError::new(RunErrorKind::Options, error.to_string()).with_source(error)
        })?;
        // Registers again on the I/O thread, too.
        let on_io = Session {
            client: client.clone(),
            ..session.clone()
        };
        let liveness = Arc::new(Liveness::new(options.work_source));
        let broker = options.broker.clone();
        let link = BrokerLink::new(io.handle(), on_io, connector, broker, Arc::clone(&liveness));
        let mut running = Self {
            client,
            tasks: Vec::new(),
            io,
            shared: Arc::new(context(session, storage, link, liveness, options)),
        };
        running.start_tasks();
        #[cfg(feature = "http")]
        if let Some(listener) = listener {
            let shared = &running.shared;
            let over = shared.over.clone();
            let served = options.monitoring.serve(listener, &shared.probes(), over);
            running.spawn_to_its_end(async move |_| served.await);
        }
        Ok(running)
    }

    /// Starts what goes on beside the work: pings, and the removal of old bundles.
    fn start_tasks(&mut self) {
        let (client, works) = (self.client.clone(), self.client.clone());
        self.spawn(async move |shared| {
            let ping_periodically = shared.pings.ping_periodically(&client);
            Some(shared.liveness.pings.of(ping_periodically).await)
        });
        self.spawn(async move |shared| {
            shared.pings.ping_works(&works).await;
            None
        });
        self.spawn(async move |shared| {
            shared.storage.prune().await;
            None
        });
    }

    /// Runs a part on the I/O thread until the run is over; an error of it ends the run.
    pub(crate) fn spawn<F>(&mut self, part: impl FnOnce(Arc<Context>) -> F)
    where
        F: Future<Output = Option<RunError>> + Send + 'static,
    {
        let over = self.shared.over.clone();
        let part = part(Arc::clone(&self.shared));
        self.spawn_to_its_end(async move |_| over.run_until_cancelled(part).await.flatten());
    }

    /// Runs a part on the I/O thread that ends by itself when the run is over; an error of it ends
    /// the run.
    pub(crate) fn spawn_to_its_end<F>(&mut self, part: impl FnOnce(Arc<Context>) -> F)
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
            shared.pings.ping_within(LAST_PING).await;
        }
        // What waits for the broker or the platform ends here, and lets go of its locks.
        shared.over.cancel();
        // What does not end by then ends with the thread.
        let _ = timeout(LAST_PING, join_all(tasks)).await;
        let _ = timeout(LAST_PING, shared.publisher.disconnect()).await;
        drop(io);
        end.map_or(Ok(()), Err)
    }
}

fn context(
    session: Session,
    storage: Storage,
    link: BrokerLink,
    liveness: Arc<Liveness>,
    options: &Options,
) -> Context {
    let info = ConnectorInfo {
        run_and_terminate: options.run_and_terminate,
        queue_threshold: options.queue_threshold,
        ..ConnectorInfo::default()
    };
    let registered = &session.registered;
    let metrics = Arc::new(Metrics::new());
    let state = registered.state.clone();
    let pings = Pings::new(&registered.id, state, info, Arc::clone(&metrics));
    let over = CancellationToken::new();
    Context {
        link,
        publisher: PartPublisher::new(Arc::clone(&metrics), over.clone()),
        pings: Arc::new(pings),
        threshold: BackPressure::new(options.queue_threshold, options.send_to.queue),
        storage,
        is_to_queue: options.send_to.queue,
        metrics,
        liveness,
        is_through_platform: options.is_through_platform,
        is_reviewed: options.is_reviewed,
        over,
        end: Mutex::new(None),
        session,
    }
}
