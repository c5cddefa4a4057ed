//! Whether a run makes progress, and whether it has what it works with.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Pings are due every 40 seconds, whatever the platform answers.
const PINGS: Duration = Duration::from_secs(5 * 60);
/// A handler that blocks the threads of its runtime for longer is taken for one that hangs.
const RUN: Duration = Duration::from_secs(10 * 60);

/// The signs of life of a run.
pub(crate) struct Liveness {
    /// Of the pings, on the I/O thread.
    pub(crate) pings: Pulse,
    /// Of the run itself, on the runtime of the program.
    pub(crate) run: Pulse,
    #[cfg_attr(
        not(feature = "http"),
        expect(dead_code, reason = "only routes tell of it")
    )]
    work_source: Option<WorkSource>,
    is_connected: AtomicBool,
    /// How many connections to the broker are being retried.
    lost: AtomicUsize,
    /// Cancelled when nothing new may begin.
    pub(crate) stopping: CancellationToken,
    is_stopping: AtomicBool,
}

/// Where the work comes from, of a connector that does not begin it itself.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WorkSource {
    Queue,
    Stream,
}

impl Liveness {
    pub(crate) fn new(work_source: Option<WorkSource>) -> Self {
        Self::with_limits(work_source, PINGS, RUN)
    }

    fn with_limits(work_source: Option<WorkSource>, pings: Duration, run: Duration) -> Self {
        Self {
            pings: Pulse::new(pings),
            run: Pulse::new(run),
            work_source,
            is_connected: AtomicBool::new(false),
            lost: AtomicUsize::new(0),
            stopping: CancellationToken::new(),
            is_stopping: AtomicBool::new(false),
        }
    }

    /// Notes whether the queue or the stream is connected.
    pub(crate) fn connected(&self, is_connected: bool) {
        self.is_connected.store(is_connected, Ordering::Relaxed);
    }

    /// Notes that a connection to the broker is lost, until the value is dropped.
    pub(crate) fn broker_lost(&self) -> BrokerLost<'_> {
        self.lost.fetch_add(1, Ordering::Relaxed);
        BrokerLost(&self.lost)
    }

    /// Notes that a stop is wanted, and passes it on.
    pub(crate) async fn stopped_by(&self, stop: impl Future<Output = ()>) {
        stop.await;
        self.is_stopping.store(true, Ordering::Relaxed);
    }
}

/// A lost connection to the broker.
pub(crate) struct BrokerLost<'l>(&'l AtomicUsize);

impl Drop for BrokerLost<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(feature = "http")]
impl Liveness {
    pub(crate) fn is_broker_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed) > 0
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }

    /// Why there is no progress.
    pub(crate) fn stuck(&self) -> Vec<&'static str> {
        let pings = self.pings.is_late();
        let pings = pings.then_some("the connector does not ping any more");
        let run = self.run.is_late();
        let run = run.then_some("a handler blocks the threads of the program's runtime");
        pings.into_iter().chain(run).collect()
    }

    /// What is not connected of what the work comes from.
    pub(crate) fn missing(&self) -> Option<&'static str> {
        let work_source = self
            .work_source
            .filter(|_| !self.is_connected.load(Ordering::Relaxed));
        work_source.map(|work_source| match work_source {
            WorkSource::Queue => "the connector does not listen to its queue",
            WorkSource::Stream => "the stream is not connected",
        })
    }
}

/// A sign of life of a future: that its task is polled.
pub(crate) struct Pulse {
    limit: Duration,
    begun: Instant,
    /// In milliseconds from then.
    last: AtomicU64,
}

impl Pulse {
    fn new(limit: Duration) -> Self {
        Self {
            limit,
            begun: Instant::now(),
            last: AtomicU64::new(0),
        }
    }

    /// Runs a future, and feels that it lives.
    pub(crate) async fn of<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let mut ticks = interval(self.limit / 20);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                value = &mut future => return value,
                _ = ticks.tick() => {
                    let now = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
                    self.last.store(now, Ordering::Relaxed);
                }
            }
        }
    }

    #[cfg(feature = "http")]
    fn is_late(&self) -> bool {
        let last = Duration::from_millis(self.last.load(Ordering::Relaxed));
        self.begun.elapsed().saturating_sub(last) > self.limit
    }
}

#[cfg(all(test, feature = "http"))]
mod tests {
    use super::*;
    use std::future::pending;
    use std::sync::Arc;

    const LIMIT: Duration = Duration::from_millis(40);
    const SOON: Duration = Duration::from_secs(20);

    fn is_soon(is_so: impl Fn() -> bool) -> bool {
        let begun = Instant::now();
        while !is_so() && begun.elapsed() < SOON {
            std::thread::yield_now();
        }
        is_so()
    }

    #[test]
    fn a_runtime_whose_threads_are_blocked_is_noticed_until_they_are_free() {
        let liveness = Arc::new(Liveness::with_limits(None, SOON * 3, LIMIT));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let run = Arc::clone(&liveness);
        runtime.spawn(async move { run.run.of(pending::<()>()).await });
        let look = Arc::clone(&liveness);
        runtime.block_on(async move {
            // As a handler does that waits for something else than a future.
            assert!(is_soon(|| !look.stuck().is_empty()));
            assert_eq!(
                look.stuck(),
                ["a handler blocks the threads of the program's runtime"]
            );
            let recovered = async {
                while !look.stuck().is_empty() {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(SOON, recovered).await.unwrap();
        });
    }

    #[test]
    fn pings_that_have_ended_are_noticed() {
        let liveness = Liveness::with_limits(None, LIMIT, SOON * 3);
        assert!(is_soon(|| !liveness.stuck().is_empty()));
        assert_eq!(liveness.stuck(), ["the connector does not ping any more"]);
    }
}
