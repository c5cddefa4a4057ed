//! How long to wait before what failed is tried again.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

/// Waits of 1 second that double up to 30, with a random part, without end.
pub(super) struct Backoff(ExponentialBackoff);

const LONGEST: Duration = Duration::from_secs(30);

impl Backoff {
    pub(super) fn new() -> Self {
        let waits = ExponentialBuilder::new()
            .with_min_delay(Duration::from_secs(1))
            .with_max_delay(LONGEST)
            .with_jitter()
            .without_max_times();
        Self(waits.build())
    }

    pub(super) async fn wait(&mut self) {
        let wait = self.0.next().unwrap_or(LONGEST);
        tokio::time::sleep(wait).await;
    }
}
