//! Sightings.

use crate::stix::id::StixId;
use crate::stix::model::allowed::is_observable;
use crate::stix::model::complete::STAND_IN;
use crate::stix::model::define::setters;
use crate::stix::model::draft::{Draft, Form};
use crate::stix::model::groups::{dated, in_workflow, known, shared};
use crate::stix::model::object::Reference;

/// That something was seen somewhere. The platform allows it of anything, anywhere.
///
/// STIX has sightings of entities alone, and at identities and locations alone. For others the
/// members are written as connectors in Python do: the ends in `x_opencti_sighting_of_ref` and
/// `x_opencti_where_sighted_refs`, which the platform reads first.
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
    /// Creates a sighting of an object at a place, e.g. the organization that saw it.
    ///
    /// Writes `sighting_of_ref` and `where_sighted_refs`.
    pub fn new(sighted: impl Reference, place: impl Reference) -> Self {
        let mut draft = Draft::new("sighting", Form::Dated);
        let sighted = sighted.stix_id();
        if is_observable_id(&sighted) {
            draft.set("sighting_of_ref", STAND_IN);
            draft.set("x_opencti_sighting_of_ref", sighted.as_str());
        } else {
            draft.set("sighting_of_ref", sighted.as_str());
        }
        Self(draft).place(place)
    }

    /// Adds another place. The platform makes a sighting for each.
    ///
    /// Writes `where_sighted_refs`.
    pub fn place(mut self, place: impl Reference) -> Self {
        let place = place.stix_id();
        let of = ["x_opencti_sighting_of_ref", "sighting_of_ref"];
        let sighted = of.iter().find_map(|member| self.0.get(member));
        if sighted.is_some_and(|sighted| sighted == place.as_str()) {
            self.0.fault(
                "where_sighted_refs",
                "has its `sighting_of_ref` too; nothing is seen in itself",
            );
        }
        let is_stix = matches!(place.object_type(), Some("identity" | "location"));
        let all = "x_opencti_where_sighted_refs";
        if !is_stix && self.0.get(all).is_none() {
            if let Some(places) = self.0.get("where_sighted_refs").cloned() {
                self.0.set(all, places);
            }
            self.0.add(all, place.as_str());
        } else if self.0.get(all).is_some() {
            self.0.add(all, place.as_str());
        }
        if is_stix {
            self.0.add("where_sighted_refs", place.as_str());
        }
        self
    }
}

setters! { Sighting {
    /// Description, in Markdown.
    description: text "description",
    /// Time at which it was first seen; part of the id.
    first_seen: time "first_seen",
    /// Time at which it was last seen; beside a first time, part of the id.
    last_seen: time "last_seen",
    /// How often it was seen; once by default.
    count: number "count",
    /// Whether it was taken for something that it is not.
    is_false_positive: flag "x_opencti_negative",
    /// Whether the platform keeps the times that it has.
    ignore_dates: flag "x_opencti_ignore_dates",
    /// Adds observed data that were seen too. The platform makes a sighting for each.
    observed_data: references "observed_data_refs",
}}

shared!(Sighting);
dated!(Sighting);
known!(Sighting);
in_workflow!(Sighting);

/// Whether an id is that of an observable, by its type.
fn is_observable_id(id: &StixId) -> bool {
    let object_type = id.object_type().unwrap_or_default();
    let entity_type = object_type.parse().ok();
    object_type == "file" || entity_type.is_some_and(|entity_type| is_observable(&entity_type))
}
