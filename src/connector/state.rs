//! The states of a [`ConnectorBuilder`](crate::ConnectorBuilder), and the words in which the
//! compiler refuses a wrong call.
//!
//! You never write any of this out, except in a helper over builders: the builder's methods name
//! it, and the errors explain it. It is public so that the docs can show it and such a helper can be
//! generic.

use std::borrow::Cow;

use mime::Mime;
use uuid::Uuid;

use crate::connector::kind::{
    self, InternalAnalysis, InternalEnrichment, InternalExportFile, InternalImportFile, Kind,
};
use crate::value::entity_type::EntityType;
use crate::value::fault::InvalidValue;
use crate::value::id::ConnectorId;
use crate::value::name::ConnectorName;
use crate::value::scope::{ScopeEntry, ScopeOf};

/// State of a required value that has not been given yet.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Missing;

/// State of a value that has been given.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Given;

/// State of the scope of a kind that has none.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Absent;

/// State of a scope that may be given and has not been yet.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Optional;

mod sealed {
    pub trait Sealed {}
}
use sealed::Sealed;

impl Sealed for Given {}
impl Sealed for Absent {}
impl Sealed for Optional {}

/// The id has been given.
#[diagnostic::on_unimplemented(
    message = "this connector has no id",
    label = "call `.id(..)` before `.build()`"
)]
pub trait IdGiven: Sealed {}

#[diagnostic::do_not_recommend]
impl IdGiven for Given {}

/// The name has been given.
#[diagnostic::on_unimplemented(
    message = "this connector has no name",
    label = "call `.name(..)` before `.build()`"
)]
pub trait NameGiven: Sealed {}

#[diagnostic::do_not_recommend]
impl NameGiven for Given {}

/// The scope has been given, or connectors of the kind `K` do without.
#[diagnostic::on_unimplemented(
    message = "this `{K}` connector has no scope",
    label = "call `.scope(..)` before `.build()`",
    note = "the platform takes an empty scope for everything, so a connector of this kind lists what it works on"
)]
pub trait ScopeGiven<K: Kind>: Sealed {}

#[diagnostic::do_not_recommend]
impl<K: Kind> ScopeGiven<K> for Given {}

#[diagnostic::do_not_recommend]
impl<K: Kind> ScopeGiven<K> for Absent {}

#[diagnostic::do_not_recommend]
impl<K: Kind> ScopeGiven<K> for Optional {}

/// Met by nothing: the id is set once.
#[diagnostic::on_unimplemented(
    message = "the id of this connector is set twice",
    label = "remove this call, or the one before"
)]
pub trait IdSetOnce {}

/// Met by nothing: the name is set once.
#[diagnostic::on_unimplemented(
    message = "the name of this connector is set twice",
    label = "remove this call, or the one before"
)]
pub trait NameSetOnce {}

/// Met by nothing: the scope is set once.
#[diagnostic::on_unimplemented(
    message = "the scope of this connector is set twice",
    label = "remove this call, or the one before"
)]
pub trait ScopeSetOnce {}

/// Met by no kind in the state [`Absent`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` connectors have no scope",
    label = "remove this call",
    note = "the platform never looks at the scope of such a connector"
)]
pub trait HasScope {}

/// What can be the id of a connector: text, a [`ConnectorId`] or a [`Uuid`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connector id",
    label = "neither text, nor a `ConnectorId`, nor a `Uuid`",
    note = "an id that stands in the code is checked by `connector_id!(\"..\")`",
    note = "unwrap an `Option` or a `Result` first, as with `?`; name the type that a text is parsed to, as in `.parse::<ConnectorId>()?`"
)]
pub trait IdValue: value::Id {}

/// What can be the name of a connector: text or a [`ConnectorName`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connector name",
    label = "neither text nor a `ConnectorName`",
    note = "unwrap an `Option` or a `Result` first, as with `?`; name the type that a text is parsed to, as in `.parse::<ConnectorName>()?`"
)]
pub trait NameValue: value::Name {}

pub(super) mod value {
    use super::{ConnectorId, ConnectorName, InvalidValue};

    pub trait Id {
        fn into_id(self) -> Result<ConnectorId, InvalidValue>;
    }

    pub trait Name {
        fn into_name(self) -> Result<ConnectorName, InvalidValue>;
    }
}

macro_rules! values {
    ($public:ident: $sealed:ident::$method:ident -> $value:ty;
     $($given:ty: $this:ident => $converted:expr;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl $public for $given {}

        #[diagnostic::do_not_recommend]
        impl value::$sealed for $given {
            fn $method(self) -> Result<$value, InvalidValue> {
                let $this = self;
                $converted
            }
        }
    )+};
}

values! {
    IdValue: Id::into_id -> ConnectorId;
    &str: text => text.parse();
    String: text => text.parse();
    &String: text => text.parse();
    Cow<'_, str>: text => text.parse();
    Box<str>: text => text.parse();
    ConnectorId: id => Ok(id);
    &ConnectorId: id => Ok(*id);
    Uuid: uuid => uuid.try_into();
    &Uuid: uuid => (*uuid).try_into();
}

values! {
    NameValue: Name::into_name -> ConnectorName;
    &str: text => text.parse();
    String: text => text.parse();
    &String: text => text.parse();
    Cow<'_, str>: text => text.parse();
    Box<str>: text => text.parse();
    ConnectorName: name => Ok(name);
    &ConnectorName: name => Ok(name.clone());
}

/// What can be a scope: an array, `Vec` or slice of items, owned or borrowed, or a ready scope.
///
/// Not every iterator: `Option` and `Result` are iterators too, and a failed parse would vanish.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of scope items",
    label = "neither an array, `Vec` or slice of items, nor an `EntityScope` or `MimeScope`",
    note = "a single item is listed, as in `.scope([EntityType::Report])`",
    note = "text is parsed first, as in `.scope(\"Report,Indicator\".parse::<EntityScope>()?)` or `.scope(\"text/csv\".parse::<MimeScope>()?)`",
    note = "a set or an iterator is collected first, as in `.scope(items.collect::<Vec<_>>())`"
)]
pub trait ScopeList: list::List<Self::Item> {
    /// What is listed.
    type Item;
}

pub(super) mod list {
    pub trait List<Item> {
        fn into_vec(self) -> Vec<Item>;
    }
}

macro_rules! lists {
    ($([$($params:tt)*] $list:ty: $item:ty, $this:ident => $vec:expr;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($params)*> ScopeList for $list {
            type Item = $item;
        }

        #[diagnostic::do_not_recommend]
        impl<$($params)*> list::List<$item> for $list {
            #[inline]
            fn into_vec(self) -> Vec<$item> {
                let $this = self;
                $vec
            }
        }
    )+};
}

lists! {
    [T, const N: usize] [T; N]: T, list => list.into();
    ['a, T, const N: usize] &'a [T; N]: &'a T, list => list.iter().collect();
    ['a, T] &'a [T]: &'a T, list => list.iter().collect();
    [T] Vec<T>: T, list => list;
    ['a, T] &'a Vec<T>: &'a T, list => list.iter().collect();
    [E: ScopeEntry] ScopeOf<E>: E, scope => scope.into();
    ['a, E: ScopeEntry] &'a ScopeOf<E>: &'a E, scope => scope.iter().collect();
}

/// What can be listed in the scope of a connector of the kind `K`: [`EntityType`] for enrichment,
/// [`Mime`] for files and analysis; also borrowed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be listed in the scope of an `{K}` connector",
    label = "not an item of this scope",
    note = "enrichment connectors list entity types (`EntityType`); import, export and analysis connectors list MIME types (`Mime`)",
    note = "text is parsed first, as in `\"Report\".parse::<EntityType>()?` or `\"text/csv\".parse::<Mime>()?`"
)]
pub trait ScopeItemOf<K: Kind>: item::Item<K> {}

pub(super) mod item {
    use super::{InvalidValue, Kind};

    pub trait Item<K: Kind>: Sized {
        fn scope_of(list: Vec<Self>) -> Result<K::Scope, InvalidValue>;
    }
}

#[diagnostic::do_not_recommend]
impl ScopeItemOf<InternalEnrichment> for EntityType {}

#[diagnostic::do_not_recommend]
impl ScopeItemOf<InternalImportFile> for Mime {}

#[diagnostic::do_not_recommend]
impl ScopeItemOf<InternalExportFile> for Mime {}

#[diagnostic::do_not_recommend]
impl ScopeItemOf<InternalAnalysis> for Mime {}

#[diagnostic::do_not_recommend]
impl<K: Kind, T: ScopeItemOf<K> + Clone> ScopeItemOf<K> for &T {}

macro_rules! listed_by {
    ($($item:ty: $($kind:ident),+;)+) => {$($(
        #[diagnostic::do_not_recommend]
        impl item::Item<$kind> for $item {
            fn scope_of(
                list: Vec<Self>,
            ) -> Result<<$kind as kind::sealed::Sealed>::Scope, InvalidValue> {
                ScopeOf::try_from(list).map(Into::into)
            }
        }
    )+)+};
}

listed_by! {
    EntityType: InternalEnrichment;
    Mime: InternalImportFile, InternalExportFile, InternalAnalysis;
}

#[diagnostic::do_not_recommend]
impl<K: Kind, T: item::Item<K> + Clone> item::Item<K> for &T {
    fn scope_of(list: Vec<Self>) -> Result<K::Scope, InvalidValue> {
        T::scope_of(list.into_iter().cloned().collect())
    }
}
