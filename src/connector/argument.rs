//! The arguments that a builder's setters accept, and the compile errors for all others.

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

/// Types that the builder accepts as an id: text, [`ConnectorId`] and [`Uuid`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connector id",
    label = "expected text, a `ConnectorId` or a `Uuid`",
    note = "to check a literal at compile time, use `connector_id!(\"..\")`",
    note = "unwrap an `Option` or `Result` first, e.g. with `?`; name the type that you parse, as in `.parse::<ConnectorId>()?`"
)]
pub trait IdValue: value::Into<ConnectorId> {}

/// Types that the builder accepts as a name: text and [`ConnectorName`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connector name",
    label = "expected text or a `ConnectorName`",
    note = "unwrap an `Option` or `Result` first, e.g. with `?`; name the type that you parse, as in `.parse::<ConnectorName>()?`"
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

/// Types that the builder accepts as a scope: an array, `Vec` or slice of items, or a
/// [`ScopeOf`], each owned or borrowed.
///
/// Iterators are not accepted: `Option` and `Result` are iterators too, so a failed parse would go
/// unnoticed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of scope items",
    label = "expected an array, `Vec` or slice of items, an `EntityScope` or a `MimeScope`",
    note = "put a single item in an array, as in `.scope([EntityType::Report])`",
    note = "parse text first, as in `.scope(\"Report,Indicator\".parse::<EntityScope>()?)` or `.scope(\"text/csv\".parse::<MimeScope>()?)`; without a type, `.parse()` returns `!`",
    note = "collect a set or an iterator first, as in `.scope(items.collect::<Vec<_>>())`"
)]
pub trait ScopeList: list::List<Self::Item> {
    /// The item type of the list, e.g. [`EntityType`].
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

/// Types that the scope of a connector of the kind `K` can list: [`EntityType`] for enrichment,
/// [`Mime`] for files and analysis, each owned or borrowed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be listed in the scope of an `{K}` connector",
    label = "wrong type of scope item",
    note = "enrichment connectors list entity types (`EntityType`); import, export and analysis connectors list MIME types (`Mime`)",
    note = "parse text first, as in `\"Report\".parse::<EntityType>()?` or `\"text/csv\".parse::<Mime>()?`"
)]
pub trait ScopeItemOf<K: Kind>: item::Item<K> {}

pub(crate) mod item {
    use crate::connector::kind::Kind;
    use crate::value::fault::InvalidValue;

    pub trait Item<K: Kind>: Sized {
        fn scope_of(list: Vec<Self>) -> Result<K::Scope, InvalidValue>;
    }
}

// One impl per item and kind instead of one for all borrowed items: if several impls could apply,
// the compiler marks the whole chain of calls instead of `.scope`.
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
