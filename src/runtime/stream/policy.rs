//! What becomes of an event whose handler has failed, and how often a handler is called.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// What becomes of an event, or a batch of them, whose handler has failed.
///
/// ```
/// use std::time::Duration;
/// use opencti_connector::runtime::{AfterRetries, FailedEvent};
///
/// let patient = FailedEvent::Retry {
///     times: 10,
///     wait: Duration::from_secs(5),
///     then: AfterRetries::Skip,
/// };
/// assert_ne!(patient, FailedEvent::default());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailedEvent {
    /// It ends the run, and comes again with the next one.
    Stop,
    /// It is logged, and passed over.
    Skip,
    /// It is handled again.
    Retry {
        /// How often.
        times: u32,
        /// How long to wait before the first time; the wait doubles each time, up to 30 seconds.
        wait: Duration,
        /// What becomes of it then.
        then: AfterRetries,
    },
}

/// What becomes of an event that has failed as often as it was to be tried again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AfterRetries {
    /// As [`FailedEvent::Stop`].
    #[default]
    Stop,
    /// As [`FailedEvent::Skip`].
    Skip,
}

impl Default for FailedEvent {
    /// Loses nothing: five more attempts after 1, 2, 4, 8 and 16 seconds, then the end of the run.
    fn default() -> Self {
        Self::Retry {
            times: 5,
            wait: Duration::from_secs(1),
            then: AfterRetries::Stop,
        }
    }
}

/// What to do after a failure.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Stop,
    Skip,
    Wait(Duration),
}

impl FailedEvent {
    /// What to do after so many failures.
    pub(crate) fn after(self, failures: u32) -> Next {
        const LONGEST: Duration = Duration::from_secs(30);

        match self {
            Self::Stop => Next::Stop,
            Self::Skip => Next::Skip,
            Self::Retry { times, wait, .. } if failures <= times => {
                let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
                let longest = LONGEST.max(wait);
                Next::Wait(wait.saturating_mul(doubled).min(longest))
            }
            Self::Retry { then, .. } => match then {
                AfterRetries::Stop => Next::Stop,
                AfterRetries::Skip => Next::Skip,
            },
        }
    }
}

/// At most so many calls in any time of a length.
pub(crate) struct Rate {
    most: usize,
    per: Duration,
    calls: VecDeque<Instant>,
}

impl Rate {
    pub(crate) fn new(most: u32, per: Duration) -> Self {
        Self {
            most: most.max(1) as usize,
            per,
            calls: VecDeque::new(),
        }
    }

    /// When the next call may be, which is then taken for made.
    pub(crate) fn take(&mut self, now: Instant) -> Instant {
        let mut time = now;
        if self.calls.len() >= self.most
            && let Some(oldest) = self.calls.pop_front()
        {
            time = now.max(oldest + self.per);
        }
        self.calls.push_back(time);
        time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_wait_longer_each_time_and_then_stop_or_skip() {
        let seconds = Duration::from_secs;
        let retry = |then| FailedEvent::Retry {
            times: 7,
            wait: seconds(1),
            then,
        };
        let waits: Vec<_> = (1..=8)
            .map(|n| retry(AfterRetries::Stop).after(n))
            .collect();
        let expected: Vec<_> = [1, 2, 4, 8, 16, 30, 30]
            .map(|wait| Next::Wait(seconds(wait)))
            .into_iter()
            .chain([Next::Stop])
            .collect();
        assert_eq!(waits, expected);
        assert_eq!(retry(AfterRetries::Skip).after(8), Next::Skip);
        assert_eq!(retry(AfterRetries::Skip).after(u32::MAX), Next::Skip);
    }

    #[test]
    fn a_rate_spreads_calls() {
        let mut rate = Rate::new(2, Duration::from_secs(60));
        let begun = Instant::now();
        let mut now = begun;
        let mut times = Vec::new();
        for _ in 0..5 {
            now = rate.take(now);
            times.push((now - begun).as_secs());
        }
        assert_eq!(times, [0, 0, 60, 60, 120]);
    }
}
