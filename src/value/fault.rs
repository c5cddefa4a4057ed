//! The faults of a value: the field, the reason and the value itself.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::value::connector_type::ConnectorType;
use crate::value::field::Field;
use crate::value::text::{Quoted, text_value, write_lines};

/// One thing wrong with a value: the field, the reason, and the value if there is one.
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
///     "scope \"application/*\" contains a wildcard, which matches no file; list each MIME type in full"
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

    /// Returns the faulty field.
    #[must_use]
    pub const fn field(&self) -> Field {
        self.field
    }

    /// Returns why the value is invalid.
    #[must_use]
    pub const fn reason(&self) -> &Reason {
        &self.reason
    }

    /// Returns the full value as written. `None` if the fault is about a missing value.
    ///
    /// In a URI, `***` replaces anything that may be a user name or a password: everything up to an
    /// `@`, and everything after a port that is not a number.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }
}

impl fmt::Display for Fault {
    /// Prints one line: the field, the value (escaped, then truncated to 80 characters), what is
    /// wrong, and how to fix it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.field)?;
        if let Some(value) = &self.value {
            write!(f, "{} ", Quoted(value))?;
        }
        write!(f, "{}", self.reason)
    }
}

impl std::error::Error for Fault {}

/// Why a value is invalid.
///
/// `Display` prints what is wrong and how to fix it, in words that continue the name of the field.
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
/// assert_eq!(reasons[0].to_string(), "is too short; use at least 2 characters");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// A required value is missing.
    #[error("is missing; every connector needs one")]
    Required,
    /// The platform has no such connector type.
    #[error("is not a connector type; use one of {}", ConnectorType::list())]
    UnknownType,

    /// The id is a placeholder from a sample configuration, e.g. `ChangeMe`.
    #[error("is a placeholder; generate a UUIDv4 for this connector, e.g. with `uuidgen`")]
    Placeholder,
    /// The id is a UUIDv4 but not in its hyphenated form, which this contains.
    #[error("is a UUIDv4 in a different format; write it as {0}")]
    UuidSpelling(Uuid),
    /// The id is a UUID of another version or variant.
    #[error("is a UUID but not version 4; generate a UUIDv4, e.g. with `uuidgen`")]
    UuidVersion,
    /// The id is not a UUID.
    #[error("is not a UUID; generate a UUIDv4, e.g. with `uuidgen`")]
    NotUuid,

    /// The text is empty.
    #[error("is empty; remove it or give it a value")]
    Empty,
    /// The text is only white space.
    #[error("is blank; use at least one visible character")]
    Blank,
    /// The text has fewer characters than this minimum.
    #[error("is too short; use at least {0} characters")]
    TooShort(usize),
    /// The text has more characters than this maximum.
    #[error("is too long; use at most {0} characters")]
    TooLong(usize),
    /// The text contains a control character.
    #[error("contains a control character; remove it")]
    ControlCharacter,
    /// The version or slug contains a character other than ASCII letters, digits and `._+-`.
    #[error("contains characters other than ASCII letters, digits and `._+-`; remove them")]
    OutsideAlphabet,

    /// The connector type requires a scope, and there is none.
    #[error(
        "is missing; list the entity types (enrichment) or MIME types (files) that the connector \
         handles, because an empty scope matches everything"
    )]
    NoScope,
    /// The only entry is `not-applicable`, which pycti sends if no scope is configured.
    #[error(
        "is what pycti sends when no scope is configured; list the entity types (enrichment) or \
         MIME types (files) that the connector handles"
    )]
    Filler,
    /// This connector type has no scope.
    #[error("is never used, because {}; remove the scope", why_unused(*.0))]
    ScopeNotTaken(ConnectorType),
    /// The scope entry at this position (counted from 1) is empty.
    #[error("has an empty entry at position {0}; remove it or the extra comma")]
    EmptyEntry(usize),
    /// The entry starts or ends with white space.
    #[error("starts or ends with white space, which the platform does not trim; remove it")]
    OuterWhiteSpace,
    /// The entry contains a comma.
    #[error(
        "contains a comma, where the platform splits the entry in two; write two entries or \
         remove the comma"
    )]
    Comma,
    /// The entity type contains a slash.
    #[error("contains a slash, like a MIME type; list entity types here, e.g. `Report`")]
    Slash,
    /// The entry is not a MIME type; contains the parser's message.
    #[error("is not a MIME type ({0}); list MIME types here, e.g. `application/pdf`")]
    NotMime(Box<str>),
    /// The MIME type has no subtype.
    #[error("has no subtype; write the full MIME type, e.g. `application/pdf`")]
    NoSubtype,
    /// The MIME type contains a `*`.
    #[error("contains a wildcard, which matches no file; list each MIME type in full")]
    Wildcard,

    /// The URI is not an absolute `http` or `https` URI.
    #[error("does not start with `http://` or `https://`; write the full URI")]
    UriScheme,
    /// The URI has no valid host.
    #[error("has no valid host; write one after `://`, with an IPv6 address in brackets")]
    UriHost,
    /// The URI's port is not a number up to 65535.
    #[error("has no valid port; write a number up to 65535 after the colon, or remove the colon")]
    UriPort,
    /// The URI contains a user name.
    #[error(
        "contains a user name, which would be stored in plain text; remove everything up to \
             the `@`"
    )]
    UriUserName,
    /// The URI contains white space or a control character.
    #[error("contains white space or a control character; remove or percent-encode it")]
    UriCharacter,
}

fn why_unused(connector_type: ConnectorType) -> &'static str {
    match connector_type {
        ConnectorType::Stream => "a STREAM connector receives everything on its live stream",
        _ => "the platform imports everything an EXTERNAL_IMPORT connector sends",
    }
}

/// The error for a value that breaks the rules of its type, e.g. from parsing.
///
/// Lists every fault of the value; a scope may have several.
///
/// ```
/// use opencti_connector::MimeScope;
///
/// let error = "text/*, application/, text/csv".parse::<MimeScope>().unwrap_err();
/// assert_eq!(error.faults().len(), 2);
/// assert_eq!(
///     error.to_string(),
///     "scope \"text/*\" contains a wildcard, which matches no file; list each MIME type in full\n\
///      scope \"application/\" has no subtype; write the full MIME type, e.g. `application/pdf`"
/// );
/// ```
///
/// `Debug` prints the same as `Display`, so the error is readable if `main` returns it.
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

    /// Returns an error with these faults. `Ok` if there are none.
    pub(crate) fn refuse_for(faults: Vec<Fault>) -> Result<(), Self> {
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Self { faults })
        }
    }

    /// Returns an error with a fault for each reason whose condition is true. `Ok` if none is.
    pub(crate) fn refuse_if(
        field: Field,
        value: &str,
        reasons: &[(bool, &'static Reason)],
    ) -> Result<(), Self> {
        // The common case: no allocation.
        if reasons.iter().all(|(holds, _)| !holds) {
            return Ok(());
        }
        let holding = reasons.iter().filter(|(holds, _)| *holds);
        let faults = holding.map(|(_, reason)| Fault::new(field, (*reason).clone(), value));
        Self::refuse_for(faults.collect())
    }

    /// Returns every fault of the value; never empty.
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
    /// Prints the first 20 faults, one per line, and the number of the others.
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

// Not beside the type: `Reason` contains the type, so that file cannot import this one.
impl FromStr for ConnectorType {
    type Err = InvalidValue;

    /// Parses the exact name; the platform is case-sensitive too.
    ///
    /// # Errors
    ///
    /// If the text is not one of the names, which the error lists.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let mut known = Self::ALL.iter().copied();
        known
            .find(|known| known.as_str() == text)
            .ok_or_else(|| InvalidValue::new(Field::Type, Reason::UnknownType, text))
    }
}

text_value!(ConnectorType: parses);
