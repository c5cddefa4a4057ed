//! Shared code for text values: their trait impls, checks, comparison and display in errors.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// Implements the traits of a text value: `prints`, `parses`, and `equals` or
/// `equals_ignoring_case`. Comparison with `str` follows the same rule as comparison of two values.
macro_rules! text_value {
    ($value:ty: $($traits:ident),+) => {
        $($crate::value::text::text_value!(@$traits $value);)+
    };
    (@prints $value:ty) => {
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
    (@parses $value:ty) => {
        impl TryFrom<&str> for $value {
            type Error = <Self as std::str::FromStr>::Err;

            /// # Errors
            ///
            /// Fails like `FromStr`.
            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl TryFrom<String> for $value {
            type Error = <Self as std::str::FromStr>::Err;

            /// # Errors
            ///
            /// Fails like `FromStr`.
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl<'de> serde::Deserialize<'de> for $value {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }
    };
    (@equals $value:ty) => {
        $crate::value::text::text_value!(@compared $value, <str as PartialEq>::eq);
    };
    (@equals_ignoring_case $value:ty) => {
        $crate::value::text::text_value!(@compared $value, str::eq_ignore_ascii_case);
    };
    (@compared $value:ty, $equal:expr) => {
        impl PartialEq<str> for $value {
            fn eq(&self, text: &str) -> bool {
                $equal(self.as_str(), text)
            }
        }

        impl PartialEq<&str> for $value {
            fn eq(&self, text: &&str) -> bool {
                $equal(self.as_str(), text)
            }
        }
    };
}
pub(crate) use text_value;

/// Displays text on one line in quotes: escaped, then truncated to 80 characters.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", escaped(self.0, 80))
    }
}

/// Returns the text on one line: escaped, then truncated to `most` characters.
pub(crate) fn escaped(text: &str, most: usize) -> String {
    let mut escaped = text.escape_debug();
    let mut shown: String = escaped.by_ref().take(most).collect();
    if escaped.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Writes the first 20 items and the number of the others, separated by `separator`.
pub(crate) fn write_first<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    separator: &str,
) -> fmt::Result {
    const SHOWN: usize = 20;
    for (position, item) in items.iter().take(SHOWN).enumerate() {
        let separator = if position == 0 { "" } else { separator };
        write!(f, "{separator}{item}")?;
    }
    match items.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => write!(f, "{separator}… and {more} more"),
    }
}

/// Writes the items as [`write_first`] does, one per line.
pub(crate) fn write_lines<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    write_first(f, items, "\n")
}

/// Returns whether the text has more than `characters` characters (Unicode scalar values).
pub(crate) fn is_longer_than(text: &str, characters: usize) -> bool {
    text.len() > characters && text.chars().nth(characters).is_some()
}

/// Returns whether any character satisfies `is_one`. `is_ascii_one` is the same predicate for ASCII
/// text, which needs no decoding.
pub(crate) fn holds(
    text: &str,
    is_ascii_one: impl Fn(&u8) -> bool,
    is_one: impl Fn(char) -> bool,
) -> bool {
    // The compiler vectorizes a loop without an early exit.
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

/// Returns whether the text is empty or only white space.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Text that compares ignoring ASCII case only, as the platform compares scope entries.
#[derive(Clone, Copy)]
pub(crate) struct IgnoringCase<T>(pub(crate) T);

impl<T: fmt::Debug> fmt::Debug for IgnoringCase<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

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
        state.write(self.0.as_ref().to_ascii_lowercase().as_bytes());
        state.write_u8(0xff);
    }
}
