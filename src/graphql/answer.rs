//! The body of an answer.

use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::value::text::{Quoted, escaped};

/// Why the body of a response is not the answer.
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
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The platform reports errors; the first is the one to look at. Never empty.
    #[error("{}", Listed(.0))]
    Errors(Vec<GraphqlError>),
    /// The body is not an answer of a GraphQL server, but a login page or a proxy's error page
    /// perhaps: this is its first line.
    #[error("not an answer of a GraphQL server; it begins {}", Quoted(.0))]
    NotGraphql(String),
    /// The answer misses what was asked for, or holds another thing in its place.
    #[error(
        "the answer of the platform is not of the form that was asked for, at line {line}, column {column}"
    )]
    #[non_exhaustive]
    Unexpected {
        /// The line of the body, from 1.
        line: usize,
        /// The column of the line, from 1.
        column: usize,
    },
}

struct Listed<'a>(&'a [GraphqlError]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 20;
        for (position, error) in self.0.iter().take(SHOWN).enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            write!(f, "{separator}{error}")?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "; … and {more} more"),
        }
    }
}

/// An error that a platform reports; see [`AnswerError`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GraphqlError {
    /// What the platform says.
    pub message: String,
    /// Its name: the member `name`, else the code among the extensions.
    pub code: Option<String>,
    /// Where in the operation it arose, such as `registerConnector`.
    pub path: Option<String>,
}

impl fmt::Display for GraphqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The platform's own words say which member is wrong at their end.
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
        // Where the message is generic, the reason stands among the data.
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
struct Answer<D> {
    data: Option<D>,
    #[serde(default = "Vec::new")]
    errors: Vec<GraphqlError>,
}

/// The `data` of an answer without errors.
pub(super) fn data<D: DeserializeOwned>(body: &[u8]) -> Result<D, AnswerError> {
    let unexpected = match serde_json::from_slice::<Answer<D>>(body) {
        Ok(answer) if !answer.errors.is_empty() => return Err(AnswerError::Errors(answer.errors)),
        Ok(Answer {
            data: Some(data), ..
        }) => return Ok(data),
        Ok(_) => AnswerError::Unexpected { line: 1, column: 1 },
        // Its text may repeat a value of the answer, which may be a secret.
        Err(error) => AnswerError::Unexpected {
            line: error.line(),
            column: error.column(),
        },
    };
    // With errors the data need not be of the form that was asked for.
    match serde_json::from_slice::<Answer<IgnoredAny>>(body) {
        Ok(answer) if !answer.errors.is_empty() => Err(AnswerError::Errors(answer.errors)),
        Ok(answer) if answer.data.is_some() => Err(unexpected),
        _ => Err(AnswerError::NotGraphql(first_line(body))),
    }
}

/// Whether the body is an answer that reports errors.
#[cfg(feature = "client")]
pub(crate) fn reports_errors(body: &[u8]) -> bool {
    matches!(data::<IgnoredAny>(body), Err(AnswerError::Errors(_)))
}

/// The first line with anything in it.
pub(crate) fn first_line(body: &[u8]) -> String {
    const ENOUGH: usize = 4096;
    let start = String::from_utf8_lossy(&body[..body.len().min(ENOUGH)]);
    let mut lines = start.lines().map(str::trim);
    lines
        .find(|line| !line.is_empty())
        .unwrap_or_default()
        .to_owned()
}

/// A state, which travels as JSON text; nothing, an empty text and an empty object are no state.
pub(super) fn state<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
    let state = serde_json::from_str(&text).unwrap_or(Value::String(text));
    let is_none = match &state {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    Ok((!is_none).then_some(state))
}
