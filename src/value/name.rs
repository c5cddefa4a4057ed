//! Connector names.

use std::str::FromStr;

use crate::value::fault::{InvalidValue, Reason};
use crate::value::field::Field;
use crate::value::text::{holds_control_character, is_blank, is_longer_than, text_value};

/// The connector name that analysts see in the platform.
///
/// A name has 2 to 512 characters (Unicode scalar values), is not blank, contains no control
/// characters, and is kept as written. The platform schema (`connector.graphql`) requires at least
/// two characters that are not all white space; the maximum length and the ban on control
/// characters are rules of this crate.
///
/// ```
/// use opencti_connector::ConnectorName;
///
/// let name: ConnectorName = "Abuse.ch | ThreatFox".parse()?;
/// assert_eq!(name.as_str(), "Abuse.ch | ThreatFox");
///
/// assert_eq!(
///     "X".parse::<ConnectorName>().unwrap_err().to_string(),
///     "name \"X\" is too short; use at least 2 characters"
/// );
/// # Ok::<(), opencti_connector::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectorName(Box<str>);

impl ConnectorName {
    const MIN: usize = 2;
    const MAX: usize = 512;

    /// Returns the name as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ConnectorName {
    type Err = InvalidValue;

    /// Parses the text without trimming it.
    ///
    /// # Errors
    ///
    /// If the text has fewer than 2 or more than 512 characters, is blank, or contains a control
    /// character. The error lists a fault for each rule that the text breaks.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let is_long_enough = is_longer_than(text, Self::MIN - 1);
        let reasons = [
            (!is_long_enough, &Reason::TooShort(Self::MIN)),
            (is_longer_than(text, Self::MAX), &Reason::TooLong(Self::MAX)),
            (!text.is_empty() && is_blank(text), &Reason::Blank),
            (holds_control_character(text), &Reason::ControlCharacter),
        ];
        InvalidValue::refuse_if(Field::Name, text, &reasons)?;
        Ok(Self(text.into()))
    }
}

text_value!(ConnectorName: prints, equals, parses);
