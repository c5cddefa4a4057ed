//! What is counted of a run, whether or not anyone asks.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// Upper bounds of durations in seconds: from a look into a cache to a long import.
pub(super) const BOUNDS: [f64; 12] = [
    0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0,
];

/// What is counted of a run.
pub(crate) struct Metrics {
    #[cfg(feature = "http")]
    pub(super) created: SystemTime,
    pub(crate) bundles_sent: Counter,
    pub(crate) records_sent: Counter,
    pub(crate) runs: Counter,
    pub(super) pings: Counter,
    pub(super) ping_errors: Counter,
    pub(crate) errors: Counter,
    pub(crate) client_errors: Counter,
    /// By [`Outcome`].
    pub(super) messages: [Counter; Outcome::ALL.len()],
    pub(crate) redeliveries: Counter,
    pub(crate) runs_failed: Counter,
    pub(crate) events_done: Counter,
    pub(crate) events_skipped: Counter,
    pub(crate) parts_confirmed: Counter,
    pub(crate) parts_returned: Counter,
    pub(crate) parts_nacked: Counter,
    pub(crate) broker_reconnects: Counter,
    pub(crate) stream_reconnects: Counter,
    pub(super) in_flight: AtomicU64,
    pub(super) durations: Durations,
    /// When the last ping was answered, in milliseconds since 1970; 0 for never.
    pub(super) last_ping: AtomicU64,
    pub(super) is_ping_answered: AtomicBool,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(feature = "http")]
            created: SystemTime::now(),
            bundles_sent: Counter::default(),
            records_sent: Counter::default(),
            runs: Counter::default(),
            pings: Counter::default(),
            ping_errors: Counter::default(),
            errors: Counter::default(),
            client_errors: Counter::default(),
            messages: Default::default(),
            redeliveries: Counter::default(),
            runs_failed: Counter::default(),
            events_done: Counter::default(),
            events_skipped: Counter::default(),
            parts_confirmed: Counter::default(),
            parts_returned: Counter::default(),
            parts_nacked: Counter::default(),
            broker_reconnects: Counter::default(),
            stream_reconnects: Counter::default(),
            in_flight: AtomicU64::new(0),
            durations: Durations::default(),
            last_ping: AtomicU64::new(0),
            is_ping_answered: AtomicBool::new(false),
        }
    }

    /// Notes a ping, and whether the platform has answered it.
    pub(crate) fn ping(&self, is_answered: bool) {
        self.is_ping_answered.store(is_answered, Ordering::Relaxed);
        if is_answered {
            let since_1970 = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
            let now = u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX);
            self.last_ping.store(now, Ordering::Relaxed);
            self.pings.one();
        } else {
            self.ping_errors.one();
        }
    }

    /// Notes an event that is skipped because it cannot be read.
    pub(crate) fn event_unread(&self) {
        self.events_skipped.one();
        self.errors.one();
    }

    /// Takes something in progress, until what is returned is dropped.
    pub(crate) fn in_progress(&self) -> InProgress<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        InProgress {
            metrics: self,
            begun: Instant::now(),
        }
    }

    /// Takes a message in progress at this attempt, counted from 1.
    pub(crate) fn message(&self, attempt: u32) -> MessageInProgress<'_> {
        if attempt > 1 {
            self.redeliveries.one();
        }
        MessageInProgress {
            in_progress: self.in_progress(),
            outcome: Outcome::Requeued,
        }
    }
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// Its work ends in error.
    Failed,
    /// It is to be delivered again.
    Requeued,
    /// It is not understood.
    Rejected,
    /// Nobody waits for its answer.
    Abandoned,
}

impl Outcome {
    pub(super) const ALL: [Self; 5] = [
        Self::Done,
        Self::Failed,
        Self::Requeued,
        Self::Rejected,
        Self::Abandoned,
    ];
}

/// A message, a run or a batch of events in progress.
pub(crate) struct InProgress<'m> {
    metrics: &'m Metrics,
    begun: Instant,
}

impl Drop for InProgress<'_> {
    fn drop(&mut self) {
        self.metrics.in_flight.fetch_sub(1, Ordering::Relaxed);
        self.metrics.durations.add(self.begun.elapsed());
    }
}

/// A message in progress, which is delivered again if it is dropped before it has another outcome.
pub(crate) struct MessageInProgress<'m> {
    in_progress: InProgress<'m>,
    pub(crate) outcome: Outcome,
}

impl Drop for MessageInProgress<'_> {
    fn drop(&mut self) {
        let metrics = self.in_progress.metrics;
        metrics.messages[self.outcome as usize].one();
        if matches!(self.outcome, Outcome::Failed | Outcome::Rejected) {
            metrics.errors.one();
        }
    }
}

/// What only grows.
#[derive(Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn one(&self) {
        self.add(1);
    }

    pub(crate) fn add(&self, n: usize) {
        self.0.fetch_add(n as u64, Ordering::Relaxed);
    }

    #[cfg(feature = "http")]
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How often something took how long.
#[derive(Default)]
pub(super) struct Durations {
    /// Of those that took at most as long as the bound, and more than the one before.
    pub(super) buckets: [Counter; BOUNDS.len()],
    pub(super) longer: Counter,
    pub(super) nanoseconds: AtomicU64,
}

impl Durations {
    fn add(&self, time: Duration) {
        let seconds = time.as_secs_f64();
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound);
        bucket.map_or(&self.longer, |at| &self.buckets[at]).one();
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
    }
}
