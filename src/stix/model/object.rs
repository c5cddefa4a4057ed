//! What all typed objects have: members, faults, an id, and the setters that they share.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::EntityType;
use crate::stix::error::Error;
use crate::stix::id::{StixId, id_of_members};
use crate::stix::model::time::is_timestamp;
use crate::stix::tlp::Tlp;
use crate::value::text::Quoted;

/// An object that is being described: its members, and for each faulty one what is wrong with it.
///
/// A faulty value is kept, so that the object has an id all the same; it is refused when written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    members: Map<String, Value>,
    faults: BTreeMap<&'static str, String>,
}

impl Draft {
    pub(super) fn new(object_type: &str) -> Self {
        let mut members = Map::new();
        members.insert("type".into(), object_type.into());
        members.insert("spec_version".into(), "2.1".into());
        let faults = BTreeMap::new();
        Self { members, faults }
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

    pub(super) fn text(&mut self, member: &'static str, text: impl Into<String>) {
        let text = text.into();
        let is_blank = text.trim().is_empty();
        self.set(member, text);
        if is_blank {
            self.fault(member, "is blank; give it a text, or leave it out");
        }
    }

    pub(super) fn time(&mut self, member: &'static str, time: impl Display) {
        let time = time.to_string();
        self.set(member, time.as_str());
        if !is_timestamp(&time) {
            let fault = format!(
                "is {}, not a timestamp in UTC such as \"2026-11-24T09:30:00Z\"",
                Quoted(&time)
            );
            self.fault(member, fault);
        }
    }

    pub(super) fn percent(&mut self, member: &'static str, percent: u8) {
        self.set(member, percent);
        if percent > 100 {
            self.fault(member, format!("is {percent}; it is 0 to 100"));
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

    fn object_type(&self) -> &str {
        self.get("type").and_then(Value::as_str).unwrap_or_default()
    }

    fn try_id(&self) -> Result<StixId, Error> {
        id_of_members(&self.members)
    }

    /// Of what a constructor asks for there is always an id. Should a type break that rule, its
    /// objects are refused when they are written.
    pub(super) fn id(&self) -> StixId {
        self.try_id()
            .unwrap_or_else(|_| StixId::given(self.object_type()))
    }

    /// The members alone, without `type`, as they are in a list of another object.
    pub(super) fn embedded(&self) -> Value {
        let own = |(name, _): &(&String, _)| *name != "type" && *name != "spec_version";
        let members = self.members.iter().filter(own);
        members
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect::<Map<_, _>>()
            .into()
    }

    /// Takes over what is wrong with an object that is put into this one.
    pub(super) fn faults_of(&mut self, member: &'static str, embedded: &Self) {
        for (name, fault) in &embedded.faults {
            self.fault(member, format!("has an entry whose `{name}` {fault}"));
        }
    }
}

impl Serialize for Draft {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.faults.is_empty() {
            return Err(S::Error::custom(Faults(self)));
        }
        let id = self.try_id().map_err(S::Error::custom)?;
        let mut object = serializer.serialize_map(Some(self.members.len() + 1))?;
        object.serialize_entry("id", &id)?;
        for (name, value) in &self.members {
            object.serialize_entry(name, value)?;
        }
        object.end()
    }
}

/// All faults of an object, one a line.
struct Faults<'a>(&'a Draft);

impl Display for Faults<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object_type = self.0.object_type();
        for (position, (member, fault)) in self.0.faults.iter().enumerate() {
            let separator = if position == 0 { "" } else { "\n" };
            write!(f, "{separator}`{member}` of this `{object_type}` {fault}")?;
        }
        Ok(())
    }
}

/// The id of an object of a known type.
///
/// ```
/// use opencti_connector::stix::StixId;
/// use opencti_connector::stix::model::{Id, Malware};
///
/// let id: Id<Malware> = Malware::new("Emotet").id();
/// assert!(id.as_str().starts_with("malware--"));
/// let untyped: StixId = id.into();
/// # drop(untyped);
/// ```
pub struct Id<T> {
    id: StixId,
    of: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    pub(super) const fn new(id: StixId) -> Self {
        let of = PhantomData;
        Self { id, of }
    }

    /// The id as text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        self.id.as_str()
    }
}

// By hand, because derived ones would ask the same of `T`, of which an id holds nothing.
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        Self::new(self.id.clone())
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Id").field(&self.as_str()).finish()
    }
}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<T> Eq for Id<T> {}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<T> Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.id.serialize(serializer)
    }
}

impl<T> From<Id<T>> for StixId {
    fn from(id: Id<T>) -> Self {
        id.id
    }
}

pub(super) mod sealed {
    pub trait Sealed {}
}
use sealed::Sealed;

/// An object whose type is known to the compiler, or the id of one.
///
/// It is sealed: the objects of [`model`](crate::stix::model) and their ids are all there are.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a typed object or the id of one",
    note = "between objects whose types are known at run time alone there is `Relationship::between`"
)]
pub trait Typed: Sealed {
    /// The object.
    type Object;
    /// The platform's name of the type.
    const ENTITY_TYPE: EntityType;

    /// Its id.
    fn typed_id(&self) -> Id<Self::Object>;
}

impl<T> Sealed for Id<T> {}

#[diagnostic::do_not_recommend]
impl<T: Typed<Object = T>> Typed for Id<T> {
    type Object = T;
    const ENTITY_TYPE: EntityType = T::ENTITY_TYPE;

    fn typed_id(&self) -> Self {
        self.clone()
    }
}

/// A typed object that is an observable.
pub trait Observable: Typed {}

/// What can be referred to: a typed object, the id of one, or any [`StixId`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an object that can be referred to",
    note = "give a reference to a typed object, or to an `Id` or a `StixId`"
)]
pub trait Reference: Sealed {
    /// The id that is referred to.
    fn stix_id(&self) -> StixId;
}

impl Sealed for StixId {}

impl Reference for StixId {
    fn stix_id(&self) -> StixId {
        self.clone()
    }
}

impl<T> Reference for Id<T> {
    fn stix_id(&self) -> StixId {
        self.id.clone()
    }
}

impl<T: Sealed + ?Sized> Sealed for &T {}

#[diagnostic::do_not_recommend]
impl<T: Reference + ?Sized> Reference for &T {
    fn stix_id(&self) -> StixId {
        (**self).stix_id()
    }
}

/// Who may have made an object: an identity, its id, or a [`StixId`] that the platform sent.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an author",
    note = "an author is an identity: an `Organization`, an `Individual`, a `System`, …"
)]
pub trait Author: Reference {}

impl Author for StixId {}
#[diagnostic::do_not_recommend]
impl<T: Author> Author for Id<T> {}
#[diagnostic::do_not_recommend]
impl<T: Author + ?Sized> Author for &T {}

/// A marking: a level of the TLP, a [`Marking`](crate::stix::model::Marking), or the id of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a marking",
    note = "give a `Tlp`, a `&Marking`, or the `&StixId` of one"
)]
pub trait MarkedWith: Reference {}

impl Sealed for Tlp {}

impl Reference for Tlp {
    fn stix_id(&self) -> StixId {
        (*self).id()
    }
}

impl MarkedWith for Tlp {}
impl MarkedWith for StixId {}
#[diagnostic::do_not_recommend]
impl<T: MarkedWith> MarkedWith for Id<T> {}
#[diagnostic::do_not_recommend]
impl<T: MarkedWith + ?Sized> MarkedWith for &T {}
