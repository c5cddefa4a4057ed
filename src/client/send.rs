//! One request and its answer.

use hyper::body::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{RequestBuilder, Response, StatusCode};
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
        let request = self.post(content_type, is_idempotent).body(body);
        self.answer(request).await
    }

    /// A request to the endpoint that has no body yet.
    pub(super) fn post(&self, content_type: &str, is_idempotent: bool) -> RequestBuilder {
        let inner = &self.inner;
        let http = if is_idempotent {
            &inner.http
        } else {
            &inner.unpooled
        };
        http.post(inner.endpoint.clone())
            .header(CONTENT_TYPE, content_type)
    }

    /// Sends a request with the token; gives the head of the answer.
    pub(super) async fn sent(&self, request: RequestBuilder) -> Result<Response, Error> {
        let context = self.context.headers()?;
        let response = request
            .header(AUTHORIZATION, self.inner.authorization.clone())
            .headers(context)
            .send()
            .await
            .map_err(|error| Error::of_connection(error, &self.inner.secrets))?;
        tracing::debug!(status = response.status().as_u16(), "answered");
        Ok(response)
    }

    /// Sends a request; gives the body of the answer.
    pub(super) async fn answer(&self, request: RequestBuilder) -> Result<Vec<u8>, Error> {
        let secrets = &self.inner.secrets;
        let response = self.sent(request).await?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = self.read(response).await?;
        if status.is_success() {
            return Ok(body);
        }
        let errors = graphql::reported_errors(&body);
        // A GraphQL server can refuse an operation with a status of its own; the body tells more.
        let has_kind_by_status =
            !status.is_client_error() || matches!(status.as_u16(), 401 | 403 | 429);
        if errors.is_empty() || has_kind_by_status {
            let message = status_message(status, &headers, &body, secrets);
            let error = Error::of_status(status.as_u16(), message, retry_after(&headers));
            Err(error.with_reported(errors, secrets))
        } else {
            Ok(body)
        }
    }

    /// Why the platform did not give a file.
    #[cfg(feature = "runtime")]
    pub(super) async fn refused_file(&self, response: Response) -> Error {
        let status = response.status();
        let headers = response.headers().clone();
        let body = match self.read(response).await {
            Ok(body) => body,
            Err(error) => return error,
        };
        let message = status_message(status, &headers, &body, &self.inner.secrets);
        Error::of_status(status.as_u16(), message, retry_after(&headers)).about_a_file()
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, Error> {
        let limit = self.inner.largest_answer;
        let lost = |error| Error::of_connection(error, &self.inner.secrets);
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
