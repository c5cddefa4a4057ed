//! One request and its answer.

use hyper::body::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Response, StatusCode};
use url::Url;

use super::retry::retry_after;
use super::{Client, Error};
use crate::graphql;
use crate::value::secret::Secrets;
use crate::value::text::{Quoted, escaped};

impl Client {
    /// Sends the body of a request; gives the body of the answer.
    pub(super) async fn send(
        &self,
        content_type: &str,
        body: Bytes,
        is_idempotent: bool,
    ) -> Result<Vec<u8>, Error> {
        let inner = &self.0;
        let http = if is_idempotent {
            &inner.http
        } else {
            &inner.unpooled
        };
        let response = http
            .post(inner.endpoint.clone())
            .header(AUTHORIZATION, inner.authorization.clone())
            .header(CONTENT_TYPE, content_type)
            .body(body)
            .send()
            .await
            .map_err(|error| Error::of_connection(error, &inner.secrets))?;
        let status = response.status();
        let headers = response.headers().clone();
        tracing::debug!(status = status.as_u16(), "answered");
        let body = self.read(response).await?;
        if status.is_success() {
            return Ok(body);
        }
        let errors = graphql::reported_errors(&body);
        // A GraphQL server can refuse an operation with a status of its own; the body tells more.
        let has_kind_by_status =
            !status.is_client_error() || matches!(status.as_u16(), 401 | 403 | 429);
        if errors.is_empty() || has_kind_by_status {
            let message = status_message(status, &headers, &body, &inner.secrets);
            let error = Error::of_status(status.as_u16(), message, retry_after(&headers));
            Err(error.with_reported(errors, &inner.secrets))
        } else {
            Ok(body)
        }
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, Error> {
        let limit = self.0.largest_answer;
        let lost = |error| Error::of_connection(error, &self.0.secrets);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if body.len() + chunk.len() > limit {
                return Err(Error::too_large(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn status_message(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    secrets: &Secrets,
) -> String {
    let location = headers
        .get(LOCATION)
        .and_then(|location| location.to_str().ok());
    let host =
        location.and_then(|location| Url::parse(location).ok()?.host_str().map(str::to_owned));
    let redirect = if status.is_redirection() {
        let to = host.map(|host| format!(" to {}", escaped(&secrets.hide(&host), 80)));
        let to = to.unwrap_or_default();
        format!("; the redirect{to} is not followed, correct the platform's URL")
    } else {
        String::new()
    };
    let beginning = graphql::beginning(body, |line| secrets.hide(line));
    let begins = if beginning.is_empty() {
        String::new()
    } else {
        format!("; its body begins {}", Quoted(&beginning))
    };
    format!("the platform, or what stands before it, answered {status}{redirect}{begins}")
}
