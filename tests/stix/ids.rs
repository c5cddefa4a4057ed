//! Deterministic ids: pycti's, for every type, and an error where there is none.

use std::collections::BTreeMap;

use opencti_connector::stix::{self, Bundle, StixId, Tlp};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::any::json_value;

#[derive(Deserialize)]
struct Sample {
    object: Value,
    id: String,
}

fn samples() -> Vec<Sample> {
    serde_json::from_str(include_str!("../data/pycti_ids.json")).expect("recorded samples")
}

fn id(object: &Value) -> String {
    stix::id_of(object)
        .unwrap_or_else(|error| panic!("{object}: {error}"))
        .to_string()
}

fn refusal(object: &Value) -> String {
    stix::id_of(object).expect_err("no id").to_string()
}

#[test]
fn an_id_is_the_one_that_pycti_gives() {
    let mut seen = BTreeMap::<String, usize>::new();
    for Sample {
        object,
        id: expected,
    } in samples()
    {
        assert_eq!(id(&object), expected, "{object}");
        let object_type = object["type"].as_str().expect("a type").to_owned();
        *seen.entry(object_type).or_default() += 1;
    }
    assert!(seen.values().all(|samples| *samples >= 20), "{seen:?}");
    assert_eq!(seen.len(), 81, "{:?}", seen.keys());
}

/// One object for each type that has ids but no sample, since pycti gives it a random one.
#[test]
fn what_pycti_cannot_identify_has_the_id_of_the_platform() {
    let objects = [
        json!({"type": "process", "command_line": "sh", "pid": 1}),
        json!({"type": "artifact", "url": "https://example.org/a"}),
        json!({"type": "x509-certificate", "subject": "CN=example.org"}),
        json!({"type": "email-mime-part-type", "body": "text"}),
        json!({"type": "windows-registry-value-type", "name": "a", "data": "b"}),
    ];
    for object in objects {
        let object_type = object["type"].as_str().expect("a type");
        assert!(
            id(&object).starts_with(&format!("{object_type}--")),
            "{object}"
        );
    }
    let with_pid = json!({"type": "process", "command_line": "sh", "pid": 1});
    assert_ne!(
        id(&with_pid),
        id(&json!({"type": "process", "command_line": "sh"}))
    );
}

#[test]
fn a_tlp_marking_has_its_fixed_id_in_every_form() {
    let forms = |level: &str| {
        let stix = level.to_lowercase();
        [
            json!({"definition_type": "TLP", "definition": format!("TLP:{level}")}),
            json!({"definition_type": "tlp", "definition": {"tlp": stix}}),
            json!({"definition_type": "tlp", "definition": {"tlp": "x"}, "name": "y",
                   "x_opencti_definition_type": "TLP",
                   "x_opencti_definition": format!("TLP:{level}")}),
            json!({"definition_type": "tlp", "name": format!("TLP:{level}")}),
            json!({"name": format!("TLP:{level}")}),
        ]
    };
    for level in Tlp::ALL {
        for mut marking in forms(&level.as_str()["TLP:".len()..]) {
            marking["type"] = "marking-definition".into();
            assert_eq!(id(&marking), level.id().to_string(), "{marking}");
        }
    }
    let white = json!({"type": "marking-definition", "definition_type": "tlp",
                       "definition": {"tlp": "white"}});
    assert_eq!(id(&white), Tlp::Clear.id().to_string());
}

#[test]
fn a_statement_has_one_id_in_the_forms_of_stix_and_of_the_platform() {
    let stix = json!({"type": "marking-definition", "definition_type": "statement",
                      "definition": {"statement": "Copyright"}});
    let plain = json!({"type": "marking-definition", "definition_type": "statement",
                       "definition": "Copyright"});
    assert_eq!(id(&stix), id(&plain));
}

/// Made with Python from the rules of the platform's `schema/identifier.js`.
#[test]
fn the_platforms_own_id_is_told_where_it_differs() {
    let md5 = "d41d8cd98f00b204e9800998ecf8427e";
    let cases = [
        (
            json!({"type": "software", "name": " NGINX", "vendor": "F5"}),
            "software--4433f783-0af4-50da-988c-68f09e005640",
        ),
        (
            json!({"type": "file", "name": "a.txt", "hashes": {"md5": md5, "SHA-1": "b"}}),
            "file--02fff920-f614-527c-81d1-6353633a6d21",
        ),
        (
            json!({"type": "file", "name": "A.txt", "parent_directory_ref": "directory--1",
                   "hashes": {"TLSH": "a"}}),
            "file--0563dd87-d660-5fc7-9803-67d530ed2a07",
        ),
        (
            json!({"type": "artifact", "hashes": {"SHA-256": "aa"}, "payload_bin": "aa"}),
            "artifact--25ff7a47-62fd-581e-a28d-ebc8f0e249f3",
        ),
        (
            json!({"type": "x509-certificate", "serial_number": "36:f7", "hashes": {"MD5": md5}}),
            "x509-certificate--02fff920-f614-527c-81d1-6353633a6d21",
        ),
        (
            json!({"type": "ssh-key", "value": "a", "fingerprint_sha256": "SHA256:abc"}),
            "ssh-key--98992efc-2318-5f7b-9853-bdb68d83a4a2",
        ),
        (
            json!({"type": "windows-registry-key", "key": "HKEY_LOCAL_MACHINE",
                   "values": [{"name": "a"}]}),
            "windows-registry-key--2ccd966d-1148-530d-9989-de0d03e770b6",
        ),
        (
            json!({"type": "network-traffic", "protocols": ["tcp"], "dst_port": 443,
                   "start": "2026-11-24T00:00:00Z", "extensions": {"http-request-ext": {}}}),
            "network-traffic--371355ed-3fc4-567c-96ca-c5e9a62ed2a9",
        ),
        (
            json!({"type": "observed-data", "object_refs": ["url--2", "ipv4-addr--1"]}),
            "observed-data--93b6bbd8-f677-5691-9a05-8c38dffba228",
        ),
        (
            json!({"type": "task", "name": "Block it", "created": "2026-11-24T00:00:00Z"}),
            "task--b62d10bf-92ec-5025-8651-7dbe23d72fc2",
        ),
    ];
    for (object, expected) in cases {
        let platform = stix::platform_id_of(&object).expect("an id").to_string();
        assert_eq!(platform, expected, "{object}");
        assert_ne!(platform, id(&object), "{object}");
    }
    for object in [
        json!(7),
        json!({}),
        json!({"type": "ssh-key", "value": "a"}),
    ] {
        assert!(stix::platform_id_of(&object).is_err(), "{object}");
    }
}

/// The recorded samples differ in nothing but these types and times.
#[test]
fn the_platforms_own_id_is_that_of_pycti_for_other_types() {
    let differing = [
        "artifact",
        "file",
        "network-traffic",
        "observed-data",
        "software",
        "ssh-key",
        "windows-registry-key",
        "x509-certificate",
    ];
    for Sample { object, .. } in samples() {
        let object_type = object["type"].as_str().expect("a type");
        let times = object.as_object().expect("an object").values();
        let has_time = times
            .filter_map(Value::as_str)
            .any(|text| text.ends_with('Z') && text.contains('T'));
        if !differing.contains(&object_type) && !has_time {
            let platform = stix::platform_id_of(&object).expect("an id").to_string();
            assert_eq!(platform, id(&object), "{object}");
        }
    }
}

#[test]
fn only_the_members_that_identify_count() {
    let bare = json!({"type": "file", "name": "a.exe"});
    let noted = json!({"type": "file", "name": "a.exe", "size": 7, "id": "file--x", "hashes": null,
        "extensions": {"extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba": {"score": 9}}});
    assert_eq!(id(&bare), id(&noted));
    let other = json!({"type": "file", "name": "a.exe", "extensions": {"pdf-ext": {}}});
    assert_ne!(id(&bare), id(&other));
}

#[test]
fn an_abstract_counts_under_both_its_names() {
    let stix = json!({"type": "note", "content": "a", "abstract": "b"});
    let platform = json!({"type": "note", "content": "a", "attribute_abstract": " b "});
    assert_eq!(id(&stix), id(&platform));
    assert_ne!(
        id(&stix),
        id(&json!({"type": "note", "content": "a", "abstract": " "}))
    );
}

#[test]
fn the_hash_that_counts_does_not_depend_on_their_order() {
    let file = |hashes| id(&json!({"type": "file", "hashes": hashes}));
    let cases = [
        (json!({"SHA-256": "a", "MD5": "b"}), json!({"MD5": "b"})),
        (
            json!({"sha256": "a", "SHA-512": "b"}),
            json!({"SHA-256": "a"}),
        ),
        (json!({"MD5": null, "SHA-1": "a"}), json!({"SHA-1": "a"})),
        (
            json!({"SSDEEP": "a", "SHA3-512": "b"}),
            json!({"SHA3-512": "b"}),
        ),
        (
            json!({"TLSH": "a", "RIPEMD-160": "b"}),
            json!({"RIPEMD-160": "b"}),
        ),
    ];
    for (hashes, counts) in cases {
        assert_eq!(file(hashes), file(counts));
    }
}

#[test]
fn what_cannot_be_identified_is_refused_by_type_and_member() {
    let cases = [
        (json!(7), "not a STIX object: it is not a JSON object"),
        (
            json!({"name": "x"}),
            "this object has no `type`; every STIX object needs one",
        ),
        (
            json!({"type": "x-\"ours\""}),
            r#"objects of the type "x-\"ours\"" have no deterministic id; give it an `id`"#,
        ),
        (
            json!({"type": "report", "labels": []}),
            "this `report` cannot be identified without `name` and `published`; give it these, or \
             an `id`",
        ),
        (
            json!({"type": "malware", "name": null}),
            "this `malware` cannot be identified without `name`; give it that, or an `id`",
        ),
        (
            json!({"type": "location", "name": "Paris"}),
            "this `location` cannot be identified without `x_opencti_location_type`; give it that, \
             or an `id`",
        ),
        (
            json!({"type": "email-message", "is_multipart": false}),
            "this `email-message` cannot be identified without `from_ref`, `subject` or `body`; \
             give it one of them, or an `id`",
        ),
        (
            json!({"type": "external-reference", "source_name": "x"}),
            "this `external-reference` cannot be identified without `external_id`; give it that, \
             or an `id`",
        ),
        (
            json!({"type": "vulnerability", "name": 2026}),
            "`name` of this `vulnerability` is not a text",
        ),
        (
            json!({"type": "file", "hashes": ["d41d8cd98f00b204e9800998ecf8427e"]}),
            "`hashes` of this `file` is not an object of hashes by algorithm",
        ),
    ];
    for (object, expected) in cases {
        assert_eq!(refusal(&object), expected);
    }
}

#[test]
fn a_bundle_makes_missing_ids_and_keeps_given_ones() {
    let mut bundle = Bundle::new();
    let made = bundle
        .push(json!({"id": null, "type": "url", "value": "https://a"}))
        .expect("made");
    assert_eq!(
        made,
        stix::id_of(&json!({"type": "url", "value": "https://a"})).expect("an id")
    );
    let given = bundle.push(json!({"type": "url", "id": "ours", "value": "https://a"}));
    assert_eq!(given.expect("given").as_str(), "ours");
    assert!(bundle.push(json!({"type": "url"})).is_err());

    let parts = bundle.split();
    let sent: Value = serde_json::from_str(&parts.parts()[0].to_json()).expect("JSON");
    assert_eq!(
        sent["objects"],
        json!([{"id": made, "type": "url", "value": "https://a", "nb_deps": 1}])
    );
}

#[test]
fn an_id_of_a_bundle_text_is_made_too() {
    let text = r#"[{"value": "a\u0041", "type": "text"}, {"type":"text","id":"text--1"}]"#;
    let split = Bundle::from_json(text).expect("a bundle").split();
    let sent: Value = serde_json::from_str(&split.parts()[0].to_json()).expect("JSON");
    assert_eq!(
        sent["objects"][0]["id"],
        id(&json!({"type": "text", "value": "aA"}))
    );
}

proptest! {
    #[test]
    fn any_json_gives_an_id_or_an_error(value in json_value()) {
        if let Ok(id) = stix::id_of(&value) {
            prop_assert_eq!(id.to_string().parse::<StixId>(), Ok(id));
        }
    }

    #[test]
    fn any_member_of_any_form_gives_an_id_or_an_error(
        sample in prop::sample::select(samples().into_iter().map(|s| s.object).collect::<Vec<_>>()),
        member in any::<prop::sample::Index>(),
        value in json_value(),
    ) {
        let mut object = sample;
        let names: Vec<String> = object.as_object().expect("an object").keys().cloned().collect();
        object[member.get(&names).as_str()] = value;
        let first = stix::id_of(&object).map(|id| id.to_string()).map_err(|error| error.to_string());
        let again = stix::id_of(&object).map(|id| id.to_string()).map_err(|error| error.to_string());
        prop_assert_eq!(first, again);
    }
}
