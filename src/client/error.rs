//! Why an operation failed.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::time::Duration;

use crate::graphql::{self, AnswerError, GraphqlError, InvalidNumber, Listed, Operation};
use crate::value::chain::chain;
use crate::value::secret::Secrets;
use crate::value::text::escaped;
use crate::value::version::PlatformVersion;

/// Why an operation on a platform failed.
///
/// [`kind`](Self::kind) says what a program can act on, `Display` what a person can; neither holds
/// a secret. `Debug` prints what `Display` prints, so that a `main` which returns it reads well.
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
pub struct Error(Box<Parts>);

struct Parts {
    kind: ErrorKind,
    operation: Option<&'static str>,
    message: String,
    status: Option<u16>,
    retry_after: Option<Duration>,
    graphql: Vec<GraphqlError>,
    is_unsent: bool,
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
    /// The answer is not that of a GraphQL server: a login page, a proxy's error page, or not even
    /// HTTP.
    NotGraphql,
    /// The answer misses what was asked for.
    UnexpectedAnswer,
    /// The answer is larger than what is read.
    TooLarge,
    /// What is to be uploaded cannot be read.
    Content,
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
            is_unsent: false,
        }))
    }

    pub(super) fn of_options(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Options, message)
    }

    pub(super) fn of_input(error: InvalidNumber) -> Self {
        Self::new(ErrorKind::Rejected, error.to_string())
    }

    /// The platform has sent nothing for so long.
    #[cfg(feature = "runtime")]
    pub(crate) fn of_silence(time: std::time::Duration) -> Self {
        let message = format!("the platform has sent nothing for {time:?}");
        Self::new(ErrorKind::Timeout, message)
    }

    pub(super) fn too_large(limit: usize) -> Self {
        Self::new(
            ErrorKind::TooLarge,
            format!("the answer is larger than {limit} bytes"),
        )
    }

    /// An error of the connection.
    pub(super) fn of_connection(error: reqwest::Error, secrets: &Secrets) -> Self {
        #[cfg(feature = "runtime")]
        if is(&error, &|cause| {
            cause.is::<super::upload::UnreadableContent>()
        }) {
            let causes = chain(&error.without_url());
            let message = format!(
                "what is to be uploaded cannot be read: {}",
                secrets.hide(&causes)
            );
            return Self::new(ErrorKind::Content, message);
        }
        let is_unsent = error.is_connect();
        let (kind, what) = if is_of_tls(&error) {
            let what = "no safe connection to the platform can be made";
            (ErrorKind::Tls, what)
        } else if is_unsent {
            (ErrorKind::Unreachable, "the platform cannot be reached")
        } else if error.is_timeout() {
            (ErrorKind::Timeout, "the platform took too long")
        } else if is(&error, &is_not_http) {
            let what = "the answer is not HTTP; look at the scheme and the port of the URL";
            (ErrorKind::NotGraphql, what)
        } else {
            let what = "the connection to the platform was lost";
            (ErrorKind::Unreachable, what)
        };
        // The URL stands in the client's own error already.
        let causes = chain(&error.without_url());
        let mut error = Self::new(kind, format!("{what}: {}", secrets.hide(&causes)));
        error.0.is_unsent = is_unsent;
        error
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

    /// What the answer is in place of what was asked for; `body` is the whole of it.
    pub(super) fn of_answer(error: AnswerError, body: &[u8], secrets: &Secrets) -> Self {
        match error {
            AnswerError::Errors(errors) => {
                Self::new(kind_of(&errors), "").with_reported(errors, secrets)
            }
            AnswerError::NotGraphql(_) => {
                let beginning = graphql::beginning(body, |line| secrets.hide(line));
                let error = AnswerError::NotGraphql(beginning);
                Self::new(ErrorKind::NotGraphql, error.to_string())
            }
            AnswerError::Unexpected { .. } => {
                Self::new(ErrorKind::UnexpectedAnswer, error.to_string())
            }
        }
    }

    /// The error with what the platform says of it.
    pub(super) fn with_reported(
        mut self,
        mut errors: Vec<GraphqlError>,
        secrets: &Secrets,
    ) -> Self {
        for error in &mut errors {
            let texts = [
                Some(&mut error.message),
                error.code.as_mut(),
                error.path.as_mut(),
            ];
            for text in texts.into_iter().flatten() {
                if let Cow::Owned(shown) = secrets.hide(text) {
                    *text = shown;
                }
            }
        }
        if !errors.is_empty() {
            if !self.0.message.is_empty() {
                self.0.message.push_str(": ");
            }
            self.0.message.push_str(&Listed(&errors).to_string());
        }
        self.0.graphql = errors;
        self
    }

    /// The platform is older than what it is asked for, which is not sent.
    pub(super) fn too_old(version: &str, since: PlatformVersion, secrets: &Secrets) -> Self {
        let version = secrets.hide(version);
        Self::new(
            ErrorKind::PlatformTooOld,
            format!(
                "platforms know this since {since}, and this one is {}; update it",
                escaped(&version, 80)
            ),
        )
    }

    /// An error about a file, whose status says what a GraphQL server says in its answer.
    #[cfg(feature = "runtime")]
    pub(super) fn about_a_file(mut self) -> Self {
        if self.0.status == Some(404) {
            self.0.kind = ErrorKind::NotFound;
        }
        self
    }

    #[cfg(feature = "runtime")]
    pub(super) fn of_missing(id: &str) -> Self {
        let message = format!(
            "{} cannot be read: it was deleted, or the user who asked for it may not see it",
            escaped(id, 80)
        );
        Self::new(ErrorKind::NotFound, message)
    }

    #[cfg(feature = "runtime")]
    pub(super) fn of_path(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Rejected, message)
    }

    #[cfg(feature = "runtime")]
    pub(super) fn of_lost_file(error: &io::Error) -> Self {
        Self::new(
            ErrorKind::Unreachable,
            format!("the file was lost: {error}"),
        )
    }

    /// The end of the file could not be told from a cut.
    #[cfg(feature = "runtime")]
    pub(super) fn of_endless_file() -> Self {
        let message = "the answer has neither a length nor chunks, so that a part could be taken \
                       for the whole file; look at the proxy before the platform";
        Self::new(ErrorKind::UnexpectedAnswer, message)
    }

    #[cfg(feature = "runtime")]
    pub(super) fn too_slow(limit: Duration) -> Self {
        let message = format!("the platform took too long: it was silent for {limit:?}");
        Self::new(ErrorKind::Timeout, message)
    }

    pub(super) fn of_operation(mut self, operation: &'static str) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// The error with which an operation ends that was sent. If it may have been done and cannot be
    /// repeated, the error says so.
    pub(super) fn of<O: Operation>(mut self) -> Self {
        if !O::IS_IDEMPOTENT && self.may_be_done() {
            self.0
                .message
                .push_str("; it may have been done, so it is not sent again");
        }
        self.of_operation(O::NAME)
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

    /// The errors that the platform reports in its answer, whatever its status.
    #[must_use]
    pub fn graphql_errors(&self) -> &[GraphqlError] {
        &self.0.graphql
    }

    /// Whether nothing of the request has left.
    pub(crate) fn is_unsent(&self) -> bool {
        self.0.is_unsent
    }

    /// Whether the platform does not know a field or a member of what it was asked for.
    pub(super) fn is_misunderstood(&self) -> bool {
        matches!(
            self.code().as_str(),
            "GRAPHQLVALIDATIONFAILED" | "BADUSERINPUT"
        )
    }

    /// The code of the first error that the platform reports, as in `LOCKERROR`.
    pub(super) fn code(&self) -> String {
        code_of(&self.0.graphql)
    }
}

/// The code of the first error in capital letters, without what platforms part its words by: those
/// of old write `AuthRequired` for `AUTH_REQUIRED`.
fn code_of(errors: &[GraphqlError]) -> String {
    let code = errors.first().and_then(|error| error.code.as_deref());
    code.unwrap_or_default()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// The kind by the codes of OpenCTI (`src/config/errors.js` of the platform) and of Apollo, its
/// GraphQL server.
fn kind_of(errors: &[GraphqlError]) -> ErrorKind {
    let code = code_of(errors);
    let says = |text| {
        errors
            .first()
            .is_some_and(|error| error.message.contains(text))
    };
    match code.as_str() {
        // What a platform says to a ping of a connector that was removed.
        "FUNCTIONALERROR" if says("No connector found") => ErrorKind::NotFound,
        // The one-time passwords are asked for where a user's token is not enough.
        "AUTHREQUIRED"
        | "AUTHFAILURE"
        | "UNAUTHENTICATED"
        | "UNAUTHORIZED"
        | "OTPREQUIRED"
        | "OTPREQUIREDACTIVATION" => ErrorKind::Authentication,
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
        | "CONFIGURATIONERROR"
        | "FILESYSTEMERROR"
        | "COMPLEXSEARCHERROR"
        | "LOCKERROR" => ErrorKind::Platform,
        // A server that finds the operation itself wrong need not give a code.
        _ => ErrorKind::Rejected,
    }
}

/// Whether the other side is not who it should be, which does not pass.
pub(crate) fn is_of_tls(error: &reqwest::Error) -> bool {
    is(error, &|cause| cause.is::<rustls::Error>())
}

/// Whether the error or one of its causes is such a one.
fn is(
    error: &(dyn StdError + 'static),
    is_one: &dyn Fn(&(dyn StdError + 'static)) -> bool,
) -> bool {
    // The source of an I/O error is that of the error within, which is passed over.
    let within = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
        .map(|within| within as &(dyn StdError + 'static));
    let cause = within.or_else(|| error.source());
    is_one(error) || cause.is_some_and(|cause| is(cause, is_one))
}

fn is_not_http(error: &(dyn StdError + 'static)) -> bool {
    let error = error.downcast_ref::<hyper::Error>();
    error.is_some_and(hyper::Error::is_parse)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Error {}
