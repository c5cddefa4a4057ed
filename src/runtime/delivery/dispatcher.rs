//! Messages in progress, and which one is next.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;

use crate::runtime::broker::BrokerError;
use crate::runtime::delivery::acknowledge::{Acknowledgement, Settle};
use crate::runtime::delivery::incoming::{Attempt, Incoming, Key};
use crate::runtime::delivery::prefetch::Prefetch;
use crate::runtime::delivery::process::{Processor, Received};
use crate::runtime::delivery::settled::Settled;
use crate::runtime::error::RunError;
use crate::runtime::handler::traits::Listens;
use crate::runtime::publishing::context::Context;

/// How long a shutdown waits for the broker to take back a message that was acknowledged early.
const LAST_COPY: Duration = Duration::from_secs(3);

/// Decides which message is handled next, and keeps those in progress.
///
/// A redelivered message is a suspect: it may have killed the process before. It is handled alone,
/// because a crash counts as an attempt at every message in progress, and innocent ones would be
/// given up in the end. So a consumer starts with a prefetch of one, and opens to the concurrency
/// with the first message done that is not a suspect. When a suspect arrives, the consumer stops,
/// the messages in progress finish, and then the suspect is handled.
pub(crate) struct Dispatcher<K: Listens> {
    processor: Arc<Processor<K>>,
    concurrency: u16,
    prefetch: Prefetch,
    /// Whether the consumer may ask for more than one message.
    is_open: bool,
    in_progress: HashMap<Key, Received>,
    waiting: VecDeque<Received>,
    /// Messages that were acknowledged early, on their way back to the queue.
    returning: HashMap<Key, Received>,
    suspects: VecDeque<Received>,
    is_suspect_handled: bool,
    tasks: JoinSet<Done>,
    settled: Settled,
}

/// What a task did.
enum Done {
    /// Handled a message, which is settled next.
    Handled(Received, Settle),
    Settled {
        message: Received,
        how: Settle,
        /// Whether a delivery of it was open to be told.
        is_sent: bool,
    },
    /// Published a message to its queue again.
    Returned(Key),
    /// Settled a delivery whose message is not in progress.
    Dropped,
}

impl<K: Listens> Dispatcher<K> {
    pub(crate) fn new(processor: Arc<Processor<K>>, prefetch: Prefetch) -> Self {
        Self {
            concurrency: processor.options.concurrency,
            processor,
            prefetch,
            is_open: false,
            in_progress: HashMap::new(),
            waiting: VecDeque::new(),
            returning: HashMap::new(),
            suspects: VecDeque::new(),
            is_suspect_handled: false,
            tasks: JoinSet::new(),
            settled: Settled::default(),
        }
    }

    /// Handles messages until `stop` resolves, then finishes those in progress within the grace.
    /// `force_stop` ends that wait.
    pub(crate) async fn work(
        mut self,
        mut deliveries: mpsc::UnboundedReceiver<Incoming>,
        mut early_acks: mpsc::UnboundedReceiver<()>,
        stop: impl Future<Output = ()>,
        force_stop: impl Future<Output = ()>,
    ) {
        let stopping = self.processor.shared.stopping().clone();
        let mut stop = std::pin::pin!(stop);
        let mut asked = self.prefetch.asked_of_broker();
        loop {
            tokio::select! {
                biased;
                () = stopping.cancelled() => break,
                () = &mut stop => break,
                Some(done) = self.tasks.join_next() => self.note(done),
                // It frees a place.
                Some(()) = early_acks.recv() => {}
                Some(incoming) = deliveries.recv() => self.take(incoming),
                () = self.prefetch.other_than(asked) => {}
            }
            asked = self.prefetch.asked_of_broker();
            self.begin(deliveries.is_empty());
            self.prefetch.ask(self.wanted());
        }
        self.stop(deliveries, force_stop).await;
    }

    /// Takes a delivery.
    fn take(&mut self, incoming: Incoming) {
        let Incoming {
            body,
            key,
            attempt,
            acker,
        } = incoming;
        if let Some(message) = self.in_progress.get(&key) {
            // The connection was lost while the message was in progress, or it was sent twice.
            let acknowledgement = Arc::clone(&message.acknowledgement);
            acknowledgement.add(acker);
            if acknowledgement.is_early() {
                self.settle(acknowledgement, Settle::Ack);
            }
            return;
        }
        let acknowledgement = Arc::new(Acknowledgement::new(acker));
        if self.settled.is_again(key, attempt) {
            tracing::debug!("a handled message was redelivered; acknowledging it again");
            self.settle(acknowledgement, Settle::Ack);
            return;
        }
        let message = |attempt| Received {
            body: body.clone(),
            key,
            attempt,
            acknowledgement: Arc::clone(&acknowledgement),
        };
        match attempt {
            Attempt::Number(1) => {
                let message = self.in_progress(message(1));
                self.waiting.push_back(message);
            }
            // It is given up, so its attempts need no count any more.
            Attempt::Number(attempt) | Attempt::ToBeCounted(attempt)
                if attempt > self.processor.options.max_attempts =>
            {
                let message = self.in_progress(message(attempt));
                self.waiting.push_back(message);
            }
            Attempt::Number(attempt) => {
                self.is_open = false;
                let message = self.in_progress(message(attempt));
                self.suspects.push_back(message);
            }
            Attempt::ToBeCounted(attempt) => self.count(message(attempt)),
        }
    }

    /// Notes that a message is in progress.
    fn in_progress(&mut self, message: Received) -> Received {
        self.in_progress.insert(message.key, message.clone());
        message
    }

    /// Publishes a message to its queue again, with the count of its attempts.
    fn count(&mut self, message: Received) {
        self.in_progress.remove(&message.key);
        let is_forgotten = message.acknowledgement.is_early();
        if is_forgotten {
            self.returning.insert(message.key, message.clone());
        }
        let processor = Arc::clone(&self.processor);
        self.tasks.spawn(async move {
            // Confirmed before it is acknowledged: a crash in between duplicates it.
            while let Err(error) = copy(&processor.shared, &message).await {
                tracing::warn!(%error, "cannot count the attempts at a message; retrying in 1 s");
                tokio::time::sleep(Duration::from_secs(1)).await;
                // A message that was acknowledged early exists nowhere else.
                if !is_forgotten {
                    message.acknowledgement.settle(Settle::Requeue).await;
                    return Done::Dropped;
                }
            }
            message.acknowledgement.settle(Settle::Ack).await;
            Done::Returned(message.key)
        });
    }

    /// Requeues a message that no handler has seen, at a shutdown.
    ///
    /// It is published again with its count where time allows, because the broker counts a requeue as
    /// an attempt.
    fn requeue_unseen(&mut self, message: Received, attempt: Attempt) {
        self.in_progress.remove(&message.key);
        let processor = Arc::clone(&self.processor);
        let is_countable =
            matches!(attempt, Attempt::Number(_)) && processor.options.source.is_queue();
        self.tasks.spawn(async move {
            let is_copied = is_countable && copy(&processor.shared, &message).await.is_ok();
            let how = if is_copied {
                Settle::Ack
            } else {
                Settle::Requeue
            };
            message.acknowledgement.settle(how).await;
            Done::Dropped
        });
    }

    fn settle(&mut self, acknowledgement: Arc<Acknowledgement>, how: Settle) {
        self.tasks.spawn(async move {
            acknowledgement.settle(how).await;
            Done::Dropped
        });
    }

    /// Starts the messages that may start now.
    fn begin(&mut self, is_all_taken: bool) {
        if self.is_suspect_handled {
            return;
        }
        while self.tasks.len() < usize::from(self.concurrency)
            && let Some(message) = self.waiting.pop_front()
        {
            self.handle(message);
        }
        let is_alone = self.waiting.is_empty()
            && self.tasks.len() == self.early()
            && is_all_taken
            && self.prefetch.asked_of_broker() <= 1;
        if !is_alone || self.suspects.is_empty() {
            return;
        }
        if self.suspects.len() > 1 {
            for message in self.suspects.split_off(1) {
                self.count(message);
            }
        } else if let Some(message) = self.suspects.pop_front() {
            self.is_suspect_handled = true;
            self.handle(message);
        }
    }

    fn handle(&mut self, message: Received) {
        let processor = Arc::clone(&self.processor);
        self.tasks.spawn(async move {
            let how = processor.handle(message.clone()).await;
            Done::Handled(message, how)
        });
    }

    /// Takes note of what a task did.
    fn note(&mut self, done: Result<Done, JoinError>) {
        match done {
            Ok(Done::Handled(message, how)) => self.handled(message, how),
            Ok(Done::Settled {
                message,
                how,
                is_sent,
            }) => self.is_settled(message, how, is_sent),
            Ok(Done::Returned(key)) => {
                self.returning.remove(&key);
            }
            Ok(Done::Dropped) => {}
            // Not a handler's panic, which is caught. The message would keep its place forever.
            Err(error) => self.processor.shared.end(RunError::of_bug(&error)),
        }
    }

    /// Settles a handled message.
    fn handled(&mut self, message: Received, how: Settle) {
        if message.attempt == 1 {
            self.is_open = true;
        } else {
            self.is_suspect_handled = false;
        }
        let is_again = matches!(how, Settle::Requeue);
        let is_ending = self.processor.cancelled.is_cancelled();
        let attempt = message.attempt.saturating_add(1);
        if is_again && !is_ending && !self.processor.options.source.is_queue() {
            // A refused request would come again without a count of its attempts.
            let message = self.in_progress(Received { attempt, ..message });
            self.waiting.push_back(message);
        } else if is_again && message.acknowledgement.is_early() {
            // The broker does not hold it any more.
            self.count(Received { attempt, ..message });
        } else {
            if is_again {
                // It may come again before this returns.
                self.in_progress.remove(&message.key);
            } else if !is_ending {
                // Before it is acknowledged: see `Prefetch`.
                self.prefetch.ask(self.wanted());
            }
            self.tasks.spawn(async move {
                let is_sent = message.acknowledgement.settle(how).await;
                Done::Settled {
                    message,
                    how,
                    is_sent,
                }
            });
        }
    }

    /// Removes a settled message from those in progress.
    fn is_settled(&mut self, message: Received, how: Settle, is_sent: bool) {
        if matches!(how, Settle::Requeue) {
            return;
        }
        self.in_progress.remove(&message.key);
        if message.acknowledgement.is_empty() {
            self.settled.note(message.key, is_sent);
        } else {
            // It was delivered once more in the meantime.
            self.settle(message.acknowledgement, how);
        }
    }

    /// The prefetch to ask the broker for.
    fn wanted(&self) -> u16 {
        let is_suspicious = self.is_suspect_handled || !self.suspects.is_empty();
        if is_suspicious && self.prefetch.wanted() != 1 {
            return 0;
        }
        let most = if self.is_open { self.concurrency } else { 1 };
        most.saturating_sub(u16::try_from(self.early()).unwrap_or(u16::MAX))
    }

    /// How many messages in progress are acknowledged already; they occupy no place at the broker.
    fn early(&self) -> usize {
        let in_progress = self.in_progress.values();
        in_progress
            .filter(|message| message.acknowledgement.is_early())
            .count()
    }

    /// Takes no more messages, and finishes those in progress.
    async fn stop(
        mut self,
        mut deliveries: mpsc::UnboundedReceiver<Incoming>,
        force_stop: impl Future<Output = ()>,
    ) {
        self.prefetch.ask(0);
        self.processor.cancelled.cancel();
        let suspects = std::mem::take(&mut self.suspects);
        for message in std::mem::take(&mut self.waiting)
            .into_iter()
            .chain(suspects)
        {
            if !message.acknowledgement.is_early() {
                let attempt = Attempt::Number(message.attempt);
                self.requeue_unseen(message, attempt);
            }
        }
        let grace = self.processor.options.common.grace;
        let ending = async {
            loop {
                // Until the consumer is cancelled the broker may send more.
                let asked = self.prefetch.asked_of_broker();
                if asked == 0 && self.tasks.is_empty() && deliveries.is_empty() {
                    return;
                }
                tokio::select! {
                    biased;
                    Some(incoming) = deliveries.recv() => self.requeue_late(incoming),
                    Some(done) = self.tasks.join_next() => self.note(done),
                    () = self.prefetch.other_than(asked) => {}
                }
            }
        };
        tokio::select! {
            ended = timeout(grace, ending) => {
                if ended.is_err() {
                    tracing::warn!("messages in progress exceed the grace; requeuing them");
                }
            }
            () = force_stop => tracing::warn!("forced to stop; requeuing the messages in progress"),
        }
        // The messages of these tasks are given back below.
        self.tasks.shutdown().await;
        let in_progress = self.in_progress.drain().map(|(_, mut message)| {
            message.attempt = message.attempt.saturating_add(1);
            message
        });
        let returning = self.returning.drain().map(|(_, message)| message);
        let left = in_progress
            .chain(returning)
            .map(|message| give_back(&self.processor, message));
        futures_util::future::join_all(left).await;
    }

    /// Requeues a delivery that arrives after the shutdown began.
    fn requeue_late(&mut self, incoming: Incoming) {
        if let Some(message) = self.in_progress.get(&incoming.key) {
            // It is settled together with the one in progress.
            message.acknowledgement.add(incoming.acker);
            return;
        }
        let (Attempt::Number(attempt) | Attempt::ToBeCounted(attempt)) = incoming.attempt;
        let message = Received {
            body: incoming.body,
            key: incoming.key,
            attempt,
            acknowledgement: Arc::new(Acknowledgement::new(incoming.acker)),
        };
        self.requeue_unseen(message, incoming.attempt);
    }
}

/// Requeues an unfinished message, within a few seconds.
async fn give_back<K: Listens>(processor: &Processor<K>, message: Received) {
    if message.acknowledgement.is_early() {
        let why = match timeout(LAST_COPY, copy(&processor.shared, &message)).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("the broker cannot be reached".to_owned()),
        };
        if let Some(why) = why {
            // If the platform cannot be told in time, the log says it.
            let _ = timeout(LAST_COPY, processor.lose(&message, &why)).await;
        }
    }
    // If this fails, the broker requeues the message when the connection ends.
    let _ = timeout(
        Duration::from_secs(1),
        message.acknowledgement.settle(Settle::Requeue),
    )
    .await;
}

/// Publishes a message to its queue again, with the count of its attempts.
async fn copy(shared: &Context, message: &Received) -> Result<(), BrokerError> {
    let (link, queue) = (&shared.link, shared.link.queue());
    let publisher = &shared.publisher;
    publisher
        .republish(link, &queue, &message.body, message.attempt)
        .await
}
