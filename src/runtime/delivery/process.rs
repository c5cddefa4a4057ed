//! Handles one message, from its receipt to the report on its work.

use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Bytes;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::client::{ErrorKind, Work};
use crate::connector::connector::Connector;
use crate::message::{Message as _, MessageError};
use crate::runtime::delivery::acknowledge::{Acknowledgement, Settle};
use crate::runtime::delivery::incoming::Key;
use crate::runtime::delivery::options::{FailedStep, ListenOptions};
use crate::runtime::error::{RunError, RunErrorKind};
use crate::runtime::handler::result::{HandlerError, HandlerTask};
use crate::runtime::handler::traits::{Handler, Listens, Task};
use crate::runtime::monitoring::metrics::Outcome;
use crate::runtime::publishing::context::{Context, end_work};
use crate::value::text::escaped;

/// As pycti reports it.
const RECEIVED: &str = "Connector ready to process the operation";

/// Handles messages; all messages of a run share it.
pub(crate) struct Processor<K: Listens> {
    pub(crate) shared: Arc<Context>,
    pub(crate) connector: Connector<K>,
    pub(crate) handler: Handler<K>,
    pub(crate) options: ListenOptions,
    /// Cancelled when the run stops; handlers see it as `cancelled()`.
    pub(crate) cancelled: CancellationToken,
    /// Signals each message that is acknowledged before it is done.
    pub(crate) early_acks: mpsc::UnboundedSender<()>,
}

/// A message to handle.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) body: Bytes,
    pub(crate) key: Key,
    pub(crate) attempt: u32,
    pub(crate) acknowledgement: Arc<Acknowledgement>,
}

impl<K: Listens> Processor<K> {
    /// Handles one message and returns how to settle it.
    pub(crate) async fn handle(self: Arc<Self>, received: Received) -> Settle {
        let mut counted = self.shared.metrics.message(received.attempt);
        let since = received.acknowledgement.since();
        // If the deadline overflows the clock, waits forever.
        let late = async {
            match since.checked_add(self.options.ack_within) {
                Some(late) => tokio::time::sleep_until(late).await,
                None => std::future::pending().await,
            }
        };
        let mut late = pin!(late);
        let mut outcome = pin!(self.outcome_of(&received));
        counted.outcome = loop {
            tokio::select! {
                outcome = &mut outcome => break outcome,
                () = &mut late, if !received.acknowledgement.is_early() => self.acknowledge_early(&received).await,
            }
        };
        counted.outcome.into()
    }

    async fn outcome_of(&self, received: &Received) -> Outcome {
        let message = match K::Message::parse(&received.body) {
            Ok(message) => message,
            Err(error) => {
                self.refuse(&received.body, &error).await;
                return Outcome::Rejected;
            }
        };
        let internal = message.internal();
        let span = tracing::info_span!(
            "message",
            connector = self.shared.id(),
            work = internal.work_id.as_deref(),
            entity = K::about(&message),
            attempt = received.attempt,
        );
        let work = internal
            .work_id
            .as_deref()
            .map(|id| self.shared.session.work(id));
        let cancelled = self.cancelled.clone();
        let task = Task::new(
            Arc::clone(&self.shared),
            message,
            received.attempt,
            cancelled,
        );
        let end = self.end_of(Arc::new(task), work, received);
        end.instrument(span).await
    }

    /// Ends the work of a message that was acknowledged early and cannot be requeued.
    pub(crate) async fn lose(&self, received: &Received, why: &str) {
        tracing::error!(
            bytes = received.body.len(),
            error = why,
            "cannot requeue a message that was acknowledged early; it is lost"
        );
        let message = K::Message::parse(&received.body).ok();
        if let Some(work) = message.and_then(|message| message.internal().work_id.clone()) {
            let message = format!("the connector stopped and could not requeue the message: {why}");
            end_work(&self.shared.session.work(work), &message, true).await;
        }
    }

    /// Logs a message that cannot be parsed, and ends the work that it names.
    async fn refuse(&self, body: &[u8], error: &MessageError) {
        // Longer than what is shown, because a truncated secret would not be recognized.
        let excerpt = String::from_utf8_lossy(&body[..body.len().min(4_096)]);
        tracing::error!(
            bytes = body.len(),
            excerpt = %escaped(&self.shared.client().hidden(&excerpt), 200),
            %error,
            "cannot parse a message; dropping it"
        );
        if let Some(work) = error.work_id() {
            let work = self.shared.session.work(work);
            let message = format!("cannot parse the message: {error}");
            end_work(&work, &message, true).await;
        }
    }

    async fn end_of(&self, task: Arc<Task<K>>, work: Option<Work>, received: &Received) -> Outcome {
        let most = self.options.max_attempts;
        if received.attempt > most {
            let message = format!("gave up after {most} attempts");
            tracing::error!("{message}");
            return self.fail(&task, &message).await;
        }
        if let Some(work) = &work {
            if self.is_over(work).await {
                tracing::info!("the work is finished or deleted; dropping its message");
                return Outcome::Abandoned;
            }
            match work.received(RECEIVED).await {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => return Outcome::Abandoned,
                Err(error) => tracing::warn!(%error, "cannot report the receipt of a message"),
            }
        }
        if !self.options.any_scope
            && let Some(entity_type) = K::out_of_scope(&self.connector, &task.message)
        {
            let why = format!(
                "{} is not in the scope of the connector",
                escaped(entity_type, 80)
            );
            return match K::forward(&task).await {
                Ok(()) => self.succeed(&task, &why).await,
                Err(error) => self.fail(&task, &error.to_string()).await,
            };
        }
        self.run(task, work).await
    }

    /// Runs the handler.
    async fn run(&self, task: Arc<Task<K>>, work: Option<Work>) -> Outcome {
        let watched = work.as_ref().map(|work| self.shared.pings.watch(work.id()));
        let deleted = watched.as_ref().map(|watched| watched.deleted.clone());
        let deleted = deleted.unwrap_or_default();
        let (handler, message) = (Arc::clone(&self.handler), Arc::clone(&task));
        let handling = async move { handler(message).await };
        let mut handling = HandlerTask::spawn(self.shared.client(), handling);
        let result = tokio::select! {
            result = handling.result() => result,
            () = deleted.cancelled() => return abandon(handling).await,
            () = task.deleted.cancelled() => return abandon(handling).await,
            () = self.too_long() => {
                handling.abort().await;
                let time = self.options.timeout.unwrap_or_default();
                Err(HandlerError::Failed(format!("took longer than {time:?}")))
            }
        };
        drop(watched);
        // The handler itself found out while it sent something.
        if task.deleted.is_cancelled() {
            return Outcome::Abandoned;
        }
        self.conclude(&task, result).await
    }

    /// Resolves when the handler has used up its time; never without a limit.
    async fn too_long(&self) {
        match self.options.timeout {
            Some(time) => tokio::time::sleep(time).await,
            None => pending().await,
        }
    }

    /// Reports the result of the handler, and returns the outcome of the message.
    async fn conclude(&self, task: &Task<K>, result: Result<String, HandlerError>) -> Outcome {
        let error = match result {
            Ok(message) => return self.succeed(task, &message).await,
            Err(HandlerError::RetryLater { after, message }) => {
                return self.retry_later(after, &message).await;
            }
            // Asked to stop, the handler did; the message has not failed.
            Err(_) if self.cancelled.is_cancelled() => return Outcome::Requeued,
            Err(error) => error,
        };
        let message = error.to_string();
        tracing::error!(error = message, "the handler failed");
        let outcome = self.fail(task, &message).await;
        if let HandlerError::Fatal(message) = error {
            let end = RunError::new(RunErrorKind::Handler, message);
            self.shared.end(end);
        }
        outcome
    }

    /// Waits, then has the message redelivered.
    async fn retry_later(&self, wait: Duration, reason: &str) -> Outcome {
        self.shared.metrics.client_errors.one();
        tracing::info!(
            ?wait,
            reason,
            "the handler asks for the message again later"
        );
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = self.cancelled.cancelled() => {}
        }
        Outcome::Requeued
    }

    async fn succeed(&self, task: &Task<K>, message: &str) -> Outcome {
        let answer = self.shared.client().hidden(message);
        tracing::info!(answer = %escaped(&answer, 200), "handled the message");
        task.sender.end(message, false).await;
        Outcome::Done
    }

    async fn fail(&self, task: &Task<K>, message: &str) -> Outcome {
        if self.options.on_failed_step == FailedStep::Forward
            && let Err(error) = K::forward(task).await
        {
            tracing::error!(%error, "cannot answer the playbook step");
        }
        task.sender.end(message, true).await;
        Outcome::Failed
    }

    /// Acknowledges a message that takes long, before the broker requeues it.
    async fn acknowledge_early(&self, received: &Received) {
        tracing::warn!("the message takes long; acknowledging it now, so a crash would lose it");
        received.acknowledgement.acknowledge_early().await;
        // Fails only after the end of the run.
        let _ = self.early_acks.send(());
    }

    /// Whether the work is finished already, or deleted.
    async fn is_over(&self, work: &Work) -> bool {
        match work.is_alive().await {
            Ok(is_alive) => !is_alive,
            Err(error) => {
                if error.kind() != ErrorKind::PlatformTooOld {
                    tracing::debug!(%error, "cannot check whether the work still exists");
                }
                false
            }
        }
    }
}

/// Cancels the handler, whose work was deleted.
async fn abandon(handling: HandlerTask<String>) -> Outcome {
    tracing::info!("the work was deleted; cancelling its handler");
    handling.abort().await;
    Outcome::Abandoned
}

impl From<Outcome> for Settle {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done | Outcome::Failed | Outcome::Abandoned => Self::Ack,
            Outcome::Requeued => Self::Requeue,
            Outcome::Rejected => Self::Reject,
        }
    }
}
