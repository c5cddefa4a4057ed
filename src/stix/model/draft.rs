//! An object that is being described: its members and its faults.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::stix::error::Error;
use crate::stix::id::{StixId, id_of_members};
use crate::stix::model::complete::{complete, contradictions};
use crate::stix::model::object::Reference;
use crate::stix::time::{NotATime, Time};
use crate::value::text::Quoted;

/// Where an object stands, which decides the members that STIX requires of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// An entity, a relationship or a marking: it has times of creation and change.
    Dated,
    /// An observable, which has no such times.
    Observable,
    /// Part of another object, without a `type` of its own.
    Embedded,
}

/// An object that is being described: its members, and for each faulty one what is wrong with it.
///
/// A faulty value is kept, so that the object has an id all the same; it is refused when written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    /// The type on the wire, or what an embedded object is called in errors.
    object_type: &'static str,
    form: Form,
    members: Map<String, Value>,
    faults: BTreeMap<&'static str, String>,
}

impl Draft {
    pub(super) fn new(object_type: &'static str, form: Form) -> Self {
        let mut members = Map::new();
        if form != Form::Embedded {
            members.insert("type".into(), object_type.into());
            members.insert("spec_version".into(), "2.1".into());
        }
        Self {
            object_type,
            form,
            members,
            faults: BTreeMap::new(),
        }
    }

    /// Sets a member; the value before is forgotten with its fault.
    pub(super) fn set(&mut self, member: &'static str, value: impl Into<Value>) {
        self.faults.remove(member);
        self.members.insert(member.into(), value.into());
    }

    /// Sets a member by a name that the caller chose.
    pub(super) fn other(&mut self, member: &'static str, value: impl Into<Value>) {
        if matches!(member, "id" | "type") {
            self.fault(member, "is made by the object itself; leave it out");
        } else {
            self.set(member, value);
        }
    }

    pub(super) fn fault(&mut self, member: &'static str, fault: impl Into<String>) {
        self.faults.insert(member, fault.into());
    }

    pub(super) fn flag(&mut self, member: &'static str, flag: bool) {
        self.set(member, flag);
    }

    pub(super) fn number(&mut self, member: &'static str, number: u32) {
        self.set(member, number);
    }

    pub(super) fn bytes(&mut self, member: &'static str, bytes: u64) {
        self.set(member, bytes);
    }

    pub(super) fn port(&mut self, member: &'static str, port: u16) {
        self.set(member, port);
    }

    pub(super) fn text(&mut self, member: &'static str, text: impl Into<String>) {
        let text = text.into();
        let is_blank = text.trim().is_empty();
        self.set(member, text);
        if is_blank {
            self.fault(member, "is blank; give it a text, or leave it out");
        }
    }

    pub(super) fn time(&mut self, member: &'static str, time: Result<Time, NotATime>) {
        match time {
            Ok(time) => self.set(member, time.as_str()),
            Err(error) => {
                self.set(member, error.text());
                let example = "\"2026-11-24T09:30:00Z\"";
                let fault = format!("is {}, not a time such as {example}", Quoted(error.text()));
                self.fault(member, fault);
            }
        }
    }

    pub(super) fn percent(&mut self, member: &'static str, percent: u8) {
        self.set(member, percent);
        if percent > 100 {
            self.fault(member, format!("is {percent}; it is 0 to 100"));
        }
    }

    /// A score of CVSS, 0 to 10.
    pub(super) fn cvss(&mut self, member: &'static str, score: f64) {
        self.decimal(member, score, 0.0, 10.0);
    }

    /// A probability, 0 to 1.
    pub(super) fn fraction(&mut self, member: &'static str, fraction: f64) {
        self.decimal(member, fraction, 0.0, 1.0);
    }

    /// A length, 0 or more.
    pub(super) fn length(&mut self, member: &'static str, length: f64) {
        self.decimal(member, length, 0.0, f64::MAX);
    }

    pub(super) fn decimal(&mut self, member: &'static str, value: f64, least: f64, most: f64) {
        self.set(member, value);
        if !(least..=most).contains(&value) {
            let range = if most < f64::MAX {
                format!("it is {least} to {most}")
            } else {
                format!("it is {least} or more")
            };
            self.fault(member, format!("is {value}; {range}"));
        }
    }

    pub(super) fn texts(
        &mut self,
        member: &'static str,
        texts: impl IntoIterator<Item = impl Into<String>>,
    ) {
        for text in texts {
            let text = text.into();
            if text.trim().is_empty() {
                self.fault(member, "has a blank text; leave it out");
            }
            self.add(member, text);
        }
    }

    pub(super) fn reference(&mut self, member: &'static str, to: impl Reference) {
        self.set(member, to.stix_id().as_str());
    }

    pub(super) fn references(
        &mut self,
        member: &'static str,
        to: impl IntoIterator<Item = impl Reference>,
    ) {
        for to in to {
            self.add(member, to.stix_id().as_str());
        }
    }

    /// Adds a part to a list, with its faults.
    pub(super) fn part(&mut self, member: &'static str, part: Self) {
        for (name, fault) in part.all_faults() {
            self.fault(member, format!("has an entry whose `{name}` {fault}"));
        }
        self.add(member, part.members);
    }

    /// Adds to a list.
    pub(super) fn add(&mut self, member: &str, value: impl Into<Value>) {
        let empty = || Value::Array(Vec::new());
        let list = self.members.entry(member).or_insert_with(empty);
        if let Value::Array(list) = list {
            list.push(value.into());
        }
    }

    /// Sets an entry of a member that is an object.
    pub(super) fn entry(&mut self, member: &str, name: &str, value: impl Into<Value>) {
        let empty = || Value::Object(Map::new());
        let object = self.members.entry(member).or_insert_with(empty);
        if let Value::Object(object) = object {
            object.insert(name.into(), value.into());
        }
    }

    pub(super) fn get(&self, member: &str) -> Option<&Value> {
        self.members.get(member)
    }

    fn try_id(&self) -> Result<StixId, Error> {
        id_of_members(&self.members)
    }

    /// Of what a constructor asks for there is always an id. Should a type break that rule, its
    /// objects are refused when they are written.
    pub(super) fn id(&self) -> StixId {
        self.try_id()
            .unwrap_or_else(|_| StixId::given(self.object_type))
    }

    /// What is wrong with single members, and with some beside others.
    fn all_faults(&self) -> BTreeMap<&'static str, String> {
        let mut faults = self.faults.clone();
        for (member, fault) in contradictions(self.object_type, &self.members) {
            faults.entry(member).or_insert(fault);
        }
        faults
    }
}

impl Serialize for Draft {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let faults = self.all_faults();
        if !faults.is_empty() {
            return Err(S::Error::custom(Faults(self.object_type, &faults)));
        }
        let id = self.try_id().map_err(S::Error::custom)?;
        let mut members = self.members.clone();
        complete(&mut members, self.form == Form::Dated);
        let mut object = serializer.serialize_map(Some(members.len() + 1))?;
        object.serialize_entry("id", &id)?;
        for (name, value) in &members {
            object.serialize_entry(name, value)?;
        }
        object.end()
    }
}

/// All faults of an object, one a line.
struct Faults<'a>(&'static str, &'a BTreeMap<&'static str, String>);

impl Display for Faults<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (member, fault)) in self.1.iter().enumerate() {
            let separator = if position == 0 { "" } else { "\n" };
            write!(f, "{separator}`{member}` of this `{}` {fault}", self.0)?;
        }
        Ok(())
    }
}
