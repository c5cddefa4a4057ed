//! All that is wrong with a section, although serde stops at the first fault.
//!
//! The section is read again without what was wrong until nothing new is found. Where a setting
//! must be there, a stand-in takes its place. What is read is thrown away.

use std::cmp::Reverse;

use serde::de::DeserializeOwned;

use crate::config::section::mismatch::{Mismatch, Reason, Step};
use crate::config::section::setting::{self, Ignored, Notes};
use crate::config::sources::tree::{Form, Node, Scalar, Section};

/// More faults are as good as one that says so; a report shows 20.
const MAX_FAULTS: usize = 100;

/// How many settings are tried in turn as the one that a fault is about.
const MAX_TRIED: usize = 32;

/// How deep stand-ins are put into each other, because a type may hold itself.
const MAX_DEPTH: usize = 8;

/// Reads a section with each value in the form that fits, and returns it or all faults, with the keys
/// that its type ignores.
pub(crate) fn read<T: DeserializeOwned>(
    settings: &Section,
) -> (Result<T, Vec<Mismatch>>, Vec<Ignored>) {
    let mut search = Search {
        root: Node::Section(settings.clone()),
        known: Vec::new(),
        stand_ins: Vec::new(),
        faults: Vec::new(),
    };
    loop {
        let notes = Notes::default();
        let result = match setting::read_noting(&search.root, &notes) {
            Ok(value) if search.faults.is_empty() => Ok(value),
            Ok(_) => Err(search.faults),
            Err(mismatch) => {
                if search.step::<T>(mismatch) {
                    continue;
                }
                Err(search.faults)
            }
        };
        return (result, notes.into_ignored());
    }
}

struct Search {
    root: Node,
    /// The places of the faults, as the keys that lead there.
    known: Vec<Vec<String>>,
    stand_ins: Vec<StandIn>,
    faults: Vec<Mismatch>,
}

/// A value in place of one that must be there.
struct StandIn {
    place: Vec<String>,
    /// What is left to be tried.
    rest: std::vec::IntoIter<Node>,
    /// Whether one of the choices of an enum was tried.
    has_chosen: bool,
}

impl Search {
    /// Takes a fault out of the way of the next; false when that is not possible.
    fn step<T: DeserializeOwned>(&mut self, mismatch: Mismatch) -> bool {
        let owner = match mismatch.key() {
            Some(_) => None,
            None => self.owner::<T>(&mismatch),
        };
        let key = owner.as_deref().or(mismatch.key()).map(str::to_owned);
        if key.is_some_and(|key| self.reads_in_another_form::<T>(&key, &mismatch)) {
            return true;
        }
        let mismatch = match owner {
            Some(key) => mismatch.within(Step::Key(key)),
            None => mismatch,
        };
        let place = place(&self.root, &mismatch);
        let is_missing = mismatch.reason == Reason::Missing;
        let stand_in = self
            .stand_ins
            .iter()
            .rposition(|stand_in| place.starts_with(&stand_in.place) || place.is_empty());
        if let Some(at) = stand_in {
            // An empty section stands in, and has settings that must be there.
            let is_within = place.len() > self.stand_ins[at].place.len();
            return if is_missing && is_within {
                self.stand_in(place)
            } else {
                self.try_next(at, mismatch.choices)
            };
        }
        if place.is_empty() || self.faults.len() == MAX_FAULTS {
            if self.faults.is_empty() {
                self.faults.push(mismatch);
            }
            return false;
        }
        if !self.known.contains(&place) {
            self.known.push(place.clone());
            self.faults.push(mismatch);
            if remove(&mut self.root, &place) {
                return true;
            }
        }
        is_missing && self.stand_in(place)
    }

    /// Where a value can be read as a text and as a number, and the wrong one was taken: whether
    /// the other fits, which is kept then.
    fn reads_in_another_form<T: DeserializeOwned>(
        &mut self,
        key: &str,
        mismatch: &Mismatch,
    ) -> bool {
        let Some(before) = self.get(key).filter(|_| mismatch.reason != Reason::Missing) else {
            return false;
        };
        let is_elsewhere = |next: &Mismatch| match mismatch.key() {
            Some(_) => next.key() != Some(key),
            // In another form it would be of another kind.
            None => {
                next.key().is_some() || next.found != mismatch.found || next.kind == mismatch.kind
            }
        };
        let mut node = before.clone();
        while node.change_form() {
            self.put(key, node.clone());
            match setting::read::<T>(&self.root) {
                Err(next) if !is_elsewhere(&next) => {}
                _ => return true,
            }
        }
        self.put(key, before);
        false
    }

    /// The setting that a fault is about where serde does not say which, as behind
    /// `#[serde(flatten)]`.
    fn owner<T: DeserializeOwned>(&mut self, mismatch: &Mismatch) -> Option<String> {
        self.suspects(mismatch).into_iter().find(|key| {
            let Some(before) = self.get(key) else {
                return false;
            };
            let (decoy, found) = decoy(&before);
            self.put(key, decoy);
            let with_decoy = setting::read::<T>(&self.root);
            self.put(key, before);
            // The decoy is refused in its place, or the value was: nothing else is new.
            let is_it = match with_decoy {
                Ok(_) => mismatch.found.is_some(),
                Err(next) => {
                    next.found == Some(found)
                        || (mismatch.found.is_some() && next.found != mismatch.found)
                }
            };
            if is_it {
                return true;
            }
            // A type that says what is wrong in its own words says no value.
            mismatch.reason == Reason::InItsOwnWords && self.is_mended_without::<T>(key)
        })
    }

    fn is_mended_without<T: DeserializeOwned>(&mut self, key: &str) -> bool {
        let before = self.root.clone();
        remove(&mut self.root, &[key.to_owned()]);
        let without = setting::read::<T>(&self.root);
        self.root = before;
        match without {
            Ok(_) => true,
            Err(next) => next.reason == Reason::Missing && next.key() == Some(key),
        }
    }

    /// The settings that a fault can be about: those with its value, if it has one.
    fn suspects(&self, mismatch: &Mismatch) -> Vec<String> {
        let Some(Section(members)) = self.section() else {
            return Vec::new();
        };
        let found = mismatch.found.as_deref();
        let is_suspect = |node: &Node| found.is_none_or(|found| node.holds_within(found));
        let suspects = members.iter().filter(|(_, node)| is_suspect(node));
        let keys = suspects.map(|(key, _)| key.clone());
        // What was put there last was not read before.
        let mut keys: Vec<_> = keys.collect();
        keys.sort_by_cached_key(|key| {
            let stands_in = |stand_in: &StandIn| stand_in.place.first() == Some(key);
            Reverse(self.stand_ins.iter().rposition(stands_in))
        });
        keys.truncate(MAX_TRIED);
        keys
    }

    fn get(&self, key: &str) -> Option<Node> {
        self.section()?.get(key).cloned()
    }

    fn section(&self) -> Option<&Section> {
        match &self.root {
            Node::Section(section) => Some(section),
            _ => None,
        }
    }

    /// Puts a value in a place where one must be.
    fn stand_in(&mut self, place: Vec<String>) -> bool {
        if place.len() > MAX_DEPTH {
            return false;
        }
        self.stand_ins.push(StandIn {
            place,
            rest: stand_ins().into_iter(),
            has_chosen: false,
        });
        self.try_next(self.stand_ins.len() - 1, &[])
    }

    fn try_next(&mut self, at: usize, choices: &[&str]) -> bool {
        let stand_in = &mut self.stand_ins[at];
        let node = match choices {
            [choice, ..] if !stand_in.has_chosen => {
                stand_in.has_chosen = true;
                Node::text(*choice)
            }
            _ => match stand_in.rest.next() {
                Some(node) => node,
                None => return false,
            },
        };
        let place = stand_in.place.clone();
        let Some((section, key)) = slot(&mut self.root, &place) else {
            return false;
        };
        section.set(key, node);
        true
    }

    fn put(&mut self, key: &str, node: Node) {
        if let Node::Section(section) = &mut self.root {
            section.set(key, node);
        }
    }
}

/// A value that is read where another is, but told from it in a fault; and how it is told.
fn decoy(node: &Node) -> (Node, String) {
    let (text, form) = match setting::read(node) {
        Ok(serde_json::Value::Bool(flag)) => ((!flag).to_string(), Form::Plain),
        Ok(serde_json::Value::Number(_)) => ("96".to_owned(), Form::Plain),
        _ => ("\0".to_owned(), Form::Text),
    };
    let found = text.clone();
    (Node::Scalar(Scalar { text, form }), found)
}

/// What fits most settings, one after the other.
fn stand_ins() -> Vec<Node> {
    let texts = [
        "https://a.example",
        "127.0.0.1",
        "2026-01-01T00:00:00Z",
        "2026-01-01",
        "P1D",
        "550e8400-e29b-41d4-a716-446655440000",
        "a@a.example",
    ];
    // Not a value that settings often have, to be told from them.
    let number = Scalar {
        text: "97".into(),
        form: Form::Plain,
    };
    let flag = Scalar {
        text: "true".into(),
        form: Form::Plain,
    };
    [Node::text("97"), Node::Scalar(number), Node::Scalar(flag)]
        .into_iter()
        .chain(texts.map(Node::text))
        .chain([Node::List(Vec::new()), Node::Section(Section::default())])
        .collect()
}

/// The keys that lead to a fault, as far as the tree has them: not into a list or a text.
fn place(root: &Node, mismatch: &Mismatch) -> Vec<String> {
    let mut place = Vec::new();
    let mut here = Some(root);
    for step in mismatch.path() {
        let (Step::Key(key), Some(Node::Section(section))) = (step, here) else {
            break;
        };
        place.push(key.clone());
        here = section.get(key);
    }
    place
}

/// The section in which the last of the keys is, and that key.
fn slot<'a, 'k>(root: &'a mut Node, place: &'k [String]) -> Option<(&'a mut Section, &'k str)> {
    let (last, outer) = place.split_last()?;
    let mut here = root;
    for key in outer {
        let Node::Section(section) = here else {
            return None;
        };
        here = section.get_mut(key)?;
    }
    match here {
        Node::Section(section) => Some((section, last)),
        _ => None,
    }
}

/// Removes what is at a place; false when nothing is.
fn remove(root: &mut Node, place: &[String]) -> bool {
    slot(root, place).is_some_and(|(section, key)| section.remove(key).is_some())
}
