//! What is common to all ways of running.

use std::time::Duration;

use crate::client::Session;
use crate::graphql::Megabytes;
#[cfg(feature = "http")]
use crate::runtime::monitoring::exposure::Monitoring;
use crate::runtime::monitoring::liveness::WorkSource;
use crate::value::broker_settings::BrokerSettings;
use crate::value::send_to::SendTo;

/// Less than the 30 seconds that Kubernetes waits.
const GRACE: Duration = Duration::from_secs(25);

/// What is common to all ways of running.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) broker: BrokerSettings,
    pub(crate) send_to: SendTo,
    pub(crate) is_through_platform: bool,
    pub(crate) is_reviewed: bool,
    pub(crate) queue_threshold: Megabytes,
    pub(crate) run_and_terminate: bool,
    pub(crate) grace: Duration,
    /// Where the work comes from, if it is to be connected for the run to be ready.
    pub(crate) work_source: Option<WorkSource>,
    #[cfg(feature = "http")]
    pub(crate) monitoring: Monitoring,
}

impl Options {
    /// What the configuration says, where the connector was started from one.
    #[cfg(feature = "config")]
    pub(crate) fn of(session: &Session) -> Self {
        use crate::config::QueueProtocol;

        let Some(run) = &session.run else {
            return Self::default();
        };
        Self {
            broker: run.broker.clone(),
            send_to: run.send_to.clone(),
            is_through_platform: run.queue_protocol == QueueProtocol::Api,
            is_reviewed: run.validate_before_import,
            queue_threshold: Megabytes::try_from(run.queue_threshold).unwrap_or_default(),
            run_and_terminate: run.run_and_terminate,
            #[cfg(feature = "http")]
            monitoring: Monitoring::of(&run.metrics),
            ..Self::default()
        }
    }

    #[cfg(not(feature = "config"))]
    pub(crate) fn of(_session: &Session) -> Self {
        Self::default()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            broker: BrokerSettings::default(),
            send_to: SendTo::default(),
            is_through_platform: false,
            is_reviewed: false,
            queue_threshold: crate::graphql::ConnectorInfo::default().queue_threshold,
            run_and_terminate: false,
            grace: GRACE,
            work_source: None,
            #[cfg(feature = "http")]
            monitoring: Monitoring::default(),
        }
    }
}

/// How it runs and stops, for a type with `run_with`, and its options in `common`.
macro_rules! run_methods {
    ($runs:literal, $errors:literal) => {
        /// How long what is in progress may take when the run is stopped; 25 seconds, less than the 30
        /// that Kubernetes waits. Docker waits for 10, unless it is told by `stop_grace_period`.
        pub fn grace(mut self, grace: std::time::Duration) -> Self {
            self.common().grace = grace;
            self
        }

        /// Answers `/health`, `/ready` and `/metrics` on this listener while it runs, in place of a
        /// port that the configuration says.
        ///
        /// What they tell is said at [the module](crate::runtime#monitoring). They have no
        /// password: bind an address that only those reach who may read them.
        ///
        /// ```no_run
        /// use std::net::TcpListener;
        /// use opencti_connector::client::Registration;
        /// use opencti_connector::kind::InternalEnrichment;
        /// use opencti_connector::runtime::{BoxError, Enrichment, Reply};
        ///
        /// # async fn enrich(enrichment: Enrichment) -> Result<Reply, BoxError> {
        /// #     Ok(enrichment.unchanged("nothing is known of it"))
        /// # }
        /// # async fn start(registration: Registration<InternalEnrichment>) -> Result<(), BoxError> {
        /// let listener = TcpListener::bind("127.0.0.1:9095")?;
        /// registration.listen(enrich).monitor_on(listener).run().await?;
        /// # Ok(())
        /// # }
        /// ```
        #[cfg(feature = "http")]
        #[doc(alias = "OpenCTIMetricHandler")]
        pub fn monitor_on(mut self, listener: std::net::TcpListener) -> Self {
            self.common().monitoring.on(listener);
            self
        }

        #[doc = concat!($runs, " until SIGTERM or SIGINT; a second one ends it at once.")]
        ///
        /// # Errors
        ///
        /// When the connector cannot go on: see [`RunErrorKind`](crate::runtime::RunErrorKind).
        #[doc = $errors]
        pub async fn run(self) -> Result<(), crate::runtime::error::RunError> {
            use crate::runtime::run::shutdown::stopped_by_signals;

            // In a box, because it is large, and so would be the future of every program.
            stopped_by_signals(async |stop, force_stop| {
                Box::pin(self.run_with(stop, force_stop)).await
            })
            .await
        }

        #[doc = concat!($runs, " until the future resolves.")]
        ///
        /// # Errors
        ///
        /// As [`run`](Self::run).
        pub async fn run_until(
            self,
            stop: impl Future<Output = ()>,
        ) -> Result<(), crate::runtime::error::RunError> {
            Box::pin(self.run_with(stop, std::future::pending())).await
        }
    };
}
pub(crate) use run_methods;

/// How it sends bundles, for a type with its options in `common`.
macro_rules! broker_methods {
    () => {
        /// The size of the queue of bundles from which nothing is sent, in megabytes (1,000,000
        /// bytes); what the configuration says, else 500 as in pycti.
        pub fn queue_threshold(mut self, megabytes: crate::graphql::Megabytes) -> Self {
            self.common().queue_threshold = megabytes;
            self
        }

        /// How the broker is reached, over what the platform says of it; what the configuration
        /// says by `MQ_*`, else nothing.
        pub fn broker(mut self, settings: crate::value::broker_settings::BrokerSettings) -> Self {
            self.common().broker = settings;
            self
        }

        /// Where bundles go: to the queue, from which the platform imports them, and into
        /// [storage](crate::runtime#storage); what the configuration says by `CONNECTOR_SEND_TO_*`,
        /// else to the queue alone.
        #[doc(alias = "bundle_send_to_queue")]
        #[doc(alias = "bundle_send_to_directory")]
        #[doc(alias = "bundle_send_to_s3")]
        pub fn send_to(mut self, send_to: crate::value::send_to::SendTo) -> Self {
            self.common().send_to = send_to;
            self
        }
    };
}
pub(crate) use broker_methods;
