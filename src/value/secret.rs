//! Text that must not be seen.

use std::fmt;

use serde::{Deserialize, Deserializer};

/// Text that does not show itself: a token, or a password in a registration's answer.
///
/// `Debug` prints `***`; there is no `Display` and no `Serialize`, so that it reaches no log by
/// accident.
///
/// ```
/// use opencti_connector::Secret;
///
/// let token = Secret::from("8f6b1c5e");
/// assert_eq!(format!("{token:?}"), "***");
/// assert_eq!(token.expose(), "8f6b1c5e");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
