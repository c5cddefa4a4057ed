//! One run of an external import from its beginning to its end.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::sync::{Notify, RwLock};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};
use tracing::Instrument as _;

use crate::client::{BoxError, Client};
use crate::runtime::error::{CommitError, RunError};
use crate::runtime::handler::result::{HandlerError, HandlerTask};
use crate::runtime::handler::traits::BoxFuture;
use crate::runtime::publishing::approval::Approval;
use crate::runtime::publishing::context::Context;
use crate::runtime::publishing::send::{BundleSender, SendContext, SenderWork, Sent};
use crate::runtime::scheduling::typed_state;
use crate::runtime::send_error::SendError;
use crate::stix::Bundle;

/// What runs: the handler with the state that it wants. An error when it cannot read the state.
pub(crate) type Import = Arc<
    dyn Fn(Arc<ScheduledRun>) -> Result<BoxFuture<'static, Result<(), BoxError>>, RunError>
        + Send
        + Sync,
>;

/// What all runs of a schedule share.
pub(crate) struct ScheduledRuns {
    pub(crate) shared: Arc<Context>,
    pub(crate) import: Import,
    /// The name of the connector.
    pub(crate) name: String,
    /// Whether the state of the connector has a member `last_run` of its own.
    pub(crate) has_last_run: bool,
    /// Told of each commit that does not wait.
    pub(crate) committed: Arc<Notify>,
    /// Cancelled when a run is to come to an end.
    pub(crate) cancelled: CancellationToken,
    /// Cancelled when its end is not waited for any more.
    pub(crate) given_up: CancellationToken,
}

/// How a run ends.
pub(crate) enum Outcome {
    Done,
    Failed(String),
    /// It has failed, and every other would.
    Fatal(String),
    /// It is to be begun again after this time.
    Later(Duration),
    /// Its work was deleted, or it was told to stop.
    BrokenOff,
}

impl ScheduledRuns {
    /// One run; an error when the state cannot be read.
    pub(crate) async fn take(&self) -> Result<Outcome, RunError> {
        let run = Arc::new(ScheduledRun::begin(self)?);
        self.shared.metrics.runs.one();
        let span = tracing::info_span!(
            "run",
            connector = self.shared.id(),
            begun = %seconds(run.begun)
        );
        let handling = (self.import)(Arc::clone(&run))?;
        let outcome = async {
            tracing::info!("starting a run");
            let ended = self.handle(&run, handling).await;
            run.is_over.store(true, Ordering::Relaxed);
            let outcome = self.conclude(&run, ended).await;
            // Not before it has ended on the platform, and told by the ping after the run.
            self.shared.pings.state.set_open_work(None);
            outcome
        };
        let outcome = outcome.instrument(span).await;
        self.count(&outcome);
        Ok(outcome)
    }

    fn count(&self, outcome: &Outcome) {
        let metrics = &self.shared.metrics;
        match outcome {
            Outcome::Failed(_) | Outcome::Fatal(_) => {
                metrics.runs_failed.one();
                metrics.errors.one();
            }
            Outcome::Later(_) => metrics.client_errors.one(),
            Outcome::Done | Outcome::BrokenOff => {}
        }
    }

    /// Runs the handler. `None` if the run was abandoned first.
    async fn handle(
        &self,
        run: &ScheduledRun,
        handling: BoxFuture<'static, Result<(), BoxError>>,
    ) -> Option<Result<(), HandlerError>> {
        let _in_progress = self.shared.metrics.in_progress();
        let mut handling = HandlerTask::spawn(self.shared.client(), handling);
        tokio::select! {
            result = handling.result() => return Some(result),
            () = run.deleted.cancelled() => {
                tracing::info!("the work was deleted; cancelling its run");
            }
            () = self.given_up.cancelled() => {}
        }
        // Before its work ends, so that nothing of the run goes on after that.
        handling.abort().await;
        None
    }

    async fn conclude(
        &self,
        run: &ScheduledRun,
        result: Option<Result<(), HandlerError>>,
    ) -> Outcome {
        let (outcome, message) = self.judge(run, result);
        let is_failure = !matches!(outcome, Outcome::Done | Outcome::Later(_));
        run.sender.end(&message, is_failure).await;
        outcome
    }

    /// What a run came to, with the message for its work.
    fn judge(
        &self,
        run: &ScheduledRun,
        result: Option<Result<(), HandlerError>>,
    ) -> (Outcome, String) {
        const STOPPED: &str = "the connector was stopped";

        let error = match result {
            Some(Ok(())) => {
                run.succeed();
                let sent = run.sent_text();
                tracing::info!("finished the run: {sent}");
                return (Outcome::Done, sent);
            }
            None => return (Outcome::BrokenOff, STOPPED.into()),
            Some(Err(error)) => error,
        };
        match error {
            HandlerError::Fatal(message) => {
                tracing::error!(error = message, "the run failed, and ends the connector");
                (Outcome::Fatal(message.clone()), message)
            }
            // Asked to stop, it did.
            HandlerError::Failed(_) | HandlerError::RetryLater { .. }
                if self.cancelled.is_cancelled() =>
            {
                (Outcome::BrokenOff, format!("{STOPPED}: {error}"))
            }
            HandlerError::RetryLater { after, message } => {
                tracing::info!(wait = ?after, reason = message, "the run asks to start again later");
                let message = format!("{}; {message}", run.sent_text());
                (Outcome::Later(after), message)
            }
            HandlerError::Failed(_) | HandlerError::Panicked => {
                let message = error.to_string();
                tracing::error!(error = message, "the run failed");
                (Outcome::Failed(message.clone()), message)
            }
        }
    }
}

/// A run.
pub(crate) struct ScheduledRun {
    shared: Arc<Context>,
    sender: BundleSender,
    begun: Timestamp,
    /// The state as this run has left it so far.
    state: Mutex<Map<String, Value>>,
    /// That of the state when the run began.
    generation: u64,
    has_last_run: bool,
    previous: Option<Timestamp>,
    /// Taken for reading by what is sent, so that a commit can wait for it.
    sending: RwLock<()>,
    sent: AtomicUsize,
    committed: Arc<Notify>,
    cancelled: CancellationToken,
    deleted: CancellationToken,
    /// Whether the handler has ended; what it has left running commits nothing.
    is_over: AtomicBool,
}

impl ScheduledRun {
    fn begin(runs: &ScheduledRuns) -> Result<Self, RunError> {
        let shared = Arc::clone(&runs.shared);
        let (state, generation) = shared.pings.state.snapshot();
        let state = typed_state::members(state)?;
        let begun = Timestamp::now();
        let work = SenderWork::ToOpen(format!("{} run @ {}", runs.name, seconds(begun)));
        let send_context = SendContext {
            review: shared.is_reviewed.then(Approval::by_configuration),
            ..SendContext::default()
        };
        let deleted = CancellationToken::new();
        Ok(Self {
            sender: BundleSender::new(Arc::clone(&shared), work, send_context, deleted.clone()),
            shared,
            begun,
            generation,
            has_last_run: runs.has_last_run,
            previous: typed_state::last_run(&state),
            state: Mutex::new(state),
            sending: RwLock::new(()),
            sent: AtomicUsize::new(0),
            committed: Arc::clone(&runs.committed),
            cancelled: runs.cancelled.clone(),
            deleted,
            is_over: AtomicBool::new(false),
        })
    }

    fn state(&self) -> MutexGuard<'_, Map<String, Value>> {
        // A panic while the lock was held leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state when the run began.
    pub(crate) fn members(&self) -> Map<String, Value> {
        self.state().clone()
    }

    pub(crate) fn previous(&self) -> Option<Timestamp> {
        self.previous
    }

    pub(crate) async fn send(&self, bundle: Bundle) -> Result<Sent, SendError> {
        let _sending = self.sending.read().await;
        let sent = self.sender.send(bundle).await?;
        self.sent.fetch_add(sent.parts(), Ordering::Relaxed);
        Ok(sent)
    }

    /// Keeps a state, once what is being sent is confirmed; returns when the platform has it.
    pub(crate) async fn commit(&self, state: Map<String, Value>) -> Result<(), CommitError> {
        self.commit_locally(state).await?;
        let shared = &*self.shared;
        let pinged = shared.over.run_until_cancelled(shared.pings.ping());
        pinged.await.ok_or_else(CommitError::over)
    }

    /// As [`commit`](Self::commit), and does not wait for the platform.
    pub(crate) async fn commit_later(&self, state: Map<String, Value>) -> Result<(), CommitError> {
        self.commit_locally(state).await?;
        self.committed.notify_one();
        Ok(())
    }

    async fn commit_locally(&self, mut state: Map<String, Value>) -> Result<(), CommitError> {
        let _sent = self.sending.write().await;
        if self.is_over.load(Ordering::Relaxed) {
            return Err(CommitError::over());
        }
        if !self.has_last_run {
            typed_state::keep_last_run(&self.state(), &mut state);
        }
        self.keep(state);
        Ok(())
    }

    fn keep(&self, state: Map<String, Value>) {
        let kept = Some(state.clone().into());
        if self.shared.pings.state.commit(kept, self.generation) {
            *self.state() = state;
        } else {
            tracing::info!(
                "the state was reset on the platform during the run; discarding the commit"
            );
        }
    }

    /// Notes when the last run began that succeeded: this one.
    fn succeed(&self) {
        if self.has_last_run {
            return;
        }
        let mut state = self.members();
        typed_state::set_last_run(&mut state, self.begun);
        self.keep(state);
    }

    fn sent_text(&self) -> String {
        match self.sent.load(Ordering::Relaxed) {
            1 => "1 object was sent".into(),
            sent => format!("{sent} objects were sent"),
        }
    }

    pub(crate) fn cancelled(&self) -> WaitForCancellationFuture<'_> {
        self.cancelled.cancelled()
    }

    pub(crate) fn client(&self) -> Client {
        self.sender.client()
    }
}

/// As the platform and pycti write times.
pub(crate) fn seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
