//! The state of an external import: a JSON object on the platform, a type of its own in the program.

use std::any::TypeId;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::ser::Error as _;
use serde_json::{Map, Value, json};

use crate::runtime::error::{RunError, RunErrorKind};

/// The member that says when the last run began, as pycti connectors name it.
const LAST_RUN: &str = "last_run";

/// Reads the state; the default where there is none.
///
/// `last_run` is the runtime's, and not seen by `S`, unless `S` has such a member itself.
pub(crate) fn read<S>(mut object: Map<String, Value>, has_last_run: bool) -> Result<S, RunError>
where
    S: Default + DeserializeOwned + 'static,
{
    if !has_last_run {
        object.remove(LAST_RUN);
    }
    if object.is_empty() || is_unit::<S>() {
        return Ok(S::default());
    }
    serde_json::from_value(object.into()).map_err(|error| unreadable(&error.to_string()))
}

/// The members of the state as the platform keeps it.
pub(crate) fn members(state: Option<Value>) -> Result<Map<String, Value>, RunError> {
    match state {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(unreadable("it is no JSON object")),
    }
}

fn unreadable(why: &str) -> RunError {
    RunError::new(
        RunErrorKind::State,
        format!(
            "the state on the platform is not one of this connector: {why}; reset it there, or \
             have the type of the state accept it"
        ),
    )
}

/// The members of a state that is to be kept.
pub(crate) fn write<S: Serialize>(state: &S) -> Result<Map<String, Value>, serde_json::Error> {
    match serde_json::to_value(state)? {
        Value::Object(object) => Ok(object),
        // What `()` makes.
        Value::Null => Ok(Map::new()),
        _ => Err(serde_json::Error::custom(
            "the platform keeps an object as the state; commit a struct with named members, or a map",
        )),
    }
}

/// When the last run began, by a state.
pub(crate) fn last_run(object: &Map<String, Value>) -> Option<Timestamp> {
    match object.get(LAST_RUN)? {
        Value::Number(seconds) => Timestamp::from_second(seconds.as_i64()?).ok(),
        Value::String(text) => {
            let text = text.trim();
            // Without a zone it is UTC.
            let utc = || {
                TimeZone::UTC
                    .to_timestamp(text.parse::<DateTime>().ok()?)
                    .ok()
            };
            text.parse().ok().or_else(utc)
        }
        _ => None,
    }
}

/// Carries `last_run` over from one state to the next.
pub(crate) fn keep_last_run(from: &Map<String, Value>, to: &mut Map<String, Value>) {
    if let Some(last_run) = from.get(LAST_RUN) {
        to.insert(LAST_RUN.into(), last_run.clone());
    }
}

/// Says in a state when the last run began.
pub(crate) fn set_last_run(object: &mut Map<String, Value>, begun: Timestamp) {
    object.insert(LAST_RUN.into(), begun.to_string().into());
}

/// Whether `S` has a member `last_run` itself, rather than keeping or refusing any name.
pub(crate) fn has_last_run<S>() -> bool
where
    S: Default + Serialize + DeserializeOwned + 'static,
{
    let values = [json!("2026-11-24T12:00:00Z"), json!(1_764_000_000)];
    values
        .into_iter()
        .any(|value| Fate::of::<S>(LAST_RUN, &value) != Fate::of::<S>("\u{0}", &value))
}

/// What becomes of a member in a type.
#[derive(PartialEq, Eq)]
enum Fate {
    Kept,
    Dropped,
    Refused,
}

impl Fate {
    fn of<S>(name: &str, value: &Value) -> Self
    where
        S: Default + Serialize + DeserializeOwned,
    {
        let mut object = write(&S::default()).unwrap_or_default();
        object.insert(name.into(), value.clone());
        match serde_json::from_value::<S>(object.into()) {
            Ok(state) if write(&state).is_ok_and(|object| object.contains_key(name)) => Self::Kept,
            Ok(_) => Self::Dropped,
            Err(_) => Self::Refused,
        }
    }
}

/// A connector without a state of its own leaves alone what is there.
fn is_unit<S: 'static>() -> bool {
    TypeId::of::<S>() == TypeId::of::<()>()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    struct Cursor {
        page: u32,
    }

    #[derive(Default, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        page: u32,
    }

    #[derive(Default, Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct StrictWithOwn {
        last_run: i64,
    }

    #[derive(Default, Serialize, Deserialize)]
    struct WithOwn {
        #[serde(skip_serializing_if = "Option::is_none")]
        last_run: Option<i64>,
    }

    fn object(value: Value) -> Map<String, Value> {
        members(Some(value)).unwrap()
    }

    #[test]
    fn a_type_has_last_run_when_it_treats_it_unlike_any_other_name() {
        assert!(!has_last_run::<()>());
        assert!(!has_last_run::<Cursor>());
        assert!(!has_last_run::<Strict>());
        assert!(!has_last_run::<Map<String, Value>>());
        assert!(has_last_run::<StrictWithOwn>());
        assert!(has_last_run::<WithOwn>());
    }

    #[test]
    fn last_run_is_hidden_from_a_type_that_does_not_have_it() {
        let state = json!({"page": 7, "last_run": "2026-11-24T12:00:00Z"});
        let strict: Strict = read(object(state.clone()), false).unwrap();
        assert_eq!(strict.page, 7);
        let map: Map<String, Value> = read(object(state), false).unwrap();
        assert_eq!(map, object(json!({"page": 7})));
        let own: WithOwn = read(object(json!({"last_run": 1_764_000_000})), true).unwrap();
        assert_eq!(own.last_run, Some(1_764_000_000));
    }

    #[test]
    fn no_state_and_an_empty_one_are_the_default() {
        for state in [None, Some(Value::Null), Some(json!({}))] {
            let state: Cursor = read(members(state).unwrap(), false).unwrap();
            assert_eq!(state, Cursor::default());
        }
        let others = object(json!({"page": 7}));
        read::<()>(others, false).unwrap();
    }

    #[test]
    fn a_state_of_another_kind_is_an_error_that_says_what_to_do() {
        let unreadable = members(Some(json!([1]))).unwrap_err();
        assert_eq!(unreadable.kind(), RunErrorKind::State);
        let unreadable = read::<Cursor>(object(json!({"page": "x"})), false).unwrap_err();
        assert_eq!(
            unreadable.to_string(),
            "the state on the platform is not one of this connector: invalid type: string \"x\", \
             expected u32; reset it there, or have the type of the state accept it"
        );
        assert!(write(&[1]).is_err());
        assert!(write(&()).unwrap().is_empty());
    }

    #[test]
    fn last_run_is_read_as_pycti_connectors_write_it() {
        let expected: Timestamp = "2025-11-24T16:00:00Z".parse().unwrap();
        for last_run in [
            json!(1_764_000_000),
            json!("2025-11-24T16:00:00Z"),
            json!("2025-11-24T17:00:00+01:00"),
            json!("2025-11-24T16:00:00"),
            json!("2025-11-24 16:00:00"),
        ] {
            let state = object(json!({ "last_run": last_run }));
            assert_eq!(super::last_run(&state), Some(expected), "{state:?}");
        }
        for nothing in [
            json!({}),
            json!({"last_run": null}),
            json!({"last_run": "yesterday"}),
        ] {
            assert_eq!(super::last_run(&object(nothing)), None);
        }
    }
}
