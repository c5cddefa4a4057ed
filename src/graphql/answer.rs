//! The body of an answer.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::value::text::{Quoted, escaped, write_first};

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
///
/// // What begins as JSON may be an answer with secrets in it, and is not kept.
/// let cut = About::parse(br#"{"data":{"about":{"version":"6."#).unwrap_err();
/// assert_eq!(cut, AnswerError::NotGraphql(String::new()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The platform reports errors; the first is the one to look at. Never empty.
    #[error("{}", Listed(.0))]
    Errors(Vec<GraphqlError>),
    /// The body is not an answer of a GraphQL server, but a login page or a proxy's error page
    /// perhaps: this is the beginning of its first line, at most 256 characters, up to the first
    /// brace. It is empty for a body that is empty or begins as JSON, because that may be an answer
    /// that lost its end and still holds the secrets of a registration.
    #[error("not an answer of a GraphQL server; it {}", Begins(.0))]
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

struct Begins<'a>(&'a str);

impl fmt::Display for Begins<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            f.write_str("is empty, or JSON that is cut short or of another form")
        } else {
            write!(f, "begins {}", Quoted(self.0))
        }
    }
}

/// Errors in one line.
pub(crate) struct Listed<'a>(pub(crate) &'a [GraphqlError]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_first(f, self.0, "; ")
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
#[serde(bound = "D: Deserialize<'de>")]
struct Answer<D> {
    /// What `null` is, is for `D` to say.
    #[serde(default, deserialize_with = "given")]
    data: Option<D>,
    errors: Option<Vec<GraphqlError>>,
}

fn given<'de, D: Deserialize<'de>, X: Deserializer<'de>>(data: X) -> Result<Option<D>, X::Error> {
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

/// The `data` of an answer without errors.
pub(super) fn data<D: DeserializeOwned>(body: &[u8]) -> Result<D, AnswerError> {
    let unexpected = match serde_json::from_slice::<Answer<D>>(body) {
        Ok(answer) => match answer.into_data()? {
            Some(data) => return Ok(data),
            None => AnswerError::Unexpected { line: 1, column: 1 },
        },
        // Its text may repeat a value of the answer, which may be a secret.
        Err(error) => AnswerError::Unexpected {
            line: error.line(),
            column: error.column(),
        },
    };
    // With errors the data need not be of the form that was asked for.
    match serde_json::from_slice::<Answer<Option<IgnoredAny>>>(body).map(Answer::into_data) {
        Ok(Err(errors)) => Err(errors),
        Ok(Ok(Some(Some(_)))) => Err(unexpected),
        _ => {
            let beginning = beginning(body, |line| Cow::Borrowed(line))
                .chars()
                .take(KEPT)
                .collect();
            Err(AnswerError::NotGraphql(beginning))
        }
    }
}

/// How many characters of a foreign answer are kept.
const KEPT: usize = 256;

/// The errors that the body reports, if it is an answer.
#[cfg(feature = "client")]
pub(crate) fn reported_errors(body: &[u8]) -> Vec<GraphqlError> {
    match data::<IgnoredAny>(body) {
        Err(AnswerError::Errors(errors)) => errors,
        _ => Vec::new(),
    }
}

/// The first line with anything in it, without what is to be hidden, up to the first brace; nothing
/// of what begins as JSON.
pub(crate) fn beginning(body: &[u8], hide: impl FnOnce(&str) -> Cow<'_, str>) -> String {
    let body = String::from_utf8_lossy(body);
    // A byte order mark is no white space, and stands before JSON too.
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
