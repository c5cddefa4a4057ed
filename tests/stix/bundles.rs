//! What a bundle takes, and what its parts hold.

use opencti_connector::stix::{Bundle, Part, Split, Why};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::any::json_value;
use crate::graph::parts_of;

fn split(objects: &Value) -> Split {
    Bundle::from_json(objects.to_string())
        .expect("a bundle")
        .split()
}

/// The objects that are sent, without `nb_deps`.
fn sent(split: &Split) -> Vec<Value> {
    let mut parts = parts_of(split);
    let objects = parts.iter_mut().map(|part| part["objects"][0].take());
    objects
        .map(|mut object| {
            object.as_object_mut().expect("an object").remove("nb_deps");
            object
        })
        .collect()
}

fn left_out(split: &Split) -> Vec<String> {
    split.left_out().iter().map(ToString::to_string).collect()
}

#[test]
fn a_part_is_a_bundle_of_one_object_under_the_id_of_the_whole() {
    let text = r#" {"type":"bundle","id":"bundle--\u0061\"","spec_version":"2.0","objects":[
        {"name":"\u00e9","type":"tool", "id":"tool--1", "n": 1.50 }
    ]}"#;
    let split = Bundle::from_json(text).expect("a bundle").split();
    assert_eq!(
        split.parts()[0].to_json(),
        r#"{"type":"bundle","id":"bundle--a\"","spec_version":"2.1","x_opencti_seq":1,"objects":[{"name":"\u00e9","type":"tool", "id":"tool--1", "n": 1.50 ,"nb_deps":1}]}"#,
    );
}

#[test]
fn a_list_of_objects_is_a_bundle_too() {
    let list = Bundle::from_json(r#"[{"type":"tool","id":"tool--1"}]"#).expect("a list");
    assert_eq!(list.len(), 1);
    assert!(list.id().starts_with("bundle--"));
}

#[test]
fn a_text_that_is_not_a_bundle_is_refused() {
    let cases = [
        (
            "",
            "not valid STIX: EOF while parsing a value at line 1 column 0",
        ),
        (
            "{}",
            "not a bundle: neither an object with a list `objects`, nor a list of objects",
        ),
        (
            "7",
            "not a bundle: neither an object with a list `objects`, nor a list of objects",
        ),
        (
            r#"{"objects":null}"#,
            "not a bundle: neither an object with a list `objects`, nor a list of objects",
        ),
        (
            r#"[7, {"type":"tool","id":"tool--1"}, {"type":"tool"}, {"id":"a"}, [], {"id":3}]"#,
            "objects[0]: not a STIX object: it is not a JSON object\n\
             objects[2]: this `tool` cannot be identified without `name`; give it that, or an `id`\n\
             objects[3]: this object has no `type`; every STIX object needs one\n\
             objects[4]: not a STIX object: it is not a JSON object\n\
             objects[5]: not valid STIX: invalid type: integer `3`, expected a string at line 1 \
             column 7",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(
            Bundle::from_json(text).expect_err(text).to_string(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn objects_are_added_all_or_none() {
    let mut bundle = Bundle::new();
    bundle
        .push(json!({"type": "tool", "name": "a"}))
        .expect("an object");
    let objects = [
        json!({"type": "tool", "name": "b"}),
        json!({"type": "tool"}),
    ];
    let error = bundle
        .extend(&objects)
        .expect_err("an object without a name");
    assert_eq!(
        error.to_string(),
        "objects[1]: this `tool` cannot be identified without `name`; give it that, or an `id`"
    );
    assert_eq!(bundle.len(), 1);
    assert_eq!(sent(&bundle.split()).len(), 1);
    bundle.extend(&objects[..1]).expect("objects");
    assert_eq!(sent(&bundle.split()).len(), 2);
}

#[test]
fn nothing_is_left_of_objects_that_were_not_added() {
    let mut bundle = Bundle::new();
    let refused = [
        json!({"type": "report", "id": "report--1", "object_refs": ["tool--2"], "x_opencti_id": "a"}),
        json!({"type": "report"}),
    ];
    bundle
        .extend(&refused)
        .expect_err("a report without a name");
    let added = [
        json!({"type": "tool", "id": "tool--1", "a_ref": "a"}),
        json!({"type": "tool", "id": "tool--2"}),
    ];
    bundle.extend(&added).expect("objects");
    let split = bundle.split();
    assert_eq!(sent(&split), added);
    assert!(split.parts().iter().all(|part| part.sequence() == 1));
}

#[test]
fn what_was_split_before_is_counted_anew() {
    let split = split(&json!([{"nb_deps": 7, "type": "tool", "id": "tool--1"}]));
    let json = split.parts()[0].to_json();
    assert!(
        json.ends_with(r#"[{"type":"tool","id":"tool--1","nb_deps":1}]}"#),
        "{json}"
    );
}

#[test]
fn a_relationship_is_known_by_its_type_alone() {
    let split = split(
        &json!([{"type": "relationship", "id": "x-ours--1", "source_ref": "tool--1",
                               "target_ref": "tool--2"}]),
    );
    assert_eq!(split.parts().len(), 1);
}

fn warnings(split: &Split) -> Vec<String> {
    split.warnings().iter().map(ToString::to_string).collect()
}

#[test]
fn what_has_the_id_of_another_takes_its_place_and_is_one_line() {
    let split = split(&json!([
        {"type": "tool", "id": "tool--1", "name": "a"},
        {"type": "tool", "id": "tool--2", "name": "a"},
        {"type": "tool", "id": "tool--1", "name": "b"},
        {"type": "tool", "id": "tool--1", "name": "c"},
        {"type": "tool", "id": "tool--2", "name": "b"},
    ]));
    let names: Vec<Value> = sent(&split)
        .into_iter()
        .map(|tool| tool["name"].clone())
        .collect();
    assert_eq!(names, [json!("c"), json!("b")]);
    assert_eq!(left_out(&split), [""; 0]);
    assert_eq!(
        warnings(&split),
        [
            "the bundle has differing objects with one id, of which the last is sent: tool--1, \
          tool--2; merge them into one"
        ]
    );
}

#[test]
fn the_same_object_again_is_nothing() {
    let split = split(&json!([
        {"type": "tool", "id": "tool--1", "name": "a", "created": "2026-11-24T00:00:00.000Z"},
        {"name": "a", "type": "tool", "id": "tool--1"},
        {"type": "tool", "id": "tool--1", "name": "a", "created": "2026-11-24T00:00:00.001Z",
         "modified": "2026-11-24T00:00:00.001Z"},
    ]));
    assert_eq!(split.parts().len(), 1);
    assert_eq!((left_out(&split), warnings(&split)), (vec![], vec![]));
}

#[test]
fn a_time_in_an_id_without_milliseconds_is_one_line() {
    let task =
        |name: &str, created: &str| json!({"type": "task", "name": name, "created": created});
    let mut bundle = Bundle::new();
    bundle
        .push(task("exact", "2026-11-24T00:00:00.000Z"))
        .expect("an object");
    bundle
        .push(json!({"type": "task", "id": "task--1", "created": "2026-11-24T00:00:00Z"}))
        .expect("an object whose id is given");
    // Not part of the id of malware.
    bundle
        .push(json!({"type": "malware", "name": "a", "created": "2026-11-24T00:00:00Z"}))
        .expect("an object");
    assert_eq!(warnings(&bundle.split()), [""; 0]);
    let refused = [
        task("a", "2026-11-24T00:00:00Z"),
        json!({"type": "task", "name": "b"}),
    ];
    assert!(bundle.extend(&refused).is_err());
    assert_eq!(warnings(&bundle.split()), [""; 0]);

    let first = bundle
        .push(task("a", "2026-11-24T00:00:00Z"))
        .expect("an object");
    bundle
        .push(json!({"type": "report", "name": "a", "published": "2026-11-24T00:00:00+00:00"}))
        .expect("an object");
    let expected = format!(
        "times in ids are not written in UTC with milliseconds, so the platform makes other ids: \
         `created` of {first} (and 1 more); write them as 2026-11-24T09:30:00.000Z"
    );
    assert_eq!(warnings(&bundle.split()), [expected.as_str()]);
    assert_eq!(warnings(&bundle.unsplit().split()), [expected.as_str()]);
}

#[test]
fn references_to_what_is_left_out_for_its_ends_are_dropped() {
    let relationship = |id: &str, source: &str, target: &str| json!({"type": "relationship", "id": id, "source_ref": source, "target_ref": target});
    let split = split(&json!([
        {"type": "report", "id": "report--1", "object_refs": [
            "relationship--1", "tool--1", "relationship--3", "sighting--1", "relationship--9"
        ]},
        relationship("relationship--1", "tool--1", "x-ours--1"),
        {"type": "tool", "id": "tool--1"},
        {"type": "note", "id": "note--1", "object_refs": ["relationship--2"]},
        // Each loses its end by the one before.
        relationship("relationship--2", "relationship--1", "tool--1"),
        relationship("relationship--3", "tool--1", "relationship--2"),
        {"type": "sighting", "id": "sighting--1", "sighting_of_ref": "indicator--stand-in",
         "x_opencti_sighting_of_ref": "x-ours--1", "where_sighted_refs": ["identity--1"]},
    ]));
    assert_eq!(
        left_out(&split),
        [
            "relationship--1: its `target_ref` is missing, or refers to what is not sent or to itself",
            "relationship--2: its `source_ref` is missing, or refers to what is not sent or to itself",
            "relationship--3: its `target_ref` is missing, or refers to what is not sent or to itself",
            "sighting--1: its `sighting_of_ref` is missing, or refers to what is not sent or to itself",
        ]
    );
    assert_eq!(
        sent(&split),
        [
            json!({"type": "tool", "id": "tool--1"}),
            json!({"type": "note", "id": "note--1", "object_refs": []}),
            json!({"type": "report", "id": "report--1",
                   "object_refs": ["tool--1", "relationship--9"]}),
        ]
    );
    let sequence: Vec<u64> = split.parts().iter().map(Part::sequence).collect();
    assert_eq!(sequence, [1, 1, 2]);
}

#[test]
fn a_part_says_how_many_objects_it_has() {
    let objects = json!([{"type": "tool", "id": "tool--1"}, {"type": "tool", "id": "tool--2"}]);
    let counts = |split: Split| -> Vec<usize> {
        let parts = split.parts().iter();
        parts.map(Part::object_count).collect()
    };
    assert_eq!(counts(split(&objects)), [1, 1]);
    let whole = Bundle::from_json(objects.to_string()).expect("a bundle");
    assert_eq!(counts(whole.unsplit().split()), [2]);
}

#[test]
fn an_object_is_sent_once_by_whatever_id_it_is_referred_to() {
    let target = json!({"type": "tool", "id": "tool--1", "extensions": {
        "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba": {"id": "internal"}}});
    let by_alias =
        json!({"type": "report", "id": "report--1", "object_refs": ["internal", "tool--1"]});
    let split = split(&json!([by_alias, target]));
    assert_eq!(sent(&split), [target, by_alias]);
    assert_eq!(split.parts()[1].sequence(), 3);
}

#[test]
fn an_internal_id_does_not_shadow_an_id() {
    let objects = json!([
        {"type": "tool", "id": "tool--1"},
        {"type": "tool", "id": "tool--2", "x_opencti_id": "tool--1"},
        {"type": "report", "id": "report--1", "object_refs": ["tool--1"]},
    ]);
    assert_eq!(sent(&split(&objects)).len(), 3);
}

#[test]
fn a_relationship_in_a_report_of_which_it_is_an_end_is_sent() {
    let report = json!({"type": "report", "id": "report--1",
                        "object_refs": ["tool--1", "relationship--1"]});
    let tool = json!({"type": "tool", "id": "tool--1"});
    let relationship = json!({"type": "relationship", "id": "relationship--1",
                              "source_ref": "report--1", "target_ref": "tool--1"});
    for objects in [
        json!([report, tool, relationship]),
        json!([relationship, report, tool]),
    ] {
        let split = split(&objects);
        assert_eq!(left_out(&split), [""; 0]);
        let cut = json!({"type": "report", "id": "report--1", "object_refs": ["tool--1"]});
        assert_eq!(sent(&split), [tool.clone(), cut, relationship.clone()]);
    }
}

#[test]
fn relationships_that_are_only_each_others_ends_are_left_out() {
    let split = split(&json!([
        {"type": "relationship", "id": "relationship--1", "source_ref": "relationship--2",
         "target_ref": "tool--1"},
        {"type": "relationship", "id": "relationship--2", "source_ref": "relationship--1",
         "target_ref": "tool--1"},
    ]));
    assert_eq!(split.parts().len(), 0);
    assert_eq!(split.left_out()[0].why(), Why::WithoutEnd("source_ref"));
    assert_eq!(
        left_out(&split),
        [
            "relationship--1: its `source_ref` is missing, or refers to what is not sent or to itself",
            "relationship--2: its `source_ref` is missing, or refers to what is not sent or to itself"
        ]
    );
}

#[test]
fn what_is_named_like_a_reference_but_is_none_stays() {
    let object = json!({
        "type": "tool", "id": "tool--1", "a_ref": 7, "b_ref": {"c": "d"}, "c_refs": "abc",
        "d_refs": [7, null, ["x-ours--1"], {"a": 1}], "e_refs": null, "f_ref": null,
        "g_refs": {"a": 1}, "h_ref": ["x-ours--1"], "i_refs": [], "j_ref": true, "k_ref": -1.5,
        "external_references": "a", "kill_chain_phases": [7, 7], "extensions": 7, "x_opencti_id": 7,
    });
    assert_eq!(sent(&split(&json!([&object])))[0], object);
    // And where something else is written anew.
    let mut with_cut = object.clone();
    with_cut["d_refs"] = json!([7, "x-ours--1", null, ["x-ours--1"], {"a": 1}]);
    assert_eq!(sent(&split(&json!([with_cut]))), [object]);
}

#[test]
fn repeats_are_left_out_of_lists() {
    let split = split(&json!([{
        "type": "malware", "id": "malware--1",
        "object_refs": ["tool--1", "tool--2", "tool--1"],
        "other_refs": ["tool--1"],
        "external_references": [
            {"source_name": "a"}, {"url": "u", "source_name": "a"}, {"source_name": "a"},
            {"url": "u", "source_name": "b"}, {"source_name": "a", "external_id": "1"},
            {"source_name": "a", "external_id": "1", "description": "c"},
        ],
        "kill_chain_phases": [
            {"kill_chain_name": "a", "phase_name": "b"},
            {"phase_name": "b", "kill_chain_name": "a", "x_opencti_order": 1},
            {"kill_chain_name": "a", "phase_name": "B"},
        ],
    }]));
    assert_eq!(
        sent(&split),
        [json!({
            "type": "malware", "id": "malware--1",
            "object_refs": ["tool--1", "tool--2"],
            "other_refs": ["tool--1"],
            "external_references": [
                {"source_name": "a"}, {"url": "u", "source_name": "a"}, {"source_name": "a"},
                {"source_name": "a", "external_id": "1"},
            ],
            "kill_chain_phases": [
                {"kill_chain_name": "a", "phase_name": "b"},
                {"kill_chain_name": "a", "phase_name": "B"},
            ],
        })]
    );
}

#[test]
fn references_out_of_the_bundle_are_dropped_on_demand() {
    let object = json!({"type": "report", "id": "report--1", "object_refs": ["tool--1"],
                        "created_by_ref": "identity--1"});
    let bundle = || Bundle::from_json(json!([object]).to_string()).expect("a bundle");
    assert_eq!(sent(&bundle().split())[0], object);
    let cleaned = json!({"type": "report", "id": "report--1", "object_refs": [],
                         "created_by_ref": null});
    assert_eq!(sent(&bundle().cleaned_up().split()), [cleaned]);
}

#[test]
fn a_bundle_is_sent_as_it_is_on_demand() {
    let objects = json!([
        {"type": "report", "id": "report--1", "object_refs": ["x-ours--1", "report--1"]},
        {"type": "x-ours", "id": "x-ours--1"},
    ]);
    let bundle = Bundle::from_json(objects.to_string())
        .expect("a bundle")
        .unsplit()
        .update(true);
    assert!(bundle.is_unsplit() && bundle.is_update());
    let split = bundle.split();
    let whole = json!({"type": "bundle", "id": bundle.id(), "spec_version": "2.1",
                       "objects": objects});
    assert_eq!(parts_of(&split), [whole]);
    assert_eq!(left_out(&split), [""; 0]);
}

#[test]
fn a_platform_is_sent_the_types_that_it_takes() {
    let types = |version: &str| {
        let objects = [
            "tool",
            "pir",
            "ssh-key",
            "ai-prompt",
            "imei",
            "security-coverage-result",
            "x",
        ];
        let objects = objects.map(|kind| json!({"type": kind, "id": format!("{kind}--1")}));
        let bundle = Bundle::from_json(json!(objects).to_string()).expect("a bundle");
        let version = version.parse().expect("a version");
        sent(&bundle.for_platform(version).split()).len()
    };
    let cases = [
        ("6.4.11", 1),
        ("6.6.18", 1),
        ("6.7.20", 2),
        ("6.8.15", 3),
        ("7.260224.0", 4),
        ("7.260527.0", 5),
        ("7.261026.0", 6),
        ("8.0", 6),
    ];
    for (version, expected) in cases {
        assert_eq!(types(version), expected, "{version}");
    }
}

#[test]
fn a_split_outlives_its_bundle_and_does_not_see_what_is_added() {
    let mut bundle = Bundle::new();
    bundle
        .push(json!({"type": "tool", "name": "a"}))
        .expect("an object");
    let split = bundle.split();
    let before = sent(&split);
    bundle
        .push(json!({"type": "tool", "name": "b"}))
        .expect("an object");
    assert_eq!(bundle.split().parts().len(), 2);
    drop(bundle);
    assert_eq!(sent(&split), before);
}

proptest! {
    #[test]
    fn any_json_is_a_bundle_or_an_error(value in json_value(), objects in prop::collection::vec(json_value(), 0..4)) {
        for text in [value.to_string(), json!(objects).to_string(), json!({"objects": objects}).to_string()] {
            if let Ok(bundle) = Bundle::from_json(text) {
                let split = bundle.split();
                prop_assert_eq!(split.parts().len() + split.left_out().len(), bundle.len());
                prop_assert_eq!(parts_of(&split).len(), split.parts().len());
            }
        }
    }

    #[test]
    fn an_object_of_any_members_is_sent_with_them(members in json_value()) {
        let Value::Object(mut object) = members else { return Ok(()) };
        object.retain(|name, _| !name.ends_with("_ref") && !name.ends_with("_refs")
            && name != "external_references" && name != "kill_chain_phases");
        object.insert("type".into(), "tool".into());
        object.insert("id".into(), "tool--1".into());
        let split = split(&json!([object]));
        object.remove("nb_deps");
        prop_assert_eq!(sent(&split), [Value::from(object)]);
    }
}
