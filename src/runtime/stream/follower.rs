//! Events from their receipt to their end, in the order of the stream.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::client::{BoxError, Client, Panic, caught};
use crate::runtime::delivery::process::panic_text;
use crate::runtime::error::{Fatal, RetryLater, RunError, RunErrorKind};
use crate::runtime::heartbeat::Heartbeat;
use crate::runtime::shared::Shared;
use crate::runtime::stream::event::Event;
use crate::runtime::stream::follow::FollowOptions;
use crate::runtime::stream::policy::{Next, Rate};
use crate::runtime::stream::position::Position;
use crate::runtime::stream::reader::{BUFFER, Item, Reader, Start, What};
use crate::runtime::stream::source::Source;
use crate::runtime::stream::takes::Handler;
use crate::value::chain::chain;
use crate::value::text::{Quoted, escaped};

/// How often the platform is told of a position that has moved.
const PING_PERIOD: Duration = Duration::from_secs(10);

/// Has the events of a stream handled.
pub(super) struct Follower {
    shared: Arc<Shared>,
    source: Source,
    handler: Handler,
    options: FollowOptions,
    rate: Option<Rate>,
    items: mpsc::UnboundedReceiver<Item>,
    starts: watch::Sender<Start>,
    start: u64,
    /// The state as it was at the start, beside the position.
    state: Option<Value>,
    generation: u64,
    generations: watch::Receiver<u64>,
    /// Cancelled when nothing new is to be begun.
    over: CancellationToken,
}

/// Events that are to be handled together.
struct Batch {
    events: Vec<Event>,
    bytes: usize,
    /// When it is handled at the latest.
    due: Instant,
    /// Where the stream is behind it.
    position: Position,
}

enum Taken {
    Item(What),
    /// The batch is due.
    Due,
    /// The state was changed on the platform.
    Reset,
    Over,
}

impl Follower {
    /// What follows, and what reads for it.
    pub(super) fn new(
        shared: Arc<Shared>,
        client: Client,
        source: Source,
        handler: Handler,
        options: FollowOptions,
    ) -> Result<(Self, Reader), RunError> {
        let generations = shared.heartbeat.state.generations();
        let (state, generation) = shared.heartbeat.state.snapshot();
        let start = Start {
            number: 0,
            position: begin(state.as_ref(), &source)?,
        };
        let (reader, starts, items) = Reader::new(
            client,
            source.clone(),
            options.read,
            start.clone(),
            Arc::clone(&shared),
        );
        let follower = Self {
            rate: options.rate.map(|(most, per)| Rate::new(most, per)),
            over: shared.stopping.child_token(),
            shared,
            source,
            handler,
            options,
            items,
            starts,
            start: start.number,
            state,
            generation,
            generations,
        };
        // At once, as pycti: what is recovered up to has to be the same after a crash.
        follower.keep(&start.position);
        Ok((follower, reader))
    }

    /// Works until it is stopped or cannot go on.
    pub(super) async fn work(
        mut self,
        stop: impl Future<Output = ()>,
        again: impl Future<Output = ()>,
    ) {
        let over = self.over.clone();
        let grace = self.options.common.grace;
        let mut working = pin!(self.work_through());
        tokio::select! {
            () = &mut working => return,
            () = stop => {}
            () = over.cancelled() => {}
        }
        over.cancel();
        tokio::select! {
            ended = timeout(grace, working) => {
                if ended.is_err() {
                    tracing::warn!("what is in hand takes too long, and comes again with the next run");
                }
            }
            () = again => tracing::warn!("stopped for the second time: what is in hand is given up"),
        }
    }

    async fn work_through(&mut self) {
        let mut batch = Batch::after(self.starts.borrow().position.clone());
        loop {
            match self.take(&batch).await {
                Taken::Over => return,
                Taken::Reset => match self.restart() {
                    Ok(position) => batch = Batch::after(position),
                    Err(error) => return self.shared.end(error),
                },
                Taken::Item(what) => {
                    batch.add(what, self.options.within, &self.shared);
                    if batch.events.is_empty() {
                        self.keep(&batch.position);
                    }
                    if batch.events.len() >= self.options.at_most || batch.bytes >= BUFFER {
                        batch.due = Instant::now();
                    }
                }
                Taken::Due => {
                    if !self.handle(&batch.events).await {
                        return;
                    }
                    self.keep(&batch.position);
                    batch = Batch::after(batch.position);
                }
            }
        }
    }

    /// What is next.
    async fn take(&mut self, batch: &Batch) -> Taken {
        let is_waiting = !batch.events.is_empty();
        loop {
            // Not left to a timer, which takes a millisecond.
            if is_waiting && batch.due <= Instant::now() && !self.over.is_cancelled() {
                return Taken::Due;
            }
            tokio::select! {
                biased;
                () = self.over.cancelled() => return Taken::Over,
                // An error is the end of what they share.
                _ = self.generations.changed() => return Taken::Reset,
                () = sleep_until(batch.due), if is_waiting => return Taken::Due,
                item = self.items.recv() => match item {
                    Some(item) if item.start == self.start => return Taken::Item(item.what),
                    // Read before the reset.
                    Some(_) => {}
                    // The reader has ended the run.
                    None => self.over.cancelled().await,
                },
            }
        }
    }

    /// Begins again where the state of the platform says.
    fn restart(&mut self) -> Result<Position, RunError> {
        let state = &self.shared.heartbeat.state;
        (self.state, self.generation) = state.snapshot();
        let position = begin(self.state.as_ref(), &self.source)?;
        tracing::info!(from = position.start_from(), "the stream begins again");
        self.start += 1;
        self.starts.send_replace(Start {
            number: self.start,
            position: position.clone(),
        });
        self.keep(&position);
        Ok(position)
    }

    /// Keeps a position; after a reset it is that of another time, and passed over.
    fn keep(&self, position: &Position) {
        let state = position.to_state(self.state.clone());
        let kept = &self.shared.heartbeat.state;
        kept.commit(Some(state), self.generation);
    }

    /// Has events handled; false when the run is over before they are.
    async fn handle(&mut self, events: &[Event]) -> bool {
        let Some(first) = events.first() else {
            return true;
        };
        let span = tracing::info_span!(
            "event",
            connector = self.shared.id(),
            id = first.id(),
            action = %escaped(first.action().as_str(), 80),
            object = %escaped(first.object().id(), 100),
            events = events.len(),
        );
        self.handle_in_span(events).instrument(span).await
    }

    async fn handle_in_span(&mut self, events: &[Event]) -> bool {
        let mut failures = 0;
        loop {
            if let Some(rate) = &mut self.rate {
                tokio::select! {
                    () = self.over.cancelled() => return false,
                    () = rate.wait() => {}
                }
            }
            let in_hand = self.shared.metrics.in_hand();
            let handled = caught((self.handler)(events.to_vec())).await;
            drop(in_hand);
            let failure = match handled {
                Ok(Ok(())) => {
                    self.shared.metrics.events_done.add(events.len());
                    return true;
                }
                Ok(Err(error)) => self.failure(events, Ok(&error)),
                Err(panic) => self.failure(events, Err(&panic)),
            };
            // It was told to come to an end; the event comes again with the next run.
            if self.over.is_cancelled() {
                return false;
            }
            self.count(&failure);
            let next = match failure {
                Failure::Later(wait) => Next::Wait(wait),
                Failure::Fatal(message) => return self.end(message),
                Failure::Failed(message) => {
                    failures += 1;
                    match self.options.on_failed_event.after(failures) {
                        Next::Stop => return self.end(message),
                        next => next,
                    }
                }
            };
            match next {
                Next::Wait(wait) => {
                    tracing::info!(?wait, "the event is handled again");
                    tokio::select! {
                        () = self.over.cancelled() => return false,
                        () = sleep(wait) => {}
                    }
                }
                Next::Skip | Next::Stop => {
                    tracing::error!("the event is skipped");
                    self.shared.metrics.events_skipped.add(events.len());
                    return true;
                }
            }
        }
    }

    fn count(&self, failure: &Failure) {
        let metrics = &self.shared.metrics;
        match failure {
            Failure::Later(_) => metrics.client_errors.one(),
            Failure::Fatal(_) | Failure::Failed(_) => metrics.errors.one(),
        }
    }

    fn failure(&self, events: &[Event], error: Result<&BoxError, &Panic>) -> Failure {
        let error = match error {
            Ok(error) => error,
            Err(panic) => {
                let text = panic_text(self.shared.client(), panic);
                tracing::error!(panic = %text, "the handler has panicked");
                return Failure::Failed(said(events, "it panicked"));
            }
        };
        if let Some(wait) = RetryLater::wanted_by(&**error) {
            return Failure::Later(wait);
        }
        let text = chain(&**error);
        let text = self.shared.client().hidden(&text);
        tracing::error!(error = %text, "the handler has failed");
        if Fatal::is_in(&**error) {
            return Failure::Fatal(text.into_owned());
        }
        Failure::Failed(said(events, &text))
    }

    /// Ends the run; gives what a caller answers with.
    fn end(&self, message: String) -> bool {
        self.shared
            .end(RunError::new(RunErrorKind::Handler, message));
        false
    }
}

/// How a handler has failed.
enum Failure {
    /// Not at all: it is to be called again then.
    Later(Duration),
    Fatal(String),
    Failed(String),
}

/// A failure with the event of it.
fn said(events: &[Event], what: &str) -> String {
    let first = events.first();
    let id = first.map_or("", Event::id);
    let object = first.map_or("", |event| event.object().id());
    let many = match events.len() {
        0 | 1 => String::new(),
        many => format!(" and {} more", many - 1),
    };
    format!(
        "the handler has failed for the event {id} of {}{many}: {what}",
        Quoted(object)
    )
}

fn begin(state: Option<&Value>, source: &Source) -> Result<Position, RunError> {
    Position::of(state, source)
        .map_err(|error| RunError::new(RunErrorKind::State, error.to_string()))
}

impl Batch {
    fn after(position: Position) -> Self {
        Self {
            events: Vec::new(),
            bytes: 0,
            due: Instant::now(),
            position,
        }
    }

    fn add(&mut self, what: What, within: Duration, shared: &Shared) {
        what.pass(&mut self.position);
        let (id, event) = match what {
            What::Event { id, event } => (id, event),
            What::Passed(_) => return shared.metrics.event_unread(),
            What::Mark(_) | What::NoRecovery => return,
        };
        match Event::read(id, &event) {
            Ok(read) => {
                if self.events.is_empty() {
                    self.due = Instant::now() + within;
                }
                self.bytes += event.data.len();
                self.events.push(read);
            }
            Err(error) => {
                shared.metrics.event_unread();
                let excerpt = shared.client().hidden(beginning(&event.data));
                tracing::error!(
                    position = ?self.position,
                    bytes = event.data.len(),
                    excerpt = %escaped(&excerpt, 200),
                    %error,
                    "an event is not understood, and skipped"
                );
            }
        }
    }
}

/// So much of a text as an excerpt is made of.
fn beginning(text: &str) -> &str {
    let mut end = text.len().min(800);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Pings when the position has moved, for ever.
pub(super) async fn ping_positions(heartbeat: &Heartbeat) {
    let mut told = heartbeat.state.snapshot().0;
    let mut ticks = interval(PING_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let (state, _) = heartbeat.state.snapshot();
        if state != told {
            heartbeat.ask();
            told = state;
        }
    }
}
