//! Builder of a connector that handles the platform's messages.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::client::{BoxError, Registration};
use crate::connector::kind::Kind;
use crate::runtime::delivery::dispatcher::Dispatcher;
use crate::runtime::delivery::options::{FailedStep, ListenOptions};
use crate::runtime::delivery::prefetch::Prefetch;
use crate::runtime::delivery::process::Processor;
use crate::runtime::delivery::source::Source;
use crate::runtime::error::RunError;
use crate::runtime::handler::traits::{AnswerTo, Handler, Listens, MessageOf, erased};
use crate::runtime::monitoring::liveness::WorkSource;
use crate::runtime::run::lifecycle::Running;
use crate::runtime::run::options::{Options, broker_methods, run_methods};

/// A connector that handles the platform's messages, returned by [`Registration::listen`].
///
/// Set options, then [`run`](Self::run) it:
///
/// ```no_run
/// use std::time::Duration;
/// use opencti_connector::client::Registration;
/// use opencti_connector::kind::InternalEnrichment;
/// use opencti_connector::runtime::{BoxError, Enrichment, Reply};
///
/// async fn enrich(enrichment: Enrichment) -> Result<Reply, BoxError> {
///     Ok(enrichment.unchanged("nothing is known of it"))
/// }
///
/// # async fn start(registration: Registration<InternalEnrichment>) -> Result<(), BoxError> {
/// let listen = registration.listen(enrich).concurrency(8).timeout(Duration::from_secs(600));
/// listen.run().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "it handles no messages until it runs"]
pub struct Listen<K: Listens> {
    registration: Registration<K>,
    handler: Handler<K>,
    options: ListenOptions,
}

impl<K: Kind> Registration<K> {
    /// Handles the platform's messages with an async function of one argument.
    ///
    /// The type of the argument depends on the kind of connector, and the answer on the argument:
    ///
    /// | connector | the handler takes | and answers with |
    /// |---|---|---|
    /// | enrichment | [`Enrichment`] or [`EnrichmentRequest`] | [`Reply`] |
    /// | file import | [`ImportFile`] | a text for the work, or `()` |
    /// | file export | [`ExportFile`] | [`Exported`] |
    /// | analysis | [`Analysis`] | [`Matches`] |
    ///
    /// Any error type that converts into a [`BoxError`] will do; an error fails the work. Capture
    /// whatever else the handler needs in a closure:
    ///
    /// ```no_run
    /// use std::sync::Arc;
    /// # use opencti_connector::client::Registration;
    /// # use opencti_connector::kind::InternalEnrichment;
    /// # use opencti_connector::runtime::{BoxError, Enrichment, Reply};
    /// # struct Service;
    /// # impl Service { async fn enrich(&self, enrichment: Enrichment) -> Result<Reply, BoxError> { todo!() } }
    ///
    /// # async fn start(registration: Registration<InternalEnrichment>, service: Service) -> Result<(), BoxError> {
    /// let service = Arc::new(service);
    /// let handler = move |enrichment: Enrichment| {
    ///     let service = Arc::clone(&service);
    ///     async move { service.enrich(enrichment).await }
    /// };
    /// registration.listen(handler).run().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// See [the module](crate::runtime#delivery) for what is guaranteed for each message.
    ///
    /// [`Enrichment`]: crate::runtime::Enrichment
    /// [`EnrichmentRequest`]: crate::runtime::EnrichmentRequest
    /// [`Reply`]: crate::runtime::Reply
    /// [`ImportFile`]: crate::runtime::ImportFile
    /// [`ExportFile`]: crate::runtime::ExportFile
    /// [`Exported`]: crate::runtime::Exported
    /// [`Analysis`]: crate::runtime::Analysis
    /// [`Matches`]: crate::runtime::Matches
    pub fn listen<M, A, E, How, F, R>(self, handler: F) -> Listen<K>
    where
        K: Listens,
        M: MessageOf<K>,
        F: Fn(M) -> R + Send + Sync + 'static,
        R: Future<Output = Result<A, E>> + Send + 'static,
        A: AnswerTo<M, How> + 'static,
        E: Into<BoxError> + 'static,
    {
        let mut common = Options::of(self.session());
        common.work_source = Some(WorkSource::Queue);
        let source = Source::of(self.session());
        if let Some(misfit) = M::misfit(self.connector()) {
            tracing::warn!(connector = self.id(), "{misfit}");
        }
        Listen {
            registration: self,
            handler: erased(handler),
            options: ListenOptions::new(common, source),
        }
    }
}

impl<K: Listens> Listen<K> {
    /// Handles up to this many messages at a time; 1 by default, as in pycti. 0 counts as 1.
    pub fn concurrency(mut self, most: u16) -> Self {
        self.options.concurrency = most.max(1);
        self
    }

    /// Fails a message whose handler takes longer than this; no limit by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Acknowledges a message after this time while its handler goes on; 25 minutes by default, because
    /// RabbitMQ requeues an unsettled message after 30.
    ///
    /// A crash after that loses the message. Over HTTP the limit is 240 seconds, because the platform
    /// waits for 300.
    pub fn ack_within(mut self, time: Duration) -> Self {
        self.options.ack_within = time;
        self
    }

    /// Gives a message up, and fails its work, after this many attempts; 3 by default. 0 counts as 1.
    pub fn max_attempts(mut self, most: u32) -> Self {
        self.options.max_attempts = most.max(1);
        self
    }

    /// Calls the handler for entities of every type. By default an entity outside of the scope is
    /// answered unchanged.
    pub fn any_scope(mut self) -> Self {
        self.options.any_scope = true;
        self
    }

    /// Receives messages as HTTP requests of the platform on this listener, instead of from the queue;
    /// as configured (`CONNECTOR_LISTEN_PROTOCOL`) by default.
    ///
    /// `api` supplies the path and the TLS settings; its port is ignored. Register the connector with
    /// the [address](crate::ConnectorBuilder::listen_callback_uri) at which the platform reaches it.
    /// See [the module](crate::runtime#http) for the guarantees.
    ///
    /// ```no_run
    /// use std::net::TcpListener;
    /// use opencti_connector::client::Client;
    /// use opencti_connector::ListenApi;
    /// use opencti_connector::runtime::{BoxError, Enrichment, Reply};
    /// use opencti_connector::{Connector, EntityType};
    ///
    /// # async fn enrich(enrichment: Enrichment) -> Result<Reply, BoxError> { todo!() }
    /// # async fn start(client: Client) -> Result<(), BoxError> {
    /// let connector = Connector::internal_enrichment()
    ///     .id("82b58916-a654-4cd4-81de-700eb72a5c94")
    ///     .name("Shodan")
    ///     .scope([EntityType::Ipv4Addr])
    ///     .listen_callback_uri("http://shodan:7070/api/callback")
    ///     .build()?;
    /// let listener = TcpListener::bind("0.0.0.0:7070")?;
    /// let registration = client.register(&connector).await?;
    /// registration.listen(enrich).over_http(listener, ListenApi::default()).run().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "http")]
    pub fn over_http(
        mut self,
        listener: std::net::TcpListener,
        api: crate::value::listen_api::ListenApi,
    ) -> Self {
        self.options.source = Source::Requests(
            crate::runtime::delivery::http::callback::Requests::on(listener, api),
        );
        self
    }

    /// What to answer to a playbook step whose handler failed.
    pub fn on_failed_step(mut self, what: FailedStep) -> Self {
        self.options.on_failed_step = what;
        self
    }

    const fn common(&mut self) -> &mut Options {
        &mut self.options.common
    }

    broker_methods!();

    run_methods!("Listens", "");

    async fn run_with(
        self,
        stop: impl Future<Output = ()>,
        force_stop: impl Future<Output = ()>,
    ) -> Result<(), RunError> {
        let Self {
            registration,
            handler,
            mut options,
        } = self;
        options.ack_within = options.ack_within.min(options.source.waits());
        if !options.source.is_queue() && registration.connector().listen_callback_uri().is_none() {
            tracing::warn!(
                connector = registration.id(),
                "the connector has no `listen_callback_uri`, so the platform does not know where to \
                 reach it"
            );
        }
        let origin = options.source.open(registration.session())?;
        let (connector, session) = registration.into_parts();
        let mut running = Running::start(session, connector.clone().into(), &options.common)?;
        let (prefetch, asking) = Prefetch::new();
        let (deliver, deliveries) = mpsc::unbounded_channel();
        origin.receive(&mut running, asking, deliver);
        let (early_acks, early_acks_here) = mpsc::unbounded_channel();
        let processor = Processor {
            shared: Arc::clone(&running.shared),
            connector,
            handler,
            options,
            cancelled: CancellationToken::new(),
            early_acks,
        };
        let shared = Arc::clone(&running.shared);
        let dispatcher = Dispatcher::new(Arc::new(processor), prefetch);
        let liveness = &shared.liveness;
        let stop = shared.stopped_by(stop);
        let working = dispatcher.work(deliveries, early_acks_here, stop, force_stop);
        liveness.run.of(working).await;
        running.finish().await
    }
}

impl<K: Listens> std::fmt::Debug for Listen<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listen")
            .field("registration", &self.registration)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
