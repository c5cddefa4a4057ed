//! What the setters of a builder take, and the words in which the compiler refuses the rest.

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

/// What can be the id of a connector: text, a [`ConnectorId`] or a [`Uuid`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connector id",
    label = "neither text, nor a `ConnectorId`, nor a `Uuid`",
    note = "an id that stands in the code is checked by `connector_id!(\"..\")`",
    note = "unwrap an `Option` or a `Result` first, as with `?`; name the type that a text is parsed to, as in `.parse::<ConnectorId>()?`"
)]
pub trait IdValue: value::Into<ConnectorId> {}

/// What can be the name of a connector: text or a [`ConnectorName`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connector name",
    label = "neither text nor a `ConnectorName`",
    note = "unwrap an `Option` or a `Result` first, as with `?`; name the type that a text is parsed to, as in `.parse::<ConnectorName>()?`"
)]
pub trait NameValue: value::Into<ConnectorName> {}

pub(crate) mod value {
    use crate::value::fault::InvalidValue;

    pub trait Into<T> {
        fn value(self) -> Result<T, InvalidValue>;
    }
}

macro_rules! values {
    ($public:ident -> $value:ty: $($given:ty: $this:ident => $converted:expr;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl $public for $given {}

        #[diagnostic::do_not_recommend]
        impl value::Into<$value> for $given {
            fn value(self) -> Result<$value, InvalidValue> {
                let $this = self;
                $converted
            }
        }
    )+};
    ($public:ident -> $value:ty, from text or: $($others:tt)+) => {
        values! {
            $public -> $value:
            &str: text => text.parse();
            String: text => text.parse();
            &String: text => text.parse();
            Cow<'_, str>: text => text.parse();
            Box<str>: text => text.parse();
            $($others)+
        }
    };
}

values! {
    IdValue -> ConnectorId, from text or:
    ConnectorId: id => Ok(id);
    &ConnectorId: id => Ok(*id);
    Uuid: uuid => uuid.try_into();
    &Uuid: uuid => (*uuid).try_into();
}

values! {
    NameValue -> ConnectorName, from text or:
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
    note = "text is parsed first, as in `.scope(\"Report,Indicator\".parse::<EntityScope>()?)` or `.scope(\"text/csv\".parse::<MimeScope>()?)`; where `.parse()` names no type, it gives `!`",
    note = "a set or an iterator is collected first, as in `.scope(items.collect::<Vec<_>>())`"
)]
pub trait ScopeList: list::List<Self::Item> {
    /// What is listed.
    type Item;
}

pub(crate) mod list {
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

pub(crate) mod item {
    use crate::connector::kind::Kind;
    use crate::value::fault::InvalidValue;

    pub trait Item<K: Kind>: Sized {
        fn scope_of(list: Vec<Self>) -> Result<K::Scope, InvalidValue>;
    }
}

// One impl for each item and kind rather than one for all borrowed items: where several impls could
// hold, the compiler marks the whole chain of calls in place of `.scope`.
macro_rules! listed_by {
    ($($item:ty: $($kind:ident),+;)+) => {$($(
        #[diagnostic::do_not_recommend]
        impl ScopeItemOf<$kind> for $item {}

        #[diagnostic::do_not_recommend]
        impl ScopeItemOf<$kind> for &$item {}

        #[diagnostic::do_not_recommend]
        impl item::Item<$kind> for $item {
            fn scope_of(list: Vec<Self>) -> Result<<$kind as kind::sealed::Sealed>::Scope, InvalidValue> {
                ScopeOf::try_from(list).map(Into::into)
            }
        }

        #[diagnostic::do_not_recommend]
        impl item::Item<$kind> for &$item {
            fn scope_of(list: Vec<Self>) -> Result<<$kind as kind::sealed::Sealed>::Scope, InvalidValue> {
                item::Item::<$kind>::scope_of(list.into_iter().cloned().collect())
            }
        }
    )+)+};
}

listed_by! {
    EntityType: InternalEnrichment;
    Mime: InternalImportFile, InternalExportFile, InternalAnalysis;
}
