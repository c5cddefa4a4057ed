//! Parsing of the body of a GraphQL response, and its errors.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::value::text::{Quoted, escaped, write_first};

/// Why a response body holds no answer.
///
/// ```
/// use opencti_connector::graphql::{About, AnswerError};
///
/// let refused = br#"{"errors":[{"message":"You must be logged in","name":"AUTH_REQUIRED"}]}"#;
/// let error = About::parse(refused).unwrap_err();
/// assert_eq!(error.to_string(), r#""You must be logged in" (AUTH_REQUIRED)"#);
/// let AnswerError::Errors(errors) = error else { unreachable!() };
/// assert_eq!(errors[0].code.as_deref(), Some("AUTH_REQUIRED"));
///
/// let page = About::parse(b"<html>\n<title>502 Bad Gateway</title>").unwrap_err();
/// assert_eq!(page, AnswerError::NotGraphql("<html>".into()));
///
/// // Anything that starts like JSON is dropped: it may be a truncated answer with secrets in it.
/// let truncated = About::parse(br#"{"data":{"about":{"version":"6."#).unwrap_err();
/// assert_eq!(truncated, AnswerError::NotGraphql(String::new()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The platform reported errors. Never empty; the first one is usually the cause.
    #[error("{}", Listed(.0))]
    Errors(Vec<GraphqlError>),
    /// The body is not a GraphQL response, but e.g. a login page or an error page of a proxy.
    ///
    /// Holds the beginning of its first non-blank line: at most 256 characters, up to the first
    /// brace. Empty if the body is blank or starts like JSON, because a truncated answer may still
    /// hold the secrets of a registration.
    #[error("not a GraphQL response: the body {}", Beginning(.0))]
    NotGraphql(String),
    /// The response lacks requested data, or holds data of another type.
    #[error("the platform's response has an unexpected form at line {line}, column {column}")]
    #[non_exhaustive]
    Unexpected {
        /// Line of the body, counted from 1.
        line: usize,
        /// Column in that line, counted from 1.
        column: usize,
    },
}

struct Beginning<'a>(&'a str);

impl fmt::Display for Beginning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            f.write_str("is empty, truncated JSON or JSON of another form")
        } else {
            write!(f, "starts with {}", Quoted(self.0))
        }
    }
}

/// Shows several errors on one line.
pub(crate) struct Listed<'a>(pub(crate) &'a [GraphqlError]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_first(f, self.0, "; ")
    }
}

/// An error reported by the platform; see [`AnswerError::Errors`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GraphqlError {
    /// The platform's error text, with the reason from the error's data if the text lacks it.
    pub message: String,
    /// Error code, e.g. `AUTH_REQUIRED`: the error's `name`, or else `extensions.code`.
    pub code: Option<String>,
    /// Path of the field that failed, e.g. `registerConnector`.
    pub path: Option<String>,
}

impl fmt::Display for GraphqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The platform names the faulty field at the end of a long message.
        write!(f, "\"{}\"", escaped(&self.message, 1000))?;
        if let Some(code) = &self.code {
            write!(f, " ({})", escaped(code, 80))?;
        }
        if let Some(path) = &self.path {
            write!(f, " at {}", escaped(path, 80))?;
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for GraphqlError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let error = Value::deserialize(deserializer)?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let path = error["path"].as_array().map(|path| {
            let segments: Vec<_> = path
                .iter()
                .map(|segment| text(segment).unwrap_or_else(|| segment.to_string()))
                .collect();
            segments.join(".")
        });
        // A generic message such as "Business validation" has its reason in the error's data.
        let data = [
            &error["data"]["reason"],
            &error["extensions"]["data"]["reason"],
        ];
        let message = text(&error["message"]).unwrap_or_else(|| "no message".into());
        let message = match data.into_iter().find_map(text) {
            Some(reason) if !message.contains(&reason) => format!("{message}: {reason}"),
            _ => message,
        };
        Ok(Self {
            message,
            code: text(&error["name"]).or_else(|| text(&error["extensions"]["code"])),
            path,
        })
    }
}

#[derive(Deserialize)]
#[serde(bound = "D: Deserialize<'de>")]
struct Answer<D> {
    /// Distinguishes an absent `data` (`None`) from a null one, which `D` handles.
    #[serde(default, deserialize_with = "present")]
    data: Option<D>,
    errors: Option<Vec<GraphqlError>>,
}

fn present<'de, D: Deserialize<'de>, X: Deserializer<'de>>(data: X) -> Result<Option<D>, X::Error> {
    D::deserialize(data).map(Some)
}

impl<D> Answer<D> {
    fn into_data(self) -> Result<Option<D>, AnswerError> {
        match self.errors {
            Some(errors) if !errors.is_empty() => Err(AnswerError::Errors(errors)),
            _ => Ok(self.data),
        }
    }
}

/// Parses a response body and returns its `data`.
pub(super) fn data<D: DeserializeOwned>(body: &[u8]) -> Result<D, AnswerError> {
    let unexpected = match serde_json::from_slice::<Answer<D>>(body) {
        Ok(answer) => match answer.into_data()? {
            Some(data) => return Ok(data),
            None => AnswerError::Unexpected { line: 1, column: 1 },
        },
        // The text of serde's error may quote a value of the answer, i.e. a secret.
        Err(error) => AnswerError::Unexpected {
            line: error.line(),
            column: error.column(),
        },
    };
    // A response with errors may hold data of any form.
    match serde_json::from_slice::<Answer<Option<IgnoredAny>>>(body).map(Answer::into_data) {
        Ok(Err(errors)) => Err(errors),
        Ok(Ok(Some(Some(_)))) => Err(unexpected),
        _ => {
            let beginning = beginning(body, |line| Cow::Borrowed(line))
                .chars()
                .take(MAX_BEGINNING)
                .collect();
            Err(AnswerError::NotGraphql(beginning))
        }
    }
}

/// Longest beginning of a foreign body that an error keeps, in characters.
const MAX_BEGINNING: usize = 256;

/// Returns the errors that a response body reports. Empty if it is not a GraphQL response.
#[cfg(feature = "client")]
pub(crate) fn reported_errors(body: &[u8]) -> Vec<GraphqlError> {
    match data::<IgnoredAny>(body) {
        Err(AnswerError::Errors(errors)) => errors,
        _ => Vec::new(),
    }
}

/// Returns the first non-blank line of a body up to the first brace, after `hide` has masked the
/// line's secrets. Empty if the body starts like JSON.
pub(crate) fn beginning(body: &[u8], hide: impl FnOnce(&str) -> Cow<'_, str>) -> String {
    let body = String::from_utf8_lossy(body);
    // A byte order mark does not count as white space, and may precede JSON.
    let mut lines = body
        .lines()
        .map(|line| line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'));
    let line = lines.find(|line| !line.is_empty()).unwrap_or_default();
    if line.starts_with(['{', '[', '"']) {
        return String::new();
    }
    let line = hide(line);
    let line = line.split('{').next().unwrap_or_default();
    line.trim_end().to_owned()
}
