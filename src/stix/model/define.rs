//! How typed objects are defined.

/// Defines objects: doc, name (that of the variant of `EntityType`), `type` on the wire, members
/// that are always the same, what the constructor asks for, and the setters. Each value has a kind,
/// which is the name of a method of `Draft` and of a type in `argument!`.
macro_rules! objects {
    ($group:ident: $(
        $(#[$doc:meta])*
        $name:ident = $type:literal
            $([$($fixed:literal: $value:expr),+])?
            ($($required:ident: $needed:ident $needed_member:literal),*)
            $({$(
                $(#[$setter_doc:meta])*
                $setter:ident: $kind:ident $member:literal,
            )+})?;
    )+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[must_use]
        pub struct $name(pub(super) crate::stix::model::object::Draft);

        impl $name {
            crate::stix::model::define::constructor! {
                $type [$($($fixed: $value),+)?] ($($required: $needed $needed_member),*)
            }

            $($(
                $(#[$setter_doc])*
                pub fn $setter(
                    mut self,
                    $setter: crate::stix::model::define::argument!($kind),
                ) -> Self {
                    self.0.$kind($member, $setter);
                    self
                }
            )+)?
        }

        crate::stix::model::define::shared!($name);
        crate::stix::model::define::$group!($name);

        impl crate::stix::model::object::Typed for $name {
            type Object = Self;
            const ENTITY_TYPE: crate::EntityType = crate::EntityType::$name;

            fn typed_id(&self) -> crate::stix::model::object::Id<Self> {
                self.id()
            }
        }
    )+};
}
pub(super) use objects;

/// `new`, unless the object has constructors of its own.
macro_rules! constructor {
    ($type:literal [] ()) => {
        fn bare() -> Self {
            Self(crate::stix::model::object::Draft::new($type))
        }
    };
    ($type:literal [$($fixed:literal: $value:expr),*] ($($required:ident: $kind:ident $member:literal),+)) => {
        /// With what identifies it.
        pub fn new($($required: crate::stix::model::define::argument!($kind)),+) -> Self {
            let mut draft = crate::stix::model::object::Draft::new($type);
            $(draft.set($fixed, $value);)*
            $(draft.$kind($member, $required);)+
            Self(draft)
        }
    };
}
pub(super) use constructor;

/// What a value of a kind is given as.
macro_rules! argument {
    (text) => { impl Into<String> };
    (texts) => { impl IntoIterator<Item = impl Into<String>> };
    (time) => { impl std::fmt::Display };
    (flag) => { bool };
    (number) => { u32 };
    (percent) => { u8 };
    (reference) => { impl crate::stix::model::object::Reference };
    (references) => { impl IntoIterator<Item = impl crate::stix::model::object::Reference> };
}
pub(super) use argument;

/// What everything that is sent as an object has.
macro_rules! shared {
    ($name:ident) => {
        impl $name {
            /// Its deterministic id, as it is described so far. That of an object which is refused
            /// when it is pushed means nothing.
            #[must_use]
            pub fn id(&self) -> crate::stix::model::object::Id<Self> {
                crate::stix::model::object::Id::new(self.0.id())
            }

            /// Who made it.
            pub fn created_by(mut self, author: impl crate::stix::model::object::Author) -> Self {
                self.0.reference("created_by_ref", author);
                self
            }

            /// Adds a marking.
            pub fn marking(mut self, marking: impl crate::stix::model::object::MarkedWith) -> Self {
                self.0.references("object_marking_refs", [marking]);
                self
            }

            /// Adds labels.
            pub fn labels(mut self, labels: impl IntoIterator<Item = impl Into<String>>) -> Self {
                self.0.texts("labels", labels);
                self
            }

            /// Adds where more is said of it.
            pub fn external_reference(
                mut self,
                reference: crate::stix::model::ExternalReference,
            ) -> Self {
                self.0.faults_of("external_references", &reference.0);
                self.0.add("external_references", reference.0.embedded());
                self
            }

            /// Sets a member that has no setter here.
            pub fn member(
                mut self,
                name: &'static str,
                value: impl Into<serde_json::Value>,
            ) -> Self {
                self.0.other(name, value);
                self
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl crate::stix::model::object::sealed::Sealed for $name {}

        impl crate::stix::model::object::Reference for $name {
            fn stix_id(&self) -> crate::stix::StixId {
                self.0.id()
            }
        }
    };
}
pub(super) use shared;

/// What entities and relationships have.
macro_rules! domain {
    ($name:ident) => {
        impl $name {
            /// When it was made.
            pub fn created(mut self, created: impl std::fmt::Display) -> Self {
                self.0.time("created", created);
                self
            }

            /// When it was changed last.
            pub fn modified(mut self, modified: impl std::fmt::Display) -> Self {
                self.0.time("modified", modified);
                self
            }

            /// How sure the author is, of 100.
            pub fn confidence(mut self, confidence: u8) -> Self {
                self.0.percent("confidence", confidence);
                self
            }

            /// Whether it is no longer valid.
            pub fn revoked(mut self, revoked: bool) -> Self {
                self.0.flag("revoked", revoked);
                self
            }
        }
    };
}
pub(super) use domain;

/// What identities have: they can be authors.
macro_rules! identity {
    ($name:ident) => {
        crate::stix::model::define::domain!($name);

        impl $name {
            /// What it is.
            pub fn description(mut self, description: impl Into<String>) -> Self {
                self.0.text("description", description);
                self
            }

            /// The score that the platform shows, of 100.
            pub fn score(mut self, score: u8) -> Self {
                self.0.percent("x_opencti_score", score);
                self
            }

            /// How to reach it.
            pub fn contact_information(mut self, contact: impl Into<String>) -> Self {
                self.0.text("contact_information", contact);
                self
            }

            /// Other names.
            pub fn aliases(mut self, aliases: impl IntoIterator<Item = impl Into<String>>) -> Self {
                self.0.texts("x_opencti_aliases", aliases);
                self
            }
        }

        impl crate::stix::model::object::Author for $name {}
    };
}
pub(super) use identity;

/// What observables have.
macro_rules! observable {
    ($name:ident) => {
        impl $name {
            /// How malicious it is, of 100.
            pub fn score(mut self, score: u8) -> Self {
                self.0.percent("x_opencti_score", score);
                self
            }

            /// What it is.
            pub fn description(mut self, description: impl Into<String>) -> Self {
                self.0.text("x_opencti_description", description);
                self
            }

            /// Whether the platform makes an indicator of it.
            pub fn create_indicator(mut self, create: bool) -> Self {
                self.0.flag("x_opencti_create_indicator", create);
                self
            }
        }

        impl crate::stix::model::object::Observable for $name {}
    };
}
pub(super) use observable;
