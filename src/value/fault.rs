//! What is wrong with a value or a connector.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::value::connector_type::ConnectorType;
use crate::value::field::Field;
use crate::value::text::{Quoted, text_value, write_lines};

/// One thing that is wrong: the field, the reason, and the value where there is one.
///
/// ```
/// use opencti_connector::{Field, RawConnector, Reason};
///
/// let error = RawConnector::builder()
///     .id("550e8400-e29b-41d4-a716-446655440000")
///     .name("Export to STIX")
///     .connector_type("INTERNAL_EXPORT_FILE")
///     .scope("application/*")
///     .build()
///     .validate()
///     .unwrap_err();
///
/// let fault = &error.faults()[0];
/// assert_eq!(fault.field(), Field::Scope);
/// assert_eq!(fault.reason(), &Reason::Wildcard);
/// assert_eq!(fault.value(), Some("application/*"));
/// assert_eq!(
///     fault.to_string(),
///     "scope \"application/*\" holds a wildcard, which matches no file; list each MIME type in full"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    field: Field,
    reason: Reason,
    value: Option<Box<str>>,
}

impl Fault {
    pub(crate) fn new(field: Field, reason: Reason, value: &str) -> Self {
        Self {
            field,
            reason,
            value: Some(value.into()),
        }
    }

    pub(crate) const fn without_value(field: Field, reason: Reason) -> Self {
        Self {
            field,
            reason,
            value: None,
        }
    }

    /// The field that is wrong.
    #[must_use]
    pub const fn field(&self) -> Field {
        self.field
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The value as it was given, in full; `None` when there was none. In a URI what may be a user
    /// name or a password is hidden: all up to an `@`, and all from a port on that is not a number.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }
}

impl fmt::Display for Fault {
    /// One line: the field, the value (escaped, and cut at 80 characters), what is wrong and what
    /// to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.field)?;
        if let Some(value) = &self.value {
            write!(f, "{} ", Quoted(value))?;
        }
        write!(f, "{}", self.reason)
    }
}

impl std::error::Error for Fault {}

/// Why a value is refused.
///
/// `Display` says what is wrong and what to do, to be read after the name of the field.
///
/// ```
/// use opencti_connector::{ConnectorName, Reason};
///
/// let error = "\t".parse::<ConnectorName>().unwrap_err();
/// let reasons: Vec<&Reason> = error.faults().iter().map(|fault| fault.reason()).collect();
/// assert_eq!(
///     reasons,
///     [&Reason::TooShort(2), &Reason::Blank, &Reason::ControlCharacter]
/// );
/// assert_eq!(reasons[0].to_string(), "is too short; it takes at least 2 characters");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// A value that every connector needs is not there.
    #[error("is missing; every connector needs one")]
    Required,
    /// The connector type is not one that the platform knows.
    #[error("is not a connector type; use one of {}", ConnectorType::list())]
    UnknownType,

    /// The id is what sample configurations hold in place of one, such as `ChangeMe`.
    #[error("is a placeholder; give the connector a UUIDv4 of its own, such as `uuidgen` prints")]
    Placeholder,
    /// The id is a UUIDv4, but not as 36 characters with hyphens.
    #[error("is a UUIDv4 in another spelling; write it as {0}")]
    UuidSpelling(Uuid),
    /// The id is a UUID of another version or variant.
    #[error("is a UUID, but not of version 4; take a UUIDv4, such as `uuidgen` prints")]
    UuidVersion,
    /// The id is not a UUID.
    #[error("is not a UUID; take a UUIDv4, such as `uuidgen` prints")]
    NotUuid,

    /// The text is empty.
    #[error("is empty; leave it out or give it a value")]
    Empty,
    /// The text is white space only.
    #[error("is blank; give it a text that can be read")]
    Blank,
    /// The text has fewer characters than this.
    #[error("is too short; it takes at least {0} characters")]
    TooShort(usize),
    /// The text has more characters than this.
    #[error("is too long; it takes at most {0} characters")]
    TooLong(usize),
    /// The text holds a control character.
    #[error("holds a control character; remove it")]
    ControlCharacter,
    /// A version or slug holds a character outside its alphabet.
    #[error("holds other characters than ASCII letters, digits and `._+-`; remove them")]
    OutsideAlphabet,

    /// A connector whose type needs a scope has none.
    #[error(
        "is missing; list the entity types (enrichment) or MIME types (files) that the connector \
         takes, because an empty scope would match everything"
    )]
    NoScope,
    /// The only entry is `not-applicable`, by which pycti says that no scope was configured.
    #[error(
        "is what pycti sends when no scope is configured; list the entity types (enrichment) or \
         MIME types (files) that the connector takes"
    )]
    Filler,
    /// A scope where the connector type has none.
    #[error("is never looked at, because {}; remove the scope", takes_all(*.0))]
    ScopeNotTaken(ConnectorType),
    /// The entry at this position of the scope, counted from 1, is empty.
    #[error("has an empty entry at position {0}; remove it, or the comma too many")]
    EmptyEntry(usize),
    /// The entry has white space at its start or end.
    #[error("has white space at its start or end; the platform does not trim it, so remove it")]
    OuterWhiteSpace,
    /// The entry holds a comma.
    #[error(
        "holds a comma, at which the platform cuts it in two; make it two entries or remove it"
    )]
    Comma,
    /// The entry for entity types holds a slash.
    #[error("holds a slash, as MIME types do; list entity types here, such as `Report`")]
    Slash,
    /// The entry is not a MIME type; with what the parser says.
    #[error("is not a MIME type ({0}); list MIME types here, such as `application/pdf`")]
    NotMime(Box<str>),
    /// The MIME type has no subtype.
    #[error("has no subtype; write the MIME type in full, such as `application/pdf`")]
    NoSubtype,
    /// The MIME type holds a `*`.
    #[error("holds a wildcard, which matches no file; list each MIME type in full")]
    Wildcard,

    /// The URI is not an absolute one with the scheme `http` or `https`.
    #[error("does not start with `http://` or `https://`; write the URI in full")]
    UriScheme,
    /// The URI names no host.
    #[error("has no valid host; write one after `://`, an IPv6 address in brackets")]
    UriHost,
    /// The port of the URI is not a number up to 65535.
    #[error(
        "has no valid port; write a number up to 65535 after the colon, or leave the colon out"
    )]
    UriPort,
    /// The URI holds a user name.
    #[error("holds a user name, which would be stored in the clear; remove all up to the `@`")]
    UriUserName,
    /// The URI holds white space or a control character.
    #[error("holds white space or a control character; remove or percent-encode it")]
    UriCharacter,
}

fn takes_all(connector_type: ConnectorType) -> &'static str {
    match connector_type {
        ConnectorType::Stream => {
            "a STREAM connector is sent everything that its live stream carries"
        }
        _ => "an EXTERNAL_IMPORT connector imports everything it sends",
    }
}

/// A value that breaks a rule of its type: what parsing it fails with.
///
/// Lists every fault of the value: a scope may have many.
///
/// ```
/// use opencti_connector::MimeScope;
///
/// let error = "text/*, application/, text/csv".parse::<MimeScope>().unwrap_err();
/// assert_eq!(error.faults().len(), 2);
/// assert_eq!(
///     error.to_string(),
///     "scope \"text/*\" holds a wildcard, which matches no file; list each MIME type in full\n\
///      scope \"application/\" has no subtype; write the MIME type in full, such as `application/pdf`"
/// );
/// ```
///
/// `Debug` prints what `Display` prints, so that a `main` which returns it reads well.
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidValue {
    faults: Vec<Fault>,
}

impl InvalidValue {
    pub(crate) fn new(field: Field, reason: Reason, value: &str) -> Self {
        Self {
            faults: vec![Fault::new(field, reason, value)],
        }
    }

    /// Refuses a value for these faults, if there are any.
    pub(crate) fn refuse_for(faults: Vec<Fault>) -> Result<(), Self> {
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Self { faults })
        }
    }

    /// Refuses a value for each of these reasons that holds.
    pub(crate) fn refuse_if(
        field: Field,
        value: &str,
        reasons: &[(bool, &'static Reason)],
    ) -> Result<(), Self> {
        // As nearly always.
        if reasons.iter().all(|(holds, _)| !holds) {
            return Ok(());
        }
        let holding = reasons.iter().filter(|(holds, _)| *holds);
        let faults = holding.map(|(_, reason)| Fault::new(field, (*reason).clone(), value));
        Self::refuse_for(faults.collect())
    }

    /// Every fault of the value; never empty.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    pub(crate) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }
}

impl From<Fault> for InvalidValue {
    fn from(fault: Fault) -> Self {
        Self {
            faults: vec![fault],
        }
    }
}

impl fmt::Display for InvalidValue {
    /// One fault a line, the first 20.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_lines(f, &self.faults)
    }
}

impl fmt::Debug for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for InvalidValue {}

// Here rather than beside the type, because a fault names the type.
impl FromStr for ConnectorType {
    type Err = InvalidValue;

    /// Takes the exact name, as the platform does.
    ///
    /// # Errors
    ///
    /// When the text is none of the names; the error lists them.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let mut known = Self::ALL.iter().copied();
        known
            .find(|known| known.as_str() == text)
            .ok_or_else(|| InvalidValue::new(Field::Type, Reason::UnknownType, text))
    }
}

text_value!(ConnectorType: parses);
