//! Why an operation failed.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::time::Duration;

use super::options::chain;
use crate::graphql::{AnswerError, GraphqlError, InvalidNumber};
use crate::value::text::escaped;
use crate::value::version::PlatformVersion;

/// Why an operation on a platform failed.
///
/// [`kind`](Self::kind) says what a program can act on, `Display` what a person can; neither holds
/// a secret.
///
/// ```no_run
/// use opencti_connector::Connector;
/// use opencti_connector::client::{Client, ErrorKind};
/// use opencti_connector::kind::Stream;
///
/// # async fn register(client: &Client, connector: &Connector<Stream>) {
/// match client.register(connector).await {
///     Ok(registration) => println!("{} is registered", registration.id()),
///     Err(error) if error.kind() == ErrorKind::Authentication => {
///         eprintln!("look at OPENCTI_TOKEN: {error}");
///     }
///     Err(error) if error.kind() == ErrorKind::Unreachable => eprintln!("is it up? {error}"),
///     Err(error) => eprintln!("{error}"),
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Error(Box<Parts>);

#[derive(Debug)]
struct Parts {
    kind: ErrorKind,
    operation: Option<&'static str>,
    message: String,
    status: Option<u16>,
    retry_after: Option<Duration>,
    graphql: Vec<GraphqlError>,
}

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The options of the client are wrong.
    Options,
    /// No connection to the platform could be made, or it was lost.
    Unreachable,
    /// The connection is not safe: the platform's certificate is not trusted, for example.
    Tls,
    /// The platform took too long.
    Timeout,
    /// The platform, or what stands before it, answered with an HTTP status that is no success.
    Status,
    /// The platform does not know the token.
    Authentication,
    /// The token's user may not do this.
    Forbidden,
    /// The platform refuses the input, or would and was not asked.
    Rejected,
    /// The platform is older than what it is asked for, so that nothing was sent.
    PlatformTooOld,
    /// What the operation is about does not exist.
    NotFound,
    /// The platform failed.
    Platform,
    /// The answer is not that of a GraphQL server: a login page, or a proxy's error page.
    NotGraphql,
    /// The answer misses what was asked for.
    UnexpectedAnswer,
    /// The answer is larger than what is read.
    TooLarge,
}

impl Error {
    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            kind,
            operation: None,
            message: message.into(),
            status: None,
            retry_after: None,
            graphql: Vec::new(),
        }))
    }

    pub(super) fn of_options(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Options, message)
    }

    pub(super) fn of_input(error: InvalidNumber) -> Self {
        Self::new(ErrorKind::Rejected, error.to_string())
    }

    pub(super) fn too_large(limit: usize) -> Self {
        Self::new(
            ErrorKind::TooLarge,
            format!("the answer is larger than {limit} bytes"),
        )
    }

    /// An error of the connection.
    pub(super) fn of_connection(error: reqwest::Error) -> Self {
        let kind = if error.is_timeout() && !error.is_connect() {
            ErrorKind::Timeout
        } else if is_tls(&error) {
            ErrorKind::Tls
        } else {
            ErrorKind::Unreachable
        };
        // The URL stands in the client's own error already.
        let error = error.without_url();
        let what = match kind {
            ErrorKind::Timeout => "the platform took too long",
            ErrorKind::Tls => "no safe connection to the platform can be made",
            _ => "the platform cannot be reached",
        };
        Self::new(kind, format!("{what}: {}", chain(&error)))
    }

    pub(super) fn of_status(
        status: u16,
        message: impl Into<String>,
        retry_after: Option<Duration>,
    ) -> Self {
        let kind = match status {
            401 => ErrorKind::Authentication,
            403 => ErrorKind::Forbidden,
            _ => ErrorKind::Status,
        };
        let mut error = Self::new(kind, message);
        error.0.status = Some(status);
        error.0.retry_after = retry_after;
        error
    }

    pub(super) fn of_answer(error: AnswerError) -> Self {
        let kind = match &error {
            AnswerError::Errors(errors) => kind_of(errors),
            AnswerError::NotGraphql(_) => ErrorKind::NotGraphql,
            AnswerError::Unexpected { .. } => ErrorKind::UnexpectedAnswer,
        };
        let mut this = Self::new(kind, error.to_string());
        if let AnswerError::Errors(errors) = error {
            this.0.graphql = errors;
        }
        this
    }

    /// Hides a secret that an error page or a message of the platform repeats.
    pub(super) fn without(mut self, secret: &str) -> Self {
        let of_platform = self.0.graphql.iter_mut().map(|error| &mut error.message);
        for text in of_platform.chain([&mut self.0.message]) {
            if text.contains(secret) {
                *text = text.replace(secret, "***");
            }
        }
        self
    }

    /// The platform is older than what it is asked for, which is not sent.
    pub(super) fn too_old(version: &str, since: PlatformVersion) -> Self {
        Self::new(
            ErrorKind::PlatformTooOld,
            format!(
                "platforms know this since {since}, and this one is {}; update it",
                escaped(version, 80)
            ),
        )
    }

    pub(super) fn of_operation(mut self, operation: &'static str) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The name of the operation; `None` for an error of the options.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.0.operation
    }

    /// The HTTP status, where it is the failure.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// How long the platform asks to wait, by a `Retry-After`.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The errors that the platform reports in its answer.
    #[must_use]
    pub fn graphql_errors(&self) -> &[GraphqlError] {
        &self.0.graphql
    }

    /// Whether it may go better another time.
    pub(super) fn is_transient(&self) -> bool {
        match self.kind() {
            ErrorKind::Unreachable => true,
            _ => matches!(self.status(), Some(429 | 500..)),
        }
    }
}

/// The kind by the codes of OpenCTI and of Apollo, the platform's GraphQL server. Platforms of old
/// write `AuthRequired` for `AUTH_REQUIRED`.
fn kind_of(errors: &[GraphqlError]) -> ErrorKind {
    let code = errors.first().and_then(|error| error.code.as_deref());
    let code: String = code
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let says = |text| {
        errors
            .first()
            .is_some_and(|error| error.message.contains(text))
    };
    match code.as_str() {
        // What a platform says to a ping of a connector that was removed.
        "FUNCTIONALERROR" if says("No connector found") => ErrorKind::NotFound,
        "AUTHREQUIRED" | "AUTHFAILURE" | "UNAUTHENTICATED" | "UNAUTHORIZED" => {
            ErrorKind::Authentication
        }
        "FORBIDDENACCESS" | "FORBIDDEN" => ErrorKind::Forbidden,
        "RESOURCENOTFOUND"
        | "RESOURCENOTFOUNDERROR"
        | "NOTFOUND"
        | "WORKNOTALIVE"
        | "ALREADYDELETEDERROR" => ErrorKind::NotFound,
        "INTERNALSERVERERROR"
        | "DATABASEERROR"
        | "TECHNICALERROR"
        | "UNKNOWNERROR"
        | "LOCKERROR" => ErrorKind::Platform,
        // A server that finds the operation itself wrong need not give a code.
        _ => ErrorKind::Rejected,
    }
}

/// Whether an error of TLS is among the causes.
fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    // The source of an I/O error is that of the error within, which is passed over.
    let within = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
        .map(|within| within as &(dyn StdError + 'static));
    error.is::<rustls::Error>() || within.or_else(|| error.source()).is_some_and(is_tls)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.0.message)
    }
}

impl StdError for Error {}
