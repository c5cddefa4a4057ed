//! A connector that is registered.

use serde_json::Value;

use super::{Client, Error, Work};
use crate::connector::connector::Connector;
use crate::connector::kind::Kind;
use crate::graphql::{
    AddWork, ConnectorInfo, ConnectorStatus, Pong, QueueConfig, RabbitMq, ReadConnector,
    Registered, S3, Unregister,
};
use crate::value::connector_type::ConnectorType;
use crate::value::field::Field;

/// The methods that serve every kind, for a type that has `session()`.
macro_rules! registration_methods {
    () => {
        /// The id of the connector.
        #[doc(alias = "connect_id")]
        #[must_use]
        pub fn id(&self) -> &str {
            &self.session().registered.id
        }

        /// The client that registered it, which acts as the connector's own user.
        ///
        /// ```no_run
        /// # use opencti_connector::client::Error;
        /// # use opencti_connector::client::Registration;
        /// # use opencti_connector::kind::Stream;
        /// use opencti_connector::graphql::ReadStream;
        ///
        /// # async fn read(registration: Registration<Stream>, id: &str) -> Result<(), Error> {
        /// let stream = registration.client().execute(&ReadStream::new(id)).await?;
        /// println!("{:?}", stream.and_then(|stream| stream.name));
        /// # Ok(())
        /// # }
        /// ```
        #[must_use]
        pub fn client(&self) -> &Client {
            &self.session().client
        }

        /// The state that the connector left when it ran last.
        #[doc(alias = "get_state")]
        #[must_use]
        pub fn state(&self) -> Option<&Value> {
            self.session().registered.state.as_ref()
        }

        /// The id of the connector's user (platform 4.0.0).
        #[must_use]
        pub fn user_id(&self) -> Option<&str> {
            self.session().registered.user_id.as_deref()
        }

        /// The public keys that sign the platform's HTTP requests, as the text of a JWK set
        /// (platform 7.260224.0).
        #[must_use]
        pub fn jwks(&self) -> Option<&str> {
            self.session().registered.jwks.as_deref()
        }

        /// The names of the queues and exchanges, and how to reach them.
        #[must_use]
        pub fn queues(&self) -> Option<&QueueConfig> {
            self.session().registered.config.as_ref()
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

        /// The routing key with which the connector sends bundles to
        /// [`push_exchange`](QueueConfig::push_exchange): what the platform tells, or what
        /// connectors went by before 5.4.0.
        #[doc(alias = "send_stix2_bundle")]
        #[must_use]
        pub fn push_routing(&self) -> String {
            let told = self.queues().and_then(|queues| queues.push_routing.clone());
            told.unwrap_or_else(|| format!("push_routing_{}", self.id()))
        }

        /// What the connector asks for and the platform does not know.
        #[must_use]
        pub fn left_out(&self) -> &[Field] {
            &self.session().left_out
        }

        /// Tells the platform that the connector is alive, and stores its state there.
        ///
        /// The answer's state is another one than was sent when it was reset on the platform
        /// meanwhile; a connector goes on with the answer's. The platform counts a connector as
        /// alive for five minutes; pycti pings every 40 seconds.
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
        /// Needs the right `CONNECTORAPI`.
        ///
        /// # Errors
        ///
        /// When the platform cannot be reached or does not know the connector any more.
        #[doc(alias = "heartbeat")]
        #[doc(alias = "force_ping")]
        #[doc(alias = "set_state")]
        pub async fn ping(
            &self,
            state: Option<&Value>,
            info: &ConnectorInfo,
        ) -> Result<Pong, Error> {
            self.session().client.ping(self.id(), state, info).await
        }

        /// The connector as the platform sees it; `None` if it is not there any more (platform
        /// 6.1.12).
        ///
        /// Needs the right `MODULES`.
        ///
        /// # Errors
        ///
        /// When the platform cannot be reached, or is older.
        pub async fn read(&self) -> Result<Option<ConnectorStatus>, Error> {
            self.session()
                .client
                .execute(&ReadConnector::new(self.id()))
                .await
        }

        /// Removes the connector from the platform, with its queues and its state (platform 4.0.0).
        ///
        /// Needs the right `MODULES_MODMANAGE`, which a connector's user need not have.
        ///
        /// # Errors
        ///
        /// When the platform cannot be reached or refuses it.
        #[doc(alias = "stop")]
        pub async fn unregister(self) -> Result<(), Error> {
            self.session()
                .client
                .execute(&Unregister::new(self.id()))
                .await
        }

        /// Begins a work under a name for the users who watch it, for a connector that starts by
        /// itself (platform 4.0.0).
        ///
        /// It stays in progress until it is told to be done. [`Work::run`] ends it by the result of
        /// a task, whatever becomes of the task:
        ///
        /// ```no_run
        /// # use opencti_connector::client::Registration;
        /// # use opencti_connector::kind::ExternalImport;
        /// # async fn fetch() -> Result<Vec<String>, std::io::Error> { Ok(Vec::new()) }
        /// # async fn run(
        /// #     registration: Registration<ExternalImport>,
        /// # ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        /// let work = registration.add_work("MISP run of 2026-11-24").await?;
        /// work.run(async |work| {
        ///     work.received("Fetching events").await?;
        ///     let events = fetch().await?;
        ///     Ok(format!("Sent {} events", events.len()))
        /// })
        /// .await?;
        /// # Ok(())
        /// # }
        /// ```
        ///
        /// Needs one of four [rights](crate::client#rights), among them `CONNECTORAPI`.
        ///
        /// # Errors
        ///
        /// When the platform cannot be reached or refuses it.
        #[doc(alias = "initiate_work")]
        pub async fn add_work(&self, friendly_name: &str) -> Result<Work, Error> {
            let add = AddWork::new(self.id(), friendly_name);
            let id = self.session().client.execute(&add).await?;
            Ok(self.work(id))
        }

        /// As [`add_work`](Self::add_work), a work that ends only when it is told to be done, not
        /// when all that was expected has been reported: for a connector that sends its bundles one
        /// by one.
        ///
        /// Needs platform 7.260422.0, and the rights of [`add_work`](Self::add_work).
        ///
        /// # Errors
        ///
        /// When the platform cannot be reached, is older, or refuses it.
        #[doc(alias = "is_multipart")]
        pub async fn add_multipart_work(&self, friendly_name: &str) -> Result<Work, Error> {
            let add = AddWork::new(self.id(), friendly_name).multipart(true);
            let id = self.session().client.execute(&add).await?;
            Ok(self.work(id))
        }

        /// A work that exists: one that a message names.
        #[must_use]
        pub fn work(&self, id: impl Into<String>) -> Work {
            Work::new(&self.session().client, id.into())
        }
    };
}
pub(super) use registration_methods;

/// A connector of the kind `K` that is registered: what the platform told it, and what it can do.
///
/// It comes from [`Client::register`], and holds the connector and a client. What older platforms
/// do not tell is `None`.
///
/// The kind travels along, so that a connector is not run as one of another kind:
///
/// ```no_run
/// use opencti_connector::client::{Error, Registration};
/// use opencti_connector::graphql::ConnectorInfo;
/// use opencti_connector::kind::ExternalImport;
///
/// async fn run(registration: &Registration<ExternalImport>) -> Result<(), Error> {
///     println!("{} is registered", registration.connector().name());
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
///
/// Where the kind is learnt at run time it is an [`AnyRegistration`](super::AnyRegistration).
#[doc(alias = "OpenCTIConnectorHelper")]
#[doc(alias = "helper")]
#[derive(Clone, Debug)]
pub struct Registration<K: Kind> {
    connector: Connector<K>,
    session: Session,
}

/// What a registration is beside its connector.
#[derive(Clone, Debug)]
pub struct Session {
    pub(crate) client: Client,
    pub(crate) registered: Registered,
    pub(crate) left_out: Vec<Field>,
    /// How the connector runs, where it was started from a configuration.
    #[cfg(all(feature = "config", feature = "runtime"))]
    pub(crate) run: Option<Box<crate::config::RunSettings>>,
}

#[cfg(feature = "runtime")]
impl Session {
    /// As [`Registration::add_work`], of a [patient](Client::patient) client.
    pub(crate) async fn add_work(&self, friendly_name: &str) -> Result<Work, Error> {
        let add = AddWork::new(&self.registered.id, friendly_name);
        let id = self.client.patient().execute(&add).await?;
        Ok(self.work(id))
    }

    /// As [`Registration::work`], of a [patient](Client::patient) client.
    pub(crate) fn work(&self, id: impl Into<String>) -> Work {
        Work::new(&self.client.patient(), id.into())
    }
}

impl<K: Kind> Registration<K> {
    pub(super) const fn new(connector: Connector<K>, session: Session) -> Self {
        Self { connector, session }
    }

    pub(crate) fn into_parts(self) -> (Connector<K>, Session) {
        (self.connector, self.session)
    }

    pub(crate) const fn session(&self) -> &Session {
        &self.session
    }

    /// The connector that is registered.
    #[must_use]
    pub const fn connector(&self) -> &Connector<K> {
        &self.connector
    }

    /// The type of the connector: `K::TYPE`.
    #[must_use]
    pub const fn connector_type(&self) -> ConnectorType {
        K::TYPE
    }

    registration_methods!();
}
