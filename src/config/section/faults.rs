//! Finding all faults of a section, although serde stops at the first one.
//!
//! The section is read again without the faulty setting, until there is no new fault. A stand-in
//! replaces a required setting. The values read on the way are discarded.

use std::cmp::Reverse;

use serde::de::DeserializeOwned;

use crate::config::section::mismatch::{Mismatch, Reason, Step};
use crate::config::section::notes::{Ignored, Notes};
use crate::config::section::setting;
use crate::config::sources::tree::{Form, Node, Scalar, Section};

/// Most faults to collect; a report shows 20.
const MAX_FAULTS: usize = 100;

/// Most settings to try as the one that a fault is about.
const MAX_TRIED: usize = 32;

/// Most nested stand-ins, because a type may contain itself.
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
    /// The paths of the faults.
    known: Vec<Vec<String>>,
    stand_ins: Vec<StandIn>,
    faults: Vec<Mismatch>,
}

/// A value in place of a required one.
struct StandIn {
    place: Vec<String>,
    /// The values that are still untried.
    rest: std::vec::IntoIter<Node>,
    /// Whether one of the choices of an enum was tried.
    has_chosen: bool,
}

impl Search {
    /// Removes a fault, so that the next one shows. False if that is not possible.
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
            // The stand-in is an empty section that has required settings.
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

    /// Tries a value in its other forms: a text may also be a number. True if one fits, which is then
    /// kept.
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

    /// Finds the setting that a fault is about if serde does not name it, as behind
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
            // The decoy is refused instead, or the value is no longer refused.
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
            // A type that words the fault itself does not report the value.
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

    /// Returns the settings that a fault can be about: those with its value, if it reports one.
    fn suspects(&self, mismatch: &Mismatch) -> Vec<String> {
        let Some(Section(members)) = self.section() else {
            return Vec::new();
        };
        let found = mismatch.found.as_deref();
        let is_suspect = |node: &Node| found.is_none_or(|found| node.holds_within(found));
        let suspects = members.iter().filter(|(_, node)| is_suspect(node));
        let keys = suspects.map(|(key, _)| key.clone());
        // The latest stand-in comes first, because it was not read before.
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

    /// Puts a stand-in in the place of a required value.
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

/// Returns a value of the same kind that a fault can be recognized by, and its text.
fn decoy(node: &Node) -> (Node, String) {
    let (text, form) = match setting::read(node) {
        Ok(serde_json::Value::Bool(flag)) => ((!flag).to_string(), Form::Plain),
        Ok(serde_json::Value::Number(_)) => ("96".to_owned(), Form::Plain),
        _ => ("\0".to_owned(), Form::Text),
    };
    let found = text.clone();
    (Node::Scalar(Scalar { text, form }), found)
}

/// Returns values that fit most settings, to be tried in this order.
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
    // A rare value, so that it differs from those of settings.
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

/// Returns the keys that lead to a fault, up to the first list or text.
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

/// Returns the section with the last of the keys, and that key.
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

/// Removes the value at a place; false if there is none.
fn remove(root: &mut Node, place: &[String]) -> bool {
    slot(root, place).is_some_and(|(section, key)| section.remove(key).is_some())
}
