//! Own settings whose values a report may show.

use std::fmt::{self, Display};
use std::ops::Deref;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error};

use crate::config::findings::hidden::without_users;
use crate::value::text::Quoted;

/// An own setting whose value appears in the report if it is wrong.
///
/// Only the connector knows which of its settings are secrets, so a report shows neither the values of
/// other settings nor error messages that may repeat a part of them. `Shown` permits both. It parses
/// the text with [`FromStr`]. The user of a URI and the platform's token stay hidden.
///
/// ```
/// use std::net::Ipv4Addr;
///
/// use opencti_connector::config::{Config, Shown};
///
/// #[derive(Debug, serde::Deserialize)]
/// struct Proxy {
///     address: Shown<Ipv4Addr>,
/// }
///
/// let config = Config::sources().variables([("PROXY_ADDRESS", "10.0.0.256")]).load()?;
/// let report = config.section::<Proxy>("proxy").unwrap_err();
/// assert_eq!(
///     report.faults()[0].message(),
///     "\"10.0.0.256\" cannot be read: invalid IPv4 address syntax"
/// );
///
/// let config = Config::sources().variables([("PROXY_ADDRESS", "10.0.0.2")]).load()?;
/// let proxy: Proxy = config.section("proxy")?;
/// assert!(proxy.address.is_private());
/// # Ok::<(), opencti_connector::config::Report>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shown<T>(T);

impl<T> Shown<T> {
    /// Returns the value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Shown<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<'de, T> Deserialize<'de> for Shown<T>
where
    T: FromStr,
    T::Err: Display,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.trim().parse().map(Self).map_err(|error: T::Err| {
            let value = without_users(&text);
            let error = error.to_string();
            let error = without_users(&error);
            D::Error::custom(Words(format_args!(
                "{} cannot be read: {error}",
                Quoted(&value)
            )))
        })
    }
}

/// Marks words that a report may repeat. It is a noncharacter, which no text contains.
const MARK: char = '\u{fdd0}';

/// A message of this crate's types for settings, which a report may repeat.
pub(crate) struct Words<T>(pub(crate) T);

impl<T: Display> Display for Words<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{MARK}{}", self.0)
    }
}

/// Returns the words of an error's message, if they may be repeated.
pub(crate) fn words(message: &str) -> Option<&str> {
    message.strip_prefix(MARK)
}
