//! Parts on their way to the broker.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::runtime::backoff::Backoff;
use crate::runtime::broker::reconnect::{BrokerLink, Route, lost};
use crate::runtime::broker::{
    BrokerError, BrokerErrorKind, Confirm, Connection, Outcome, Publisher, Sending,
};
use crate::runtime::error::RunError;
use crate::runtime::monitoring::metrics::Metrics;
use crate::runtime::platform::pings::Pings;

/// How many parts may wait for their confirmation.
const WINDOW: usize = 64;
/// In bytes: when so much is on its way to be sent, no more is begun.
const TOGETHER: usize = 4 << 20;
/// How often a part may come back because there is no queue for it.
const RETURNS: u32 = 3;
/// How long an answer is waited for before it is asked whether the broker blocks the connection.
const BLOCKED_AFTER: Duration = Duration::from_secs(1);

/// Why a part was not published.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unpublished {
    #[error(
        "the broker has no queue for it, also after a ping, with which the platform declares the \
         queues again; look at the connector on the platform"
    )]
    Unroutable,
    #[error("it is larger than what the broker takes; send smaller objects, or raise its limit")]
    TooLarge,
    #[error(transparent)]
    Ended(RunError),
    #[error("the run is over")]
    Over,
    #[error("it makes no JSON: {0}")]
    NoJson(serde_json::Error),
}

/// Messages of which not all were published.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The one that failed.
    pub(crate) part: usize,
    /// How many are not published, this one included.
    pub(crate) unpublished: usize,
    pub(crate) why: Unpublished,
}

/// Publishes over a connection that comes back, and counts on nothing but confirmations.
pub(crate) struct PartPublisher {
    metrics: Arc<Metrics>,
    /// Cancelled when the run is over.
    over: CancellationToken,
    connected: Mutex<Option<(Connection, Publisher)>>,
}

impl PartPublisher {
    pub(crate) fn new(metrics: Arc<Metrics>, over: CancellationToken) -> Self {
        Self {
            metrics,
            over,
            connected: Mutex::new(None),
        }
    }

    /// Publishes messages of a number, each made by `body`, until all are confirmed; tells how many
    /// bytes they were.
    ///
    /// It takes as long as it takes; who does not want to wait drops the future.
    pub(crate) async fn publish_all(
        &self,
        link: &BrokerLink,
        pings: &Pings,
        route: &Route,
        count: usize,
        body: impl Fn(usize) -> Result<Vec<u8>, serde_json::Error>,
    ) -> Result<usize, Failure> {
        let mut parts = Parts::new(count);
        let mut backoff = Backoff::new();
        let mut returns = 0;
        loop {
            let publisher = self.publisher(link).await;
            let publisher = publisher.map_err(|why| parts.failure(None, why))?;
            let Some((part, of_round, outcome)) =
                parts.next(&publisher, pings, route, &body).await?
            else {
                return Ok(parts.bytes);
            };
            self.count(&outcome);
            match outcome {
                Ok(Outcome::Confirmed) => backoff = Backoff::new(),
                Ok(Outcome::Returned | Outcome::Nacked) if of_round != parts.round => {
                    parts.todo.push_front(part);
                }
                Ok(Outcome::Returned) => {
                    returns += 1;
                    if returns > RETURNS {
                        return Err(parts.failure(Some(part), Unpublished::Unroutable));
                    }
                    tracing::warn!(
                        "the broker has no queue for a part; asking the platform to declare it"
                    );
                    parts.todo.push_front(part);
                    pings.ping().await;
                    parts.round += 1;
                }
                Ok(Outcome::Nacked) => {
                    tracing::warn!("the broker refuses more parts for now; retrying");
                    parts.todo.push_front(part);
                    let _buffering = pings.buffering();
                    backoff.wait().await;
                    parts.round += 1;
                }
                Err(error) => {
                    let is_too_large = error.kind() == BrokerErrorKind::TooLarge;
                    // Alone it is certain which part the broker has refused.
                    if is_too_large && parts.is_alone {
                        return Err(parts.failure(Some(part), Unpublished::TooLarge));
                    }
                    parts.is_alone |= is_too_large;
                    tracing::warn!(%error, "unconfirmed parts may be lost; publishing them again");
                    parts.take_back(part);
                    if !is_too_large {
                        backoff.wait().await;
                    }
                }
            }
        }
    }

    /// Counts what the broker has said of a part.
    fn count(&self, outcome: &Result<Outcome, BrokerError>) {
        let metrics = &self.metrics;
        match outcome {
            Ok(Outcome::Confirmed) => {
                metrics.parts_confirmed.one();
                metrics.bundles_sent.one();
            }
            Ok(Outcome::Returned) => {
                metrics.parts_returned.one();
                metrics.errors.one();
            }
            Ok(Outcome::Nacked) => {
                metrics.parts_nacked.one();
                metrics.errors.one();
            }
            Err(_) => {}
        }
    }

    /// Publishes one message to a queue, with a count of its attempts, until it is confirmed.
    pub(crate) async fn republish(
        &self,
        link: &BrokerLink,
        queue: &str,
        body: &[u8],
        attempt: u32,
    ) -> Result<(), BrokerError> {
        let publisher = self.publisher(link).await.map_err(|_| lost())?;
        // By the default exchange the name of a queue is its routing key.
        let confirm = publisher.publish("", queue, body, Some(attempt)).await?;
        match confirm.outcome().await? {
            Outcome::Confirmed => Ok(()),
            Outcome::Nacked | Outcome::Returned => Err(BrokerError::new(
                BrokerErrorKind::Lost,
                "the broker did not take the copy of a message",
            )),
        }
    }

    /// A publisher on an open connection, unless the run is over.
    async fn publisher(&self, link: &BrokerLink) -> Result<Publisher, Unpublished> {
        let connecting = self.over.run_until_cancelled(self.connected(link));
        let publisher = connecting.await.ok_or(Unpublished::Over)?;
        publisher.map_err(Unpublished::Ended)
    }

    async fn connected(&self, link: &BrokerLink) -> Result<Publisher, RunError> {
        let mut connected = self.connected.lock().await;
        let mut backoff = Backoff::new();
        loop {
            if let Some((connection, publisher)) = &*connected
                && connection.is_open()
                && publisher.is_open()
            {
                return Ok(publisher.clone());
            }
            if connected.take().is_some() {
                self.metrics.broker_reconnects.one();
            }
            let connection = link.connect("publishes").await?;
            match connection.publisher().await {
                Ok(publisher) => *connected = Some((connection, publisher)),
                Err(error) => {
                    tracing::warn!(%error, "cannot reach the broker; retrying");
                    backoff.wait().await;
                }
            }
        }
    }

    /// Gives the connection up, if there is one.
    pub(crate) async fn disconnect(&self) {
        let connected = self.connected.lock().await.take();
        if let Some((connection, _)) = connected {
            connection.close().await;
        }
    }
}

/// The parts of a call, and how far they are.
struct Parts {
    todo: VecDeque<usize>,
    /// With the round in which each was published.
    in_flight: VecDeque<(usize, u32, Confirm)>,
    /// Begun anew when something was done about a refusal: those that were in flight then say
    /// nothing new.
    round: u32,
    /// Whether one is published at a time.
    is_alone: bool,
    bytes: usize,
}

impl Parts {
    fn new(count: usize) -> Self {
        Self {
            todo: (0..count).collect(),
            in_flight: VecDeque::new(),
            round: 0,
            is_alone: false,
            bytes: 0,
        }
    }

    /// The failure of a part that is taken out, or of the next one.
    fn failure(&self, part: Option<usize>, why: Unpublished) -> Failure {
        Failure {
            part: part.or_else(|| self.todo.front().copied()).unwrap_or(0),
            unpublished: self.todo.len() + self.in_flight.len() + usize::from(part.is_some()),
            why,
        }
    }

    /// Has all that are in flight, and this one, published again.
    fn take_back(&mut self, part: usize) {
        let in_flight = self.in_flight.drain(..).map(|(part, ..)| part);
        self.todo.extend(in_flight);
        self.todo.push_front(part);
        self.todo.make_contiguous().sort_unstable();
    }

    /// Publishes what the window has room for, and returns what the broker says of the oldest part.
    /// `None` if all are confirmed.
    async fn next(
        &mut self,
        publisher: &Publisher,
        pings: &Pings,
        route: &Route,
        body: impl Fn(usize) -> Result<Vec<u8>, serde_json::Error>,
    ) -> Result<Option<(usize, u32, Result<Outcome, BrokerError>)>, Failure> {
        let failed = self.fill(publisher, pings, route, body).await?;
        Ok(match (failed, self.in_flight.pop_front()) {
            (Some((part, error)), oldest) => {
                self.todo.extend(oldest.map(|(part, ..)| part));
                Some((part, self.round, Err(error)))
            }
            (None, Some((part, of_round, confirm))) => {
                let outcome = unblocked(pings, publisher, confirm.outcome()).await;
                Some((part, of_round, outcome))
            }
            (None, None) => None,
        })
    }

    /// Publishes what the window has room for. Returns the part that failed, if one did.
    async fn fill(
        &mut self,
        publisher: &Publisher,
        pings: &Pings,
        route: &Route,
        body: impl Fn(usize) -> Result<Vec<u8>, serde_json::Error>,
    ) -> Result<Option<(usize, BrokerError)>, Failure> {
        let window = if self.is_alone { 1 } else { WINDOW };
        // Half a window at least, so that many leave together.
        if self.in_flight.len() > window / 2 {
            return Ok(None);
        }
        let free = window - self.in_flight.len();
        let before = self.todo.len() + self.in_flight.len();
        let begun = begin(publisher, route, &mut self.todo, free, body);
        let begun = begun.map_err(|(part, error)| Failure {
            part,
            unpublished: before,
            why: Unpublished::NoJson(error),
        })?;
        let mut failed = None;
        for (part, length, sending) in begun {
            if failed.is_some() {
                self.todo.push_back(part);
                continue;
            }
            let sent = async { sending?.sent().await };
            match unblocked(pings, publisher, sent).await {
                Ok(confirm) => {
                    self.bytes += length;
                    self.in_flight.push_back((part, self.round, confirm));
                }
                Err(error) => failed = Some((part, error)),
            }
        }
        Ok(failed)
    }
}

/// A part, its length, and how it was begun.
type Begun = (usize, usize, Result<Sending, BrokerError>);

/// Begins to publish some of the parts, at least one; tells the length of each.
fn begin(
    publisher: &Publisher,
    Route {
        exchange,
        routing_key,
    }: &Route,
    todo: &mut VecDeque<usize>,
    most: usize,
    body: impl Fn(usize) -> Result<Vec<u8>, serde_json::Error>,
) -> Result<Vec<Begun>, (usize, serde_json::Error)> {
    let (mut begun, mut bytes) = (Vec::new(), 0);
    while begun.len() < most
        && bytes < TOGETHER
        && let Some(part) = todo.pop_front()
    {
        let body = body(part).map_err(|error| (part, error))?;
        let length = body.len();
        bytes += length;
        begun.push((
            part,
            length,
            publisher.begin(exchange, routing_key, body, None),
        ));
    }
    Ok(begun)
}

/// Waits for the broker; while it blocks the connection the platform is told so.
async fn unblocked<T>(pings: &Pings, publisher: &Publisher, answer: impl Future<Output = T>) -> T {
    let mut answer = pin!(answer);
    let mut buffering = None;
    loop {
        // The broker blocks who publishes, so it is not known before.
        match timeout(BLOCKED_AFTER, &mut answer).await {
            Ok(answer) => return answer,
            Err(_) if publisher.is_blocked() => {
                buffering.get_or_insert_with(|| pings.buffering());
            }
            Err(_) => drop(buffering.take()),
        }
    }
}
