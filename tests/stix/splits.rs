//! The splitter beside pycti's: the same parts, but where pycti's has a defect.

use std::collections::BTreeMap;

use opencti_connector::stix::Bundle;
use serde::Deserialize;
use serde_json::{Number, Value, json};

use crate::graph::{check, has_circle, parts_of};

#[derive(Deserialize)]
struct Sample {
    shape: String,
    cleanup: bool,
    bundle: Value,
    #[serde(default)]
    parts: Vec<Recorded>,
    #[serde(default)]
    left_out: Vec<String>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Recorded {
    id: String,
    seq: Number,
    object: Option<Value>,
}

impl Sample {
    fn all() -> Vec<Self> {
        serde_json::from_str(include_str!("../data/pycti_splits.json")).expect("recorded samples")
    }

    fn bundle(&self) -> Bundle {
        let bundle = Bundle::from_json(self.bundle.to_string()).expect("a bundle");
        if self.cleanup {
            bundle.cleaned_up()
        } else {
            bundle
        }
    }

    /// pycti's parts, in the form of ours.
    fn recorded(&self) -> Vec<Value> {
        let objects = self.bundle["objects"].as_array().expect("objects");
        let part = |part: &Recorded| {
            let last = objects
                .iter()
                .rfind(|object| object["id"] == part.id.as_str());
            let mut object = part.object.clone().or(last.cloned()).expect("an object");
            object["nb_deps"] = saturated(&part.seq);
            json!({
                "type": "bundle", "id": self.bundle["id"], "spec_version": "2.1",
                "x_opencti_seq": saturated(&part.seq), "objects": [object],
            })
        };
        self.parts.iter().map(part).collect()
    }

    fn is_as_recorded(&self) -> bool {
        let split = self.bundle().split();
        let mut left_out: Vec<&str> = split
            .left_out()
            .iter()
            .map(|left_out| left_out.id().as_str())
            .collect();
        let mut recorded: Vec<&str> = self.left_out.iter().map(String::as_str).collect();
        left_out.sort_unstable();
        recorded.sort_unstable();
        self.error.is_none() && parts_of(&split) == self.recorded() && left_out == recorded
    }
}

/// A number beyond 64 bits is the largest.
fn saturated(number: &Number) -> Value {
    number.as_u64().unwrap_or(u64::MAX).into()
}

/// What the recorded bundles have of interest, each with how many of them are split in another way
/// than pycti does.
const DEVIATIONS: [(&str, usize); 20] = [
    ("acyclic", 0),
    ("aliases_first", 0),
    ("chain", 0),
    ("diamond", 0),
    ("duplicates", 0),
    ("embedded", 0),
    ("every_type", 0),
    ("pairs", 0),
    ("relationships", 0),
    ("self_references", 0),
    // Numbers beyond 64 bits end at the largest; all else is the same.
    ("towers", 0),
    ("unsupported", 0),
    ("wide", 0),
    // pycti publishes an object twice.
    ("aliases_last", 6),
    // pycti loses a reference.
    ("bare_references", 6),
    // pycti leaves a circle through the object where it began, or loses a relationship over it.
    ("circles", 20),
    ("report_of_its_relationship", 4),
    ("tangled", 26),
    // pycti stops with an error.
    ("long_chain", 1),
    ("not_references", 8),
];

#[test]
fn a_bundle_is_split_as_pycti_does_but_for_its_defects() {
    let samples = Sample::all();
    assert_eq!(samples.len(), 200);
    let mut deviations = BTreeMap::<&str, usize>::new();
    for sample in &samples {
        *deviations.entry(&sample.shape).or_default() += usize::from(!sample.is_as_recorded());
    }
    assert_eq!(deviations, BTreeMap::from(DEVIATIONS));
}

#[test]
fn a_bundle_without_a_defect_is_split_as_pycti_does() {
    let with_circles = ["circles", "report_of_its_relationship", "tangled"];
    for sample in Sample::all() {
        if with_circles.contains(&&*sample.shape) && !sample.is_as_recorded() {
            assert!(has_circle(&sample.bundle["objects"]), "{}", sample.bundle);
        }
    }
}

#[test]
fn every_recorded_bundle_is_split_soundly() {
    for sample in Sample::all() {
        check(&sample.bundle["objects"], &sample.bundle().split());
    }
}
