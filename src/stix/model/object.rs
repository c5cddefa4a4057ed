//! What typed objects are to each other: ids of a known type, references, authors and markings.

use std::fmt::{self, Display};
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::ser::{Serialize, Serializer};

use crate::stix::id::StixId;
use crate::stix::tlp::Tlp;
use crate::value::entity_type::EntityType;

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
