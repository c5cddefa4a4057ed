//! A work that ends with its task.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::Poll;

use tokio::runtime::Handle;

use super::{Error, Work};
use crate::value::chain::chain;

/// Any error of a connector's own.
pub type BoxError = Box<dyn StdError + Send + Sync>;

impl Work {
    /// Runs a task, and ends the work by its result.
    ///
    /// ```no_run
    /// # use opencti_connector::client::{BoxError, Registration};
    /// # use opencti_connector::kind::ExternalImport;
    /// # async fn fetch() -> Result<Vec<String>, std::io::Error> { Ok(Vec::new()) }
    /// # async fn run(registration: Registration<ExternalImport>) -> Result<(), BoxError> {
    /// let work = registration.add_work("MISP run of 2026-11-24").await?;
    /// work.run(async |work| {
    ///     work.received("Fetching events").await?;
    ///     let events = fetch().await?; // an error of any type will do
    ///     Ok(format!("Sent {} events", events.len()))
    /// })
    /// .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The task is given the work, and leaves its end to this method:
    ///
    /// | the task | the work |
    /// |---|---|
    /// | returns `Ok` | is done, with the value as its message |
    /// | returns `Err` | has failed, with the error and its causes as its message |
    /// | panics | has failed; then the panic goes on |
    /// | is cancelled, because the future of this method is dropped | has failed; a task of the tokio runtime reports it |
    ///
    /// A message has at most 2,000 characters, and holds no [secret](super#what-is-logged).
    ///
    /// Nothing is reported where the process ends at once: by a signal, by `std::process::exit`, or
    /// by a panic under `panic = "abort"`; nor where the runtime ends right after the task is
    /// cancelled. A program that stops in good order lets its task return.
    ///
    /// # Errors
    ///
    /// The error of the task; or the [`Error`] of the report that it is done. When a failure cannot
    /// be reported, that is logged.
    ///
    /// # Panics
    ///
    /// When the task does.
    pub async fn run<T, F>(self, task: impl FnOnce(Self) -> F) -> Result<T, BoxError>
    where
        T: Display,
        F: Future<Output = Result<T, BoxError>>,
    {
        let mut end = End::cancelled(self.clone());
        match caught(async { task(self).await }).await {
            Ok(Ok(value)) => {
                end.report(value.to_string(), false).await?;
                Ok(value)
            }
            Ok(Err(error)) => {
                end.report_failure(chain(&*error)).await;
                Err(error)
            }
            Err(panic) => {
                end.report_failure("the connector panicked".into()).await;
                resume_unwind(panic)
            }
        }
    }
}

/// What a panic was given.
pub(crate) type Panic = Box<dyn Any + Send>;

/// The result of a future, or the panic in which it ends.
async fn caught<T>(future: impl Future<Output = T>) -> Result<T, Panic> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        let poll = || future.as_mut().poll(context);
        // What a panic leaves half done is not looked at: the future is not polled again, and the
        // panic goes on.
        match catch_unwind(AssertUnwindSafe(poll)) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

/// The end of a work; what is left to report when it is dropped, a task of the runtime reports.
struct End {
    work: Work,
    left: Option<Report>,
}

struct Report {
    message: String,
    is_failure: bool,
}

impl End {
    /// The end of a work whose task never returns.
    fn cancelled(work: Work) -> Self {
        let left = Some(Report {
            message: "the run was cancelled".into(),
            is_failure: true,
        });
        Self { work, left }
    }

    async fn report(&mut self, message: String, is_failure: bool) -> Result<(), Error> {
        // It is left until it has been sent, because this future can be dropped on the way.
        let report = self.left.insert(Report {
            message,
            is_failure,
        });
        let sent = report.send(&self.work).await;
        self.left = None;
        sent
    }

    async fn report_failure(&mut self, message: String) {
        let sent = self.report(message, true).await;
        log_unsent(&self.work, sent);
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let Some(report) = self.left.take() else {
            return;
        };
        let work = self.work.clone();
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { log_unsent(&work, report.send(&work).await) });
        } else {
            tracing::warn!(work = work.id(), "outside of a runtime {UNSENT}");
        }
    }
}

impl Report {
    async fn send(&self, work: &Work) -> Result<(), Error> {
        work.end(&self.message, self.is_failure).await
    }
}

const UNSENT: &str = "the end of a work cannot be reported";

fn log_unsent(work: &Work, sent: Result<(), Error>) {
    if let Err(error) = sent {
        tracing::warn!(work = work.id(), %error, "{UNSENT}");
    }
}
