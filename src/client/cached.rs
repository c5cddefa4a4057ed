//! An answer that is kept for a while.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Error;

/// What the platform says of itself. It is asked again when that is old, so that an upgrade below a
/// running connector is noticed.
pub(super) struct Cached<T> {
    known: Mutex<Option<(Instant, T)>>,
    /// Held by the one that asks.
    asking: tokio::sync::Mutex<()>,
}

impl<T: Clone> Cached<T> {
    pub(super) fn new(known: Option<T>) -> Self {
        Self {
            known: Mutex::new(known.map(|value| (Instant::now(), value))),
            asking: tokio::sync::Mutex::new(()),
        }
    }

    /// What is known, if it is not older than `age`; else what `ask` returns. If that fails, what is
    /// known is good for as long again.
    pub(super) async fn get_or_ask(
        &self,
        age: Duration,
        ask: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        if let Some(value) = self.within(age) {
            return Ok(value);
        }
        let _alone = self.asking.lock().await;
        if let Some(value) = self.within(age) {
            return Ok(value);
        }
        // Others go by it meanwhile.
        let old = self.renew();
        match (ask.await, old) {
            (Ok(value), _) => {
                *self.known() = Some((Instant::now(), value.clone()));
                Ok(value)
            }
            (Err(error), Some(old)) => {
                tracing::debug!(%error, "the platform could not be asked for its version again");
                Ok(old)
            }
            (Err(error), None) => Err(error),
        }
    }

    /// Has the platform asked anew by the next call.
    pub(super) fn forget(&self) {
        *self.known() = None;
    }

    /// What is known, however old.
    #[cfg(feature = "runtime")]
    pub(super) fn peek(&self) -> Option<T> {
        self.known().as_ref().map(|(_, value)| value.clone())
    }

    fn within(&self, age: Duration) -> Option<T> {
        let known = self.known();
        let known = known.as_ref().filter(|(since, _)| since.elapsed() <= age);
        known.map(|(_, value)| value.clone())
    }

    fn renew(&self) -> Option<T> {
        let mut known = self.known();
        let (since, value) = known.as_mut()?;
        *since = Instant::now();
        Some(value.clone())
    }

    fn known(&self) -> MutexGuard<'_, Option<(Instant, T)>> {
        // A panic while the lock was held leaves nothing half done.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3_600);

    fn failing() -> Result<u32, Error> {
        Err(Error::of_options("down"))
    }

    #[tokio::test]
    async fn an_old_answer_is_asked_for_again_and_kept_when_that_fails() {
        let cached = Cached::new(None);
        cached
            .get_or_ask(LONG, async { failing() })
            .await
            .unwrap_err();
        assert_eq!(cached.get_or_ask(LONG, async { Ok(1) }).await.unwrap(), 1);
        assert_eq!(cached.get_or_ask(LONG, async { Ok(2) }).await.unwrap(), 1);
        let instant = cached.known().as_ref().unwrap().0;
        while instant.elapsed() == Duration::ZERO {}
        let old = Duration::ZERO;
        assert_eq!(
            cached.get_or_ask(old, async { failing() }).await.unwrap(),
            1
        );
        assert_eq!(cached.get_or_ask(LONG, async { Ok(2) }).await.unwrap(), 1);
        let instant = cached.known().as_ref().unwrap().0;
        while instant.elapsed() == Duration::ZERO {}
        assert_eq!(cached.get_or_ask(old, async { Ok(2) }).await.unwrap(), 2);
        cached.forget();
        assert_eq!(cached.get_or_ask(LONG, async { Ok(3) }).await.unwrap(), 3);
    }
}
