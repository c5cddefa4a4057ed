//! The state of a connector, which the platform keeps.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};
use tokio::sync::watch;

/// The member that names the open work of a run, beside those of the connector's own state. Only
/// what is exchanged with the platform has it.
const OPEN_WORK: &str = "opencti_connector_open_work";

/// The state as it is to be kept, with the generation it is of: a reset on the platform begins a
/// new one, and what a run of an older generation commits is not kept.
pub(crate) struct State {
    kept: Mutex<Kept>,
    /// The current generation, for those who want to know at once.
    generations: watch::Sender<u64>,
}

struct Kept {
    value: Option<Value>,
    generation: u64,
    /// The work of the run in progress; at first the one that a killed process left open.
    open_work: Option<String>,
}

impl State {
    /// The state that the platform returned at registration.
    pub(crate) fn new(value: Option<Value>) -> Self {
        let (value, open_work) = without_work(value);
        Self {
            kept: Mutex::new(Kept {
                value,
                generation: 0,
                open_work,
            }),
            generations: watch::Sender::new(0),
        }
    }

    /// The open work.
    pub(crate) fn open_work(&self) -> Option<String> {
        self.kept().open_work.clone()
    }

    /// Notes the open work, or that there is none any more; the next ping tells the platform.
    pub(crate) fn set_open_work(&self, work: Option<&str>) {
        self.kept().open_work = work.map(str::to_owned);
    }

    /// Tells of each reset.
    pub(crate) fn generations(&self) -> watch::Receiver<u64> {
        self.generations.subscribe()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A panic while the lock was held leaves nothing half done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state and its generation.
    pub(crate) fn snapshot(&self) -> (Option<Value>, u64) {
        let kept = self.kept();
        (kept.value.clone(), kept.generation)
    }

    /// The state as a ping sends it, with the open work in it, and its generation.
    pub(crate) fn to_send(&self) -> (Option<Value>, u64) {
        let kept = self.kept();
        (
            with_work(kept.value.clone(), kept.open_work.as_deref()),
            kept.generation,
        )
    }

    /// Keeps a state of this generation; false when a reset has come in between.
    pub(crate) fn commit(&self, value: Option<Value>, generation: u64) -> bool {
        let mut kept = self.kept();
        let is_current = kept.generation == generation;
        if is_current {
            kept.value = value;
        }
        is_current
    }

    /// Learns what the platform answers to a ping with a state: another one is a reset, which wins
    /// over what was committed meanwhile.
    pub(crate) fn learn(&self, sent: Option<&Value>, generation: u64, answered: Option<Value>) {
        if is_same(sent, answered.as_ref()) {
            return;
        }
        let mut kept = self.kept();
        if kept.generation == generation {
            kept.value = without_work(answered).0;
            kept.generation += 1;
            self.generations.send_replace(kept.generation);
            tracing::info!("the state was changed on the platform; adopting it");
        }
    }
}

/// A state that names the open work. One that is not an object cannot.
fn with_work(state: Option<Value>, work: Option<&str>) -> Option<Value> {
    let Some(work) = work else { return state };
    match state.unwrap_or_else(|| Map::new().into()) {
        Value::Object(mut members) => {
            members.insert(OPEN_WORK.into(), work.into());
            Some(members.into())
        }
        Value::Null => with_work(None, Some(work)),
        other => Some(other),
    }
}

/// The state without the open work, and that work.
fn without_work(mut state: Option<Value>) -> (Option<Value>, Option<String>) {
    let members = state.as_mut().and_then(Value::as_object_mut);
    let work = members.and_then(|members| members.remove(OPEN_WORK));
    let work = work.and_then(|work| work.as_str().map(str::to_owned));
    (state, work)
}

/// An object without members counts as no state, as in pycti.
fn is_same(one: Option<&Value>, other: Option<&Value>) -> bool {
    let of = |state: Option<&'_ Value>| {
        let is_empty = |value: &Value| value.as_object().is_some_and(serde_json::Map::is_empty);
        state.filter(|value| !is_empty(value)).cloned()
    };
    of(one) == of(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_open_work_is_between_the_platform_and_the_runtime_alone() {
        let state = State::new(Some(json!({"page": 3, OPEN_WORK: "work_1"})));
        assert_eq!(state.snapshot().0, Some(json!({"page": 3})));
        assert_eq!(state.open_work().as_deref(), Some("work_1"));

        state.set_open_work(Some("work_2"));
        let (sent, generation) = state.to_send();
        assert_eq!(sent, Some(json!({"page": 3, OPEN_WORK: "work_2"})));
        state.learn(sent.as_ref(), generation, sent.clone());
        assert_eq!(state.snapshot(), (Some(json!({"page": 3})), generation));
        // A user who edits the state may have left the member in it.
        let edited = json!({"page": 1, OPEN_WORK: "work_2"});
        state.learn(sent.as_ref(), generation, Some(edited));
        assert_eq!(state.snapshot(), (Some(json!({"page": 1})), generation + 1));

        state.set_open_work(None);
        assert_eq!(state.to_send().0, Some(json!({"page": 1})));
    }

    #[test]
    fn a_connector_without_a_state_has_an_open_work_too() {
        for nothing in [None, Some(Value::Null)] {
            let state = State::new(nothing.clone());
            state.set_open_work(Some("work_1"));
            assert_eq!(state.to_send().0, Some(json!({OPEN_WORK: "work_1"})));
            state.set_open_work(None);
            assert_eq!(state.to_send().0, nothing);
        }
    }
}
