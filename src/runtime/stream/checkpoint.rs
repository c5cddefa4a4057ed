//! The progress of a stream on its way to the platform.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::runtime::platform::pings::Pings;
use crate::runtime::stream::progress::Progress;

/// The longest time between two pings of a position that moves.
const PING_PERIOD: Duration = Duration::from_secs(10);
/// A stream that pauses for so long is quiet: the platform then learns how far it is handled.
const QUIET: Duration = Duration::from_secs(1);

/// Keeps the state up to date with what is handled, until the state is reset.
pub(crate) struct Checkpoint {
    pings: Arc<Pings>,
    progress: Mutex<Progress>,
    /// The state at the start, whose other members are kept.
    state: Option<Value>,
    generation: u64,
    kept: Arc<watch::Sender<Value>>,
}

impl Checkpoint {
    /// Keeps the progress at once, as pycti does: a crash must not change how far the past is
    /// recovered.
    pub(crate) fn new(
        pings: Arc<Pings>,
        progress: Progress,
        (state, generation): (Option<Value>, u64),
        kept: Arc<watch::Sender<Value>>,
    ) -> Self {
        let checkpoint = Self {
            pings,
            progress: Mutex::new(progress),
            state,
            generation,
            kept,
        };
        checkpoint.change(|_| ());
        checkpoint
    }

    /// How many events after the position are remembered.
    pub(crate) fn len(&self) -> usize {
        self.progress().len()
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        // A panic while the lock was held leaves nothing half done.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the progress and the state with it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Progress) -> T) -> T {
        // The lock is held until the state has it, so that the state never goes back.
        let mut progress = self.progress();
        let changed = change(&mut progress);
        let state = progress.to_state(self.state.clone());
        // After a reset the progress is that of an older generation, and not kept.
        let states = &self.pings.state;
        states.commit(Some(state.clone()), self.generation);
        self.kept.send_if_modified(|kept| {
            let is_new = *kept != state;
            *kept = state;
            is_new
        });
        changed
    }
}

/// Pings when the state has changed, forever: at once if the stream was quiet, else when it pauses
/// or every 10 seconds.
pub(crate) async fn ping_changes(pings: &Pings, mut kept: watch::Receiver<Value>) {
    while kept.changed().await.is_ok() {
        pings.ask();
        let mut has_changed = false;
        let pause = async {
            while let Ok(Ok(())) = timeout(QUIET, kept.changed()).await {
                has_changed = true;
            }
        };
        // Whether it pauses or the period is over, the rest is told next.
        let _ = timeout(PING_PERIOD, pause).await;
        if has_changed {
            kept.mark_changed();
        }
    }
}
