//! What makes an object valid STIX 2.1: members that STIX requires and the caller may leave out, and
//! members that STIX does not allow beside each other.

use serde_json::{Map, Value, json};

use crate::stix::time::Time;

/// The indicator that a sighting of an observable names in `sighting_of_ref`, as connectors in
/// Python do: STIX has no sightings of observables there. The observable is in
/// `x_opencti_sighting_of_ref`.
pub(super) const STAND_IN: &str = "indicator--c1034564-a9fb-429b-a1c1-c80116cc8e1e";

/// Adds the members that STIX requires, with values that change nothing on the platform.
pub(super) fn complete(members: &mut Map<String, Value>, is_dated: bool) {
    match object_type(members) {
        "indicator" => {
            // The platform does the same: the time of creation, else now.
            let from = members.get("created").cloned();
            let from = from.unwrap_or_else(|| Time::now().as_str().into());
            members.entry("valid_from").or_insert(from);
        }
        "location" => locate(members),
        "malware-analysis" if !has_any(members, &["result", "analysis_sco_refs"]) => {
            members.insert("result".into(), "unknown".into());
        }
        _ => {}
    }
    if is_dated {
        date(members);
    }
}

/// The times of creation and of the last change. The platform keeps those that it has.
fn date(members: &mut Map<String, Value>) {
    let modified = members.get("modified").cloned();
    let created = members.get("created").cloned();
    let created = created.or_else(|| modified.clone());
    let created = created.unwrap_or_else(|| Time::now().as_str().into());
    if object_type(members) != "marking-definition" {
        members.entry("modified").or_insert_with(|| created.clone());
    }
    members.entry("created").or_insert(created);
}

/// STIX requires a region, a country or coordinates of every location; the platform reads the name.
fn locate(members: &mut Map<String, Value>) {
    let name = members.get("name").cloned().unwrap_or_default();
    let own = match text(members, "x_opencti_location_type") {
        "Country" => Some("country"),
        "Region" => Some("region"),
        "City" => Some("city"),
        "Administrative-Area" => Some("administrative_area"),
        _ => None,
    };
    if let Some(own) = own {
        members.entry(own).or_insert_with(|| name.clone());
    }
    if !has_any(members, &["region", "country", "latitude"]) {
        members.insert("region".into(), name);
    }
}

/// Pairs of times of which the second cannot come before the first, and whether they may be equal.
const ORDERED: &[(&str, &str, bool)] = &[
    ("account_created", "account_expires", true),
    ("analysis_started", "analysis_ended", true),
    ("created", "modified", true),
    ("first_observed", "last_observed", true),
    ("first_seen", "last_seen", true),
    ("start", "end", true),
    ("start_time", "stop_time", false),
    ("valid_from", "valid_until", false),
    ("validity_not_before", "validity_not_after", true),
];

/// What is wrong with members beside others, by member.
pub(super) fn contradictions(
    object_type: &str,
    members: &Map<String, Value>,
) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    let is_time = |text: &&str| text.parse::<Time>().is_ok();
    let time = |member: &str| members.get(member).and_then(Value::as_str).filter(is_time);
    for (first, second, may_be_equal) in ORDERED {
        if let (Some(from), Some(to)) = (time(first), time(second))
            && (to < from || (to == from && !may_be_equal))
        {
            faults.push((*second, format!("is {to}, not after its `{first}` {from}")));
        }
    }
    let is = |member: &str| members.get(member) == Some(&json!(true));
    if object_type == "email-message" && is("is_multipart") && members.contains_key("body") {
        let fault = "is set beside `is_multipart`; STIX has a body in one of them alone";
        faults.push(("body", fault.into()));
    }
    if object_type == "location"
        && members.contains_key("precision")
        && !members.contains_key("latitude")
    {
        faults.push(("precision", "is set without coordinates".into()));
    }
    if object_type == "external-reference"
        && !has_any(members, &["url", "external_id", "description"])
    {
        let fault = "stands alone; give it a `url`, an `external_id` or a `description` too";
        faults.push(("source_name", fault.into()));
    }
    faults
}

fn has_any(members: &Map<String, Value>, names: &[&str]) -> bool {
    names.iter().any(|name| members.contains_key(*name))
}

fn object_type(members: &Map<String, Value>) -> &str {
    text(members, "type")
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> &'a str {
    members
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
