//! Text that must not be seen.

#[cfg(feature = "client")]
use std::borrow::Cow;
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

/// What must not be seen in a text that others wrote: an answer, or the name of a header.
///
/// It is to be hidden before the text is escaped or cut, since what is left of a secret after
/// either is not found any more.
#[cfg(feature = "client")]
pub(crate) struct Secrets(Vec<String>);

#[cfg(feature = "client")]
impl Secrets {
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut texts = Vec::new();
        for secret in secrets {
            // Headers and hosts come back trimmed, and in lower case.
            let text = secret.expose().trim().to_ascii_lowercase();
            // Of `Basic dXNlcjpwYXNz` the second word is a secret by itself, and the first is not.
            let words = text.split_whitespace().filter(|word| word.len() >= 8);
            texts.extend(words.map(str::to_owned));
            texts.push(text);
        }
        // What is shorter keeps no secret, and stands in the middle of words.
        texts.retain(|text| text.len() >= 4);
        Self(texts)
    }

    /// The text with `***` in the place of each secret, whatever its case.
    pub(crate) fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        // Has its characters at the same places.
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
        // Secrets may overlap, and what overlaps is hidden as one.
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
