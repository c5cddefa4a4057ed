//! How far the events of a stream are handled.

use std::collections::VecDeque;

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::runtime::stream::position::Position;
use crate::runtime::stream::sse::RawEvent;

/// Limits both the state on the platform and how far concurrent handlers run ahead of a slow one.
pub(crate) const REMEMBERED: usize = 1024;

/// The member of the state beside pycti's, which keeps members that it does not know.
const HANDLED: &str = "handled_events";
/// Digests hold only for the position that they were written with: pycti, an older version of this
/// crate, and users who edit the state move the position and leave this member as it was.
const AFTER: &str = "after";
const DIGESTS: &str = "digests";

/// Identifies an event among those that share its id: the same name and data, the same event.
///
/// A UUID of version 5, so that it is the same in each version of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digest(Uuid);

impl Digest {
    const NAMESPACE: Uuid = Uuid::from_u128(0x6c1b_7f0e_52a4_4d0b_9d38_1f4f_c0a9_7e25);

    pub(crate) fn of(event: &RawEvent) -> Self {
        Self::of_parts(&event.name, &event.data)
    }

    /// For an event whose data was not kept.
    pub(crate) fn of_size(name: &str, bytes: u64) -> Self {
        Self::of_parts(name, &bytes.to_string())
    }

    fn of_parts(name: &str, data: &str) -> Self {
        let name = Uuid::new_v5(&Self::NAMESPACE, name.as_bytes());
        Self(Uuid::new_v5(&name, data.as_bytes()))
    }
}

/// Stands for an event in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ticket(u64);

/// The position of a stream, and the events after it that are handled or in progress.
///
/// The position moves past an id when all events with this id are handled and something with
/// another id has come. Until then digests tell which events are handled, so that they are skipped
/// when the platform sends them again.
pub(crate) struct Progress {
    position: Position,
    /// In the order of the stream.
    groups: VecDeque<Group>,
    /// What an earlier run has handled and the platform has not sent again yet.
    restored: Vec<(String, Digest)>,
    next: u64,
}

/// Consecutive events with the same id, or an id that the platform has passed over.
struct Group {
    id: String,
    is_passed_over: bool,
    events: VecDeque<Entry>,
}

struct Entry {
    ticket: Ticket,
    digest: Digest,
    is_done: bool,
}

impl Progress {
    /// Continues at this position, which was read from the state.
    pub(crate) fn new(position: Position, state: Option<&Value>) -> Self {
        let restored = restored(state, position.start_from()).unwrap_or_default();
        Self {
            position,
            groups: VecDeque::new(),
            restored,
            next: 0,
        }
    }

    /// Takes in an event. `None` if it is handled or in progress already.
    pub(crate) fn begin(&mut self, id: &str, digest: Digest) -> Option<Ticket> {
        let is_open = |group: &Group| !group.is_passed_over && group.id == id;
        if !self.groups.back().is_some_and(is_open) {
            self.groups.push_back(Group::new(id, false));
        }
        let group = self.groups.back_mut()?;
        if group.events.iter().any(|event| event.digest == digest) {
            return None;
        }
        let mut restored = self.restored.iter();
        let restored = restored.position(|(of, it)| of == id && *it == digest);
        if let Some(at) = restored {
            self.restored.remove(at);
        }
        let ticket = Ticket(self.next);
        self.next += 1;
        group.events.push_back(Entry {
            ticket,
            digest,
            is_done: restored.is_some(),
        });
        self.advance();
        restored.is_none().then_some(ticket)
    }

    /// Notes that an event is handled.
    pub(crate) fn finish(&mut self, ticket: Ticket) {
        let events = self.groups.iter_mut().flat_map(|group| &mut group.events);
        let entry = events.rev().find(|event| event.ticket == ticket);
        if let Some(entry) = entry {
            entry.is_done = true;
            self.advance();
        }
    }

    /// Notes that the platform has sent everything up to an id.
    pub(crate) fn mark(&mut self, id: &str) {
        match self.groups.back_mut() {
            Some(last) if last.id == id => return,
            // Only the last one counts.
            Some(last) if last.is_passed_over => id.clone_into(&mut last.id),
            _ => self.groups.push_back(Group::new(id, true)),
        }
        self.advance();
    }

    /// Notes that the platform recovers nothing.
    pub(crate) fn end_recovery(&mut self) {
        self.position.end_recovery();
    }

    /// How many events after the position are remembered.
    pub(crate) fn len(&self) -> usize {
        self.groups.iter().map(|group| group.events.len()).sum()
    }

    fn advance(&mut self) {
        while let Some(first) = self.groups.front() {
            let is_complete = first.is_passed_over || self.groups.len() > 1;
            if !is_complete || first.events.iter().any(|event| !event.is_done) {
                break;
            }
            self.position.pass_mark(&first.id);
            self.restored.retain(|(id, _)| is_after(id, &first.id));
            self.groups.pop_front();
        }
        // The oldest ones of an id with so many events would be handled again, and never be lost.
        let mut excess = self.len().saturating_sub(REMEMBERED);
        while let Some(first) = self.groups.front_mut()
            && excess > 0
            && first.events.front().is_some_and(|event| event.is_done)
        {
            first.events.pop_front();
            excess -= 1;
        }
    }

    /// The state for the platform to keep.
    pub(crate) fn to_state(&self, state: Option<Value>) -> Value {
        let mut state = self.position.to_state(state);
        let restored = self.restored.iter().map(|(id, digest)| (id, digest));
        let done = self.groups.iter().flat_map(|group| {
            let events = group.events.iter().filter(|event| event.is_done);
            events.map(|event| (&group.id, &event.digest))
        });
        let mut digests = Map::new();
        for (id, digest) in restored.chain(done) {
            let of_id = digests.entry(id).or_insert_with(|| Value::Array(vec![]));
            if let Value::Array(of_id) = of_id {
                of_id.push(digest.0.simple().to_string().into());
            }
        }
        if let Value::Object(members) = &mut state {
            members.remove(HANDLED);
            if !digests.is_empty() {
                let mut handled = Map::new();
                handled.insert(AFTER.into(), self.position.start_from().into());
                handled.insert(DIGESTS.into(), digests.into());
                members.insert(HANDLED.into(), handled.into());
            }
        }
        state
    }
}

impl Group {
    fn new(id: &str, is_passed_over: bool) -> Self {
        Self {
            id: id.to_owned(),
            is_passed_over,
            events: VecDeque::new(),
        }
    }
}

/// The digests in a state, unless they belong to another position. What cannot be read is left out:
/// its events are handled again.
fn restored(state: Option<&Value>, start_from: &str) -> Option<Vec<(String, Digest)>> {
    let handled = state?.get(HANDLED)?;
    if handled.get(AFTER)?.as_str() != Some(start_from) {
        return None;
    }
    let of_id = |(id, digests): (&String, &Value)| {
        let digests = digests.as_array().into_iter().flatten();
        let digests = digests.filter_map(|digest| digest.as_str()?.parse().ok());
        let digests = digests.map(|digest| (id.clone(), Digest(digest)));
        digests.collect::<Vec<_>>()
    };
    let digests = handled.get(DIGESTS)?.as_object()?;
    Some(digests.iter().flat_map(of_id).take(REMEMBERED).collect())
}

/// Whether an id comes after another; ids that cannot be compared do if they differ.
fn is_after(id: &str, other: &str) -> bool {
    let parsed = |id: &str| -> Option<(u64, u64)> {
        let (time, number) = id.split_once('-')?;
        Some((time.parse().ok()?, number.parse().ok()?))
    };
    match (parsed(id), parsed(other)) {
        (Some(id), Some(other)) => id > other,
        _ => id != other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::stream::live_stream::Source;
    use serde_json::json;

    fn progress(state: Option<&Value>) -> Progress {
        let position = Position::of(state, &Source::default()).unwrap();
        Progress::new(position, state)
    }

    fn digest(name: &str) -> Digest {
        Digest::of_parts("create", name)
    }

    fn start_from(progress: &Progress) -> String {
        progress.position.start_from().to_owned()
    }

    /// Takes in an event and handles it; whether it was to be handled.
    fn handle(progress: &mut Progress, id: &str, name: &str) -> bool {
        let ticket = progress.begin(id, digest(name));
        if let Some(ticket) = ticket {
            progress.finish(ticket);
        }
        ticket.is_some()
    }

    #[test]
    fn a_digest_is_the_same_in_each_version() {
        let event = RawEvent {
            id: Some("1-0".into()),
            name: "create".into(),
            data: r#"{"data": {"id": "tool--1"}}"#.into(),
        };
        let expected = "7031e467-0dc7-5cda-bdb2-52d4496e0444";
        assert_eq!(Digest::of(&event).0.to_string(), expected);
        let other = RawEvent {
            name: "update".into(),
            ..event
        };
        assert_ne!(Digest::of(&other).0.to_string(), expected);
    }

    #[test]
    fn the_position_moves_past_an_id_when_another_has_come() {
        let mut progress = progress(None);
        let steps: &[(&str, &str, &str)] = &[
            ("event", "1-0", "0-0"),
            ("event", "1-0", "0-0"),
            ("mark", "1-0", "0-0"),
            ("event", "1-0", "0-0"),
            ("event", "2-0", "1-0"),
            ("mark", "3-0", "3-0"),
            ("event", "4-0", "3-0"),
            // Back in time: the live stream after a recovery.
            ("event", "2-5", "4-0"),
            ("mark", "2-5", "4-0"),
            ("event", "2-6", "2-5"),
        ];
        for (number, (what, id, expected)) in steps.iter().enumerate() {
            match *what {
                "event" => assert!(handle(&mut progress, id, &number.to_string())),
                _ => progress.mark(id),
            }
            assert_eq!(start_from(&progress), *expected, "after {what} {id}");
        }
    }

    #[test]
    fn an_event_that_comes_again_is_known_in_this_run_and_the_next() {
        let mut first = progress(None);
        assert!(handle(&mut first, "1-0", "a"));
        assert!(!handle(&mut first, "1-0", "a"));
        assert!(handle(&mut first, "1-0", "b"));
        let pending = first.begin("1-0", digest("c")).unwrap();
        assert_eq!(
            first.begin("1-0", digest("c")),
            None,
            "it is in progress: {pending:?}"
        );
        let mut state = first.to_state(None);
        // However often a process starts.
        for _ in 0..3 {
            state = progress(Some(&state)).to_state(Some(state));
        }

        let mut second = progress(Some(&state));
        assert!(!handle(&mut second, "1-0", "a"));
        assert!(handle(&mut second, "1-0", "c"));
        assert!(!handle(&mut second, "1-0", "b"));
        assert!(handle(&mut second, "2-0", "a"), "another id, another event");
        let expected = json!({"2-0": [digest("a").0.simple().to_string()]});
        let state = second.to_state(Some(state));
        assert_eq!(state[HANDLED][DIGESTS], expected);
        second.mark("3-0");
        assert_eq!(second.to_state(Some(state)).get(HANDLED), None);
    }

    #[test]
    fn events_behind_an_unhandled_one_are_known_in_the_next_run() {
        let mut first = progress(None);
        let slow = first.begin("1-0", digest("slow")).unwrap();
        assert!(handle(&mut first, "2-0", "a"));
        first.mark("3-0");
        first.mark("4-0");
        assert!(handle(&mut first, "5-0", "b"));
        assert_eq!(start_from(&first), "0-0");
        let state = first.to_state(None);
        first.finish(slow);
        assert_eq!(start_from(&first), "4-0");

        let mut second = progress(Some(&state));
        assert!(handle(&mut second, "1-0", "slow"));
        assert!(!handle(&mut second, "2-0", "a"));
        assert_eq!(start_from(&second), "1-0");
        assert!(!handle(&mut second, "5-0", "b"));
        assert_eq!(start_from(&second), "2-0");
    }

    #[test]
    fn digests_of_another_position_or_a_reset_are_not_obeyed() {
        let mut first = progress(None);
        assert!(handle(&mut first, "1-0", "a"));
        assert!(handle(&mut first, "2-0", "b"));
        let state = first.to_state(None);
        assert!(!handle(&mut progress(Some(&state)), "2-0", "b"));

        let mut moved = state.clone();
        moved["start_from"] = "0-0".into();
        let mut unreadable = state.clone();
        unreadable[HANDLED][DIGESTS] = json!({"2-0": [1, "x"]});
        for state in [Some(&moved), Some(&unreadable), None] {
            let mut progress = progress(state);
            assert!(handle(&mut progress, "2-0", "b"), "{state:?}");
        }
        let rewritten = progress(Some(&moved)).to_state(Some(moved));
        assert_eq!(rewritten.get(HANDLED), None);
    }

    #[test]
    fn only_so_many_events_are_remembered() {
        let mut progress = progress(None);
        for number in 0..2 * REMEMBERED {
            assert!(handle(&mut progress, "1-0", &number.to_string()));
        }
        assert_eq!(progress.len(), REMEMBERED);
        let newest = (2 * REMEMBERED - 1).to_string();
        assert!(!handle(&mut progress, "1-0", &newest));
        assert!(handle(&mut progress, "1-0", "0"));

        // What is not handled is never forgotten.
        let mut progress = self::progress(None);
        let slow = progress.begin("1-0", digest("slow")).unwrap();
        for number in 0..2 * REMEMBERED {
            handle(&mut progress, "1-0", &number.to_string());
        }
        progress.begin("2-0", digest("next"));
        assert_eq!(start_from(&progress), "0-0");
        progress.finish(slow);
        assert_eq!(start_from(&progress), "1-0");
    }
}
