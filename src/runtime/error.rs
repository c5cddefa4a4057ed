//! Why a run ends, and what a handler's error can ask for.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::client::{self, BoxError, ErrorKind};

/// Why a connector cannot go on running.
///
/// What may pass is waited for: a platform or a broker that is down ends no run. `Display` is one
/// line for the operator, and holds no secret; `Debug` prints the same, so that a `main` which
/// returns it reads well.
///
/// ```no_run
/// use opencti_connector::client::Registration;
/// use opencti_connector::kind::InternalEnrichment;
/// use opencti_connector::runtime::{BoxError, Enrichment, Reply, RunErrorKind};
///
/// # async fn enrich(enrichment: Enrichment) -> Result<Reply, BoxError> {
/// #     Ok(enrichment.unchanged("nothing is known of it"))
/// # }
/// # async fn run(registration: Registration<InternalEnrichment>) {
/// match registration.listen(enrich).run().await {
///     Ok(()) => println!("stopped"),
///     Err(error) if error.kind() == RunErrorKind::Deleted => println!("nobody needs it: {error}"),
///     Err(error) => eprintln!("{error}"),
/// }
/// # }
/// ```
pub struct RunError(Box<Parts>);

struct Parts {
    kind: RunErrorKind,
    message: String,
    source: Option<BoxError>,
}

/// What kind of end a [`RunError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RunErrorKind {
    /// What the connector is told to do cannot be done: no period is configured, for example.
    Options,
    /// The platform does not know the token any more, or its user may not follow the stream.
    Authentication,
    /// The connector was deleted on the platform.
    Deleted,
    /// The broker refuses the connector, also with the credentials of a new registration.
    Broker,
    /// The state on the platform is not one that the connector can read.
    State,
    /// A handler ended the run by [`Fatal`](fn@Fatal).
    Handler,
    /// The runtime itself failed, which is a bug in it.
    Internal,
}

impl RunError {
    pub(super) fn new(kind: RunErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            kind,
            message: message.into(),
            source: None,
        }))
    }

    pub(super) fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The end that an answer of the platform to the connector itself means, if it means one.
    pub(super) fn of_ping(error: &client::Error) -> Option<Self> {
        match error.kind() {
            ErrorKind::NotFound => Some(Self::new(
                RunErrorKind::Deleted,
                "the connector was deleted on the platform; start it again to register it anew",
            )),
            ErrorKind::Authentication => Some(Self::new(
                RunErrorKind::Authentication,
                format!(
                    "the platform does not take the token any more; look at OPENCTI_TOKEN: {error}"
                ),
            )),
            _ => None,
        }
    }

    /// A task of the runtime itself panicked, which would leave the run deaf.
    pub(super) fn of_bug(error: &tokio::task::JoinError) -> Self {
        Self::new(
            RunErrorKind::Internal,
            format!("a task of the runtime failed, which is a bug: {error}"),
        )
    }

    /// What kind of end it is.
    #[must_use]
    pub fn kind(&self) -> RunErrorKind {
        self.0.kind
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for RunError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_deref();
        source.map(|source| source as &(dyn StdError + 'static))
    }
}

/// Why a state was not committed.
#[derive(Debug)]
pub struct CommitError {
    kind: CommitErrorKind,
    message: String,
}

/// What kind of failure a [`CommitError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CommitErrorKind {
    /// The state does not serialize to a JSON object.
    State,
    /// The run has ended before the platform had the state.
    Over,
}

impl CommitError {
    pub(super) fn of_state(error: &serde_json::Error) -> Self {
        Self {
            kind: CommitErrorKind::State,
            message: error.to_string(),
        }
    }

    pub(super) fn over() -> Self {
        Self {
            kind: CommitErrorKind::Over,
            message: "the run has ended, and the platform may not have the state".into(),
        }
    }

    /// What kind of failure it is.
    #[must_use]
    pub const fn kind(&self) -> CommitErrorKind {
        self.kind
    }
}

impl fmt::Display for CommitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for CommitError {}

/// An error that means "not now": the message is delivered again after a while.
///
/// For a rate limit, or a service that is down. It is not a failure, so that the work goes on; but
/// it counts as one of the [attempts](crate::runtime::Listen::max_attempts).
///
/// ```
/// use std::time::Duration;
/// use opencti_connector::runtime::{BoxError, RetryLater};
///
/// fn check(status: u16) -> Result<(), BoxError> {
///     if status == 429 {
///         return Err(RetryLater::after(Duration::from_secs(60)).into());
///     }
///     Ok(())
/// }
/// assert_eq!(check(429).unwrap_err().to_string(), "to be tried again in 60s");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryLater(Wait);

impl RetryLater {
    /// Again after this time; it holds the message's place among those in progress meanwhile.
    #[must_use]
    pub const fn after(wait: Duration) -> Self {
        Self(Wait(wait))
    }

    /// How long is to be waited.
    #[must_use]
    pub const fn wait(&self) -> Duration {
        self.0.0
    }

    /// How long an error asks to wait, if it or one of its causes does.
    pub(super) fn wanted_by(error: &(dyn StdError + 'static)) -> Option<Duration> {
        find::<Wait>(error).map(|wait| wait.0)
    }
}

impl fmt::Display for RetryLater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl StdError for RetryLater {
    /// What is looked for: an error that wraps this one hides its type, but passes its causes on.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("to be tried again in {0:?}")]
struct Wait(Duration);

/// An error that ends the run, once the message has its answer.
///
/// For what no message can succeed with: a key that is revoked, for example. It is made by
/// [`Fatal`](fn@Fatal) of any error.
#[derive(Debug)]
pub struct Fatal {
    end: End,
}

/// An error that ends the run, once the message has its answer.
///
/// ```
/// use opencti_connector::runtime::{BoxError, Fatal};
///
/// fn check(status: u16) -> Result<(), BoxError> {
///     if status == 401 {
///         return Err(Fatal("the key of the service is refused; look at SHODAN_TOKEN").into());
///     }
///     Ok(())
/// }
/// assert!(check(401).unwrap_err().to_string().starts_with("the key of the service"));
/// ```
#[allow(
    non_snake_case,
    reason = "it reads as the constructor of the type, and takes any error as no constructor can"
)]
#[must_use]
pub fn Fatal(error: impl Into<BoxError>) -> Fatal {
    Fatal {
        end: End(error.into()),
    }
}

impl Fatal {
    pub(super) fn is_in(error: &(dyn StdError + 'static)) -> bool {
        find::<End>(error).is_some()
    }
}

impl fmt::Display for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.end, f)
    }
}

impl StdError for Fatal {
    /// As with [`RetryLater`].
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.end)
    }
}

#[derive(Debug)]
struct End(BoxError);

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl StdError for End {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

/// The error or the first of its causes that is of a type.
pub(super) fn find<'e, T: StdError + 'static>(
    error: &'e (dyn StdError + 'static),
) -> Option<&'e T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}
