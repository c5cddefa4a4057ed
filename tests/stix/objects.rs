//! Objects as the platform sends them.

use opencti_connector::stix::{Entity, Object, Tlp};
use serde::Deserialize;
use serde_json::{Value, json};

fn object(value: Value) -> Object {
    serde_json::from_value(value).expect("an object")
}

#[test]
fn members_are_read_by_name() {
    let object =
        object(json!({"type": "tool", "id": "tool--1", "name": "nmap", "n": 7, "no": null}));
    assert_eq!((object.id(), object.object_type()), ("tool--1", "tool"));
    assert_eq!(object.text("name"), Some("nmap"));
    assert_eq!((object.text("n"), object.get("n")), (None, Some(&json!(7))));
    assert_eq!((object.get("no"), object.get("away")), (None, None));
    assert_eq!(
        (Object::default().id(), Object::default().object_type()),
        ("", "")
    );
}

#[test]
fn an_extension_is_read_in_all_its_forms() {
    let extension = |id: &str, score: Value| {
        object(json!({"extensions": {format!("extension-definition--{id}"): {"score": score}}}))
    };
    let forms = [
        extension("ea279b3e-5c71-4632-ac08-831c66a786ba", json!(50)),
        extension("f93e2c80-4231-4f9a-af8b-95c9bd566a82", json!(50)),
        extension("322b8f77-262a-4cb8-a915-1e441e00329b", json!(50)),
        object(json!({"x_opencti_score": 50})),
        object(json!({"x_mitre_score": 50, "extensions": 7})),
    ];
    for form in forms {
        assert_eq!(form.extension("score"), Some(&json!(50)), "{form:?}");
        assert_eq!(form.extension("labels"), None);
    }
    let none = extension("ea279b3e-5c71-4632-ac08-831c66a786ba", Value::Null);
    assert_eq!(none.extension("score"), None);
}

#[test]
fn an_object_is_at_most_its_strictest_marking() {
    let marked = |ids: &[String]| object(json!({"object_marking_refs": ids}));
    for (position, level) in Tlp::ALL.into_iter().enumerate() {
        let object = marked(&[
            Tlp::Clear.id().into(),
            level.id().into(),
            "marking-definition--a".into(),
        ]);
        assert_eq!(object.tlp(), Some(level));
        for (other, most) in Tlp::ALL.into_iter().enumerate() {
            assert_eq!(object.is_at_most(most), position <= other, "{level} {most}");
        }
    }
    assert!(
        marked(&[]).is_at_most(Tlp::Clear),
        "without a marking it may go anywhere"
    );
    let second_version = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1".to_owned();
    assert_eq!(marked(&[second_version]).tlp(), Some(Tlp::Red));
}

#[test]
fn a_level_is_read_in_any_case_and_written_as_the_platform_does() {
    for level in Tlp::ALL {
        let text = level.as_str();
        for form in [
            text.to_owned(),
            text.to_lowercase(),
            text["TLP:".len()..].to_owned(),
        ] {
            assert_eq!(form.parse(), Ok(level));
        }
        assert_eq!(serde_json::to_value(level).expect("text"), json!(text));
    }
    assert_eq!("tlp:white".parse(), Ok(Tlp::Clear));
    assert_eq!(
        "TLP:BLUE".parse::<Tlp>().expect_err("no level").to_string(),
        "\"TLP:BLUE\" is not a level of the Traffic Light Protocol; use one of TLP:CLEAR, \
         TLP:GREEN, TLP:AMBER, TLP:AMBER+STRICT, TLP:RED"
    );
}

#[test]
fn an_entity_is_an_object_of_any_type_of_the_caller() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Address {
        value: String,
    }
    let json = json!({"type": "ipv4-addr", "value": "198.51.100.7"});
    let entity = Entity::from(object(json.clone()));
    let address: Address = entity.deserialize().expect("an address");
    assert_eq!(address.value, "198.51.100.7");
    assert_eq!(serde_json::to_value(&entity).expect("JSON"), json);
    assert!(entity.deserialize::<Vec<u8>>().is_err());
}
