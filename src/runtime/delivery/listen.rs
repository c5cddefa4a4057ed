//! Listening: a connector that works when the platform asks.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::client::{BoxError, Registration};
use crate::connector::kind::Kind;
use crate::runtime::delivery::dispatcher::Hands;
use crate::runtime::delivery::options::{FailedStep, ListenOptions};
use crate::runtime::delivery::prefetch::Prefetch;
use crate::runtime::delivery::process::Desk;
use crate::runtime::delivery::source::Source;
use crate::runtime::error::RunError;
use crate::runtime::handler::traits::{AnswerTo, Handler, Listens, MessageOf, erased};
use crate::runtime::options::{Options, broker_methods, run_methods};
use crate::runtime::shared::Running;
use crate::runtime::vitals::Feed;

/// A connector that is to listen: what [`Registration::listen`] gives.
///
/// Options are set, then it [`run`](Self::run)s:
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
#[must_use = "nothing is listened to until it runs"]
pub struct Listen<K: Listens> {
    registration: Registration<K>,
    handler: Handler<K>,
    options: ListenOptions,
}

impl<K: Kind> Registration<K> {
    /// Listens to the messages of the platform, and has each handled.
    ///
    /// The handler is an async function of one argument, by which the messages are chosen; what it
    /// answers depends on that:
    ///
    /// | connector | the handler takes | and answers with |
    /// |---|---|---|
    /// | enrichment | [`Enrichment`] or [`EnrichmentRequest`] | [`Reply`] |
    /// | file import | [`ImportFile`] | a text for the work, or `()` |
    /// | file export | [`ExportFile`] | [`Exported`] |
    /// | analysis | [`Analysis`] | [`Matches`] |
    ///
    /// Its error is of any type that becomes a [`BoxError`], and ends the work in error. What the
    /// handler needs beside the message is captured by a closure:
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
    /// What is promised of each message is said at [the module](crate::runtime#delivery).
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
        common.feed = Some(Feed::Queue);
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
    /// How many messages are handled at a time; 1 by default, as in pycti. 0 counts as 1.
    pub fn concurrency(mut self, most: u16) -> Self {
        self.options.concurrency = most.max(1);
        self
    }

    /// How long the handler of a message may take, before its work ends in error; without end by
    /// default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// After which time a message is acknowledged while it is still in hand; 25 minutes, because
    /// RabbitMQ takes a message back after 30.
    ///
    /// A crash after that loses the message. Requests of the platform are answered after 240 seconds
    /// at the latest, because it waits for 300.
    pub fn ack_within(mut self, time: Duration) -> Self {
        self.options.ack_within = time;
        self
    }

    /// How often a message may be delivered, before its work ends in error; 3 times. 0 counts as 1.
    pub fn max_attempts(mut self, most: u32) -> Self {
        self.options.max_attempts = most.max(1);
        self
    }

    /// Has the handler called for entities of every type: by default one that is not in the scope
    /// is answered unchanged.
    pub fn any_scope(mut self) -> Self {
        self.options.any_scope = true;
        self
    }

    /// Takes messages from requests of the platform on this listener, in place of the queue; by
    /// default as the configuration says (`CONNECTOR_LISTEN_PROTOCOL`).
    ///
    /// Of `api` count the path and the settings of TLS, not the port. The connector has to be
    /// registered with the [address](crate::ConnectorBuilder::listen_callback_uri) under which the
    /// platform reaches it. What is promised is said at [the module](crate::runtime#http).
    ///
    /// ```no_run
    /// use std::net::TcpListener;
    /// use opencti_connector::client::Client;
    /// use opencti_connector::runtime::{BoxError, Enrichment, ListenApi, Reply};
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
        self.options.source = Source::Requests(crate::runtime::http::Requests::on(listener, api));
        self
    }

    /// What becomes of a step of a playbook whose handler has failed.
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
        again: impl Future<Output = ()>,
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
                "the platform is not told where it reaches the connector: it has no \
                 `listen_callback_uri`"
            );
        }
        let origin = options.source.open(registration.session())?;
        let (connector, session) = registration.into_parts();
        let mut running = Running::start(session, connector.clone().into(), &options.common)?;
        let (prefetch, asking) = Prefetch::new();
        let (deliver, deliveries) = mpsc::unbounded_channel();
        origin.receive(&mut running, asking, deliver);
        let (late, of_late) = mpsc::unbounded_channel();
        let desk = Desk {
            shared: Arc::clone(&running.shared),
            connector,
            handler,
            options,
            cancelled: CancellationToken::new(),
            late,
        };
        let shared = Arc::clone(&running.shared);
        let hands = Hands::new(Arc::new(desk), prefetch);
        let vitals = &shared.vitals;
        let stop = vitals.stopped_by(stop);
        let working = hands.work(deliveries, of_late, stop, again);
        vitals.run.of(working).await;
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
