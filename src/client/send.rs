//! One request and its answer.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{AUTHORIZATION, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use url::Url;

use super::{Client, Error};
use crate::graphql;
use crate::value::text::Quoted;

impl Client {
    /// Sends the body of a request; gives the body of the answer.
    pub(super) async fn send(&self, body: Vec<u8>) -> Result<Vec<u8>, Error> {
        let response = self
            .0
            .http
            .post(self.0.endpoint.clone())
            .header(AUTHORIZATION, self.0.authorization.clone())
            .body(body)
            .send()
            .await
            .map_err(Error::of_connection)?;
        let status = response.status();
        let headers = response.headers().clone();
        tracing::debug!(status = status.as_u16(), "answered");
        let body = self.read(response).await?;
        // A GraphQL server can refuse an operation with a status of its own; the body tells more.
        let is_refusal = status.is_client_error()
            && !matches!(status.as_u16(), 401 | 403 | 429)
            && graphql::reports_errors(&body);
        if status.is_success() || is_refusal {
            Ok(body)
        } else {
            Err(status_error(status, &headers, &body))
        }
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, Error> {
        let limit = self.0.largest_answer;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(Error::of_connection)? {
            if body.len() + chunk.len() > limit {
                return Err(Error::too_large(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn status_error(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Error {
    let location = headers
        .get(LOCATION)
        .and_then(|location| location.to_str().ok());
    let host =
        location.and_then(|location| Url::parse(location).ok()?.host_str().map(str::to_owned));
    let redirect = if status.is_redirection() {
        let to = host.map(|host| format!(" to {host}")).unwrap_or_default();
        format!("; the redirect{to} is not followed, correct the platform's URL")
    } else {
        String::new()
    };
    let first_line = graphql::first_line(body);
    let begins = if first_line.is_empty() {
        String::new()
    } else {
        format!("; its body begins {}", Quoted(&first_line))
    };
    let message =
        format!("the platform, or what stands before it, answered {status}{redirect}{begins}");
    Error::of_status(status.as_u16(), message, retry_after(headers))
}

/// How long a `Retry-After` asks to wait: a number of seconds, or until a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTimeParser::new().parse_timestamp(text).ok()?;
    let seconds = date
        .as_second()
        .saturating_sub(Timestamp::now().as_second());
    Some(Duration::from_secs(seconds.try_into().unwrap_or_default()))
}
