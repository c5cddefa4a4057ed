//! From a configuration to a connector that is registered.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::client::{Client, Error, ErrorKind, RETRIES, Registrable as _, Registration, Session};
use crate::config::{Config, Configured, Report, RunSettings, Sections};
use crate::connector::any::AnyConnector;
use crate::connector::kind::Kind;
use crate::runtime::backoff::Backoff;
use crate::runtime::handler::traits::BoxFuture;

/// Longer than a platform takes that is started together with its connectors.
const WITHIN: Duration = Duration::from_secs(10 * 60);

impl Config {
    /// Starts a connector of the kind `K`: reads the configuration, and registers with the platform
    /// that it names.
    ///
    /// A platform that is not up yet is waited for, for [10 minutes](Start::start_within). The
    /// warnings of the configuration are logged. How the registration runs is then what the
    /// configuration says.
    ///
    /// ```no_run
    /// use opencti_connector::config::Config;
    /// use opencti_connector::kind::ExternalImport;
    /// use opencti_connector::runtime::{BoxError, Run};
    ///
    /// #[tokio::main]
    /// async fn main() -> Result<(), BoxError> {
    ///     let registration = Config::load()?.start::<ExternalImport>().await?;
    ///     let period = registration.run_settings().and_then(|run| run.duration_period);
    ///     registration.schedule(period, import).run().await?;
    ///     Ok(())
    /// }
    ///
    /// async fn import(run: Run) -> Result<(), BoxError> {
    ///     Ok(())
    /// }
    /// ```
    #[doc(alias = "OpenCTIConnectorHelper")]
    pub fn start<K: Kind>(&self) -> Start<K> {
        Start {
            configured: self.read(),
            within: WITHIN,
        }
    }

    /// As [`start`](Self::start), with the section of the connector's own settings as `T`, which is
    /// given beside the registration.
    ///
    /// ```no_run
    /// use opencti_connector::Secret;
    /// use opencti_connector::config::Config;
    /// use opencti_connector::kind::InternalEnrichment;
    /// # use opencti_connector::runtime::BoxError;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Shodan {
    ///     token: Secret,
    /// }
    ///
    /// # async fn start() -> Result<(), BoxError> {
    /// let config = Config::load()?;
    /// let (registration, shodan) =
    ///     config.start_with::<InternalEnrichment, Shodan>("shodan").await?;
    /// # let _ = (registration, shodan.token);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A tuple of types takes a tuple of names, as in [`read_with`](Self::read_with).
    pub fn start_with<K: Kind, T>(&self, sections: impl Sections<T>) -> StartWith<K, T> {
        StartWith {
            configured: self.read_with(sections),
            within: WITHIN,
        }
    }
}

impl<K: Kind> Registration<K> {
    /// How the connector runs, where it was [started](Config::start) from a configuration.
    #[must_use]
    pub fn run_settings(&self) -> Option<&RunSettings> {
        self.session().run.as_deref()
    }
}

/// The start of a connector: what [`Config::start`] gives, to be awaited.
///
/// ```no_run
/// use std::time::Duration;
/// use opencti_connector::config::Config;
/// use opencti_connector::kind::Stream;
/// use opencti_connector::runtime::BoxError;
///
/// # async fn start() -> Result<(), BoxError> {
/// let config = Config::load()?;
/// let registration = config.start::<Stream>().start_within(Duration::from_secs(60)).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// When there are faults in the configuration, the platform refuses the connector or its token, or
/// is not there in time; see [`StartErrorKind`].
#[must_use = "nothing starts until it is awaited"]
#[derive(Debug)]
pub struct Start<K: Kind> {
    configured: Result<Configured<K>, Report>,
    within: Duration,
}

impl<K: Kind> Start<K> {
    /// How long a platform is waited for that is not up yet; 10 minutes by default.
    pub const fn start_within(mut self, time: Duration) -> Self {
        self.within = time;
        self
    }
}

impl<K: Kind> IntoFuture for Start<K> {
    type Output = Result<Registration<K>, StartError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { configured, within } = self;
        Box::pin(async move { registered(configured?, within).await })
    }
}

/// As [`Start`], with settings of the connector's own: what [`Config::start_with`] gives.
#[must_use = "nothing starts until it is awaited"]
pub struct StartWith<K: Kind, T> {
    configured: Result<(Configured<K>, T), Report>,
    within: Duration,
}

impl<K: Kind, T> StartWith<K, T> {
    /// As [`Start::start_within`].
    pub fn start_within(mut self, time: Duration) -> Self {
        self.within = time;
        self
    }
}

impl<K: Kind, T: Send + 'static> IntoFuture for StartWith<K, T> {
    type Output = Result<(Registration<K>, T), StartError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { configured, within } = self;
        Box::pin(async move {
            let (configured, own) = configured?;
            Ok((registered(configured, within).await?, own))
        })
    }
}

impl<K: Kind, T> fmt::Debug for StartWith<K, T> {
    /// Without the settings, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let configured = self.configured.as_ref().map(|(configured, _)| configured);
        f.debug_struct("StartWith")
            .field("configured", &configured)
            .field("within", &self.within)
            .finish_non_exhaustive()
    }
}

/// Registers what is configured, with a platform that may still be starting.
async fn registered<K: Kind>(
    configured: Configured<K>,
    within: Duration,
) -> Result<Registration<K>, StartError> {
    let Configured {
        connector,
        platform,
        run,
        warnings,
    } = configured;
    for warning in warnings {
        tracing::warn!(connector = %connector.id(), "{warning}");
    }
    // It says of each attempt itself how it went, and how long there is still to wait.
    let client = Client::from_config(&platform).and_then(|client| client.with_retries(0));
    let client = client.map_err(|error| StartError::of_options(&error))?;
    let mut session = session(&client, &connector.clone().into(), within).await?;
    session.client = client
        .with_retries(RETRIES)
        .map_err(|error| StartError::of_options(&error))?;
    session.run = Some(Box::new(run));
    Ok(connector.registered(session))
}

async fn session(
    client: &Client,
    connector: &AnyConnector,
    within: Duration,
) -> Result<Session, StartError> {
    let begun = Instant::now();
    // The longest that a clock can count to, for a time that is longer.
    let end = begun.checked_add(within);
    let end = end.unwrap_or_else(|| begun + Duration::from_secs(60 * 60 * 24 * 365));
    let mut last = None;
    let trying = async {
        let mut backoff = Backoff::new();
        loop {
            match client.session(connector).await {
                Err(error) if error.may_pass() && error.kind() != ErrorKind::Tls => {
                    let left = end.saturating_duration_since(Instant::now()).as_secs();
                    tracing::warn!(
                        connector = %connector.id(),
                        %error,
                        "cannot reach the platform; waiting up to {left} s more"
                    );
                    last = Some(error);
                    backoff.wait().await;
                }
                other => return other,
            }
        }
    };
    let tried = timeout_at(end, trying).await;
    match tried {
        Ok(Ok(session)) => Ok(session),
        Ok(Err(error)) => Err(StartError::of_answer(&error)),
        Err(_) => Err(StartError::of_outage(last.as_ref(), within)),
    }
}

/// Why a connector did not start.
///
/// `Display` is for the operator: the whole report on a configuration with faults, else one line. It
/// holds no secret. `Debug` prints the same, so that a `main` which returns it reads well.
///
/// ```no_run
/// use opencti_connector::config::Config;
/// use opencti_connector::kind::Stream;
/// use opencti_connector::runtime::StartErrorKind;
///
/// # async fn start(config: Config) {
/// match config.start::<Stream>().await {
///     Ok(registration) => println!("{} is registered", registration.id()),
///     Err(error) if error.kind() == StartErrorKind::Configuration => eprintln!("{error}"),
///     Err(error) => eprintln!("look at the platform: {error}"),
/// }
/// # }
/// ```
pub struct StartError(Box<Parts>);

struct Parts {
    kind: StartErrorKind,
    message: String,
    report: Option<Report>,
}

/// What kind of failure a [`StartError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StartErrorKind {
    /// There are faults in the configuration.
    Configuration,
    /// The platform was not there in time.
    Unavailable,
    /// The platform does not know the token.
    Authentication,
    /// The platform refuses the connector, is too old for it, or is not an OpenCTI platform.
    Refused,
}

impl StartError {
    fn new(kind: StartErrorKind, message: String) -> Self {
        Self(Box::new(Parts {
            kind,
            message,
            report: None,
        }))
    }

    /// A file of certificates cannot be read, for example.
    fn of_options(error: &Error) -> Self {
        Self::new(StartErrorKind::Configuration, error.to_string())
    }

    fn of_answer(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Authentication => Self::new(
                StartErrorKind::Authentication,
                format!("the platform does not know the token; look at OPENCTI_TOKEN: {error}"),
            ),
            ErrorKind::Options => Self::new(StartErrorKind::Configuration, error.to_string()),
            _ => Self::new(StartErrorKind::Refused, error.to_string()),
        }
    }

    fn of_outage(last: Option<&Error>, within: Duration) -> Self {
        let why = last.map_or_else(|| "it did not answer".to_owned(), Error::to_string);
        let message =
            format!("the platform was not up within {within:?}; look at OPENCTI_URL: {why}");
        Self::new(StartErrorKind::Unavailable, message)
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> StartErrorKind {
        self.0.kind
    }

    /// What is wrong with the configuration, one by one; none for what is found out later.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        self.0.report.as_ref()
    }
}

impl From<Report> for StartError {
    fn from(report: Report) -> Self {
        Self(Box::new(Parts {
            kind: StartErrorKind::Configuration,
            message: report.to_string(),
            report: Some(report),
        }))
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for StartError {}
