//! Pings: of the connector, which keep its state, and of the works in progress.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::client::{Client, Error, ErrorKind};
use crate::graphql::{ConnectorInfo, PingWork, Pong};
use crate::runtime::error::RunError;
use crate::runtime::monitoring::metrics::Metrics;
use crate::runtime::platform::state::State;

/// As pycti; the platform counts a connector as alive for five minutes.
const PERIOD: Duration = Duration::from_secs(40);
/// As pycti; the platform's interface shows an export as timed out after 20 minutes.
const WORK_PERIOD: Duration = Duration::from_secs(5 * 60);

/// How many works are pinged at a time.
const AT_A_TIME: usize = 8;

/// What the pings of a connector tell, and what they learn.
pub(crate) struct Pings {
    id: String,
    info: Mutex<ConnectorInfo>,
    metrics: Arc<Metrics>,
    pub(crate) state: State,
    /// How many wait for the queue of bundles or for the broker.
    buffering: AtomicUsize,
    works: Mutex<HashMap<String, CancellationToken>>,
    /// How many pings were asked for, and up to which of them one was answered.
    asked: watch::Sender<u64>,
    answered: watch::Sender<u64>,
}

impl Pings {
    pub(crate) fn new(
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
            buffering: AtomicUsize::new(0),
            works: Mutex::default(),
            asked: watch::Sender::new(0),
            answered: watch::Sender::new(0),
        }
    }

    /// Changes what the next ping tells of the runs.
    pub(crate) fn tell(&self, change: impl FnOnce(&mut ConnectorInfo)) {
        change(&mut lock(&self.info));
    }

    /// Counts as one that waits while the value lives. The platform is told at once that the
    /// connector waits, and that it waits no more.
    pub(crate) fn buffering(&self) -> Buffering<'_> {
        if self.buffering.fetch_add(1, Ordering::Relaxed) == 0 {
            self.ask();
        }
        Buffering(self)
    }

    /// Asks for a ping outside of the period, and does not wait for it.
    pub(crate) fn ask(&self) -> u64 {
        let mut number = 0;
        self.asked.send_modify(|asked| {
            *asked += 1;
            number = *asked;
        });
        number
    }

    /// Pings, and waits until the platform has answered.
    pub(crate) async fn ping(&self) {
        let mut answered = self.answered.subscribe();
        let number = self.ask();
        // An error is the end of this value, which lives as long as the call.
        let _ = answered.wait_for(|answered| *answered >= number).await;
    }

    /// As [`ping`](Self::ping), for at most so long.
    pub(crate) async fn ping_within(&self, time: Duration) {
        // Without an answer the next ping tells the same.
        let _ = timeout(time, self.ping()).await;
    }

    /// Pings a work while the value lives; the token is cancelled when the work was deleted.
    pub(crate) fn watch(self: &Arc<Self>, work: &str) -> WatchedWork {
        self.watch_for(work, CancellationToken::new())
    }

    /// As [`watch`](Self::watch), with a token that is there.
    pub(crate) fn watch_for(
        self: &Arc<Self>,
        work: &str,
        deleted: CancellationToken,
    ) -> WatchedWork {
        lock(&self.works).insert(work.to_owned(), deleted.clone());
        WatchedWork {
            pings: Arc::clone(self),
            work: work.to_owned(),
            deleted,
        }
    }

    /// Pings forever; returns when the platform does not know the connector any more.
    pub(crate) async fn ping_periodically(&self, client: &Client) -> RunError {
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
                    tracing::warn!(connector = self.id, %error, "cannot ping the platform; retrying in 1 s");
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
        let mut info = lock(&self.info).clone();
        info.buffering = self.buffering.load(Ordering::Relaxed) > 0;
        let Pong { state, .. } = client.ping(&self.id, sent.as_ref(), &info).await?;
        self.state.learn(sent.as_ref(), generation, state);
        Ok(())
    }

    /// Pings the works in progress forever.
    pub(crate) async fn ping_works(&self, client: &Client) {
        let mut ticks = interval(WORK_PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.ping_works_once(client).await;
        }
    }

    /// Pings the works in progress side by side, so that one slow answer does not delay the others.
    async fn ping_works_once(&self, client: &Client) {
        let works: Vec<_> = lock(&self.works)
            .iter()
            .map(|(work, deleted)| (work.clone(), deleted.clone()))
            .collect();
        let pings = works.into_iter().map(async |(work, deleted)| {
            match client.execute(&PingWork::new(&work)).await {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => deleted.cancel(),
                Err(error) => {
                    tracing::warn!(work, %error, "cannot ping a work; retrying with the next ping");
                }
            }
        });
        let mut pings = stream::iter(pings).buffer_unordered(AT_A_TIME);
        while pings.next().await.is_some() {}
    }
}

/// One that waits; see [`Pings::buffering`].
pub(crate) struct Buffering<'h>(&'h Pings);

impl Drop for Buffering<'_> {
    fn drop(&mut self) {
        if self.0.buffering.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.ask();
        }
    }
}

/// A work that is pinged while this value lives.
pub(crate) struct WatchedWork {
    pings: Arc<Pings>,
    work: String,
    pub(crate) deleted: CancellationToken,
}

impl Drop for WatchedWork {
    fn drop(&mut self) {
        lock(&self.pings.works).remove(&self.work);
    }
}

/// A panic while the lock was held leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio::sync::Barrier;

    fn pings() -> Arc<Pings> {
        let metrics = Arc::new(Metrics::new());
        let pings = Pings::new("id", None, ConnectorInfo::default(), metrics);
        Arc::new(pings)
    }

    #[test]
    fn the_platform_is_told_when_the_first_waits_and_when_none_does() {
        let pings = pings();
        let asked = || *pings.asked.borrow();
        let first = pings.buffering();
        assert_eq!(asked(), 1);
        let second = pings.buffering();
        drop(first);
        assert_eq!(asked(), 1, "another still waits");
        assert_eq!(pings.buffering.load(Ordering::Relaxed), 1);
        drop(second);
        assert_eq!(asked(), 2);
    }

    #[tokio::test]
    async fn works_are_pinged_side_by_side() {
        const WORKS: usize = 3;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let client = Client::new(url, "88ec0c6a-13ce-5e39-b486-354fe4a7084f").unwrap();
        tokio::spawn(async move {
            let all = Arc::new(Barrier::new(WORKS));
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let all = Arc::clone(&all);
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    while !request.ends_with(b"}") {
                        stream.read_buf(&mut request).await.unwrap();
                    }
                    let body = if String::from_utf8_lossy(&request).contains("about") {
                        r#"{"data":{"about":{"version":"7.261008.0"}}}"#
                    } else {
                        // No ping is answered before all have come.
                        all.wait().await;
                        r#"{"data":{"workEdit":{"ping":"work"}}}"#
                    };
                    let answer = format!(
                        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                        body.len()
                    );
                    stream.write_all(answer.as_bytes()).await.unwrap();
                });
            }
        });
        let pings = pings();
        let works: Vec<_> = (0..WORKS)
            .map(|work| pings.watch(&format!("work_{work}")))
            .collect();
        let pinged = timeout(Duration::from_mins(1), pings.ping_works_once(&client));
        pinged.await.expect("one after the other");
        assert!(works.iter().all(|work| !work.deleted.is_cancelled()));
    }
}
