//! Pings: of the connector, which keep its state, and of the works in hand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::client::{Client, Error, ErrorKind};
use crate::graphql::{ConnectorInfo, PingWork, Pong};
use crate::runtime::error::RunError;
use crate::runtime::metrics::Metrics;
use crate::runtime::state::State;

/// As pycti; the platform counts a connector as alive for five minutes.
const PERIOD: Duration = Duration::from_secs(40);
/// As pycti; the platform's interface shows an export as timed out after 20 minutes.
const WORK_PERIOD: Duration = Duration::from_secs(5 * 60);

/// What the pings of a connector tell, and what they learn.
pub(super) struct Heartbeat {
    id: String,
    info: Mutex<ConnectorInfo>,
    metrics: Arc<Metrics>,
    pub(super) state: State,
    works: Mutex<HashMap<String, CancellationToken>>,
    /// How many pings were asked for, and up to which of them one was answered.
    asked: watch::Sender<u64>,
    answered: watch::Sender<u64>,
}

impl Heartbeat {
    pub(super) fn new(
        id: &str,
        state: Option<Value>,
        info: ConnectorInfo,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            id: id.to_owned(),
            info: Mutex::new(info),
            metrics,
            state: State::new(state),
            works: Mutex::default(),
            asked: watch::Sender::new(0),
            answered: watch::Sender::new(0),
        }
    }

    /// Changes what the next ping tells of the runs.
    pub(super) fn tell(&self, change: impl FnOnce(&mut ConnectorInfo)) {
        change(&mut lock(&self.info));
    }

    /// Asks for a ping outside of the period, and does not wait for it.
    pub(super) fn ask(&self) -> u64 {
        let mut number = 0;
        self.asked.send_modify(|asked| {
            *asked += 1;
            number = *asked;
        });
        number
    }

    /// Pings, and waits until the platform has answered.
    pub(super) async fn ping(&self) {
        let mut answered = self.answered.subscribe();
        let number = self.ask();
        // An error is the end of this value, which lives as long as the call.
        let _ = answered.wait_for(|answered| *answered >= number).await;
    }

    /// As [`ping`](Self::ping), for at most so long.
    pub(super) async fn ping_within(&self, time: Duration) {
        // Without an answer the next ping tells the same.
        let _ = timeout(time, self.ping()).await;
    }

    /// Pings a work while the value lives; the token is cancelled when the work was deleted.
    pub(super) fn watch(self: &Arc<Self>, work: &str) -> WatchedWork {
        self.watch_for(work, CancellationToken::new())
    }

    /// As [`watch`](Self::watch), with a token that is there.
    pub(super) fn watch_for(
        self: &Arc<Self>,
        work: &str,
        deleted: CancellationToken,
    ) -> WatchedWork {
        lock(&self.works).insert(work.to_owned(), deleted.clone());
        WatchedWork {
            heartbeat: Arc::clone(self),
            work: work.to_owned(),
            deleted,
        }
    }

    /// Pings for ever; returns when the platform does not know the connector any more.
    pub(super) async fn beat(&self, client: &Client) -> RunError {
        let mut asked = self.asked.subscribe();
        let mut ticks = interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                // An error is the end of this value, which is borrowed.
                _ = asked.changed() => {}
            }
            let number = *asked.borrow_and_update();
            let pinged = self.ping_once(client).await;
            self.metrics.ping(pinged.is_ok());
            match pinged {
                Ok(()) => drop(self.answered.send_replace(number)),
                Err(error) => {
                    if let Some(end) = RunError::of_ping(&error) {
                        return end;
                    }
                    tracing::warn!(connector = self.id, %error, "the ping is tried again");
                    // Whoever waits goes on waiting, for a ping that is not long to come.
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    if *self.answered.borrow() < number {
                        self.asked.send_modify(|_| {});
                    }
                }
            }
        }
    }

    async fn ping_once(&self, client: &Client) -> Result<(), Error> {
        let (sent, generation) = self.state.to_send();
        let info = lock(&self.info).clone();
        let Pong { state, .. } = client.ping(&self.id, sent.as_ref(), &info).await?;
        self.state.learn(sent.as_ref(), generation, state);
        Ok(())
    }

    /// Pings the works in hand for ever.
    pub(super) async fn beat_for_works(&self, client: &Client) {
        let mut ticks = interval(WORK_PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let works: Vec<_> = lock(&self.works)
                .iter()
                .map(|(work, deleted)| (work.clone(), deleted.clone()))
                .collect();
            for (work, deleted) in works {
                match client.execute(&PingWork::new(&work)).await {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::NotFound => deleted.cancel(),
                    Err(error) => tracing::warn!(work, %error, "the ping of a work is tried again"),
                }
            }
        }
    }
}

/// A work that is pinged while this value lives.
pub(super) struct WatchedWork {
    heartbeat: Arc<Heartbeat>,
    work: String,
    pub(super) deleted: CancellationToken,
}

impl Drop for WatchedWork {
    fn drop(&mut self) {
        lock(&self.heartbeat.works).remove(&self.work);
    }
}

/// A panic while the lock was held leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
