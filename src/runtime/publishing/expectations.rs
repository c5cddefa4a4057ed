//! How many parts a work is told to expect.

use crate::client::{Error, ErrorKind, Work};
use crate::graphql::{ReadWork, WorkStatus};

/// The expectations of a work, so that it is done when its message is, and not before.
///
/// A platform takes a work for done as soon as all that was announced is reported. So one part more
/// is announced than is sent, until the message is done: workers may be faster than the connector.
/// What an earlier attempt announced and never sent serves for the parts of this one.
pub(crate) struct Expectations {
    work: Work,
    /// How many are announced that no part of this attempt stands for.
    reserve: u64,
    /// How many parts are reported that were not announced: those of an earlier attempt.
    surplus: u64,
    is_first_attempt: bool,
}

/// Announced at once, in front of their parts.
pub(crate) const CHUNK: usize = 500;

impl Expectations {
    /// The accounts of a work that is begun, or begun again.
    pub(crate) async fn open(work: Work, attempt: u32) -> Self {
        let is_first_attempt = attempt <= 1;
        let (mut reserve, mut surplus) = (0, 0);
        if !is_first_attempt {
            match status(&work).await {
                Ok(Some(status)) => {
                    reserve = status.expected.saturating_sub(status.processed);
                    surplus = status.processed.saturating_sub(status.expected);
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(work = work.id(), %error, "cannot complete the work; it may stay in progress");
                }
            }
        }
        Self {
            work,
            reserve,
            surplus,
            is_first_attempt,
        }
    }

    /// The accounts of a work that a killed process left open, while so many parts are queued, if
    /// that is known.
    pub(crate) async fn interrupted(work: Work, queued: Option<f64>) -> Self {
        let mut expectations = Self::open(work, 2).await;
        // Workers report what is queued. The rest was announced and never published: one part at
        // least, which is kept until the end of a run.
        let most = expectations.reserve;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a number of messages; the cast saturates"
        )]
        let queued = queued.map_or(most, |queued| queued as u64);
        expectations.reserve = most.saturating_sub(queued).max(1).min(most);
        expectations.surplus = 0;
        expectations
    }

    /// Announces parts, which are to be published right after; false when the work was deleted.
    pub(crate) async fn announce(&mut self, parts: u64) -> Result<bool, Error> {
        // One is kept until the end.
        let taken = self.reserve.saturating_sub(1).min(parts);
        let kept = u64::from(self.reserve == 0);
        let more = parts - taken + kept + self.surplus;
        if more > 0 {
            // From now on it may be announced, also if this call is given up.
            self.reserve += more - self.surplus;
            self.surplus = 0;
            let more = u32::try_from(more).unwrap_or(u32::MAX);
            match self.work.add_expectations(more).await {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    // The parts of an earlier attempt may have completed it.
                    return Ok(!self.is_first_attempt);
                }
                // Not sent again: to announce too much is worse, because the work would stay in
                // progress.
                Err(error) if error.may_be_done() => {
                    tracing::warn!(%error, "cannot tell whether parts were announced to the work");
                }
                Err(error) => return Err(error),
            }
        }
        self.reserve -= parts;
        Ok(true)
    }

    /// Notes that so many announced parts are not published.
    pub(crate) fn give_back(&mut self, parts: u64) {
        self.reserve += parts;
    }

    /// Reports what is announced and never comes.
    pub(crate) async fn close(mut self) {
        if self.surplus > 0
            && let Err(error) = self.announce(0).await
        {
            tracing::warn!(work = self.work.id(), %error, "cannot complete the work; it may stay in progress");
        }
        while self.reserve > 0 {
            match self.work.report_expectation(None).await {
                Err(error) if error.kind() == ErrorKind::NotFound => return,
                // Taken as reported: one report too many would have the work complete while workers
                // still import parts of it.
                Err(error) if error.kind() == ErrorKind::Unreachable => {
                    tracing::warn!(work = self.work.id(), %error, "cannot complete the work; it may stay in progress");
                    self.reserve -= 1;
                }
                Err(error) => {
                    tracing::warn!(work = self.work.id(), %error, "cannot complete the work; it may stay in progress");
                    return;
                }
                Ok(()) => self.reserve -= 1,
            }
        }
    }
}

async fn status(work: &Work) -> Result<Option<WorkStatus>, Error> {
    work.client.execute(&ReadWork::new(work.id())).await
}
