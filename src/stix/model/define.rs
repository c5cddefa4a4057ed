//! How typed objects are defined: each type is one table.
//!
//! A table has the doc, the name (that of the variant of `EntityType`), the `type` on the wire,
//! members that are always the same, what the constructor asks for, and the setters:
//!
//! ```text
//! /// What the value is, with unit and example.
//! setter: kind "member" [of vocabulary],
//! ```
//!
//! A kind is the name of a method of `Draft` and of an entry in `argument!` and `store!`. The macro
//! adds to each doc which member is written, and the vocabulary.

/// Defines objects.
macro_rules! objects {
    ($group:ident: $(
        $(#[$doc:meta])*
        $name:ident = $type:literal
            $([$($fixed:literal: $value:expr),+])?
            ($($required:ident: $needed:ident $needed_member:literal),*)
            $({$($setters:tt)+})?;
    )+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[must_use]
        pub struct $name(pub(super) crate::stix::model::draft::Draft);

        impl $name {
            crate::stix::model::define::constructor! {
                $group $type [$($($fixed: $value),+)?] ($($required: $needed $needed_member),*)
            }
        }

        $(crate::stix::model::define::setters! { $name { $($setters)+ } })?

        crate::stix::model::groups::shared!($name);
        crate::stix::model::groups::$group!($name);
        crate::stix::model::define::typed!($name);
    )+};
}
pub(super) use objects;

/// Defines the setters of a type.
macro_rules! setters {
    ($name:ident {$(
        $(#[$doc:meta])*
        $setter:ident: $kind:ident $member:literal $(of $vocabulary:ident)?,
    )+}) => {
        impl $name {$(
            $(#[$doc])*
            ///
            #[doc = concat!("Writes `", $member, "`.")]
            $(#[doc = concat!(
                "Open vocabulary: [`", stringify!($vocabulary), "`]",
                "(crate::stix::model::vocabulary::", stringify!($vocabulary), ").",
            )])?
            pub fn $setter(
                mut self,
                $setter: crate::stix::model::define::argument!($kind),
            ) -> Self {
                crate::stix::model::define::store!($kind, self.0, $member, $setter);
                self
            }
        )+}
    };
}
pub(super) use setters;

/// `new`, unless the object has constructors of its own.
macro_rules! constructor {
    ($group:ident $type:literal [$($fixed:literal: $value:expr),*] ()) => {
        fn bare() -> Self {
            #[allow(unused_mut, reason = "few types without arguments have fixed members")]
            let mut draft = crate::stix::model::define::draft!($group, $type);
            $(draft.set($fixed, $value);)*
            Self(draft)
        }
    };
    ($group:ident $type:literal [$($fixed:literal: $value:expr),*] ($($required:ident: $kind:ident $member:literal),+)) => {
        #[doc = concat!(
            "Creates the object. Writes ",
            crate::stix::model::define::listed!($($member),+), ".",
        )]
        pub fn new($($required: crate::stix::model::define::required!($kind)),+) -> Self {
            let mut draft = crate::stix::model::define::draft!($group, $type);
            $(draft.set($fixed, $value);)*
            $(crate::stix::model::define::need!($kind, draft, $member, $required);)+
            Self(draft)
        }
    };
}
pub(super) use constructor;

/// Names in backticks, with commas between them.
macro_rules! listed {
    ($first:literal $(, $more:literal)*) => {
        concat!("`", $first, "`" $(, ", `", $more, "`")*)
    };
}
pub(super) use listed;

/// An empty draft; only observables have no times of their own.
macro_rules! draft {
    (observable, $type:literal) => {
        crate::stix::model::draft::Draft::new($type, crate::stix::model::draft::Form::Observable)
    };
    (embedded, $type:literal) => {
        crate::stix::model::draft::Draft::new($type, crate::stix::model::draft::Form::Embedded)
    };
    ($group:ident, $type:literal) => {
        crate::stix::model::draft::Draft::new($type, crate::stix::model::draft::Form::Dated)
    };
}
pub(super) use draft;

/// The traits of an object whose type the platform has a name for.
macro_rules! typed {
    ($name:ident) => {
        impl crate::stix::model::object::Typed for $name {
            type Object = Self;
            const ENTITY_TYPE: crate::value::entity_type::EntityType =
                crate::value::entity_type::EntityType::$name;

            fn typed_id(&self) -> crate::stix::model::object::Id<Self> {
                self.id()
            }
        }
    };
}
pub(super) use typed;

/// What a value that a constructor asks for is given as.
macro_rules! required {
    (text) => { impl Into<String> };
    (time) => { impl crate::stix::time::IntoTime };
    (number) => { u32 };
    (reference) => { impl crate::stix::model::object::Reference };
    ($kind:ident) => { crate::stix::model::define::argument!($kind) };
}
pub(super) use required;

/// What a value of a setter is given as. A source may lack single values, so an `Option` is taken.
macro_rules! argument {
    (text) => { impl crate::stix::model::text::OptionalText };
    (texts) => { impl IntoIterator<Item = impl Into<String>> };
    (time) => { impl crate::stix::time::OptionalTime };
    (flag) => { impl Into<Option<bool>> };
    (number) => { impl Into<Option<u32>> };
    (bytes) => { impl Into<Option<u64>> };
    (port) => { impl Into<Option<u16>> };
    (percent) => { impl Into<Option<u8>> };
    (cvss) => { impl Into<Option<f64>> };
    (fraction) => { impl Into<Option<f64>> };
    (length) => { impl Into<Option<f64>> };
    (reference) => { impl crate::stix::model::object::Reference };
    (references) => { impl IntoIterator<Item = impl crate::stix::model::object::Reference> };
}
pub(super) use argument;

/// Writes a value that a constructor asked for.
macro_rules! need {
    (time, $draft:expr, $member:literal, $value:ident) => {
        $draft.time($member, crate::stix::time::IntoTime::into_time($value))
    };
    ($kind:ident, $draft:expr, $member:literal, $value:ident) => {
        $draft.$kind($member, $value)
    };
}
pub(super) use need;

/// Writes a value that a setter was given, if it is there.
macro_rules! store {
    (text, $draft:expr, $member:literal, $value:ident) => {
        if let Some(value) = crate::stix::model::text::OptionalText::optional_text($value) {
            $draft.text($member, value);
        }
    };
    (time, $draft:expr, $member:literal, $value:ident) => {
        if let Some(value) = crate::stix::time::OptionalTime::optional_time($value) {
            $draft.time($member, value);
        }
    };
    (texts, $draft:expr, $member:literal, $value:ident) => {
        $draft.texts($member, $value)
    };
    (reference, $draft:expr, $member:literal, $value:ident) => {
        $draft.reference($member, $value)
    };
    (references, $draft:expr, $member:literal, $value:ident) => {
        $draft.references($member, $value)
    };
    ($kind:ident, $draft:expr, $member:literal, $value:ident) => {
        if let Some(value) = $value.into() {
            $draft.$kind($member, value);
        }
    };
}
pub(super) use store;
