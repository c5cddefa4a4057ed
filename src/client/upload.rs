//! Files that are uploaded while they are read.

#[cfg(test)]
mod tests;

use std::future::ready;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use hyper::body::Bytes;
use reqwest::Body;
use tokio::io::AsyncRead;
use tokio::sync::Notify;
use tokio::time::sleep;
use tokio_util::io::ReaderStream;
use tracing::Instrument;

use super::multipart::Multipart;
use super::{Client, Error};
use crate::graphql::Operation;

/// How much of a file is read at a time.
const CHUNK: usize = 64 * 1024;

impl Client {
    /// Sends an operation whose file is this content, and not that of its [`Upload`]: read while it
    /// is sent, so that a file of any size takes no more than a chunk of memory.
    ///
    /// It may take as long as it takes; but neither may the content come to a halt nor the platform
    /// be silent for longer than the client's timeout. It is tried once, since what was read is
    /// gone.
    ///
    /// [`Upload`]: crate::graphql::Upload
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute), and when the content cannot be read.
    pub(crate) async fn upload_stream<O: Operation>(
        &self,
        operation: &O,
        content: impl AsyncRead + Send + 'static,
    ) -> Result<O::Answer, Error> {
        self.check_version(operation).await?;
        let span = tracing::info_span!("opencti", operation = O::NAME);
        let answer = self.upload(operation, content).instrument(span).await;
        answer.map_err(Error::of::<O>)
    }

    async fn upload<O: Operation>(
        &self,
        operation: &O,
        content: impl AsyncRead + Send + 'static,
    ) -> Result<O::Answer, Error> {
        let json = serde_json::to_vec(operation)
            .map_err(|error| Error::of_options(format!("the request makes no JSON: {error}")))?;
        let Some(file) = operation.upload() else {
            return Err(Error::of_options("the operation has no file"));
        };
        let Multipart {
            content_type,
            head,
            tail,
        } = Multipart::of(&json, &file);
        let progress = Arc::new(Notify::new());
        let moved = Arc::clone(&progress);
        let content = ReaderStream::with_capacity(content, CHUNK)
            .inspect(move |_| moved.notify_one())
            .map(|chunk| chunk.map_err(|error| io::Error::other(UnreadableContent(error))));
        let part = |bytes: Vec<u8>| stream::once(ready(Ok(Bytes::from(bytes))));
        let body = Body::wrap_stream(part(head).chain(content).chain(part(tail)));
        let request = self
            .post(&content_type, O::IS_IDEMPOTENT)
            // The limit of the client is for a request as a whole.
            .timeout(Duration::MAX)
            .body(body);
        let answer = self.while_it_moves(&progress, self.answer(request)).await?;
        O::parse(&answer).map_err(|error| Error::of_answer(error, &answer, &self.inner.secrets))
    }

    /// The result of a request, unless nothing moves for the client's timeout.
    async fn while_it_moves<T>(
        &self,
        progress: &Notify,
        request: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let limit = self.inner.options.timeout;
        let mut request = pin!(request);
        loop {
            tokio::select! {
                result = &mut request => return result,
                () = progress.notified() => {}
                () = sleep(limit) => return Err(Error::too_slow(limit)),
            }
        }
    }
}

/// The content of an upload ended with an error of its own.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct UnreadableContent(io::Error);
