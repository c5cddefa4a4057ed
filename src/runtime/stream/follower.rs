//! Events from their receipt to their end, in the order of the stream.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::client::Client;
use crate::runtime::error::{RunError, RunErrorKind};
use crate::runtime::publishing::context::Context;
use crate::runtime::stream::checkpoint::Checkpoint;
use crate::runtime::stream::event::Event;
use crate::runtime::stream::handler::Handler;
use crate::runtime::stream::live_stream::Source;
use crate::runtime::stream::options::FollowOptions;
use crate::runtime::stream::policy::Rate;
use crate::runtime::stream::position::Position;
use crate::runtime::stream::process::Processor;
use crate::runtime::stream::progress::{Digest, Progress, REMEMBERED, Ticket};
use crate::runtime::stream::reader::{BUFFER, Item, Reader, Start, What};
use crate::runtime::stream::sse::RawEvent;
use crate::runtime::stream::waiting::{Pending, Waiting};
use crate::value::text::escaped;

/// How many events wait for each place, to find some whose objects are free.
const AHEAD: usize = 16;

/// Has the events of a stream handled.
pub(crate) struct Follower {
    shared: Arc<Context>,
    source: Source,
    options: FollowOptions,
    processor: Arc<Processor>,
    items: mpsc::UnboundedReceiver<Item>,
    starts: watch::Sender<Start>,
    start: u64,
    kept: Arc<watch::Sender<Value>>,
    checkpoint: Arc<Checkpoint>,
    generations: watch::Receiver<u64>,
    waiting: Waiting,
    /// By the ticket of the first event.
    in_progress: HashMap<Ticket, Vec<Event>>,
    tasks: JoinSet<Ticket>,
    /// Cancelled when nothing new is to begin.
    over: CancellationToken,
    /// Cancelled with that, and when the stream begins again.
    start_over: CancellationToken,
}

impl Follower {
    /// What follows, and what reads for it.
    pub(crate) fn new(
        shared: Arc<Context>,
        client: Client,
        source: Source,
        handler: Handler,
        options: FollowOptions,
        kept: watch::Sender<Value>,
    ) -> Result<(Self, Reader), RunError> {
        let generations = shared.pings.state.generations();
        let kept = Arc::new(kept);
        let (checkpoint, position) = begin(&shared, &source, &kept)?;
        let start = Start {
            number: 0,
            position,
        };
        let (reader, starts, items) = Reader::new(
            client,
            source.clone(),
            options.read,
            start,
            Arc::clone(&shared),
        );
        let processor = Processor {
            shared: Arc::clone(&shared),
            handler,
            on_failed_event: options.on_failed_event,
            rate: options
                .rate
                .map(|(most, per)| Mutex::new(Rate::new(most, per))),
        };
        let over = shared.stopping().child_token();
        let follower = Self {
            source,
            processor: Arc::new(processor),
            items,
            starts,
            start: 0,
            kept,
            checkpoint,
            generations,
            waiting: Waiting::new(options.within),
            in_progress: HashMap::new(),
            tasks: JoinSet::new(),
            start_over: over.child_token(),
            over,
            options,
            shared,
        };
        Ok((follower, reader))
    }

    /// Works until it is stopped or cannot go on.
    pub(crate) async fn work(
        mut self,
        stop: impl Future<Output = ()>,
        force_stop: impl Future<Output = ()>,
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
                    tracing::warn!("events in progress exceed the grace; they come again with the next run");
                }
            }
            () = force_stop => tracing::warn!("forced to stop; abandoning the events in progress"),
        }
    }

    async fn work_through(&mut self) {
        let over = self.over.clone();
        while !over.is_cancelled() {
            while let Some(events) = self.next_events() {
                self.spawn(events);
            }
            let has_room = self.has_room();
            let is_batch_due = self.tasks.is_empty() && self.waiting.len() > 0;
            tokio::select! {
                biased;
                () = over.cancelled() => {}
                // Cannot fail: `shared` owns the sender.
                _ = self.generations.changed() => self.restart().await,
                Some(ended) = self.tasks.join_next() => self.ended(ended),
                () = sleep_until(self.waiting.due()), if is_batch_due => {}
                item = self.items.recv(), if has_room => match item {
                    Some(item) if item.start == self.start => self.take(item.what),
                    // Read before the reset.
                    Some(_) => {}
                    // The reader has ended the run.
                    None => over.cancelled().await,
                },
            }
        }
        self.drain().await;
    }

    /// Waits until all that is in progress has ended.
    async fn drain(&mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            self.ended(ended);
        }
    }

    /// Whether another event may be taken in.
    fn has_room(&self) -> bool {
        let (at_most, places) = (self.options.at_most, self.options.concurrency);
        let waiting = if places > 1 { AHEAD * places } else { at_most };
        self.waiting.len() < waiting
            && self.waiting.bytes() < BUFFER
            && self.checkpoint.len() < REMEMBERED.max(2 * at_most)
    }

    /// The events that the handler is called with next, if there are some and a place is free.
    fn next_events(&mut self) -> Option<Vec<Pending>> {
        let (at_most, places) = (self.options.at_most, self.options.concurrency);
        if self.tasks.len() >= places {
            return None;
        }
        if places > 1 {
            let in_progress = self.in_progress.values().flatten();
            return self.waiting.take_free(in_progress).map(|next| vec![next]);
        }
        let is_due = self.waiting.len() >= at_most
            || self.waiting.bytes() >= BUFFER
            || self.waiting.due() <= Instant::now();
        (self.waiting.len() > 0 && is_due).then(|| self.waiting.take(at_most))
    }

    fn spawn(&mut self, events: Vec<Pending>) {
        let Some(ticket) = events.first().map(|pending| pending.ticket) else {
            return;
        };
        let copies = events.iter().map(|pending| pending.event.clone());
        self.in_progress.insert(ticket, copies.collect());
        let processor = Arc::clone(&self.processor);
        let checkpoint = Arc::clone(&self.checkpoint);
        let over = self.start_over.clone();
        self.tasks.spawn(async move {
            processor.process(events, &checkpoint, &over).await;
            ticket
        });
    }

    fn ended(&mut self, ended: Result<Ticket, JoinError>) {
        match ended {
            Ok(ticket) => drop(self.in_progress.remove(&ticket)),
            // Handlers are caught. Going on would leave its events unhandled forever.
            Err(error) => self.shared.end(RunError::new(
                RunErrorKind::Handler,
                format!("the handling of an event has ended unexpectedly: {error}"),
            )),
        }
    }

    /// Begins again where the state of the platform says.
    async fn restart(&mut self) {
        self.start_over.cancel();
        self.waiting.clear();
        self.drain().await;
        self.start_over = self.over.child_token();
        match begin(&self.shared, &self.source, &self.kept) {
            Ok((checkpoint, position)) => {
                tracing::info!(from = position.start_from(), "restarting the stream");
                self.checkpoint = checkpoint;
                self.start += 1;
                self.starts.send_replace(Start {
                    number: self.start,
                    position,
                });
            }
            Err(error) => self.shared.end(error),
        }
    }

    fn take(&mut self, what: What) {
        match what {
            What::Event { id, event } => self.take_event(&id, &event),
            What::TooLarge { id, name, bytes } => {
                let digest = Digest::of_size(&name, bytes);
                let is_new = self.pass_over(&id, digest);
                if is_new {
                    tracing::error!(
                        id,
                        action = %escaped(&name, 80),
                        bytes,
                        "an event exceeds the size limit; skipping it"
                    );
                }
            }
            What::Mark(id) => self.checkpoint.change(|progress| progress.mark(&id)),
            What::NoRecovery => self.checkpoint.change(Progress::end_recovery),
        }
    }

    fn take_event(&mut self, id: &str, raw: &RawEvent) {
        let digest = Digest::of(raw);
        let event = match Event::read(id.to_owned(), raw) {
            Ok(event) => event,
            Err(error) => {
                if self.pass_over(id, digest) {
                    let excerpt = self.shared.client().hidden(beginning(&raw.data));
                    tracing::error!(
                        id,
                        bytes = raw.data.len(),
                        excerpt = %escaped(&excerpt, 200),
                        %error,
                        "cannot parse an event; skipping it"
                    );
                }
                return;
            }
        };
        let checkpoint = &self.checkpoint;
        let Some(ticket) = checkpoint.change(|progress| progress.begin(id, digest)) else {
            tracing::debug!(id, "an event comes again, and is handled already");
            return;
        };
        self.waiting.push(Pending {
            event,
            ticket,
            bytes: raw.data.len(),
        });
    }

    /// Counts an event that cannot be handled as skipped. Returns false if it was before.
    fn pass_over(&self, id: &str, digest: Digest) -> bool {
        let is_new = self.checkpoint.change(|progress| {
            let ticket = progress.begin(id, digest);
            if let Some(ticket) = ticket {
                progress.finish(ticket);
            }
            ticket.is_some()
        });
        if is_new {
            self.shared.metrics.event_unread();
        }
        is_new
    }
}

/// Where the state of the platform says that the stream begins.
fn begin(
    shared: &Context,
    source: &Source,
    kept: &Arc<watch::Sender<Value>>,
) -> Result<(Arc<Checkpoint>, Position), RunError> {
    let pings = Arc::clone(&shared.pings);
    let (state, generation) = pings.state.snapshot();
    let position = Position::of(state.as_ref(), source)
        .map_err(|error| RunError::new(RunErrorKind::State, error.to_string()))?;
    let progress = Progress::new(position.clone(), state.as_ref());
    let checkpoint = Checkpoint::new(pings, progress, (state, generation), Arc::clone(kept));
    Ok((Arc::new(checkpoint), position))
}

/// So much of a text as an excerpt is made of.
fn beginning(text: &str) -> &str {
    let mut end = text.len().min(800);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
