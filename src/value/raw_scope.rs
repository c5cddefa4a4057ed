//! The scope as written in a configuration.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The unvalidated scope of a [`RawConnector`](crate::RawConnector): comma-separated text or a
/// list.
///
/// Text is split at commas; entries of a list are not. Both forms trim each entry.
///
/// ```
/// use opencti_connector::RawScope;
///
/// assert_eq!(RawScope::from("Report, Indicator").entries(), ["Report", "Indicator"]);
/// assert_eq!(RawScope::from(vec!["Report", "Indicator"]).entries(), ["Report", "Indicator"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum RawScope {
    /// Comma-separated text, e.g. `Report,Indicator` in `CONNECTOR_SCOPE`.
    Text(String),
    /// A list of entries, e.g. from YAML or from a payload.
    List(Vec<String>),
}

impl RawScope {
    /// Returns the trimmed entries.
    ///
    /// Empty for empty text and for an empty list.
    #[must_use]
    pub fn entries(&self) -> Vec<&str> {
        match self {
            Self::Text(text) if text.is_empty() => Vec::new(),
            Self::Text(text) => text.split(',').map(str::trim).collect(),
            Self::List(list) => list.iter().map(|entry| entry.trim()).collect(),
        }
    }

    /// Returns whether the text or list is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::List(list) => list.is_empty(),
        }
    }

    /// Returns whether the scope is the filler that pycti sends if no scope is configured.
    pub(crate) fn is_filler(&self) -> bool {
        is_filler(&self.entries())
    }
}

/// Returns whether all entries are the filler that pycti (since 6.6.10) sends if no scope is
/// configured.
pub(crate) fn is_filler<E: AsRef<str>>(entries: &[E]) -> bool {
    const FILLER: &str = "not-applicable";
    !entries.is_empty() && entries.iter().all(|entry| entry.as_ref() == FILLER)
}

impl fmt::Display for RawScope {
    /// Prints the text, or the entries of the list separated by commas.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::List(list) => f.write_str(&list.join(", ")),
        }
    }
}

impl From<&str> for RawScope {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for RawScope {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<String>> From<Vec<T>> for RawScope {
    fn from(list: Vec<T>) -> Self {
        Self::List(list.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for RawScope {
    fn from(list: [T; N]) -> Self {
        Self::List(list.into_iter().map(Into::into).collect())
    }
}

impl<'de> Deserialize<'de> for RawScope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = RawScope;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a scope: a comma-separated string or a list of strings")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<RawScope, E> {
                Ok(text.into())
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<RawScope, E> {
                Ok(text.into())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<RawScope, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(RawScope::List)
            }
        }

        deserializer.deserialize_any(Either)
    }
}
