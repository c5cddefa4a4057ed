//! The connection to a live stream.

use std::time::Duration;

use hyper::body::Bytes;
use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use reqwest::{Response, StatusCode};
use url::Url;

use super::retry::retry_after;
use super::{Client, Error};

/// A stream has no end; reqwest cannot be told that, but by a time that nothing takes.
const WITHOUT_END: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// What is asked of the platform.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamRequest<'a> {
    /// The id of the stream; the raw stream without.
    pub(crate) id: Option<&'a str>,
    /// After which event it starts.
    pub(crate) last_event_id: &'a str,
    /// Up to when the past is sent first.
    pub(crate) recover: Option<&'a str>,
    /// What is sent, by the names of headers.
    pub(crate) choices: [(&'static str, bool); 3],
}

/// The bytes of a live stream as they come in.
pub(crate) struct EventStream {
    client: Client,
    response: Response,
}

impl Client {
    /// Opens a live stream.
    pub(crate) async fn open_stream(
        &self,
        request: StreamRequest<'_>,
    ) -> Result<EventStream, Error> {
        let last_event_id = HeaderValue::from_str(request.last_event_id).map_err(|_| {
            Error::of_options("the position in the stream holds what no header can carry")
        })?;
        let mut get = self
            .inner
            .http
            .get(self.stream_url(request))
            .timeout(WITHOUT_END)
            .header(ACCEPT, "text/event-stream")
            .header(CACHE_CONTROL, "no-cache")
            .header("last-event-id", last_event_id);
        for (name, choice) in request.choices {
            get = get.header(name, if choice { "true" } else { "false" });
        }
        let response = self.sent(get).await?;
        let (status, headers) = (response.status(), response.headers());
        if status != StatusCode::OK {
            let message = format!("the platform, or what stands before it, answered {status}");
            let wait = retry_after(headers);
            return Err(Error::of_status(status.as_u16(), message, wait));
        }
        let content_type = headers.get(CONTENT_TYPE);
        if content_type.is_some_and(|it| it.as_bytes().starts_with(b"text/html")) {
            return Err(Error::of_status(
                status.as_u16(),
                "the answer is a web page and not a stream; look at the platform's URL",
                None,
            ));
        }
        Ok(EventStream {
            client: self.clone(),
            response,
        })
    }

    fn stream_url(&self, request: StreamRequest<'_>) -> Url {
        let mut url = self.inner.endpoint.clone();
        // A URL of HTTP has segments.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop().push("stream").extend(request.id);
        }
        if let Some(recover) = request.recover {
            url.query_pairs_mut().append_pair("recover", recover);
        }
        url
    }
}

impl EventStream {
    /// The next bytes; none at the end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let secrets = &self.client.inner.secrets;
        let chunk = self.response.chunk().await;
        chunk.map_err(|error| Error::of_connection(error, secrets))
    }
}
