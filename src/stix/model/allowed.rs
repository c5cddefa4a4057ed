//! What says which relationships the platform allows, to the compiler and at run time.

use crate::value::entity_type::EntityType;

/// A target to which the platform allows a relationship of the type `R` from `Source`.
///
/// The platform's table says which these are; you never implement it. It is the target that has the
/// trait, because the compiler looks at arguments in their order: with the source in this place it
/// would complain before it knows the target.
#[diagnostic::on_unimplemented(
    message = "the platform allows no `{R}` from `{Source}` to `{Self}`",
    label = "not a target that the platform allows",
    note = "`Relationship::related_to` is allowed between any two objects"
)]
pub trait AllowedFrom<Source, R> {}

/// Where a relationship may go.
pub(super) enum To {
    Type(EntityType),
    AnyObservable,
}

impl To {
    pub(super) fn takes(&self, target: &EntityType) -> bool {
        match self {
            Self::Type(entity_type) => entity_type == target,
            Self::AnyObservable => is_observable(target),
        }
    }
}

/// Whether the type is one of observables, which come first in the order of the types.
pub(super) fn is_observable(entity_type: &EntityType) -> bool {
    *entity_type <= EntityType::X509Certificate
}

macro_rules! allows {
    ($source:ident $relation:ident Observables) => {
        #[diagnostic::do_not_recommend]
        impl<T: Observable> AllowedFrom<$source, relation::$relation> for T {}
    };
    ($source:ident $relation:ident $target:ident) => {
        #[diagnostic::do_not_recommend]
        impl AllowedFrom<$source, relation::$relation> for $target {}
    };
}
pub(super) use allows;

macro_rules! to {
    (Observables) => {
        crate::stix::model::allowed::To::AnyObservable
    };
    ($target:ident) => {
        crate::stix::model::allowed::To::Type(crate::value::entity_type::EntityType::$target)
    };
}
pub(super) use to;

/// The table: type of relationship, its text, the function that makes one, and from what to what.
macro_rules! relationships {
    ($($relation:ident = $name:literal, $make:ident: {
        $($source:ident: $($target:ident),+;)+
    })+) => {
        /// The types of relationship, as compile errors name them. You never write them out.
        pub mod relation {
            $(
                #[doc = concat!("`", $name, "`.")]
                #[derive(Clone, Copy, Debug)]
                #[non_exhaustive]
                pub struct $relation;
            )+
        }

        $($($(crate::stix::model::allowed::allows!($source $relation $target);)+)+)+

        const TABLE: &[(&str, EntityType, &[To])] = &[
            $($(($name, EntityType::$source, &[$(crate::stix::model::allowed::to!($target)),+]),)+)+
        ];

        impl Relationship {
            $(
                #[doc = concat!("`", $name, "`, from the source to the target.")]
                pub fn $make<S: Typed, T: Typed>(source: &S, target: &T) -> Self
                where
                    T::Object: AllowedFrom<S::Object, relation::$relation>,
                {
                    Self::new($name, &source.typed_id().into(), &target.typed_id().into())
                }
            )+
        }
    };
}
pub(super) use relationships;
