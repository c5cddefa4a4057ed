//! Where in a stream a connector is.

use jiff::{Timestamp, Unit};
use serde_json::{Map, Value};

use crate::runtime::stream::live_stream::Source;

const START_FROM: &str = "start_from";
const RECOVER_UNTIL: &str = "recover_until";
/// As older versions of pycti name them.
const OLD_START_FROM: &str = "connectorLastEventId";
const OLD_RECOVER_UNTIL: &str = "connectorStartTime";

/// The id after which the platform sends the events of a stream.
///
/// Several events can share an id, and after a reconnect the platform sends what follows an id. So
/// the position moves past an id only when something with another id has come. A heartbeat has the
/// id that the platform sent last or passed over: if it differs from that of the last event,
/// everything up to it has been sent.
///
/// Ids are taken as they come, also back in time, as pycti takes them. The id of a recovered event
/// is the time of its object's last change, and what follows is the live stream from where the
/// recovery began: a position that did not go back with it would pass over deletions, which are not
/// recovered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The last id of which nothing more comes.
    start_from: String,
    recover_until: Option<String>,
    /// The id of which more may come.
    open: Option<String>,
}

/// The state is not one of a stream connector.
#[derive(Debug, thiserror::Error)]
#[error(
    "the state of the connector on the platform is not one of a stream connector: {0}; reset it there"
)]
pub(crate) struct UnknownState(String);

impl Position {
    /// Where to begin by the state that the platform keeps, else by what the
    /// configuration says.
    pub(crate) fn of(state: Option<&Value>, source: &Source) -> Result<Self, UnknownState> {
        let members = match state {
            None | Some(Value::Null) => &Map::new(),
            Some(Value::Object(members)) => members,
            Some(_) => return Err(UnknownState("it is not an object".into())),
        };
        let start_from = read(members, START_FROM, OLD_START_FROM)?;
        let recover_until = read(members, RECOVER_UNTIL, OLD_RECOVER_UNTIL)?;
        let Some(start_from) = start_from else {
            return Ok(Self::beginning(source));
        };
        if start_from.is_empty() || !start_from.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(UnknownState(format!("`{START_FROM}` is not a position")));
        }
        Ok(Self {
            start_from,
            recover_until: recover_until.filter(|date| !says_nothing(date)),
            open: None,
        })
    }

    /// As pycti begins: at the beginning of the stream, with what is older than that recovered.
    fn beginning(source: &Source) -> Self {
        let recover_until = match &source.recover {
            Some(date) => Some(date.clone()).filter(|date| !says_nothing(date)),
            None => Some(now()),
        };
        Self {
            start_from: source.start.clone().unwrap_or_else(|| "0-0".into()),
            recover_until,
            open: None,
        }
    }

    pub(crate) fn start_from(&self) -> &str {
        &self.start_from
    }

    pub(crate) fn recover_until(&self) -> Option<&str> {
        self.recover_until.as_deref()
    }

    /// Moves past an event. Returns whether its id is a new one.
    pub(crate) fn pass_event(&mut self, id: &str) -> bool {
        if self.open.as_deref() == Some(id) {
            return false;
        }
        if let Some(behind) = self.open.replace(id.to_owned()) {
            self.start_from = behind;
        }
        true
    }

    /// Moves to where the platform says that it is. Returns whether the id is a new one.
    pub(crate) fn pass_mark(&mut self, id: &str) -> bool {
        if self.open.as_deref() == Some(id) {
            return false;
        }
        self.open = None;
        let is_new = self.start_from != id;
        id.clone_into(&mut self.start_from);
        is_new
    }

    /// The platform recovers nothing.
    pub(crate) fn end_recovery(&mut self) {
        self.recover_until = None;
    }

    /// The state as the platform is to keep it: under pycti's names, beside what else is in it.
    pub(crate) fn to_state(&self, state: Option<Value>) -> Value {
        let mut members = match state {
            Some(Value::Object(members)) => members,
            _ => Map::new(),
        };
        members.remove(OLD_START_FROM);
        members.remove(OLD_RECOVER_UNTIL);
        members.insert(START_FROM.into(), self.start_from.clone().into());
        let recover_until = self.recover_until.clone();
        // As pycti writes that there is none.
        let recover_until = recover_until.map_or(Value::Bool(false), Value::String);
        members.insert(RECOVER_UNTIL.into(), recover_until);
        members.into()
    }
}

fn read(
    members: &Map<String, Value>,
    name: &str,
    old: &str,
) -> Result<Option<String>, UnknownState> {
    match members.get(name).or_else(|| members.get(old)) {
        None | Some(Value::Null | Value::Bool(false)) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(UnknownState(format!("`{name}` is not text"))),
    }
}

/// Whether the text says that nothing is to be recovered, as pycti reads it.
fn says_nothing(text: &str) -> bool {
    let words = ["", "no", "none", "false"];
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn now() -> String {
    let now = Timestamp::now();
    now.round(Unit::Millisecond).unwrap_or(now).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn source() -> Source {
        Source {
            start: Some("1700000000000-0".into()),
            recover: Some("2026-01-31T00:00:00Z".into()),
            ..Source::default()
        }
    }

    #[test]
    fn without_a_state_it_begins_where_the_configuration_says() {
        for state in [
            None,
            Some(json!({})),
            Some(json!(null)),
            Some(json!({"other": 1})),
        ] {
            let position = Position::of(state.as_ref(), &source()).unwrap();
            assert_eq!(position.start_from(), "1700000000000-0");
            assert_eq!(position.recover_until(), Some("2026-01-31T00:00:00Z"));
        }
        let position = Position::of(None, &Source::default()).unwrap();
        assert_eq!(position.start_from(), "0-0");
        let until: Timestamp = position.recover_until().unwrap().parse().unwrap();
        assert!(Timestamp::now().duration_since(until).as_secs() < 60);
        for word in ["no", "None", "FALSE"] {
            let recover = Some(word.into());
            let source = Source {
                recover,
                ..source()
            };
            let position = Position::of(None, &source).unwrap();
            assert_eq!(position.recover_until(), None);
        }
    }

    #[test]
    fn it_goes_on_from_the_state_also_under_the_names_of_old() {
        let cases = [
            (
                json!({"start_from": "5-0", "recover_until": "2026-01-01T00:00:00Z"}),
                true,
            ),
            (
                json!({"connectorLastEventId": "5-0", "connectorStartTime": "2026-01-01T00:00:00Z"}),
                true,
            ),
            (json!({"start_from": "5-0", "recover_until": false}), false),
            (json!({"start_from": "5-0", "recover_until": "no"}), false),
            (json!({"start_from": "5-0"}), false),
        ];
        for (state, recovers) in cases {
            let position = Position::of(Some(&state), &source()).unwrap();
            assert_eq!(position.start_from(), "5-0");
            let until = recovers.then_some("2026-01-01T00:00:00Z");
            assert_eq!(position.recover_until(), until, "{state}");
        }
    }

    #[test]
    fn a_state_of_something_else_is_an_error() {
        for state in [
            json!("5-0"),
            json!([1]),
            json!({"start_from": 5}),
            json!({"start_from": "5-0\n"}),
        ] {
            assert!(Position::of(Some(&state), &source()).is_err(), "{state}");
        }
    }

    #[test]
    fn an_id_is_behind_when_another_has_come() {
        let mut position = Position::of(None, &source()).unwrap();
        let start = "1700000000000-0";
        let steps: &[(&str, &str, &str)] = &[
            ("event", "1-0", start),
            ("event", "1-0", start),
            ("mark", "1-0", start),
            ("event", "1-0", start),
            ("event", "2-0", "1-0"),
            ("mark", "3-0", "3-0"),
            ("event", "4-0", "3-0"),
            // Back in time: the live stream after a recovery.
            ("event", "2-5", "4-0"),
            ("mark", "2-5", "4-0"),
            ("event", "2-6", "2-5"),
        ];
        for (what, id, expected) in steps {
            let before = position.clone();
            let is_new = match *what {
                "event" => position.pass_event(id),
                _ => position.pass_mark(id),
            };
            assert_eq!(position.start_from(), *expected, "after {what} {id}");
            assert_eq!(is_new, position != before, "after {what} {id}");
        }
    }

    #[test]
    fn the_state_keeps_what_else_is_in_it() {
        let state = json!({"connectorLastEventId": "5-0", "mine": 1});
        let mut position = Position::of(Some(&state), &source()).unwrap();
        position.pass_mark("6-0");
        position.end_recovery();
        let expected = json!({"start_from": "6-0", "recover_until": false, "mine": 1});
        assert_eq!(position.to_state(Some(state)), expected);
    }
}
