//! Text that must not be logged, and the removal of such text from messages.

#[cfg(feature = "client")]
use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer};

/// Text that must not be logged, such as a token or a password.
///
/// `Debug` prints `***`, and neither `Display` nor `Serialize` is implemented, so the text cannot
/// reach a log by accident.
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
    /// Returns the text.
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

/// Secrets to remove from text that others wrote, e.g. a response body or a header name.
///
/// Hide them before you escape or truncate the text: an altered secret is no longer found.
#[cfg(feature = "client")]
pub(crate) struct Secrets(Vec<String>);

#[cfg(feature = "client")]
impl Secrets {
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut texts = Vec::new();
        for secret in secrets {
            // Servers echo headers and hosts trimmed and in lower case.
            let text = secret.expose().trim().to_ascii_lowercase();
            // In `Basic dXNlcjpwYXNz`, the second word alone is a secret and the first is not.
            let words = text.split_whitespace().filter(|word| word.len() >= 8);
            texts.extend(words.map(str::to_owned));
            texts.push(text);
        }
        // Shorter texts protect nothing and occur inside ordinary words.
        texts.retain(|text| text.len() >= 4);
        Self(texts)
    }

    /// Returns the text with each secret replaced by `***`, ignoring ASCII case.
    pub(crate) fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        // ASCII folding keeps every byte offset.
        let folded = text.to_ascii_lowercase();
        let mut found: Vec<_> = self
            .0
            .iter()
            .flat_map(|secret| folded.match_indices(secret.as_str()))
            .map(|(start, secret)| (start, start + secret.len()))
            .collect();
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        // Secrets may overlap; overlapping ones become a single `***`.
        found.sort_unstable();
        let mut shown = String::with_capacity(text.len());
        let mut seen = 0;
        for (start, end) in found {
            if start >= seen {
                shown.push_str(&text[seen..start]);
                shown.push_str("***");
            }
            seen = seen.max(end);
        }
        shown.push_str(&text[seen..]);
        Cow::Owned(shown)
    }
}
