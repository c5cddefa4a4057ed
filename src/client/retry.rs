//! The retry policy of every request to the platform.
//!
//! A client that is not patient retries as often as its options say:
//!
//! * any operation that was certainly not done: no connection could be made, or the platform
//!   answered 429;
//! * an operation that can be repeated ([`Operation::IS_IDEMPOTENT`]) also when the connection was
//!   lost, the status is a 5xx, or the platform reports that it, or a lock that others hold, failed.
//!
//! A patient client, which a run uses, differs in how often it retries:
//!
//! * without limit while the platform is away: it cannot be reached, or it answers 429, 502, 503 or
//!   504;
//! * [`ANSWERED`] times in all when the platform is there and fails, because a request that makes it
//!   fail would otherwise hold its place forever.
//!
//! An operation that may have been done and cannot be repeated is never sent again.
//!
//! A `Retry-After` is obeyed. If it is longer than the longest wait, a client that is not patient
//! returns the error.
//!
//! [`Operation::IS_IDEMPOTENT`]: crate::graphql::Operation::IS_IDEMPOTENT

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::{Error, ErrorKind};

/// Retries of a patient client when the platform answers that it failed.
const ANSWERED: usize = 4;
/// The longest wait of a patient client.
const LONGEST: Duration = Duration::from_secs(30);

/// How often an operation is retried, and how long the waits before are.
pub(super) struct RetryPolicy {
    retries: usize,
    first_wait: Duration,
    longest_wait: Duration,
}

/// What an error says of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The platform is away: it comes back.
    Away,
    /// The platform is there, and failed.
    Failed,
    Final,
}

impl RetryPolicy {
    pub(super) const fn new(retries: usize, first_wait: Duration, longest_wait: Duration) -> Self {
        Self {
            retries,
            first_wait,
            longest_wait,
        }
    }

    /// Attempts until one succeeds, or its error is not worth another.
    pub(super) async fn run<T, F>(
        &self,
        is_idempotent: bool,
        is_patient: bool,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut waits = self.waits(is_patient);
        let (mut retries, mut failures) = (0, 0);
        loop {
            let error = match attempt().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let is_repeatable = is_idempotent || !error.may_be_done();
            let is_worth_it = is_repeatable
                && if is_patient {
                    let verdict = verdict(&error);
                    failures += usize::from(verdict == Verdict::Failed);
                    verdict != Verdict::Final && failures <= ANSWERED
                } else {
                    retries += 1;
                    retries <= self.retries && may_go_better(&error)
                };
            let wait = waits.next().unwrap_or(LONGEST);
            let asked_for = error.retry_after().unwrap_or_default();
            if !is_worth_it || (!is_patient && asked_for > self.longest_wait) {
                return Err(error);
            }
            let wait = wait.max(asked_for).min(self.longest_wait);
            // Each with its reason: the error itself comes when all attempts are over.
            tracing::warn!(%error, ?wait, "trying again");
            tokio::time::sleep(wait).await;
        }
    }

    fn waits(&self, is_patient: bool) -> ExponentialBackoff {
        let longest = if is_patient {
            self.longest_wait.min(LONGEST)
        } else {
            self.longest_wait
        };
        ExponentialBuilder::new()
            .with_jitter()
            .with_min_delay(self.first_wait)
            .with_max_delay(longest)
            .without_max_times()
            .build()
    }
}

/// Whether another of a few attempts may go better.
fn may_go_better(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Unreachable => true,
        // The platform answers its own 500 with the status 200.
        ErrorKind::Platform => matches!(error.code().as_str(), "LOCKERROR" | "DATABASEERROR"),
        _ => matches!(error.status(), Some(429 | 500..)),
    }
}

fn verdict(error: &Error) -> Verdict {
    match (error.kind(), error.status()) {
        (ErrorKind::Unreachable, _) | (_, Some(429 | 502..=504)) => Verdict::Away,
        // A wrong certificate passes too, once an operator has seen the log.
        (ErrorKind::Tls, _) if error.is_unsent() => Verdict::Away,
        (ErrorKind::Tls | ErrorKind::Timeout | ErrorKind::Platform | ErrorKind::NotGraphql, _)
        | (_, Some(408 | 500..)) => Verdict::Failed,
        _ => Verdict::Final,
    }
}

impl Error {
    /// Whether the same request may succeed later, without a change of anything but the platform's
    /// health.
    #[cfg(all(feature = "config", feature = "runtime"))]
    pub(crate) fn may_pass(&self) -> bool {
        verdict(self) != Verdict::Final
    }

    /// Whether the platform may have done what it was asked for, although the answer says nothing
    /// of the kind.
    pub(crate) fn may_be_done(&self) -> bool {
        !self.is_unsent()
            && match self.kind() {
                ErrorKind::Unreachable
                | ErrorKind::Tls
                | ErrorKind::Timeout
                | ErrorKind::Platform
                | ErrorKind::NotGraphql
                | ErrorKind::UnexpectedAnswer
                | ErrorKind::TooLarge => true,
                _ => matches!(self.status(), Some(408 | 500..)),
            }
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
