//! Why the broker cannot be used.

use std::fmt;
use std::io;

use rustls::AlertDescription::{
    AccessDenied, BadCertificate, CertificateExpired, CertificateRequired, CertificateRevoked,
    CertificateUnknown, HandshakeFailure, UnknownCA, UnsupportedCertificate,
};

use crate::value::text::escaped;

/// Why an operation on the broker failed: `Display` says what was wrong and what to do, and shows no
/// secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BrokerError {
    kind: BrokerErrorKind,
    message: String,
}

/// What a program can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BrokerErrorKind {
    /// No connection can be made.
    Unreachable,
    /// No safe connection can be made.
    Tls,
    /// The broker refuses the user, the virtual host, or what the user may not do.
    Refused,
    /// The queue, or the exchange, is not there.
    NoQueue,
    /// A message is larger than the broker takes. It may be any of those that were in flight on the
    /// channel, which is closed.
    TooLarge,
    /// The broker waited too long for an acknowledgement, and closed the channel.
    Timeout,
    /// The consumer was cancelled: by the connector, or because its queue was deleted.
    Cancelled,
    /// The channel or the connection is gone.
    Lost,
}

impl BrokerError {
    pub(crate) fn new(kind: BrokerErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { kind, message }
    }

    pub(crate) fn kind(&self) -> BrokerErrorKind {
        self.kind
    }

    /// An error of the socket of a connection that is not open yet; `place` is `host:port`.
    pub(super) fn of_socket(place: &str, error: &io::Error) -> Self {
        if let Some(error) = error.get_ref().and_then(|it| it.downcast_ref()) {
            return Self::of_tls(place, error);
        }
        let what = match error.kind() {
            // That is how each end sees that the other one speaks, or does not speak, TLS.
            io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::UnexpectedEof => format!(
                "the broker at {place} closes connections at once ({error}); look at `MQ_PORT` \
                 and `MQ_USE_SSL`, because a port is one of TLS or it is not, and whether it asks \
                 for an `MQ_USE_SSL_CERT`"
            ),
            _ => format!(
                "the broker cannot be reached at {place}: {error}; look at `MQ_HOST` and `MQ_PORT`"
            ),
        };
        Self::new(BrokerErrorKind::Unreachable, what)
    }

    /// Of what does not speak AMQP, as a port of TLS does not.
    pub(super) fn of_stranger(place: &str, cause: impl fmt::Display) -> Self {
        let what = format!(
            "what answers at {place} does not speak AMQP ({cause}); look at `MQ_PORT` and \
             `MQ_USE_SSL`"
        );
        Self::new(BrokerErrorKind::Unreachable, what)
    }

    fn of_tls(place: &str, error: &rustls::Error) -> Self {
        let what = match error {
            rustls::Error::InvalidCertificate(_) => format!(
                "the certificate of the broker at {place} is not trusted: {error}; name its \
                 authority by `MQ_USE_SSL_CA`, or run the check off by \
                 `MQ_USE_SSL_REJECT_UNAUTHORIZED=false`"
            ),
            rustls::Error::InvalidMessage(_) => format!(
                "the broker at {place} does not speak TLS ({error}); look at `MQ_PORT` and \
                 `MQ_USE_SSL`"
            ),
            rustls::Error::AlertReceived(
                AccessDenied
                | BadCertificate
                | CertificateExpired
                | CertificateRequired
                | CertificateRevoked
                | CertificateUnknown
                | HandshakeFailure
                | UnknownCA
                | UnsupportedCertificate,
            ) => format!(
                "the broker at {place} refuses the connector's certificate, or its absence: \
                 {error}; look at `MQ_USE_SSL_CERT` and `MQ_USE_SSL_KEY`"
            ),
            _ => format!("no safe connection to the broker at {place} can be made: {error}"),
        };
        Self::new(BrokerErrorKind::Tls, what)
    }

    /// What the broker says as it closes a connection that is not open yet.
    pub(super) fn of_refusal(place: &str, code: u16, text: &str) -> Self {
        let (kind, hint) = match code {
            403 => (
                BrokerErrorKind::Refused,
                "look at `MQ_USER` and `MQ_PASS`, or at what the platform is configured with",
            ),
            402 | 530 => (
                BrokerErrorKind::Refused,
                "look at `MQ_VHOST`, and at the permissions of the user",
            ),
            _ => (BrokerErrorKind::Unreachable, "look at the broker's log"),
        };
        let text = escaped(text, LONGEST_TEXT);
        Self::new(
            kind,
            format!("the broker at {place} refuses the connection: {text}; {hint}"),
        )
    }

    /// What the broker says as it closes a channel or an open connection.
    pub(super) fn of_close(code: u16, text: &str) -> Self {
        let (kind, hint) = match code {
            404 => (
                BrokerErrorKind::NoQueue,
                "the platform declares it at the next ping of the connector",
            ),
            403 => (
                BrokerErrorKind::Refused,
                "look at the permissions of `MQ_USER`",
            ),
            // The code says only that a condition is not met.
            406 if text.contains("timed out") => (
                BrokerErrorKind::Timeout,
                "acknowledge earlier, or raise `consumer_timeout` of the broker",
            ),
            406 if text.contains("larger than") => (BrokerErrorKind::TooLarge, TOO_LARGE),
            311 => (BrokerErrorKind::TooLarge, TOO_LARGE),
            _ => (BrokerErrorKind::Lost, "it is to be opened again"),
        };
        let text = escaped(text, LONGEST_TEXT);
        Self::new(
            kind,
            format!("the broker closed the channel: {text}; {hint}"),
        )
    }

    pub(super) fn lost(cause: impl fmt::Display) -> Self {
        let what = format!("the connection to the broker is lost: {cause}");
        Self::new(BrokerErrorKind::Lost, what)
    }
}

const TOO_LARGE: &str = "send less at once, or raise `max_message_size` of the broker";
/// The broker's texts are short; what is longer is not one of them.
const LONGEST_TEXT: usize = 300;

impl fmt::Display for BrokerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BrokerError {}
