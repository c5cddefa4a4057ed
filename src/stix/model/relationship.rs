//! Relationships and sightings.

use std::fmt;

use crate::stix::StixId;
use crate::stix::model::define::{domain, shared};
use crate::stix::model::object::{Draft, Reference, Typed};

/// What one object is to another.
///
/// For each type of relationship there is a function; it takes objects between which the platform
/// allows it, and their [`Id`](crate::stix::model::Id)s.
///
/// ```
/// use opencti_connector::stix::model::{IntrusionSet, Malware, Relationship};
///
/// let (group, malware) = (IntrusionSet::new("TA542"), Malware::new("Emotet"));
/// let uses = Relationship::uses(&group, &malware).start_time("2014-01-01T00:00:00Z");
/// # drop(uses);
/// ```
///
/// One that the platform would refuse does not compile:
///
/// ```compile_fail,E0277
/// use opencti_connector::stix::model::{Malware, Relationship, Report};
///
/// let (malware, report) = (Malware::new("Emotet"), Report::new("Q3", "2026-10-01T00:00:00Z"));
/// Relationship::uses(&malware, &report); // the platform allows no `Uses` from `Malware` to `Report`
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Relationship(Draft);

impl Relationship {
    pub(super) fn new(relationship_type: &str, source: &StixId, target: &StixId) -> Self {
        let mut draft = Draft::new("relationship");
        draft.set("relationship_type", relationship_type);
        draft.set("source_ref", source.as_str());
        draft.set("target_ref", target.as_str());
        if source == target {
            draft.fault(
                "target_ref",
                "is its `source_ref` too; the platform relates no object to itself",
            );
        }
        Self(draft)
    }

    /// `related-to`, which is allowed between any two objects.
    pub fn related_to<S: Typed, T: Typed>(source: &S, target: &T) -> Self {
        Self::new(
            "related-to",
            &source.typed_id().into(),
            &target.typed_id().into(),
        )
    }

    /// `revoked-by`, which is allowed between any two objects.
    pub fn revoked_by<S: Typed, T: Typed>(source: &S, target: &T) -> Self {
        Self::new(
            "revoked-by",
            &source.typed_id().into(),
            &target.typed_id().into(),
        )
    }

    /// What it is about.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.0.text("description", description);
        self
    }

    /// When it began; part of what identifies it.
    pub fn start_time(mut self, time: impl fmt::Display) -> Self {
        self.0.time("start_time", time);
        self
    }

    /// When it ended; beside a start, part of what identifies it.
    pub fn stop_time(mut self, time: impl fmt::Display) -> Self {
        self.0.time("stop_time", time);
        self
    }
}

shared!(Relationship);
domain!(Relationship);

/// That something was seen somewhere. The platform allows it of anything, anywhere.
///
/// ```
/// use opencti_connector::stix::model::{DomainName, Organization, Sighting};
///
/// let domain = DomainName::new("example.org");
/// let sighting = Sighting::new(&domain, &Organization::new("Example Ltd."))
///     .first_seen("2026-11-24T00:00:00Z")
///     .last_seen("2026-11-24T12:00:00Z")
///     .count(3);
/// # drop(sighting);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Sighting(Draft);

impl Sighting {
    /// Of what, and where. STIX has a sighting be of entities alone; the platform takes one of an
    /// observable just so.
    pub fn new(sighted: impl Reference, place: impl Reference) -> Self {
        let mut draft = Draft::new("sighting");
        let (sighted, place) = (sighted.stix_id(), place.stix_id());
        draft.set("sighting_of_ref", sighted.as_str());
        draft.add("where_sighted_refs", place.as_str());
        if sighted == place {
            draft.fault(
                "where_sighted_refs",
                "has its `sighting_of_ref` too; nothing is seen in itself",
            );
        }
        Self(draft)
    }

    /// What was seen.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.0.text("description", description);
        self
    }

    /// When it was first seen; part of what identifies the sighting.
    pub fn first_seen(mut self, time: impl fmt::Display) -> Self {
        self.0.time("first_seen", time);
        self
    }

    /// When it was last seen; beside a first time, part of what identifies the sighting.
    pub fn last_seen(mut self, time: impl fmt::Display) -> Self {
        self.0.time("last_seen", time);
        self
    }

    /// How often it was seen.
    pub fn count(mut self, count: u32) -> Self {
        self.0.number("count", count);
        self
    }

    /// Whether it was taken for something that it is not.
    pub fn is_false_positive(mut self, is_false_positive: bool) -> Self {
        self.0.flag("x_opencti_negative", is_false_positive);
        self
    }
}

shared!(Sighting);
domain!(Sighting);
