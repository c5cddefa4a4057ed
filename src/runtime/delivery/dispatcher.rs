//! The messages in hand, and which comes next.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;

use crate::runtime::broker::BrokerError;
use crate::runtime::delivery::acknowledge::{Ackers, Settle};
use crate::runtime::delivery::incoming::Attempt;
use crate::runtime::delivery::incoming::{Incoming, Key};
use crate::runtime::delivery::prefetch::Prefetch;
use crate::runtime::delivery::process::{Desk, Received};
use crate::runtime::delivery::settled::Settled;
use crate::runtime::error::RunError;
use crate::runtime::handler::traits::Listens;
use crate::runtime::shared::Shared;

/// How long to wait for the broker at the end, to put back a message that it has forgotten.
const LAST_COPY: Duration = Duration::from_secs(3);

/// The messages in hand.
///
/// A message that is delivered for the second time or more may have killed the process before. It
/// is handled alone, so that it takes no other with it: those would be counted too, and given up in
/// the end. So a consumer asks for one message at first, and for as many as it may have with the
/// first that is done and was never delivered before; when one comes that was, it takes no more,
/// lets what is in hand be done, and handles that one alone.
pub(crate) struct Hands<K: Listens> {
    desk: Arc<Desk<K>>,
    most: u16,
    prefetch: Prefetch,
    /// Whether more than one message may be asked for.
    is_open: bool,
    /// By their keys.
    in_hand: HashMap<Key, Received>,
    waiting: VecDeque<Received>,
    /// Those that the broker has forgotten, on their way back to it.
    returning: HashMap<Key, Received>,
    suspects: VecDeque<Received>,
    is_suspect_handled: bool,
    tasks: JoinSet<Done>,
    settled: Settled,
}

/// What a task has done.
enum Done {
    /// A message is handled, and is to be settled.
    Handled(Received, Settle),
    /// A message is settled; whether that was sent to the broker.
    Settled {
        message: Received,
        how: Settle,
        is_sent: bool,
    },
    /// A message is put back that the broker had forgotten.
    Returned(Key),
    /// A delivery is settled whose message is not in hand.
    Dropped,
}

impl<K: Listens> Hands<K> {
    pub(crate) fn new(desk: Arc<Desk<K>>, prefetch: Prefetch) -> Self {
        Self {
            most: desk.options.concurrency,
            desk,
            prefetch,
            is_open: false,
            in_hand: HashMap::new(),
            waiting: VecDeque::new(),
            returning: HashMap::new(),
            suspects: VecDeque::new(),
            is_suspect_handled: false,
            tasks: JoinSet::new(),
            settled: Settled::default(),
        }
    }

    /// Handles what comes until `stop` resolves, then what is in hand for at most `grace`; `again`
    /// resolves when that is not to be waited for.
    pub(crate) async fn work(
        mut self,
        mut deliveries: mpsc::UnboundedReceiver<Incoming>,
        mut late: mpsc::UnboundedReceiver<()>,
        stop: impl Future<Output = ()>,
        again: impl Future<Output = ()>,
    ) {
        let stopping = self.desk.shared.stopping.clone();
        let mut stop = std::pin::pin!(stop);
        let mut asked = self.prefetch.asked_of_broker();
        loop {
            tokio::select! {
                biased;
                () = stopping.cancelled() => break,
                () = &mut stop => break,
                Some(done) = self.tasks.join_next() => self.note(done),
                Some(()) = late.recv() => {}
                Some(incoming) = deliveries.recv() => self.take(incoming),
                () = self.prefetch.other_than(asked) => {}
            }
            asked = self.prefetch.asked_of_broker();
            self.begin(deliveries.is_empty());
            self.prefetch.ask(self.wanted());
        }
        self.stop(deliveries, again).await;
    }

    /// Takes a delivery in hand.
    fn take(&mut self, incoming: Incoming) {
        let Incoming {
            body,
            key,
            attempt,
            acker,
        } = incoming;
        if let Some(message) = self.in_hand.get(&key) {
            // The connection was lost while it was in hand, or it was sent twice.
            let ackers = Arc::clone(&message.ackers);
            ackers.add(acker);
            if ackers.is_early() {
                self.settle(ackers, Settle::Ack);
            }
            return;
        }
        let ackers = Arc::new(Ackers::new(acker));
        if self.settled.is_again(key, attempt) {
            tracing::debug!("a message that is done was redelivered, and is acknowledged again");
            self.settle(ackers, Settle::Ack);
            return;
        }
        let message = |attempt| Received {
            body: Arc::clone(&body),
            key,
            attempt,
            ackers: Arc::clone(&ackers),
        };
        match attempt {
            Attempt::Number(1) => {
                let message = self.in_hand(message(1));
                self.waiting.push_back(message);
            }
            // Given up, which needs no count any more.
            Attempt::Number(attempt) | Attempt::ToBeCounted(attempt)
                if attempt > self.desk.options.max_attempts =>
            {
                let message = self.in_hand(message(attempt));
                self.waiting.push_back(message);
            }
            Attempt::Number(attempt) => {
                self.is_open = false;
                let message = self.in_hand(message(attempt));
                self.suspects.push_back(message);
            }
            Attempt::ToBeCounted(attempt) => self.count(message(attempt)),
        }
    }

    /// Notes that a message is in hand.
    fn in_hand(&mut self, message: Received) -> Received {
        self.in_hand.insert(message.key, message.clone());
        message
    }

    /// Publishes a message again with the count of its attempts, so that it comes as a new one.
    fn count(&mut self, message: Received) {
        self.in_hand.remove(&message.key);
        let is_forgotten = message.ackers.is_early();
        if is_forgotten {
            self.returning.insert(message.key, message.clone());
        }
        let desk = Arc::clone(&self.desk);
        self.tasks.spawn(async move {
            // Confirmed before it is acknowledged: killed in between it is there twice.
            while let Err(error) = copy(&desk.shared, &message).await {
                tracing::warn!(%error, "cannot count the attempts at a message; retrying in 1 s");
                tokio::time::sleep(Duration::from_secs(1)).await;
                // One that was acknowledged early is nowhere else.
                if !is_forgotten {
                    message.ackers.settle(Settle::Requeue).await;
                    return Done::Dropped;
                }
            }
            message.ackers.settle(Settle::Ack).await;
            Done::Returned(message.key)
        });
    }

    /// Requeues a message that no handler has seen, at a stop.
    ///
    /// Published again with the count that it has, where there is time for it, because a requeue
    /// counts as an attempt.
    fn requeue_unseen(&mut self, message: Received, attempt: Attempt) {
        self.in_hand.remove(&message.key);
        let desk = Arc::clone(&self.desk);
        let is_countable = matches!(attempt, Attempt::Number(_)) && desk.options.source.is_queue();
        self.tasks.spawn(async move {
            let is_copied = is_countable && copy(&desk.shared, &message).await.is_ok();
            let how = if is_copied {
                Settle::Ack
            } else {
                Settle::Requeue
            };
            message.ackers.settle(how).await;
            Done::Dropped
        });
    }

    fn settle(&mut self, ackers: Arc<Ackers>, how: Settle) {
        self.tasks.spawn(async move {
            ackers.settle(how).await;
            Done::Dropped
        });
    }

    /// Begins what may be begun.
    fn begin(&mut self, is_all_taken: bool) {
        if self.is_suspect_handled {
            return;
        }
        while self.tasks.len() < usize::from(self.most)
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
        let desk = Arc::clone(&self.desk);
        self.tasks.spawn(async move {
            let how = desk.handle(message.clone()).await;
            Done::Handled(message, how)
        });
    }

    /// Notes what a task has done.
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
            // Not a handler's, which is caught. Its message would keep its place for ever.
            Err(error) => self.desk.shared.end(RunError::of_bug(&error)),
        }
    }

    /// Settles a message that was handled.
    fn handled(&mut self, message: Received, how: Settle) {
        if message.attempt == 1 {
            self.is_open = true;
        } else {
            self.is_suspect_handled = false;
        }
        let is_again = matches!(how, Settle::Requeue);
        let is_ending = self.desk.cancelled.is_cancelled();
        let attempt = message.attempt.saturating_add(1);
        if is_again && !is_ending && !self.desk.options.source.is_queue() {
            // A request that is refused would come again without a count of its attempts.
            let message = self.in_hand(Received { attempt, ..message });
            self.waiting.push_back(message);
        } else if is_again && message.ackers.is_early() {
            // The broker has forgotten it.
            self.count(Received { attempt, ..message });
        } else {
            if is_again {
                // Not in hand any more when it comes again.
                self.in_hand.remove(&message.key);
            } else if !is_ending {
                // Before it is acknowledged: see `Prefetch`.
                self.prefetch.ask(self.wanted());
            }
            self.tasks.spawn(async move {
                let is_sent = message.ackers.settle(how).await;
                Done::Settled {
                    message,
                    how,
                    is_sent,
                }
            });
        }
    }

    /// Forgets a message that was settled, except that it was.
    fn is_settled(&mut self, message: Received, how: Settle, is_sent: bool) {
        if matches!(how, Settle::Requeue) {
            return;
        }
        self.in_hand.remove(&message.key);
        if message.ackers.is_empty() {
            self.settled.note(message.key, is_sent);
        } else {
            // Delivered once more in the meantime.
            self.settle(message.ackers, how);
        }
    }

    /// How many messages the broker is to be asked for.
    fn wanted(&self) -> u16 {
        let is_suspicious = self.is_suspect_handled || !self.suspects.is_empty();
        if is_suspicious && self.prefetch.wanted() != 1 {
            return 0;
        }
        let most = if self.is_open { self.most } else { 1 };
        most.saturating_sub(u16::try_from(self.early()).unwrap_or(u16::MAX))
    }

    /// How many in hand are acknowledged already.
    fn early(&self) -> usize {
        let in_hand = self.in_hand.values();
        in_hand.filter(|message| message.ackers.is_early()).count()
    }

    /// Takes nothing more, and lets what is in hand come to its end.
    async fn stop(
        mut self,
        mut deliveries: mpsc::UnboundedReceiver<Incoming>,
        again: impl Future<Output = ()>,
    ) {
        self.prefetch.ask(0);
        self.desk.cancelled.cancel();
        // What the broker has forgotten is put back at the end.
        let suspects = std::mem::take(&mut self.suspects);
        for message in std::mem::take(&mut self.waiting)
            .into_iter()
            .chain(suspects)
        {
            if !message.ackers.is_early() {
                let attempt = Attempt::Number(message.attempt);
                self.requeue_unseen(message, attempt);
            }
        }
        let grace = self.desk.options.common.grace;
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
                    tracing::warn!("what is in hand takes too long, and is requeued");
                }
            }
            () = again => tracing::warn!("stopped for the second time: what is in hand is requeued"),
        }
        // What they have left is given back below.
        self.tasks.shutdown().await;
        let in_hand = self.in_hand.drain().map(|(_, mut message)| {
            message.attempt = message.attempt.saturating_add(1);
            message
        });
        let returning = self.returning.drain().map(|(_, message)| message);
        let left = in_hand
            .chain(returning)
            .map(|message| give_back(&self.desk, message));
        futures_util::future::join_all(left).await;
    }

    /// Requeues a delivery that comes after the stop.
    fn requeue_late(&mut self, incoming: Incoming) {
        if let Some(message) = self.in_hand.get(&incoming.key) {
            // It is settled together with the one that is in hand.
            message.ackers.add(incoming.acker);
            return;
        }
        let (Attempt::Number(attempt) | Attempt::ToBeCounted(attempt)) = incoming.attempt;
        let message = Received {
            body: incoming.body,
            key: incoming.key,
            attempt,
            ackers: Arc::new(Ackers::new(incoming.acker)),
        };
        self.requeue_unseen(message, incoming.attempt);
    }
}

/// Gives back at the end what is not done, for at most a few seconds.
async fn give_back<K: Listens>(desk: &Desk<K>, message: Received) {
    if message.ackers.is_early() {
        let why = match timeout(LAST_COPY, copy(&desk.shared, &message)).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("the broker cannot be reached".to_owned()),
        };
        if let Some(why) = why {
            // What the platform cannot be told in this time is in the log.
            let _ = timeout(LAST_COPY, desk.lose(&message, &why)).await;
        }
    }
    // What does not come through is requeued by the broker with the end of the connection.
    let _ = timeout(
        Duration::from_secs(1),
        message.ackers.settle(Settle::Requeue),
    )
    .await;
}

/// Publishes a message again, with the count of its attempts.
async fn copy(shared: &Shared, message: &Received) -> Result<(), BrokerError> {
    let (link, queue) = (&shared.link, shared.link.queue());
    let outbox = &shared.outbox;
    outbox
        .republish(link, &queue, &message.body, message.attempt)
        .await
}
