//! Any JSON.

use proptest::prelude::*;
use serde_json::{Map, Value};

/// Any JSON value, with members that objects of STIX have among others.
pub(crate) fn json_value() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        prop::sample::select(vec![
            "type",
            "id",
            "name",
            "value",
            "hashes",
            "extensions",
            "created",
            "definition_type",
            "definition",
            "x_opencti_location_type",
            "latitude",
            "object_refs",
            "created_by_ref",
            "external_references",
            "kill_chain_phases",
            "nb_deps",
            "url",
            "MD5",
            "x_opencti_id",
        ])
        .prop_map(String::from),
        ".{0,4}",
    ];
    let text = prop_oneof![
        prop::sample::select(vec![
            "file", "report", "location", "Position", "TLP", "note", "url--1"
        ])
        .prop_map(String::from),
        ".{0,8}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..6)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}
