//! What is wrong with a message.

use std::fmt;

use serde_json::Value;

use crate::value::text::{Quoted, write_lines};

/// Why a message cannot be read: everything that is wrong with it.
///
/// The platform sends a message once and shows its work until it ends, so that the id of the work
/// is still told where it could be read, to end it in error:
///
/// ```
/// use opencti_connector::message::EnrichmentMessage;
///
/// let body = br#"{"internal": {"work_id": "work_1", "mode": 7}, "event": {"entity_id": null}}"#;
/// let error = EnrichmentMessage::parse(body).unwrap_err();
/// assert_eq!(error.work_id(), Some("work_1"));
/// assert_eq!(
///     error.to_string(),
///     "`internal.mode` is a number; it has to be text\n\
///      `event.entity_id` is missing; it has to be the id of the entity"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageError {
    work_id: Option<String>,
    faults: Vec<MessageFault>,
}

impl MessageError {
    pub(super) const fn new(work_id: Option<String>, faults: Vec<MessageFault>) -> Self {
        Self { work_id, faults }
    }

    /// The work to report to, if the message names one.
    ///
    /// A body that cannot be parsed may still name one: values that are nested too deep, numbers
    /// out of range and text that is not UTF-8 do not hide `internal.work_id`. In a body that is cut
    /// off, it has to come before the cut.
    #[must_use]
    pub fn work_id(&self) -> Option<&str> {
        self.work_id.as_deref()
    }

    /// Every fault of the message; never empty.
    #[must_use]
    pub fn faults(&self) -> &[MessageFault] {
        &self.faults
    }
}

impl fmt::Display for MessageError {
    /// One fault a line, the first 20.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_lines(f, &self.faults)
    }
}

impl std::error::Error for MessageError {}

/// One thing that is wrong with a message: where, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageFault {
    path: Box<str>,
    reason: MessageReason,
}

impl MessageFault {
    pub(super) fn new(path: String, reason: MessageReason) -> Self {
        Self {
            path: path.into(),
            reason,
        }
    }

    /// The path of the member, such as `event.entity_id` or `event.file_markings[0]`; empty when it
    /// is the message itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn reason(&self) -> &MessageReason {
        &self.reason
    }
}

impl fmt::Display for MessageFault {
    /// One line: the member, what is wrong and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "the message {}", self.reason)
        } else {
            write!(f, "`{}` {}", self.path, self.reason)
        }
    }
}

impl std::error::Error for MessageFault {}

/// Why a member of a message is refused.
///
/// `Display` says what is wrong and what to do, to be read after the path of the member. It repeats
/// no value but that of [`Unknown`](Self::Unknown).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MessageReason {
    /// The message is not JSON; with what the parser says.
    #[error("is not JSON ({0}); it has to be one JSON object in UTF-8")]
    NotJson(Box<str>),
    /// The member is missing, null or empty, and nothing can stand in for it; with what it has to
    /// be.
    #[error("is missing; it has to be {0}")]
    MissingMember(&'static str),
    /// The member is another thing than it has to be.
    #[error("is {found}; it has to be {expected}")]
    #[non_exhaustive]
    WrongType {
        /// What it is.
        found: &'static str,
        /// What it has to be.
        expected: &'static str,
    },
    /// The text is none of those that tell what the message asks for.
    #[error("is {}; it has to be one of {}", Quoted(.value), .known.join(", "))]
    #[non_exhaustive]
    Unknown {
        /// The text.
        value: Box<str>,
        /// Those that can be read.
        known: &'static [&'static str],
    },
    /// The message asks for many entities at once.
    #[error(
        "asks for many entities at once, which cannot be read; register the connector without a \
         batch capability, so that it is asked for one at a time"
    )]
    Batch,
}

impl MessageReason {
    pub(super) const fn wrong_type(found: &Value, expected: &'static str) -> Self {
        let found = match found {
            Value::Null => "null",
            Value::Bool(true) => "true",
            Value::Bool(false) => "false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        Self::WrongType { found, expected }
    }
}
