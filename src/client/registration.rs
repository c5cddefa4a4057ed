//! A connector that is registered, and its works.

use std::marker::PhantomData;

use serde_json::Value;

use super::{Client, Error};
use crate::connector::kind::Kind;
use crate::graphql::{
    AddExpectations, AddWork, ConnectorInfo, ConnectorStatus, DeleteWork, IsWorkAlive, Ping,
    PingWork, Pong, QueueConfig, RabbitMq, ReadConnector, Registered, ReportExpectation, S3,
    Unregister, WorkError, WorkProcessed, WorkReceived,
};
use crate::value::connector_type::ConnectorType;
use crate::value::field::Field;

/// A connector of the kind `K` that is registered: what the platform told it, and what it can do.
///
/// It comes from [`Client::register`]. What older platforms do not tell is `None`.
///
/// The kind travels along, so that a connector is not run as one of another kind:
///
/// ```no_run
/// use opencti_connector::client::{Error, Registration};
/// use opencti_connector::graphql::ConnectorInfo;
/// use opencti_connector::kind::ExternalImport;
///
/// async fn run(registration: &Registration<ExternalImport>) -> Result<(), Error> {
///     if let Some(queues) = registration.queues() {
///         println!("bundles go to {}", queues.push_exchange);
///     }
///     for field in registration.left_out() {
///         println!("the platform is too old for `{field}`");
///     }
///     let pong = registration.ping(registration.state(), &ConnectorInfo::default()).await?;
///     println!("the platform has the state {:?}", pong.state);
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Registration<K: Kind> {
    client: Client,
    registered: Registered,
    left_out: Vec<Field>,
    kind: PhantomData<K>,
}

impl<K: Kind> Registration<K> {
    pub(super) const fn new(client: Client, registered: Registered, left_out: Vec<Field>) -> Self {
        Self {
            client,
            registered,
            left_out,
            kind: PhantomData,
        }
    }

    /// The id of the connector.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.registered.id
    }

    /// The type of the connector: `K::TYPE`.
    #[must_use]
    pub const fn connector_type(&self) -> ConnectorType {
        K::TYPE
    }

    /// The state that the connector left when it ran last.
    #[must_use]
    pub const fn state(&self) -> Option<&Value> {
        self.registered.state.as_ref()
    }

    /// The id of the connector's user (platform 4.0.0).
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.registered.user_id.as_deref()
    }

    /// The public keys that sign the platform's HTTP requests, as the text of a JWK set (platform
    /// 7.260224.0).
    #[must_use]
    pub fn jwks(&self) -> Option<&str> {
        self.registered.jwks.as_deref()
    }

    /// The names of the queues and exchanges, and how to reach them.
    #[must_use]
    pub const fn queues(&self) -> Option<&QueueConfig> {
        self.registered.config.as_ref()
    }

    /// How to reach RabbitMQ (platform 4.0.4).
    #[must_use]
    pub fn rabbitmq(&self) -> Option<&RabbitMq> {
        self.queues()?.connection.as_ref()
    }

    /// How to reach the platform's object storage (platform 6.9.10).
    #[must_use]
    pub fn s3(&self) -> Option<&S3> {
        self.queues()?.s3.as_ref()
    }

    /// The routing key to which the connector sends bundles: what the platform tells, or what
    /// connectors went by before 5.4.0.
    #[must_use]
    pub fn push_routing(&self) -> String {
        let told = self.queues().and_then(|queues| queues.push_routing.clone());
        told.unwrap_or_else(|| format!("push_routing_{}", self.id()))
    }

    /// What the connector asks for and the platform does not know.
    #[must_use]
    pub fn left_out(&self) -> &[Field] {
        &self.left_out
    }

    /// Tells the platform that the connector is alive, and stores its state there.
    ///
    /// The answer's state is another one than was sent when it was reset on the platform meanwhile;
    /// a connector goes on with the answer's. The platform counts a connector as alive for five
    /// minutes; pycti pings every 40 seconds.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use opencti_connector::client::{Error, Registration};
    /// # use opencti_connector::graphql::ConnectorInfo;
    /// # use opencti_connector::kind::Stream;
    /// # async fn stay_alive(registration: Registration<Stream>) -> Result<(), Error> {
    /// let mut state = registration.state().cloned();
    /// loop {
    ///     let pong = registration.ping(state.as_ref(), &ConnectorInfo::default()).await?;
    ///     state = pong.state;
    ///     tokio::time::sleep(Duration::from_secs(40)).await;
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the platform cannot be reached or does not know the connector any more.
    pub async fn ping(&self, state: Option<&Value>, info: &ConnectorInfo) -> Result<Pong, Error> {
        let mut ping = Ping::new(self.id(), state, info);
        if let Some(version) = self.client.platform().await?.version_number() {
            ping = ping.for_version(version);
        }
        self.client.execute(&ping).await
    }

    /// The connector as the platform sees it; `None` if it is not there any more (platform 6.1.12).
    ///
    /// # Errors
    ///
    /// When the platform cannot be reached, or is older.
    pub async fn read(&self) -> Result<Option<ConnectorStatus>, Error> {
        self.client.execute(&ReadConnector::new(self.id())).await
    }

    /// Removes the connector from the platform, with its queues and its state (platform 4.0.0).
    ///
    /// # Errors
    ///
    /// When the platform cannot be reached or refuses it.
    pub async fn unregister(self) -> Result<(), Error> {
        self.client.execute(&Unregister::new(self.id())).await
    }

    /// Begins a work under a name for the users who watch it, for a connector that starts by
    /// itself.
    ///
    /// ```no_run
    /// # use opencti_connector::client::{Error, Registration};
    /// # use opencti_connector::kind::ExternalImport;
    /// # async fn run(registration: Registration<ExternalImport>) -> Result<(), Error> {
    /// let work = registration.add_work("MISP run of 2026-11-24").await?;
    /// work.received("Fetching events").await?;
    /// work.processed("Sent 12 events").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the platform cannot be reached or refuses it.
    pub async fn add_work(&self, friendly_name: &str) -> Result<Work, Error> {
        let id = self
            .client
            .execute(&AddWork::new(self.id(), friendly_name))
            .await?;
        Ok(self.work(id))
    }

    /// A work that exists: one that a message names.
    #[must_use]
    pub fn work(&self, id: impl Into<String>) -> Work {
        Work {
            client: self.client.clone(),
            id: id.into(),
        }
    }
}

/// What a connector is doing, for the users who watch it.
///
/// It comes from [`Registration::add_work`], or from [`Registration::work`] where a message names
/// it:
///
/// ```no_run
/// use opencti_connector::client::{Error, Registration};
/// use opencti_connector::graphql::WorkError;
/// use opencti_connector::kind::InternalImportFile;
///
/// # async fn import(
/// #     registration: Registration<InternalImportFile>,
/// #     work_id: &str,
/// # ) -> Result<(), Error> {
/// let work = registration.work(work_id);
/// work.received("Reading the file").await?;
/// work.add_expectations(2).await?;
/// work.report_expectation(None).await?;
/// work.report_expectation(Some(WorkError::new("no such sheet", "sheet 2"))).await?;
/// work.processed("Read one sheet of two").await?;
/// # Ok(())
/// # }
/// ```
///
/// Its methods fail when the platform cannot be reached, with
/// [`ErrorKind::NotFound`](super::ErrorKind::NotFound) when the work is done or deleted, and with
/// [`ErrorKind::PlatformTooOld`](super::ErrorKind::PlatformTooOld) on a platform before 4.0.3.
#[derive(Clone, Debug)]
pub struct Work {
    client: Client,
    id: String,
}

impl Work {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Reports that the connector has received it.
    ///
    /// # Errors
    ///
    /// See [`Work`].
    pub async fn received(&self, message: &str) -> Result<(), Error> {
        self.client
            .execute(&WorkReceived::new(&self.id, message))
            .await
    }

    /// Reports that it is done.
    ///
    /// # Errors
    ///
    /// See [`Work`].
    pub async fn processed(&self, message: &str) -> Result<(), Error> {
        let processed = WorkProcessed::new(&self.id, message, false);
        self.client.execute(&processed).await
    }

    /// Reports that it has failed.
    ///
    /// # Errors
    ///
    /// See [`Work`].
    pub async fn failed(&self, message: &str) -> Result<(), Error> {
        let failed = WorkProcessed::new(&self.id, message, true);
        self.client.execute(&failed).await
    }

    /// Tells that the connector still works on it (platform 5.1.0).
    ///
    /// # Errors
    ///
    /// See [`Work`].
    pub async fn ping(&self) -> Result<(), Error> {
        self.client.execute(&PingWork::new(&self.id)).await
    }

    /// Announces a number of parts, each to be reported when it is done.
    ///
    /// # Errors
    ///
    /// See [`Work`]; and when there are more than [`i32::MAX`] at a time.
    pub async fn add_expectations(&self, expectations: u32) -> Result<(), Error> {
        let add = AddExpectations::new(&self.id, expectations).map_err(Error::of_input)?;
        self.client.execute(&add).await
    }

    /// Reports that one of the announced parts is done, or what went wrong with it.
    ///
    /// # Errors
    ///
    /// See [`Work`].
    pub async fn report_expectation(&self, error: Option<WorkError<'_>>) -> Result<(), Error> {
        let report = ReportExpectation::new(&self.id, error);
        self.client.execute(&report).await
    }

    /// Whether it is neither done nor deleted (platform 6.8.7).
    ///
    /// # Errors
    ///
    /// When the platform cannot be reached.
    pub async fn is_alive(&self) -> Result<bool, Error> {
        self.client.execute(&IsWorkAlive::new(&self.id)).await
    }

    /// Deletes it.
    ///
    /// # Errors
    ///
    /// See [`Work`].
    pub async fn delete(self) -> Result<(), Error> {
        self.client.execute(&DeleteWork::new(&self.id)).await
    }
}
