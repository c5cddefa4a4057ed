//! Relationships.

use crate::stix::id::StixId;
use crate::stix::model::define::setters;
use crate::stix::model::draft::{Draft, Form};
use crate::stix::model::embedded::coverage;
use crate::stix::model::groups::{domain, in_workflow, shared};
use crate::stix::model::object::Typed;

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
        let mut draft = Draft::new("relationship", Form::Dated);
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

    /// Adds a result of the tests of this coverage: what was tested, e.g. `prevention`, and its
    /// score, 0 to 100. Only for `has-covered`.
    ///
    /// Writes `coverage`.
    pub fn coverage(mut self, name: impl Into<String>, score: u8) -> Self {
        self.0.part("coverage", coverage(name, score));
        self
    }
}

setters! { Relationship {
    /// Description, in Markdown.
    description: text "description",
    /// Time at which the relationship started; part of the id.
    start_time: time "start_time",
    /// Time at which the relationship stopped, later than the start; beside a start, part of the id.
    stop_time: time "stop_time",
    /// URI of the relationship in another tool, e.g. of the test of a coverage.
    external_uri: text "external_uri",
}}

shared!(Relationship);
domain!(Relationship);
in_workflow!(Relationship);
