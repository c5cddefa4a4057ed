//! A client of a live platform: registration, pings and works.
//!
//! ```no_run
//! use opencti_connector::client::Client;
//! use opencti_connector::graphql::ConnectorInfo;
//! use opencti_connector::{Connector, EntityType};
//!
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let connector = Connector::internal_enrichment()
//!     .id("82b58916-a654-4cd4-81de-700eb72a5c94")
//!     .name("Shodan")
//!     .scope([EntityType::Ipv4Addr])
//!     .build()?;
//!
//! let client = Client::new(
//!     "https://opencti.example.org",
//!     "88ec0c6a-13ce-5e39-b486-354fe4a7084f",
//! )?;
//! let registration = client.register(&connector).await?;
//!
//! let pong = registration.ping(registration.state(), &ConnectorInfo::default()).await?;
//! println!("{} is alive, its state is {:?}", pong.id, pong.state);
//! # Ok(())
//! # }
//! ```
//!
//! The [guide](crate::guide) leads from here to a connector that runs.
//!
//! # Rights
//!
//! A token has the rights of its user. What a call needs, by the names of the platform's schema
//! (`src/modules/connector/connector.graphql` and `config/schema/opencti.graphql` in its sources);
//! one of those in a row is enough, and a call without gives [`ErrorKind::Forbidden`]:
//!
//! | call | right |
//! |---|---|
//! | [`Client::platform`] | none; the token has to be known |
//! | [`Client::register`], [`Registration::ping`] | `CONNECTORAPI` |
//! | [`Registration::read`] | `MODULES` |
//! | [`Registration::unregister`] | `MODULES_MODMANAGE` |
//! | [`ReadStream`](crate::graphql::ReadStream) | `TAXIIAPI`; on older platforms `TAXIIAPI_SETCOLLECTIONS` |
//! | [`Registration::add_work`] | `CONNECTORAPI`, `MODULES_MODMANAGE`, `KNOWLEDGE_KNASKIMPORT`, `KNOWLEDGE_KNGETEXPORT_KNASKEXPORT`; on older platforms the last two alone |
//! | reports of a [`Work`], [`Work::delete`] | `CONNECTORAPI`, `MODULES_MODMANAGE`; on older platforms `KNOWLEDGE_KNASKIMPORT`, `KNOWLEDGE_KNGETEXPORT_KNASKEXPORT` |
//!
//! # What is tried again
//!
//! What was certainly not done is tried again: when the platform cannot be reached, or answers 429.
//! Registration, pings, questions and reports that a work is received or ended can be repeated, so
//! they are also tried again when the connection is lost or the platform fails; other mutations are
//! not, and each takes a connection of its own. Their error says so if they may have been done. Each
//! failed attempt is logged at once, with its reason. Dropping a future cancels what it does.
//!
//! What a run itself asks for waits longer: see its section on outages (feature `runtime`).
//!
//! # What is logged
//!
//! Spans and events go to `tracing`; no secret is in them, nor in an error.
//!
//! A secret is the token or the value of a header. What an answer repeats of them, as they were
//! given and in any case, is shown as `***`, and so it is in the name of a header.

mod any_registration;
mod cached;
mod context;
#[cfg(feature = "runtime")]
mod download;
mod error;
#[cfg(feature = "runtime")]
mod event_stream;
mod multipart;
mod options;
#[cfg(feature = "runtime")]
mod pages;
mod registrable;
mod registration;
mod retry;
mod run;
mod send;
#[cfg(feature = "runtime")]
mod upload;
mod work;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Bytes;
use reqwest::header::HeaderValue;
use serde_json::Value;
use tracing::Instrument;
use url::Url;

use self::cached::Cached;
use self::context::Context;
#[cfg(feature = "runtime")]
pub(crate) use self::event_stream::{EventStream, StreamRequest};
#[cfg(feature = "runtime")]
pub(crate) use self::pages::ObjectPages;
pub(crate) use self::registration::Session;
use self::retry::RetryPolicy;
#[cfg(feature = "runtime")]
pub(crate) use self::run::Panic;
use crate::connector::any::AnyConnector;
use crate::graphql::{About, AcceptedFields, ConnectorInfo, Operation, Ping, Pong, Register};
use crate::value::field::RegisterConnectorFields;
use crate::value::secret::{Secret, Secrets};
use crate::value::since::Part;
use crate::value::version::PlatformVersion;

pub use self::any_registration::AnyRegistration;
#[cfg(feature = "runtime")]
pub use self::download::Download;
#[cfg(feature = "s3")]
pub(crate) use self::error::is_of_tls;
pub use self::error::{Error, ErrorKind};
pub use self::options::ClientBuilder;
#[cfg(all(feature = "config", feature = "runtime"))]
pub(crate) use self::options::RETRIES;
pub use self::registrable::Registrable;
pub use self::registration::Registration;
pub use self::run::BoxError;
pub use self::work::Work;

/// How long the platform is taken for what it was.
const KNOWN_FOR: Duration = Duration::from_secs(60 * 60);

/// A client of one platform; clones share its connections.
///
/// With the feature `config` it is best made of a configuration: `Client::from_config`.
///
/// ```
/// use std::time::Duration;
/// use opencti_connector::client::{Client, ErrorKind};
///
/// let token = "88ec0c6a-13ce-5e39-b486-354fe4a7084f";
/// let client = Client::new("https://opencti.example.org", token)?;
/// let patient = Client::builder("https://opencti.example.org", token)
///     .timeout(Duration::from_secs(900))
///     .build()?;
///
/// let error = Client::new("opencti", "ChangeMe").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Options);
/// # Ok::<(), opencti_connector::client::Error>(())
/// ```
#[doc(alias = "OpenCTIApiClient")]
#[doc(alias = "OpenCTIConnectorHelper")]
#[doc(alias = "helper")]
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    context: Context,
    /// Whether it waits for a platform that is away.
    is_patient: bool,
}

struct Inner {
    http: reqwest::Client,
    /// For what cannot be repeated: a request on a connection that the server is about to close is
    /// lost, and nobody can tell whether it was done.
    unpooled: reqwest::Client,
    endpoint: Url,
    authorization: HeaderValue,
    secrets: Secrets,
    retry: RetryPolicy,
    largest_answer: usize,
    version: Cached<Arc<str>>,
    platform: Cached<Arc<PlatformInfo>>,
    /// What the others were made of, for another with connections of its own.
    #[cfg_attr(
        not(feature = "runtime"),
        expect(dead_code, reason = "the runtime alone makes another")
    )]
    options: ClientBuilder,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.inner.endpoint.as_str())
            .finish_non_exhaustive()
    }
}

/// What a platform is, and what it accepts of a registration.
///
/// ```no_run
/// use opencti_connector::Field;
/// use opencti_connector::client::{Client, Error};
///
/// # async fn ask(client: &Client) -> Result<(), Error> {
/// let platform = client.platform().await?;
/// println!("OpenCTI {}", platform.version);
/// if !platform.fields.contains(Field::PlaybookCompatible) {
///     println!("knows no playbooks");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlatformInfo {
    /// Its version, as it writes it.
    pub version: String,
    /// The members of a registration that it accepts: by introspection, or by its version where
    /// introspection is off.
    pub fields: RegisterConnectorFields,
}

impl PlatformInfo {
    /// The version in numbers; `None` for one that is not written in numbers, such as that of a
    /// development build.
    #[must_use]
    pub fn version_number(&self) -> Option<PlatformVersion> {
        self.version.parse().ok()
    }
}

impl Client {
    /// A client of the platform at this address, with the token of the connector's user.
    ///
    /// The address is what `OPENCTI_URL` holds, without `/graphql`. White space around the token is
    /// not part of it, and `Bearer` does not stand before it. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// When the address or the token cannot be right; the error names both.
    pub fn new(url: impl Into<String>, token: impl Into<Secret>) -> Result<Self, Error> {
        Self::builder(url, token).build()
    }

    /// As [`new`](Self::new), with options to set.
    pub fn builder(url: impl Into<String>, token: impl Into<Secret>) -> ClientBuilder {
        ClientBuilder::new(url.into(), token.into())
    }

    /// Registers a connector, or brings it up to date: with those members alone that the platform
    /// accepts.
    ///
    /// A [`Connector`](crate::Connector) gives a [`Registration`] of its kind, an [`AnyConnector`]
    /// an [`AnyRegistration`]; both keep a copy of it.
    ///
    /// ```no_run
    /// use opencti_connector::Connector;
    /// use opencti_connector::client::Client;
    ///
    /// # async fn start(client: Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let connector = Connector::stream()
    ///     .id("550e8400-e29b-41d4-a716-446655440000")
    ///     .name("Splunk")
    ///     .build()?;
    /// let registration = client.register(&connector).await?;
    /// assert_eq!(registration.connector(), &connector);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The connector's warnings, and members that are left out, are logged.
    ///
    /// Needs the right `CONNECTORAPI`.
    ///
    /// # Errors
    ///
    /// When the platform cannot be asked, is older than the type of the connector
    /// ([`ErrorKind::PlatformTooOld`]), or refuses it ([`ErrorKind::Rejected`]).
    #[doc(alias = "OpenCTIConnector")]
    pub async fn register<C: Registrable>(&self, connector: &C) -> Result<C::Registration, Error> {
        let any = connector.clone().into();
        for warning in any.warnings() {
            tracing::warn!(connector = %any.id(), "{warning}");
        }
        let session = self.session(&any).await?;
        Ok(connector.clone().registered(session))
    }

    pub(crate) async fn session(&self, connector: &AnyConnector) -> Result<Session, Error> {
        let platform = self.platform().await?;
        let input = connector.to_input().restricted_to(&platform.fields);
        let left_out = input.left_out();
        for field in &left_out {
            tracing::warn!(
                connector = %connector.id(),
                platform = platform.version,
                "the platform does not know {field}, which is left out"
            );
        }
        let mut register = Register::new(input);
        if let Some(version) = platform.version_number() {
            register = register.for_version(version);
        }
        let registered = self.execute(&register).await?;
        tracing::info!(
            connector = %connector.id(),
            platform = platform.version,
            "{} is registered",
            connector.name()
        );
        Ok(Session {
            client: self.clone(),
            registered,
            left_out,
            #[cfg(all(feature = "config", feature = "runtime"))]
            run: None,
        })
    }

    /// Pings a connector, as the platform's version knows it.
    pub(crate) async fn ping(
        &self,
        id: &str,
        state: Option<&Value>,
        info: &ConnectorInfo,
    ) -> Result<Pong, Error> {
        let mut ping = Ping::new(id, state, info);
        if let Some(version) = self.platform().await?.version_number() {
            ping = ping.for_version(version);
        }
        self.execute(&ping).await
    }

    /// What the platform is and accepts. All clones share the answer.
    ///
    /// The platform is asked again after an hour, and when it does not understand an operation: it
    /// may have been upgraded, or set back, in the meantime.
    ///
    /// # Errors
    ///
    /// If the platform cannot be asked and nothing is known of it yet. The next call asks again.
    #[doc(alias = "health_check")]
    pub async fn platform(&self) -> Result<Arc<PlatformInfo>, Error> {
        let asked = self.inner.platform.get_or_ask(KNOWN_FOR, async {
            Ok(Arc::new(self.ask_platform().await?))
        });
        asked.await
    }

    /// Has the platform asked anew for what it is and accepts.
    pub(crate) fn forget_platform(&self) {
        self.inner.version.forget();
        self.inner.platform.forget();
    }

    async fn ask_platform(&self) -> Result<PlatformInfo, Error> {
        let version = self.version().await?.to_string();
        // Not by `execute`: where introspection is off, the refusal says nothing of the version.
        let by_introspection = match self.perform(&AcceptedFields::new()).await {
            Ok(fields) => fields,
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::Rejected | ErrorKind::Forbidden | ErrorKind::NotFound
                ) =>
            {
                tracing::info!(%error, "introspection is off; going by the platform's version");
                None
            }
            Err(error) => return Err(error),
        };
        let fields = by_introspection.unwrap_or_else(|| {
            let by_version = RegisterConnectorFields::for_version(&version);
            by_version.unwrap_or(RegisterConnectorFields::ALL)
        });
        Ok(PlatformInfo { version, fields })
    }

    /// Sends an operation and parses the answer; tries again as [the module](self) says.
    ///
    /// A platform that is older than the operation ([`Operation::since`]) is not sent it.
    ///
    /// ```no_run
    /// # use opencti_connector::client::{Client, Error};
    /// use opencti_connector::graphql::ReadConnector;
    ///
    /// # async fn read(client: Client) -> Result<(), Error> {
    /// let read = ReadConnector::new("82b58916-a654-4cd4-81de-700eb72a5c94");
    /// if let Some(status) = client.execute(&read).await? {
    ///     println!("{}: {:?} messages wait", status.name, status.queue);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the platform cannot be reached, is older than the operation, refuses it, or its answer
    /// is none; the [`ErrorKind`] says which.
    pub async fn execute<O: Operation>(&self, operation: &O) -> Result<O::Answer, Error> {
        self.check_version(operation).await?;
        let answer = self.perform(operation).await;
        if answer.as_ref().is_err_and(Error::is_misunderstood) {
            self.forget_platform();
        }
        answer
    }

    /// Whether the platform knows the operation; one whose version is not written in numbers is
    /// taken for the newest.
    async fn check_version<O: Operation>(&self, operation: &O) -> Result<(), Error> {
        let since = operation.since();
        if since == Part::Always.since() {
            return Ok(());
        }
        let version = self.version().await?;
        match version.parse::<PlatformVersion>() {
            Ok(number) if number < since => {
                let error = Error::too_old(&version, since, &self.inner.secrets);
                Err(error.of_operation(O::NAME))
            }
            _ => Ok(()),
        }
    }

    async fn version(&self) -> Result<Arc<str>, Error> {
        let asked = self.inner.version.get_or_ask(KNOWN_FOR, async {
            Ok(self.perform(&About::new()).await?.into())
        });
        asked.await
    }

    async fn perform<O: Operation>(&self, operation: &O) -> Result<O::Answer, Error> {
        let json = serde_json::to_vec(operation)
            .map_err(|error| Error::of_options(format!("the request makes no JSON: {error}")))?;
        let (content_type, body) = match operation.upload() {
            Some(file) => multipart::encode(&json, &file),
            None => ("application/json".to_owned(), json),
        };
        // Shared by the attempts.
        let body = Bytes::from(body);
        let attempt = || async {
            let answer = self
                .send(&content_type, body.clone(), O::IS_IDEMPOTENT)
                .await?;
            O::parse(&answer).map_err(|error| Error::of_answer(error, &answer, &self.inner.secrets))
        };
        let span = tracing::info_span!("opencti", operation = O::NAME);
        let answer = self
            .inner
            .retry
            .run(O::IS_IDEMPOTENT, self.is_patient, attempt)
            .instrument(span);
        answer.await.map_err(Error::of::<O>)
    }

    /// A client of HTTP for other servers than the platform.
    #[cfg(feature = "s3")]
    pub(crate) fn http_for_others(&self) -> Result<reqwest::Client, Error> {
        self.inner.options.for_others()
    }

    /// A text without the secrets that it holds.
    pub(crate) fn hidden<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.inner.secrets.hide(text)
    }
}
