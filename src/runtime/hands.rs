//! The messages in hand, and which comes next.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::runtime::ackers::{Ackers, Settle};
use crate::runtime::attempts::Attempt;
use crate::runtime::broker::BrokerError;
use crate::runtime::delivery::{Desk, Received};
use crate::runtime::handler::Listens;
use crate::runtime::inbox::Prefetch;
use crate::runtime::shared::Shared;
use crate::runtime::source::Incoming;

/// How many messages are remembered whose end the broker could not be told.
const REMEMBERED: usize = 256;
/// How long to wait for the broker at the end, to put back a message that it has forgotten.
const LAST_COPY: Duration = Duration::from_secs(3);

/// The messages in hand.
///
/// A message that is delivered for the second time or more may have killed the process before. It
/// is handled alone, so that it takes no other with it: those would be counted too, and given up in
/// the end. So a consumer asks for one message at first, and for as many as it may have with the
/// first that is done and was never delivered before; when one comes that was, it takes no more,
/// lets what is in hand be done, and handles that one alone.
pub(super) struct Hands<K: Listens> {
    desk: Arc<Desk<K>>,
    most: u16,
    prefetch: Prefetch,
    /// Whether more than one message may be asked for.
    is_open: bool,
    /// By their keys.
    in_hand: HashMap<Arc<[u8]>, Received>,
    waiting: VecDeque<Received>,
    /// Those that the broker has forgotten, on their way back to it.
    returning: HashMap<Arc<[u8]>, Received>,
    suspects: VecDeque<Received>,
    is_suspect_handled: bool,
    tasks: JoinSet<Done>,
    /// Keys of messages that are done, and may come again because the broker does not know.
    done: VecDeque<Arc<[u8]>>,
}

/// What a task has done.
enum Done {
    /// A message is handled, and whether the broker will not send it again as if it were not.
    Handled {
        message: Received,
        how: Settle,
        is_known: bool,
    },
    /// A message is put back that the broker had forgotten.
    Returned(Arc<[u8]>),
    /// A delivery is acknowledged, or put back.
    Settled,
}

impl<K: Listens> Hands<K> {
    pub(super) fn new(desk: Arc<Desk<K>>, prefetch: Prefetch) -> Self {
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
            done: VecDeque::new(),
        }
    }

    /// Handles what comes until `stop` resolves, then what is in hand for at most `grace`; `again`
    /// resolves when that is not to be waited for.
    pub(super) async fn work(
        mut self,
        mut deliveries: mpsc::UnboundedReceiver<Incoming>,
        mut late: mpsc::UnboundedReceiver<()>,
        stop: impl Future<Output = ()>,
        again: impl Future<Output = ()>,
    ) {
        let stopping = self.desk.shared.stopping.clone();
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                biased;
                () = stopping.cancelled() => break,
                () = &mut stop => break,
                Some(done) = self.tasks.join_next() => {
                    if let Ok(done) = done {
                        self.note(done);
                    }
                }
                Some(()) = late.recv() => {}
                Some(incoming) = deliveries.recv() => self.take(incoming),
                () = self.prefetch.changed() => {}
            }
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
        if let Some(position) = self.done.iter().position(|done| *done == key) {
            self.done.remove(position);
            self.settle(ackers, Settle::Ack);
            return;
        }
        let message = |attempt| Received {
            body: Arc::clone(&body),
            key: Arc::clone(&key),
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
            Attempt::ToBeCounted(attempt) => self.put_back(message(attempt)),
        }
    }

    /// Notes that a message is in hand.
    fn in_hand(&mut self, message: Received) -> Received {
        self.in_hand
            .insert(Arc::clone(&message.key), message.clone());
        message
    }

    /// Publishes a message again with the count of its attempts, so that it comes as a new one.
    fn put_back(&mut self, message: Received) {
        self.in_hand.remove(&message.key);
        let is_forgotten = message.ackers.is_early();
        if is_forgotten {
            self.returning
                .insert(Arc::clone(&message.key), message.clone());
        }
        let desk = Arc::clone(&self.desk);
        self.tasks.spawn(async move {
            // Confirmed before it is acknowledged: killed in between it is there twice.
            while let Err(error) = copy(&desk.shared, &message).await {
                tracing::warn!(%error, "a message that is to come again could not be counted");
                tokio::time::sleep(Duration::from_secs(1)).await;
                // One that was acknowledged early is nowhere else.
                if !is_forgotten {
                    message.ackers.settle(Settle::Requeue).await;
                    return Done::Settled;
                }
            }
            message.ackers.settle(Settle::Ack).await;
            Done::Returned(message.key)
        });
    }

    fn settle(&mut self, ackers: Arc<Ackers>, how: Settle) {
        self.tasks.spawn(async move {
            ackers.settle(how).await;
            Done::Settled
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
                self.put_back(message);
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
            let is_known = match how {
                Settle::Ack | Settle::Reject => message.ackers.settle(how).await,
                // Later: it would come again while it still counts as in hand.
                Settle::Requeue => true,
            };
            Done::Handled {
                message,
                how,
                is_known,
            }
        });
    }

    /// Notes what a task has done.
    fn note(&mut self, done: Done) {
        let (message, how, is_known) = match done {
            Done::Handled {
                message,
                how,
                is_known,
            } => (message, how, is_known),
            Done::Returned(key) => {
                self.returning.remove(&key);
                return;
            }
            Done::Settled => return,
        };
        self.in_hand.remove(&message.key);
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
            self.put_back(Received { attempt, ..message });
        } else if !message.ackers.is_empty() {
            // Put back, or delivered once more in the meantime.
            self.settle(message.ackers, how);
        } else if !is_known {
            self.done.push_back(message.key);
            if self.done.len() > REMEMBERED {
                self.done.pop_front();
            }
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
        for message in std::mem::take(&mut self.waiting) {
            self.settle(message.ackers, Settle::Requeue);
        }
        for message in std::mem::take(&mut self.suspects) {
            self.settle(message.ackers, Settle::Requeue);
        }
        let grace = self.desk.options.common.grace;
        let ending = async {
            loop {
                tokio::select! {
                    biased;
                    Some(incoming) = deliveries.recv() => {
                        let ackers = Arc::new(Ackers::new(incoming.acker));
                        self.settle(ackers, Settle::Requeue);
                    }
                    done = self.tasks.join_next() => match done {
                        Some(Ok(done)) => self.note(done),
                        Some(Err(_)) => {}
                        None => return,
                    },
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
        self.tasks.abort_all();
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
