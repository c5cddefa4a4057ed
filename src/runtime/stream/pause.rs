//! The waits before a lost connection to a stream is made again.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use tokio::time::sleep;

/// The longest wait, and how long a connection has to last to count as a good one.
pub(crate) const LONGEST: Duration = Duration::from_secs(30);
/// The shortest wait that a server can ask for.
const SHORTEST_OF_SERVER: Duration = Duration::from_secs(1);
/// The shortest wait that a program can ask for.
const SHORTEST: Duration = Duration::from_millis(10);

/// The waits before a connection is made again: they double while connections bring nothing new.
pub(crate) struct Pause {
    first: Duration,
    waits: ExponentialBackoff,
}

impl Pause {
    pub(crate) fn new(first: Duration) -> Self {
        let first = first.clamp(SHORTEST, LONGEST);
        Self {
            first,
            waits: waits(first),
        }
    }

    /// Begins with the wait that the server asks for. Servers repeat it on each connection, which
    /// does not start the waits over.
    pub(crate) fn set(&mut self, time: Duration) {
        let time = time.clamp(SHORTEST_OF_SERVER, LONGEST);
        if time != self.first {
            self.first = time;
            self.reset();
        }
    }

    /// Starts the waits over, because the connection was a good one.
    pub(crate) fn reset(&mut self) {
        self.waits = waits(self.first);
    }

    pub(crate) async fn wait(&mut self) {
        sleep(self.next()).await;
    }

    fn next(&mut self) -> Duration {
        self.waits.next().unwrap_or(LONGEST)
    }
}

fn waits(first: Duration) -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(first)
        .with_max_delay(LONGEST)
        .with_jitter()
        .without_max_times()
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_while_a_server_asks_for_none_and_brings_nothing() {
        let seconds = Duration::from_secs;
        let mut pause = Pause::new(seconds(3));
        for least in [1, 2, 4, 8, 16, 30, 30] {
            // As each connection does.
            pause.set(Duration::ZERO);
            let wait = pause.next();
            assert!(
                wait >= seconds(least) && wait <= 2 * seconds(least),
                "{wait:?}"
            );
        }
        pause.reset();
        assert!(pause.next() < seconds(2) + seconds(1));
        pause.set(seconds(10));
        assert!(pause.next() >= seconds(10));
        pause.set(Duration::MAX);
        assert!(pause.next() >= LONGEST);
        assert!(Pause::new(Duration::ZERO).next() >= SHORTEST);
    }
}
