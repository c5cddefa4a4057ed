//! The state of a connector, which the platform keeps.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

/// The state as it is to be kept, with the generation it is of: a reset on the platform begins a
/// new one, and what a run of an older generation commits is not kept.
pub(super) struct State {
    kept: Mutex<Kept>,
    /// The current generation, for those who want to know at once.
    generations: watch::Sender<u64>,
}

struct Kept {
    value: Option<Value>,
    generation: u64,
}

impl State {
    pub(super) fn new(value: Option<Value>) -> Self {
        Self {
            kept: Mutex::new(Kept {
                value,
                generation: 0,
            }),
            generations: watch::Sender::new(0),
        }
    }

    /// Tells of each reset.
    pub(super) fn generations(&self) -> watch::Receiver<u64> {
        self.generations.subscribe()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A panic while the lock was held leaves nothing half done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state and its generation.
    pub(super) fn snapshot(&self) -> (Option<Value>, u64) {
        let kept = self.kept();
        (kept.value.clone(), kept.generation)
    }

    /// Keeps a state of this generation; false when a reset has come in between.
    pub(super) fn commit(&self, value: Option<Value>, generation: u64) -> bool {
        let mut kept = self.kept();
        let is_current = kept.generation == generation;
        if is_current {
            kept.value = value;
        }
        is_current
    }

    /// Learns what the platform answers to a ping with a state: another one is a reset, which wins
    /// over what was committed meanwhile.
    pub(super) fn learn(&self, sent: Option<&Value>, generation: u64, answered: Option<Value>) {
        if is_same(sent, answered.as_ref()) {
            return;
        }
        let mut kept = self.kept();
        if kept.generation == generation {
            kept.value = answered;
            kept.generation += 1;
            self.generations.send_replace(kept.generation);
            tracing::info!("the state was changed on the platform, and is taken over from there");
        }
    }
}

/// An object without members counts as no state, as in pycti.
fn is_same(one: Option<&Value>, other: Option<&Value>) -> bool {
    let of = |state: Option<&'_ Value>| {
        let is_empty = |value: &Value| value.as_object().is_some_and(serde_json::Map::is_empty);
        state.filter(|value| !is_empty(value)).cloned()
    };
    of(one) == of(other)
}
