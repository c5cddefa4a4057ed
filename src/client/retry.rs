//! What is tried again, and when.
//!
//! * Any operation, when it was certainly not done: no connection could be made, or the platform
//!   answered 429.
//! * One that can be repeated ([`Operation::IS_IDEMPOTENT`]) also when the connection was lost, the
//!   status is a 5xx, or the platform reports that it, or a lock that others hold, failed.
//!
//! A `Retry-After` is waited for, unless it is longer than the longest wait.
//!
//! [`Operation::IS_IDEMPOTENT`]: crate::graphql::Operation::IS_IDEMPOTENT

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::{Error, ErrorKind};

/// How often an operation is tried again, and how long is waited before.
pub(super) struct RetryPolicy {
    waits: ExponentialBuilder,
    longest_wait: Duration,
}

impl RetryPolicy {
    pub(super) const fn new(retries: usize, first_wait: Duration, longest_wait: Duration) -> Self {
        let waits = ExponentialBuilder::new()
            .with_jitter()
            .with_min_delay(first_wait)
            .with_max_delay(longest_wait)
            .with_max_times(retries);
        Self {
            waits,
            longest_wait,
        }
    }

    /// Attempts until one succeeds, or its error is not worth another.
    pub(super) async fn run<T, F>(
        &self,
        is_idempotent: bool,
        attempt: impl FnMut() -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        attempt
            .retry(self.waits)
            .when(|error| did_nothing(error) || (is_idempotent && may_go_better(error)))
            .adjust(|error, wait| {
                let wait = wait?.min(self.longest_wait);
                let asked_for = error.retry_after().unwrap_or_default();
                (asked_for <= self.longest_wait).then_some(wait.max(asked_for))
            })
            // Each with its reason: the error itself comes when all attempts are over.
            .notify(|error, wait| tracing::warn!(%error, ?wait, "trying again"))
            .await
    }
}

/// Whether the platform has certainly not done what it was asked for.
fn did_nothing(error: &Error) -> bool {
    error.is_unsent() || error.status() == Some(429)
}

/// Whether another attempt may go better.
fn may_go_better(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Unreachable => true,
        // The platform answers its own 500 with the status 200.
        ErrorKind::Platform => matches!(error.code().as_str(), "LOCKERROR" | "DATABASEERROR"),
        _ => matches!(error.status(), Some(500..)),
    }
}

/// How long a `Retry-After` asks to wait: a number of seconds, or until a date.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTimeParser::new().parse_timestamp(text).ok()?;
    let seconds = date
        .as_second()
        .saturating_sub(Timestamp::now().as_second());
    Some(Duration::from_secs(seconds.try_into().unwrap_or_default()))
}
