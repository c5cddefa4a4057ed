//! Why a setting does not fit its type, in words for the operator.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

/// Why a setting does not fit its type. The message contains no value, unless one of the connector's
/// types puts it there.
pub(crate) struct Mismatch {
    /// The path to it, from the inside out.
    path: Vec<Step>,
    pub(crate) message: String,
    pub(crate) reason: Reason,
    /// The value, to find its setting if serde does not name it; never shown.
    pub(crate) found: Option<String>,
    /// The kind of value that was found, such as `a text`.
    pub(crate) kind: &'static str,
    /// The allowed values, if they are known.
    pub(crate) choices: &'static [&'static str],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The setting is not set.
    Missing,
    /// The setting has another form, or no type reads it.
    Form,
    /// The type words the fault itself, and may repeat the value.
    InItsOwnWords,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl Mismatch {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            path: Vec::new(),
            message: message.into(),
            reason: Reason::Form,
            found: None,
            kind: "",
            choices: &[],
        }
    }

    fn of(key: &str, reason: Reason, message: impl Into<String>) -> Self {
        Self {
            path: vec![Step::Key(key.to_owned())],
            reason,
            ..Self::new(message)
        }
    }

    /// Adds an outer step to the path.
    pub(crate) fn within(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }

    /// Returns the steps from the section to the value; none if serde does not name it.
    pub(crate) fn path(&self) -> impl Iterator<Item = &Step> {
        self.path.iter().rev()
    }

    /// Returns the key of the section that it is about.
    pub(crate) fn key(&self) -> Option<&str> {
        self.path.last()?.key()
    }

    /// Returns the path as it is written.
    pub(crate) fn place(&self) -> String {
        place_of(self.path())
    }
}

/// Formats the path of a setting, such as `proxy.port` or `tags[1]`.
pub(crate) fn place_of<'a>(path: impl IntoIterator<Item = &'a Step>) -> String {
    let mut place = String::new();
    for step in path {
        match step {
            Step::Key(key) if place.is_empty() => place.push_str(key),
            Step::Key(key) => place.extend([".", key]),
            Step::Index(index) => place.extend(["[", &index.to_string(), "]"]),
        }
    }
    place
}

impl Step {
    pub(crate) fn key(&self) -> Option<&str> {
        match self {
            Self::Key(key) => Some(key),
            Self::Index(_) => None,
        }
    }
}

impl fmt::Debug for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            reason: Reason::InItsOwnWords,
            ..Self::new(message.to_string())
        }
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (kind, found) = describe(&unexpected);
        let expected = in_words(&expected.to_string());
        Self {
            found,
            kind,
            ..Self::new(format!("is {kind}, but {expected} is expected"))
        }
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (_, found) = describe(&unexpected);
        let expected = in_words(&expected.to_string());
        Self {
            found,
            ..Self::new(format!("is not valid; expected {expected}"))
        }
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        let expected = in_words(&expected.to_string());
        Self::new(format!("has {length} entries; expected {expected}"))
    }

    fn unknown_variant(variant: &str, choices: &'static [&'static str]) -> Self {
        Self {
            found: Some(variant.to_owned()),
            choices,
            ..Self::new(format!("is not known; {}", one_of(choices)))
        }
    }

    fn unknown_field(field: &str, choices: &'static [&'static str]) -> Self {
        let message = format!("is not a setting of it; {}", one_of(choices));
        Self::of(field, Reason::Form, message)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::of(field, Reason::Missing, "is missing; the connector needs it")
    }

    fn duplicate_field(field: &'static str) -> Self {
        let message = "is set twice, under two of its names; remove one";
        Self::of(field, Reason::Form, message)
    }
}

fn one_of(choices: &[&str]) -> String {
    match choices {
        [] => "no value is allowed".to_owned(),
        [choice] => format!("use {choice}"),
        choices => format!("use one of {}", choices.join(", ")),
    }
}

/// Returns the kind of a value and its text.
fn describe(unexpected: &Unexpected<'_>) -> (&'static str, Option<String>) {
    match unexpected {
        Unexpected::Bool(flag) => ("a boolean", Some(flag.to_string())),
        Unexpected::Unsigned(number) => ("a number", Some(number.to_string())),
        Unexpected::Signed(number) => ("a number", Some(number.to_string())),
        Unexpected::Float(number) => ("a number", Some(number.to_string())),
        Unexpected::Char(text) => ("a text", Some(text.to_string())),
        Unexpected::Str(text) => ("a text", Some((*text).to_owned())),
        Unexpected::Seq => ("a list", None),
        Unexpected::Map => ("a section", None),
        Unexpected::Unit | Unexpected::Option => ("nothing", None),
        _ => ("something else", None),
    }
}

/// Translates serde's words for what is expected into those of the file.
fn in_words(expected: &str) -> String {
    let text = match expected {
        "a string" | "a borrowed string" | "string" => "a text",
        "a boolean" => "`true` or `false`",
        "a sequence" => "a list",
        "a map" | "map" => "a section",
        "i8" | "i16" | "i32" | "i64" | "isize" | "an integer" => "a whole number",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number of zero or more",
        "f32" | "f64" | "floating point number" => "a number",
        other if other.starts_with("struct ") => "a section",
        other if other.starts_with("a tuple ") => "a list",
        // serde's words for an enum contain its Rust name; other errors list the choices.
        other if other.starts_with("enum ") || other.starts_with("variant ") => {
            "one of its choices"
        }
        other => other,
    };
    text.to_owned()
}
