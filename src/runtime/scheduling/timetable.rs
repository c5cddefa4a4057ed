//! Which run comes when.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::runtime::error::{RunError, RunErrorKind};
use crate::runtime::run::lifecycle::Running;
use crate::runtime::scheduling::options::{FailedRun, ScheduleOptions};
use crate::runtime::scheduling::scheduled_run::{Import, Outcome, ScheduledRuns, seconds};

/// How long a ping around a run may take.
const PING: Duration = Duration::from_secs(5);
/// At most so often the platform is told of commits that do not wait.
const BETWEEN_COMMITS: Duration = Duration::from_secs(1);

/// The runs of a connector, one after the other.
pub(crate) struct Timetable {
    runs: ScheduledRuns,
    period: Option<Duration>,
    on_failed_run: FailedRun,
    grace: Duration,
    /// How often in a row the run was begun again after a failure.
    retries: u32,
}

impl Timetable {
    pub(crate) fn new(
        running: &mut Running,
        import: Import,
        name: String,
        has_last_run: bool,
        options: &ScheduleOptions,
    ) -> Self {
        let committed = Arc::new(Notify::new());
        let of_commits = Arc::clone(&committed);
        running.spawn(async move |shared| {
            loop {
                of_commits.notified().await;
                shared.pings.ask();
                sleep(BETWEEN_COMMITS).await;
            }
        });
        let once = options.common.run_and_terminate;
        Self {
            runs: ScheduledRuns {
                shared: Arc::clone(&running.shared),
                import,
                name,
                has_last_run,
                committed,
                cancelled: CancellationToken::new(),
                given_up: CancellationToken::new(),
            },
            period: options.period.filter(|_| !once),
            on_failed_run: options.on_failed_run,
            grace: options.common.grace,
            retries: 0,
        }
    }

    /// Runs until `stop` resolves; what runs then may take the time of grace, unless `again`
    /// resolves.
    pub(crate) async fn keep(
        mut self,
        stop: impl Future<Output = ()>,
        force_stop: impl Future<Output = ()>,
    ) {
        let shared = Arc::clone(&self.runs.shared);
        let (cancelled, given_up) = (self.runs.cancelled.clone(), self.runs.given_up.clone());
        let grace = self.grace;
        let mut runs = pin!(async {
            if let Err(end) = self.run().await {
                shared.end(end);
            }
        });
        tokio::select! {
            biased;
            () = shared.stopping().cancelled() => {}
            () = stop => {}
            () = &mut runs => return,
        }
        cancelled.cancel();
        tokio::select! {
            () = &mut runs => return,
            () = sleep(grace) => tracing::warn!("the run exceeds the grace; abandoning it"),
            () = force_stop => tracing::warn!("forced to stop; abandoning the run"),
        }
        given_up.cancel();
        if timeout(PING, runs).await.is_err() {
            tracing::warn!("cannot report the end of the run");
        }
    }

    async fn run(&mut self) -> Result<(), RunError> {
        let shared = Arc::clone(&self.runs.shared);
        let cancelled = self.runs.cancelled.clone();
        let ending = shared.end_interrupted();
        if cancelled.run_until_cancelled(ending).await.is_none() {
            return Ok(());
        }
        loop {
            let (client, pings) = (shared.client(), &shared.pings);
            let waiting = shared.threshold.wait(client, shared.id(), pings);
            if cancelled.run_until_cancelled(waiting).await.is_none() {
                return Ok(());
            }
            pings.tell(|info| {
                info.last_run_datetime = Some(seconds(Timestamp::now()));
                info.next_run_datetime = None;
            });
            // A reset since the last ping is one of the state that the run begins with.
            let ping = pings.ping_within(PING);
            if cancelled.run_until_cancelled(ping).await.is_none() {
                return Ok(());
            }
            let outcome = self.runs.take().await?;
            let next = self.after(outcome);
            let next_run = next.as_ref().ok().copied().flatten().and_then(from_now);
            pings.tell(|info| info.next_run_datetime = next_run);
            if !shared.stopping().is_cancelled() {
                pings.ping_within(PING).await;
            }
            let Some(wait) = next? else {
                return Ok(());
            };
            if cancelled.run_until_cancelled(sleep(wait)).await.is_none() {
                return Ok(());
            }
        }
    }

    /// How long to wait for the next run; nothing when there will be no other.
    fn after(&mut self, outcome: Outcome) -> Result<Option<Duration>, RunError> {
        let failed = |message| Err(RunError::new(RunErrorKind::Handler, message));
        if self.runs.cancelled.is_cancelled() && !matches!(outcome, Outcome::Fatal(_)) {
            return Ok(None);
        }
        match outcome {
            Outcome::Done | Outcome::BrokenOff => {
                self.retries = 0;
                Ok(self.period)
            }
            Outcome::Later(wait) => Ok(Some(wait)),
            Outcome::Fatal(message) => failed(message),
            Outcome::Failed(message) => match self.on_failed_run {
                FailedRun::Retry { after, at_most } if self.retries < at_most => {
                    self.retries += 1;
                    Ok(Some(after))
                }
                FailedRun::NextTime | FailedRun::Retry { .. } if self.period.is_some() => {
                    self.retries = 0;
                    Ok(self.period)
                }
                // There is no next time.
                FailedRun::Stop | FailedRun::NextTime | FailedRun::Retry { .. } => failed(message),
            },
        }
    }
}

/// The time after a wait, as the platform is told it; nothing for one that no calendar has.
fn from_now(wait: Duration) -> Option<String> {
    let wait = SignedDuration::try_from(wait).ok()?;
    Some(seconds(Timestamp::now().checked_add(wait).ok()?))
}
