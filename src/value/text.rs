//! What all values that are text share: their traits, and comparison as the platform compares.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// Traits of a value that prints as its `as_str()`.
macro_rules! prints_as_text {
    ($value:ty) => {
        impl std::fmt::Display for $value {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl AsRef<str> for $value {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl From<$value> for String {
            fn from(value: $value) -> Self {
                value.as_str().into()
            }
        }

        impl serde::Serialize for $value {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}
pub(crate) use prints_as_text;

/// Traits of a value that is made from text by its `FromStr`.
macro_rules! parses_from_text {
    ($value:ty) => {
        impl TryFrom<&str> for $value {
            type Error = <Self as std::str::FromStr>::Err;

            /// # Errors
            ///
            /// As `FromStr`.
            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl TryFrom<String> for $value {
            type Error = <Self as std::str::FromStr>::Err;

            /// # Errors
            ///
            /// As `FromStr`.
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
    };
}
pub(crate) use parses_from_text;

/// `Deserialize` of a value from one string, by its `FromStr`.
macro_rules! deserializes_from_text {
    ($value:ty) => {
        impl<'de> serde::Deserialize<'de> for $value {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use deserializes_from_text;

/// Whether the text has more characters than this.
pub(crate) fn is_longer_than(text: &str, characters: usize) -> bool {
    text.len() > characters && text.chars().nth(characters).is_some()
}

/// Whether a character is one of these; `is_ascii_one` says the same of an ASCII character, for
/// most texts need no decoding.
pub(crate) fn holds(
    text: &str,
    is_ascii_one: impl Fn(&u8) -> bool,
    is_one: impl Fn(char) -> bool,
) -> bool {
    // A loop without a way out is vectorized.
    let (mut found, mut all_bits) = (false, 0);
    for byte in text.bytes() {
        found |= is_ascii_one(&byte);
        all_bits |= byte;
    }
    if all_bits.is_ascii() {
        found
    } else {
        text.contains(is_one)
    }
}

pub(crate) fn holds_control_character(text: &str) -> bool {
    holds(text, u8::is_ascii_control, char::is_control)
}

/// Whether the text is white space, or nothing.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Text compared as the platform compares scope entries: ignoring ASCII case and nothing else.
#[derive(Clone, Copy)]
pub(crate) struct IgnoringCase<T>(pub(crate) T);

impl<T: AsRef<str>> IgnoringCase<T> {
    fn folded(&self) -> impl Iterator<Item = u8> {
        self.0
            .as_ref()
            .bytes()
            .map(|byte| byte.to_ascii_lowercase())
    }
}

impl<T: AsRef<str>> PartialEq for IgnoringCase<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_ref().eq_ignore_ascii_case(other.0.as_ref())
    }
}

impl<T: AsRef<str>> Eq for IgnoringCase<T> {}

impl<T: AsRef<str>> PartialOrd for IgnoringCase<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: AsRef<str>> Ord for IgnoringCase<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded().cmp(other.folded())
    }
}

impl<T: AsRef<str>> Hash for IgnoringCase<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Hashers are slow on single bytes.
        let mut folded = [0; 64];
        for chunk in self.0.as_ref().as_bytes().chunks(folded.len()) {
            let folded = &mut folded[..chunk.len()];
            folded.copy_from_slice(chunk);
            folded.make_ascii_lowercase();
            state.write(folded);
        }
        state.write_u8(0xff);
    }
}
