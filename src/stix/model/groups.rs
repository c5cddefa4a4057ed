//! The setters that many types share, by groups of types.

/// What everything that is sent as an object has.
macro_rules! shared {
    ($name:ident) => {
        impl $name {
            /// The deterministic id of the object as described so far. If the object is refused when
            /// it is pushed, its id means nothing.
            #[must_use]
            pub fn id(&self) -> crate::stix::model::object::Id<Self> {
                crate::stix::model::object::Id::new(self.0.id())
            }

            /// The identity that made the object, such as an `Organization`.
            ///
            /// Writes `created_by_ref`.
            pub fn created_by(mut self, author: impl crate::stix::model::object::Author) -> Self {
                self.0.reference("created_by_ref", author);
                self
            }

            /// Adds a marking: a [`Tlp`](crate::stix::Tlp), a [`Marking`](crate::stix::model::Marking)
            /// or the id of one.
            ///
            /// Writes `object_marking_refs`.
            pub fn marking(mut self, marking: impl crate::stix::model::object::MarkedWith) -> Self {
                self.0.references("object_marking_refs", [marking]);
                self
            }

            /// Adds an external reference: a page, a report or an entry elsewhere about the object.
            ///
            /// Writes `external_references`.
            pub fn external_reference(
                mut self,
                reference: crate::stix::model::ExternalReference,
            ) -> Self {
                self.0.part("external_references", reference.0);
                self
            }

            /// Sets a member that has no setter, such as one of another tool's extensions.
            pub fn member(
                mut self,
                name: &'static str,
                value: impl Into<serde_json::Value>,
            ) -> Self {
                self.0.other(name, value);
                self
            }
        }

        crate::stix::model::define::setters! { $name {
            /// Adds labels, e.g. `phishing`. The platform creates those that it does not know.
            labels: texts "labels",
            /// Adds organizations with which the platform shares the object.
            shared_with: references "x_opencti_granted_refs",
        }}

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

/// Files of the object.
macro_rules! with_files {
    ($name:ident) => {
        impl $name {
            /// Adds a file, which the platform stores with the object.
            ///
            /// Writes `x_opencti_files`.
            pub fn file(mut self, file: crate::stix::model::File) -> Self {
                self.0.part("x_opencti_files", file.0);
                self
            }
        }
    };
}
pub(super) use with_files;

/// What all entities and relationships have, whatever the importer leaves out for some.
macro_rules! known {
    ($name:ident) => {
        crate::stix::model::define::setters! { $name {
            /// Adds other STIX ids of the same object, e.g. the random id that another feed gave it.
            other_ids: texts "x_opencti_stix_ids",
        }}
    };
}
pub(super) use known;

/// A status in a workflow of the platform.
macro_rules! in_workflow {
    ($name:ident) => {
        crate::stix::model::define::setters! { $name {
            /// Internal id of the status in the platform's workflow.
            workflow_id: text "x_opencti_workflow_id",
        }}
    };
}
pub(super) use in_workflow;

/// When the object was made and changed, and how sure its author is.
macro_rules! dated {
    ($name:ident) => {
        crate::stix::model::define::setters! { $name {
            /// Time at which the author created the object. Without it the current time is written;
            /// the platform keeps the first that it learns.
            created: time "created",
            /// Time at which the author last changed the object; by default the time of creation.
            modified: time "modified",
            /// How sure the author is, 0 to 100.
            confidence: percent "confidence",
        }}
    };
}
pub(super) use dated;

/// What entities and relationships have.
macro_rules! domain {
    ($name:ident) => {
        crate::stix::model::groups::dated!($name);
        crate::stix::model::groups::known!($name);
        crate::stix::model::define::setters! { $name {
            /// Whether the author has withdrawn the object.
            revoked: flag "revoked",
            /// Language of the texts of the object, a code of RFC 5646 such as `en`.
            lang: text "lang",
            /// Time of the last change in the source. The platform ignores an older state than the
            /// one it has.
            modified_at: time "x_opencti_modified_at",
        }}
    };
}
pub(super) use domain;

/// What entities have.
macro_rules! entity {
    ($name:ident) => {
        crate::stix::model::groups::stateless!($name);
        crate::stix::model::groups::in_workflow!($name);
    };
}
pub(super) use entity;

/// What entities have whose status in a workflow the importer does not read.
macro_rules! stateless {
    ($name:ident) => {
        crate::stix::model::groups::domain!($name);
        crate::stix::model::groups::with_files!($name);
    };
}
pub(super) use stateless;

/// Tasks, of which the importer reads neither changes, confidence nor other ids.
macro_rules! task {
    ($name:ident) => {
        crate::stix::model::groups::in_workflow!($name);
        crate::stix::model::groups::with_files!($name);
        crate::stix::model::define::setters! { $name {
            /// Time of the last change in the source. The platform ignores an older state than the
            /// one it has.
            modified_at: time "x_opencti_modified_at",
        }}
    };
}
pub(super) use task;

/// Security coverages, of which the platform takes no times and no confidence.
macro_rules! covering {
    ($name:ident) => {
        crate::stix::model::groups::known!($name);
        crate::stix::model::groups::with_files!($name);

        impl $name {
            /// Adds a result: what was tested, e.g. `prevention`, and its score, 0 to 100.
            ///
            /// Writes `coverage`.
            pub fn coverage(mut self, name: impl Into<String>, score: u8) -> Self {
                self.0.part(
                    "coverage",
                    crate::stix::model::embedded::coverage(name, score),
                );
                self
            }
        }
    };
}
pub(super) use covering;

/// What identities have: they can be authors.
macro_rules! identity {
    ($name:ident) => {
        crate::stix::model::groups::entity!($name);
        crate::stix::model::define::setters! { $name {
            /// Description, in Markdown.
            description: text "description",
        }}

        impl crate::stix::model::object::Author for $name {}
    };
}
pub(super) use identity;

/// What places have.
macro_rules! location {
    ($name:ident) => {
        crate::stix::model::groups::entity!($name);
        crate::stix::model::define::setters! { $name {
            /// Description, in Markdown.
            description: text "description",
            /// Adds other names, e.g. `Deutschland`.
            aliases: texts "x_opencti_aliases",
            /// Country of the place, a code of ISO 3166-1 alpha-2 such as `DE`. For STIX alone; a
            /// relationship `located-at` tells the platform.
            country: text "country",
            /// Region of the place. For STIX alone; a relationship `located-at` tells the platform.
            region: text "region" of region,
            /// Precision of the coordinates, in metres.
            precision: length "precision",
        }}

        impl $name {
            /// Coordinates in degrees: latitude -90 to 90, longitude -180 to 180.
            ///
            /// Writes `latitude` and `longitude`.
            pub fn coordinates(mut self, latitude: f64, longitude: f64) -> Self {
                self.0.decimal("latitude", latitude, -90.0, 90.0);
                self.0.decimal("longitude", longitude, -180.0, 180.0);
                self
            }
        }
    };
}
pub(super) use location;

/// What observables have.
macro_rules! observable {
    ($name:ident) => {
        crate::stix::model::groups::with_files!($name);
        crate::stix::model::define::setters! { $name {
            /// How malicious the value is, 0 to 100.
            score: percent "x_opencti_score",
            /// Description, in Markdown.
            description: text "x_opencti_description",
            /// Whether the platform creates an indicator from the value.
            create_indicator: flag "x_opencti_create_indicator",
        }}

        impl crate::stix::model::object::Observable for $name {}
    };
}
pub(super) use observable;
