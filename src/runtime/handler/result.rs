//! What the call of a handler came to, and the task that finds out.

use std::fmt;
use std::time::Duration;

use tokio::task::JoinError;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use crate::client::{BoxError, Client, Panic};
use crate::runtime::error::{Fatal, RetryLater};
use crate::value::chain::chain;

/// Why the call of a handler did not succeed.
#[derive(Debug)]
pub(crate) enum HandlerError {
    /// It wants to be called again, which is not a failure.
    RetryLater { after: Duration, message: String },
    /// It failed, and every other call would: the run ends.
    Fatal(String),
    /// It returned an error; the message holds no secret.
    Failed(String),
    /// It panicked, which is logged.
    Panicked,
}

/// What users are told of a panic, whose text may hold anything.
const PANICKED: &str = "the connector panicked";

/// A handler at work, in a task of its own.
///
/// All that the program's code does happens in there: the handler, the texts of its error, and the
/// destructors of both. So a panic anywhere in it is one result among others, and a handler that
/// blocks its thread keeps nobody from giving up on it.
pub(crate) struct HandlerTask<T> {
    client: Client,
    task: AbortOnDropHandle<Result<T, HandlerError>>,
}

impl<T: Send + 'static> HandlerTask<T> {
    pub(crate) fn spawn(
        client: &Client,
        handler: impl Future<Output = Result<T, BoxError>> + Send + 'static,
    ) -> Self {
        let client = client.clone();
        let secrets = client.clone();
        let result = async move {
            let result = handler.await;
            result.map_err(|error| HandlerError::of(&secrets, &error))
        };
        let task = AbortOnDropHandle::new(tokio::spawn(result.in_current_span()));
        Self { client, task }
    }

    /// Waits for the result; may be dropped and called again.
    pub(crate) async fn result(&mut self) -> Result<T, HandlerError> {
        let ended = (&mut self.task).await;
        ended.unwrap_or_else(|error| Err(HandlerError::of_panic(&self.client, error)))
    }

    /// Drops the handler, and returns when nothing of it goes on.
    pub(crate) async fn abort(self) {
        self.task.abort();
        if let Err(error) = self.task.await
            && let Ok(panic) = error.try_into_panic()
        {
            log_panic(&self.client, &panic);
        }
    }
}

impl HandlerError {
    fn of(client: &Client, error: &BoxError) -> Self {
        let message = client.hidden(&chain(&**error)).into_owned();
        if Fatal::is_in(&**error) {
            Self::Fatal(message)
        } else if let Some(after) = RetryLater::wanted_by(&**error) {
            Self::RetryLater { after, message }
        } else {
            Self::Failed(message)
        }
    }

    fn of_panic(client: &Client, error: JoinError) -> Self {
        match error.try_into_panic() {
            Ok(panic) => {
                log_panic(client, &panic);
                Self::Panicked
            }
            // Only the end of the program's tokio runtime cancels the task.
            Err(_) => Self::Failed("the connector was stopped".into()),
        }
    }
}

impl fmt::Display for HandlerError {
    /// The text for users.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RetryLater { message, .. } | Self::Fatal(message) | Self::Failed(message) => {
                f.write_str(message)
            }
            Self::Panicked => f.write_str(PANICKED),
        }
    }
}

fn log_panic(client: &Client, panic: &Panic) {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let text = client.hidden(text.unwrap_or("without a text"));
    tracing::error!(panic = %text, "the handler panicked");
}
