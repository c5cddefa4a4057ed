//! What the call of a handler came to, and the task that finds out.

use std::time::Duration;

use tokio::task::JoinError;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use crate::client::{BoxError, Client, Panic};
use crate::runtime::error::{Fatal, RetryLater};
use crate::value::chain::chain;

/// What the call of a handler came to.
#[derive(Debug)]
pub(crate) enum HandlerResult<T> {
    Done(T),
    /// It wants to be called again after this time, which is not a failure.
    RetryLater(Duration),
    /// It failed, and every other call would: the run ends.
    Fatal(String),
    /// It returned an error; the message holds no secret.
    Failed(String),
    /// It panicked, which is logged.
    Panicked,
}

/// What users are told of a panic, whose text may hold anything.
pub(crate) const PANICKED: &str = "the connector panicked";

/// A handler at work, in a task of its own.
///
/// All that the program's code does happens in there: the handler, the texts of its error, and the
/// destructors of both. So a panic anywhere in it is one result among others, and a handler that
/// blocks its thread keeps nobody from giving up on it.
pub(crate) struct HandlerTask<T> {
    client: Client,
    task: AbortOnDropHandle<HandlerResult<T>>,
}

impl<T: Send + 'static> HandlerTask<T> {
    pub(crate) fn spawn(
        client: &Client,
        handler: impl Future<Output = Result<T, BoxError>> + Send + 'static,
    ) -> Self {
        let client = client.clone();
        let secrets = client.clone();
        let result = async move {
            match handler.await {
                Ok(value) => HandlerResult::Done(value),
                Err(error) => HandlerResult::of_error(&secrets, &error),
            }
        };
        let task = AbortOnDropHandle::new(tokio::spawn(result.in_current_span()));
        Self { client, task }
    }

    /// Waits for the result; may be dropped and called again.
    pub(crate) async fn result(&mut self) -> HandlerResult<T> {
        let ended = (&mut self.task).await;
        ended.unwrap_or_else(|error| HandlerResult::of_panic(&self.client, error))
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

impl<T> HandlerResult<T> {
    fn of_error(client: &Client, error: &BoxError) -> Self {
        let message = client.hidden(&chain(&**error)).into_owned();
        if Fatal::is_in(&**error) {
            Self::Fatal(message)
        } else if let Some(wait) = RetryLater::wanted_by(&**error) {
            Self::RetryLater(wait)
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

fn log_panic(client: &Client, panic: &Panic) {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let text = client.hidden(text.unwrap_or("without a text"));
    tracing::error!(panic = %text, "the handler panicked");
}
