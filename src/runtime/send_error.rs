//! Why a bundle was not sent.

use std::fmt;

use crate::client::Error;

/// Why a bundle was not sent, or not as a whole.
///
/// What may pass is waited for; this is what does not.
#[derive(Debug)]
pub struct SendError {
    kind: SendErrorKind,
    message: String,
}

/// What kind of failure a [`SendError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SendErrorKind {
    /// The work was deleted on the platform, so that nobody waits for the bundle.
    WorkDeleted,
    /// An object is larger than what the broker takes.
    TooLarge,
    /// The broker has no queue for bundles of this connector.
    NoQueue,
    /// The platform refuses the bundle or what is said of it.
    Refused,
    /// The platform may have done what it was asked for (opened a work or a draft, taken an upload
    /// or a bundle), but did not confirm it. Doing it twice would show, so it is not asked again.
    Unconfirmed,
    /// It cannot be written into the directory, or put into S3, that it is to be stored in.
    Storage,
    /// The run or the work is over, or the broker refuses the connector, which ends the run.
    Ended,
}

impl SendError {
    pub(crate) fn new(kind: SendErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    pub(crate) fn of_platform(error: &Error) -> Self {
        let kind = if error.may_be_done() {
            SendErrorKind::Unconfirmed
        } else {
            SendErrorKind::Refused
        };
        Self::new(kind, error.to_string())
    }

    /// What kind of failure it is.
    #[must_use]
    pub const fn kind(&self) -> SendErrorKind {
        self.kind
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SendError {}
