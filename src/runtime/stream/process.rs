//! Calls of the handler for events, until they are handled, skipped or end the run.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, Span};

use crate::runtime::error::{RunError, RunErrorKind};
use crate::runtime::handler::result::{HandlerError, HandlerTask};
use crate::runtime::publishing::context::Context;
use crate::runtime::stream::checkpoint::Checkpoint;
use crate::runtime::stream::event::Event;
use crate::runtime::stream::failed_at::FailedAt;
use crate::runtime::stream::handler::Handler;
use crate::runtime::stream::policy::{FailedEvent, Next, Rate};
use crate::runtime::stream::waiting::Pending;
use crate::value::text::{Quoted, escaped};

/// Has events handled.
pub(crate) struct Processor {
    pub(crate) shared: Arc<Context>,
    pub(crate) handler: Handler,
    pub(crate) on_failed_event: FailedEvent,
    pub(crate) rate: Option<Mutex<Rate>>,
}

/// How a call of the handler failed.
struct Failure {
    /// The index of the event that failed, if the handler says so.
    at: Option<usize>,
    error: HandlerError,
}

/// What becomes of the events whose handler has failed.
enum Then {
    Again(Duration),
    Skip,
    End,
}

impl Processor {
    /// Handles events and notes each that is handled or skipped. Returns early when the run or the
    /// start that they belong to is over.
    pub(crate) async fn process(
        &self,
        mut events: Vec<Pending>,
        checkpoint: &Checkpoint,
        over: &CancellationToken,
    ) {
        let mut failures = 0;
        while !events.is_empty() {
            if over.run_until_cancelled(self.wait()).await.is_none() {
                return;
            }
            let span = self.span(&events);
            let Err(failure) = self.call(&events).instrument(span).await else {
                self.done(events.drain(..), checkpoint);
                return;
            };
            let at = failure.at.unwrap_or(0).min(events.len() - 1);
            if at > 0 {
                self.done(events.drain(..at), checkpoint);
                failures = 0;
            }
            // It was told to end; the event comes again with the next run.
            if over.is_cancelled() {
                return;
            }
            let span = self.span(&events);
            match span.in_scope(|| self.then(&failure, &events, &mut failures)) {
                Then::Again(wait) => {
                    if over.run_until_cancelled(sleep(wait)).await.is_none() {
                        return;
                    }
                }
                Then::Skip => {
                    // Without an index the events have failed together.
                    let skipped = failure.at.map_or(events.len(), |_| 1);
                    self.shared.metrics.events_skipped.add(skipped);
                    finish(events.drain(..skipped), checkpoint);
                    failures = 0;
                }
                Then::End => return,
            }
        }
    }

    /// Waits until the handler may be called.
    async fn wait(&self) {
        let time = self.rate.as_ref().map(|rate| {
            // A panic while the lock was held leaves nothing half done.
            let mut rate = rate.lock().unwrap_or_else(PoisonError::into_inner);
            rate.take(Instant::now())
        });
        if let Some(time) = time {
            sleep_until(time).await;
        }
    }

    async fn call(&self, events: &[Pending]) -> Result<(), Failure> {
        let _in_progress = self.shared.metrics.in_progress();
        let events = events.iter().map(|pending| pending.event.clone()).collect();
        let handler = Arc::clone(&self.handler);
        let at = Arc::new(OnceLock::new());
        let found = Arc::clone(&at);
        let mut handling = HandlerTask::spawn(self.shared.client(), async move {
            handler(events).await.inspect_err(|error| {
                if let Some(at) = FailedAt::index_in(&**error) {
                    found.get_or_init(|| at);
                }
            })
        });
        handling.result().await.map_err(|error| Failure {
            at: at.get().copied(),
            error,
        })
    }

    /// Logs a failure and decides what becomes of the events, of which the first has failed.
    fn then(&self, failure: &Failure, events: &[Pending], failures: &mut u32) -> Then {
        let metrics = &self.shared.metrics;
        let next = if let HandlerError::RetryLater { after, .. } = failure.error {
            metrics.client_errors.one();
            Next::Wait(after)
        } else {
            metrics.errors.one();
            tracing::error!(error = %failure.error, "the handler failed");
            *failures += 1;
            let next = self.on_failed_event.after(*failures);
            match &failure.error {
                HandlerError::Fatal(message) => return self.end(message.clone()),
                _ if matches!(next, Next::Stop) => return self.end(described(failure, events)),
                _ => next,
            }
        };
        match next {
            Next::Wait(wait) => {
                tracing::info!(?wait, "handling the event again");
                Then::Again(wait)
            }
            Next::Skip | Next::Stop => {
                tracing::error!("skipping the event");
                Then::Skip
            }
        }
    }

    fn end(&self, message: String) -> Then {
        self.shared
            .end(RunError::new(RunErrorKind::Handler, message));
        Then::End
    }

    fn done(&self, events: impl ExactSizeIterator<Item = Pending>, checkpoint: &Checkpoint) {
        self.shared.metrics.events_done.add(events.len());
        finish(events, checkpoint);
    }

    /// A span that names the first of the events.
    fn span(&self, events: &[Pending]) -> Span {
        let first = events.first().map(|pending| &pending.event);
        let action = first.map_or("", |event| event.action().as_str());
        tracing::info_span!(
            "event",
            connector = self.shared.id(),
            id = first.map_or("", Event::id),
            action = %escaped(action, 80),
            object = %escaped(first.map_or("", |event| event.object().id()), 100),
            events = events.len(),
        )
    }
}

fn finish(events: impl Iterator<Item = Pending>, checkpoint: &Checkpoint) {
    checkpoint.change(|progress| {
        for pending in events {
            progress.finish(pending.ticket);
        }
    });
}

/// A failure with the event of it.
fn described(failure: &Failure, events: &[Pending]) -> String {
    let first = events.first().map(|pending| &pending.event);
    let id = first.map_or("", Event::id);
    let object = first.map_or("", |event| event.object().id());
    let many = match (failure.at, events.len()) {
        (Some(_), _) | (None, 0 | 1) => String::new(),
        (None, many) => format!(" and {} more", many - 1),
    };
    format!(
        "the handler failed for the event {id} of {}{many}: {}",
        Quoted(object),
        failure.error
    )
}
