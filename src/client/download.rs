//! Files of the platform, as they come in.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt};
use hyper::body::Bytes;
use reqwest::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use reqwest::{Response, Version};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};
use tokio::time::timeout;
use tokio_util::io::StreamReader;
use tracing::Instrument;
use url::Url;

use super::{Client, Error};
use crate::value::text::Quoted;

/// How long the platform may be silent in the middle of a file.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);

const NAME: &str = "Download";

/// A file of the platform as it comes in: what [`Client::download`] gives.
///
/// It is read as any [`AsyncRead`], or whole by [`bytes`](Self::bytes). Where the connection is
/// lost on the way, or the platform is silent for a minute, it ends with an error and never early:
/// an [`io::Error`] that holds the client's [`Error`].
pub struct Download {
    content: StreamReader<BoxStream<'static, io::Result<Bytes>>, Bytes>,
    length: Option<u64>,
}

impl Download {
    /// How long the file is, in bytes, where the platform says it.
    #[must_use]
    pub const fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// The whole file, in memory.
    ///
    /// # Errors
    ///
    /// When the connection is lost on the way.
    pub async fn bytes(mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let read = self.content.read_to_end(&mut bytes).await;
        read.map_err(|error| match error.downcast::<Error>() {
            Ok(error) => error,
            Err(error) => Error::of_lost_file(&error).of_operation(NAME),
        })?;
        Ok(bytes)
    }
}

impl AsyncRead for Download {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.content).poll_read(context, buffer)
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Fetches a file from the platform's storage.
    ///
    /// The path is as messages have it, as in [`File::fetch`](crate::message::File::fetch): below
    /// the platform's URL, and not percent-encoded. No other host is ever asked.
    ///
    /// ```no_run
    /// use opencti_connector::client::{Client, Error};
    /// use tokio::io::{AsyncBufReadExt, BufReader};
    ///
    /// # async fn read(client: &Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let path = "/storage/get/import/global/indicators of today.txt";
    /// let mut lines = BufReader::new(client.download(path).await?).lines();
    /// while let Some(line) = lines.next_line().await? {
    ///     println!("{line}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A file may take as long as it takes; only silence is limited.
    ///
    /// # Errors
    ///
    /// When there is no such file ([`ErrorKind::NotFound`](super::ErrorKind::NotFound)), the user
    /// may not read it, or the platform cannot be reached. Until the file begins, what may
    /// succeed later is tried again.
    #[doc(alias = "fetch_opencti_file")]
    pub async fn download(&self, path: &str) -> Result<Download, Error> {
        let opened = async {
            let url = self.below_platform(path)?;
            let attempt = || self.open(url.clone());
            self.inner.retry.run(true, self.is_patient, attempt).await
        };
        let span = tracing::info_span!("opencti", operation = NAME);
        let response = opened.instrument(span).await;
        let response = response.map_err(|error| error.of_operation(NAME))?;
        let length = response.content_length();
        let chunks = stream::try_unfold((self.clone(), response), |(client, mut response)| async {
            match client.chunk(&mut response).await {
                Ok(chunk) => Ok(chunk.map(|chunk| (chunk, (client, response)))),
                Err(error) => Err(io::Error::other(error.of_operation(NAME))),
            }
        });
        Ok(Download {
            content: StreamReader::new(chunks.boxed()),
            length,
        })
    }

    /// The URL of a path that is not encoded.
    fn below_platform(&self, path: &str) -> Result<Url, Error> {
        let faulty = |what| {
            let path = self.hidden(path);
            Error::of_path(format!("the path {} {what}", Quoted(&path)))
        };
        // Of `..` and of these characters a URL makes something else.
        if path.split('/').any(|name| matches!(name, "." | "..")) {
            return Err(faulty(
                "leads out of the storage; give it without `.` and `..`",
            ));
        }
        if path.contains(char::is_control) {
            return Err(faulty("holds control characters; give that of a message"));
        }
        let mut url = self.inner.endpoint.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop();
            segments.extend(path.trim_start_matches('/').split('/'));
        }
        Ok(url)
    }

    /// The answer with a file, of which the head alone has been read.
    async fn open(&self, url: Url) -> Result<Response, Error> {
        let limit = self.inner.options.timeout;
        let opened = async {
            // The limit of the client is for a request as a whole.
            let request = self.inner.http.get(url).timeout(Duration::MAX);
            let response = self.sent(request).await?;
            if !response.status().is_success() {
                return Err(self.refused_file(response).await);
            }
            if !tells_its_end(&response) {
                return Err(Error::of_endless_file());
            }
            Ok(response)
        };
        let opened = timeout(limit, opened).await;
        opened.unwrap_or_else(|_| Err(Error::too_slow(limit)))
    }

    async fn chunk(&self, response: &mut Response) -> Result<Option<Bytes>, Error> {
        let limit = self.inner.options.timeout.min(LONGEST_SILENCE);
        match timeout(limit, response.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk),
            Ok(Err(error)) => Err(Error::of_connection(error, &self.inner.secrets)),
            Err(_) => Err(Error::too_slow(limit)),
        }
    }
}

/// Whether a cut can be told from the end: a body in HTTP/1 that has no length and no chunks ends
/// with its connection, however that ends.
fn tells_its_end(response: &Response) -> bool {
    let headers = response.headers();
    response.version() > Version::HTTP_11
        || headers.contains_key(CONTENT_LENGTH)
        || headers.contains_key(TRANSFER_ENCODING)
}
