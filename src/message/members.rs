//! The members of a message, read one by one: what is wrong is noted, and reading goes on.

use std::cell::RefCell;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::message::error::{MessageFault, MessageReason};

/// An object whose members are taken out one by one.
pub(super) struct Members<'f> {
    path: &'static str,
    left: Map<String, Value>,
    faults: &'f RefCell<Vec<MessageFault>>,
}

impl<'f> Members<'f> {
    /// The members of the object at this path; what is wrong is noted among the faults.
    pub(super) const fn new(
        path: &'static str,
        left: Map<String, Value>,
        faults: &'f RefCell<Vec<MessageFault>>,
    ) -> Self {
        Self { path, left, faults }
    }

    /// Whether the member is there, and not null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.left.get(name).is_some_and(|value| !value.is_null())
    }

    /// A text; one that is empty is none.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.take_text(name).unwrap_or_default()
    }

    /// A text that has to be there; what it is stands in the error.
    pub(super) fn required(&mut self, name: &str, what: &'static str) -> String {
        let text = self.take_text(name);
        if let Ok(None) = text {
            self.note(name, MessageReason::MissingMember(what));
        }
        text.ok().flatten().unwrap_or_default()
    }

    fn take_text(&mut self, name: &str) -> Result<Option<String>, Noted> {
        let text = self.take(name, "text", |value| match value {
            Value::String(text) => Ok(text),
            other => Err(other),
        })?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// Yes or no; no when it is not there.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        let flag = self.take(name, "true or false", |value| value.as_bool().ok_or(value));
        flag.unwrap_or_default().unwrap_or_default()
    }

    /// A list of texts; empty when it is not there.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        let items = self.take(name, "a list of texts", |value| match value {
            Value::Array(items) => Ok(items),
            other => Err(other),
        });
        let items = items.unwrap_or_default().unwrap_or_default();
        let texts = items
            .into_iter()
            .enumerate()
            .filter_map(|(position, item)| {
                if let Value::String(text) = item {
                    return Some(text);
                }
                let reason = MessageReason::wrong_type(&item, "text");
                self.note(&format!("{name}[{position}]"), reason);
                None
            });
        texts.collect()
    }

    /// An object.
    pub(super) fn object(&mut self, name: &str) -> Option<Map<String, Value>> {
        let object = self.take(name, "an object", |value| match value {
            Value::Object(members) => Ok(members),
            other => Err(other),
        });
        object.unwrap_or_default()
    }

    /// An object whose members are read as well.
    pub(super) fn members(&mut self, name: &str, path: &'static str) -> Option<Members<'f>> {
        let members = self.object(name)?;
        Some(Members {
            path,
            left: members,
            faults: self.faults,
        })
    }

    /// JSON text of an object.
    pub(super) fn object_text(&mut self, name: &str) -> Option<String> {
        self.json_text(name, "the JSON text of an object", |text| {
            text.trim_start().starts_with('{') && is_json::<IgnoredAny>(text)
        })
    }

    /// JSON text of a list of objects, or of a bundle.
    pub(super) fn objects_text(&mut self, name: &str) -> Option<String> {
        #[derive(Deserialize)]
        struct Bundle {
            #[serde(rename = "objects")]
            _objects: Vec<IgnoredAny>,
        }

        let expected = "the JSON text of a list of objects, or of a bundle";
        self.json_text(name, expected, |text| {
            if text.trim_start().starts_with('[') {
                is_json::<IgnoredAny>(text)
            } else {
                is_json::<Bundle>(text)
            }
        })
    }

    fn json_text(
        &mut self,
        name: &str,
        expected: &'static str,
        is_right: impl FnOnce(&str) -> bool,
    ) -> Option<String> {
        let text = self.text(name)?;
        if is_right(&text) {
            return Some(text);
        }
        let found = "text of another form";
        self.note(name, MessageReason::WrongType { found, expected });
        None
    }

    /// Notes that a member is missing, unless it is there.
    pub(super) fn need(&self, name: &str, what: &'static str) {
        if !self.has(name) {
            self.note(name, MessageReason::MissingMember(what));
        }
    }

    /// Whether the word that a required member holds is one of these; notes it if it is another,
    /// because nothing tells what to do then.
    pub(super) fn is_one_of(&self, name: &str, word: &str, known: &'static [&'static str]) -> bool {
        let is_known = known.contains(&word);
        // That there is none was noted.
        if !is_known && !word.is_empty() {
            let value = word.into();
            self.note(name, MessageReason::Unknown { value, known });
        }
        is_known
    }

    /// Notes what is wrong with a member.
    pub(super) fn note(&self, name: &str, reason: MessageReason) {
        let dot = if self.path.is_empty() { "" } else { "." };
        let path = format!("{}{dot}{name}", self.path);
        self.faults
            .borrow_mut()
            .push(MessageFault::new(path, reason));
    }

    /// A member of the right form; one that is null is not there.
    fn take<T>(
        &mut self,
        name: &str,
        expected: &'static str,
        right: impl FnOnce(Value) -> Result<T, Value>,
    ) -> Result<Option<T>, Noted> {
        let value = self.left.remove(name).filter(|value| !value.is_null());
        value.map(right).transpose().map_err(|found| {
            self.note(name, MessageReason::wrong_type(&found, expected));
            Noted
        })
    }
}

/// What is wrong was noted.
struct Noted;

fn is_json<'t, T: Deserialize<'t>>(text: &'t str) -> bool {
    serde_json::from_str::<T>(text).is_ok()
}
