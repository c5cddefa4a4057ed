//! The messages of a publisher that the broker has not answered for.
//!
//! A returned message comes before the confirmation of it, and the AMQP client gives it to whichever
//! message it sees confirmed next. So a message is known to be in a queue only when none that was
//! confirmed before it was given its return: all that are in flight are asked, and returned messages
//! are told by their ids.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::runtime::broker::error::BrokerError;

/// What the broker made of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is in a queue.
    Confirmed,
    /// The queue is full.
    Nacked,
    /// There is no queue for it. Rarely that is said of one that is in a queue, never the other way
    /// round.
    Returned,
}

/// The answer to a message, as the AMQP client gives it.
#[derive(Debug)]
pub(super) struct Answer {
    /// Whether the broker answers for it; returned messages are confirmed too.
    pub(super) is_confirmed: bool,
    /// The id of a message that was returned before; 0, which no message has, where it has none.
    pub(super) returned: Option<u64>,
}

/// By which a message that is being published tells that it is sent.
pub(super) struct Sent(Arc<AtomicBool>);

impl Sent {
    pub(super) fn now(self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The messages in flight of a channel.
#[derive(Clone, Default)]
pub(super) struct InFlight(Arc<Mutex<Messages>>);

impl InFlight {
    /// Begins to publish a message under an id of its own.
    ///
    /// It is among those in flight from the start, and also when this is dropped: before it is known
    /// to be sent it may have been given the return of another.
    pub(super) fn begin<F>(&self, publish: impl FnOnce(u64, Sent) -> F) -> Sending
    where
        F: Future<Output = Result<Answer, BrokerError>> + Send + 'static,
    {
        let is_sent = Arc::new(AtomicBool::new(false));
        let mut messages = self.lock();
        messages.last_id += 1;
        let id = messages.last_id;
        let message = Message {
            answer: Box::pin(publish(id, Sent(Arc::clone(&is_sent)))),
            waker: Waker::noop().clone(),
            is_awaited: true,
        };
        messages.waiting.insert(id, message);
        // Asked once, so that it is on its way before anybody waits for it.
        messages.ask(id);
        let in_flight = self.clone();
        Sending {
            is_sent,
            confirm: Confirm { id, in_flight },
        }
    }

    fn lock(&self) -> MutexGuard<'_, Messages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message that is on its way.
pub(crate) struct Sending {
    is_sent: Arc<AtomicBool>,
    confirm: Confirm,
}

impl Sending {
    /// Waits until it is sent, which takes as long as the broker blocks the connection.
    pub(crate) async fn sent(self) -> Result<Confirm, BrokerError> {
        let Self { is_sent, confirm } = self;
        poll_fn(|cx| {
            let mut messages = confirm.in_flight.lock();
            messages.poll(confirm.id, cx);
            if is_sent.load(Ordering::Relaxed) {
                return Poll::Ready(Ok(()));
            }
            // It is answered without being sent when it cannot be.
            messages.take(confirm.id).map(|answer| answer.map(drop))
        })
        .await?;
        Ok(confirm)
    }
}

/// The answer to a message that is sent.
pub(crate) struct Confirm {
    id: u64,
    in_flight: InFlight,
}

impl Confirm {
    /// Waits for what the broker makes of the message.
    pub(crate) async fn outcome(self) -> Result<Outcome, BrokerError> {
        poll_fn(|cx| {
            let mut messages = self.in_flight.lock();
            messages.poll(self.id, cx);
            messages.take(self.id)
        })
        .await
    }
}

impl Drop for Confirm {
    fn drop(&mut self) {
        self.in_flight.lock().forget(self.id);
    }
}

impl fmt::Debug for Confirm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirm")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Messages {
    last_id: u64,
    waiting: HashMap<u64, Message>,
    answered: HashMap<u64, Result<Answer, BrokerError>>,
    returned: HashSet<u64>,
}

struct Message {
    answer: Pin<Box<dyn Future<Output = Result<Answer, BrokerError>> + Send>>,
    waker: Waker,
    is_awaited: bool,
}

impl Messages {
    /// Asks for a message, and when it is answered for all others.
    fn poll(&mut self, id: u64, cx: &mut Context<'_>) {
        let Some(message) = self.waiting.get_mut(&id) else {
            return;
        };
        message.waker.clone_from(cx.waker());
        self.ask(id);
        if self.waiting.contains_key(&id) {
            return;
        }
        let others: Vec<_> = self.waiting.keys().copied().collect();
        for other in others {
            self.ask(other);
        }
    }

    fn ask(&mut self, id: u64) {
        let Some(message) = self.waiting.get_mut(&id) else {
            return;
        };
        // By its own waker, since the last one that asks is the one that is woken.
        let waker = message.waker.clone();
        let Poll::Ready(answer) = message
            .answer
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
        else {
            return;
        };
        let is_awaited = message.is_awaited;
        self.waiting.remove(&id);
        let returned = answer.as_ref().ok().and_then(|it| it.returned);
        self.returned.extend(returned);
        if is_awaited {
            self.answered.insert(id, answer);
        }
    }

    fn take(&mut self, id: u64) -> Poll<Result<Outcome, BrokerError>> {
        let Some(answer) = self.answered.remove(&id) else {
            return Poll::Pending;
        };
        let is_returned = self.returned.remove(&id);
        Poll::Ready(answer.map(|answer| {
            if !answer.is_confirmed {
                Outcome::Nacked
            } else if is_returned || answer.returned.is_some() {
                // One that was given another's return may have one itself, given to a third.
                Outcome::Returned
            } else {
                Outcome::Confirmed
            }
        }))
    }

    /// Nobody waits for the answer, which may hold the return of another all the same.
    fn forget(&mut self, id: u64) {
        self.answered.remove(&id);
        if let Some(message) = self.waiting.get_mut(&id) {
            message.is_awaited = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    /// A message that is sent, and by what it is answered.
    async fn sent(in_flight: &InFlight) -> (Confirm, oneshot::Sender<Answer>) {
        let (answer, answered) = oneshot::channel();
        let publish = |_, sent: Sent| async move {
            sent.now();
            answered.await.map_err(BrokerError::lost)
        };
        (in_flight.begin(publish).sent().await.unwrap(), answer)
    }

    fn answer(is_confirmed: bool, returned: Option<u64>) -> Answer {
        Answer {
            is_confirmed,
            returned,
        }
    }

    #[tokio::test]
    async fn a_message_whose_return_another_was_given_is_returned() {
        let in_flight = InFlight::default();
        let (first, first_answer) = sent(&in_flight).await;
        let (second, second_answer) = sent(&in_flight).await;
        let (third, third_answer) = sent(&in_flight).await;
        first_answer.send(answer(true, Some(second.id))).unwrap();
        second_answer.send(answer(true, None)).unwrap();
        third_answer.send(answer(true, None)).unwrap();
        assert_eq!(second.outcome().await, Ok(Outcome::Returned));
        assert_eq!(third.outcome().await, Ok(Outcome::Confirmed));
        // Its own may have been given to another.
        assert_eq!(first.outcome().await, Ok(Outcome::Returned));
    }

    #[tokio::test]
    async fn a_return_is_seen_though_nobody_waits_for_who_was_given_it() {
        let in_flight = InFlight::default();
        let (forgotten, forgotten_answer) = sent(&in_flight).await;
        let (message, message_answer) = sent(&in_flight).await;
        drop(forgotten);
        let given = answer(true, Some(message.id));
        forgotten_answer.send(given).unwrap();
        message_answer.send(answer(true, None)).unwrap();
        assert_eq!(message.outcome().await, Ok(Outcome::Returned));
        assert!(in_flight.lock().waiting.is_empty());
        assert!(in_flight.lock().answered.is_empty());
    }

    #[tokio::test]
    async fn a_message_that_asks_for_others_takes_no_wake_up_from_them() {
        let in_flight = InFlight::default();
        let (first, first_answer) = sent(&in_flight).await;
        let (second, second_answer) = sent(&in_flight).await;
        let waiting = tokio::spawn(second.outcome());
        tokio::task::yield_now().await;
        first_answer.send(answer(true, None)).unwrap();
        assert_eq!(first.outcome().await, Ok(Outcome::Confirmed));
        second_answer.send(answer(false, None)).unwrap();
        assert_eq!(waiting.await.unwrap(), Ok(Outcome::Nacked));
    }

    #[tokio::test]
    async fn a_message_that_cannot_be_sent_is_no_message_in_flight() {
        let in_flight = InFlight::default();
        let publish = |_, _| async { Err(BrokerError::lost("the channel is closed")) };
        let error = in_flight.begin(publish).sent().await.unwrap_err();
        assert!(error.to_string().contains("the channel is closed"));
        let messages = in_flight.lock();
        assert!(messages.waiting.is_empty() && messages.answered.is_empty());
    }
}
