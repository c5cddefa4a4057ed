//! Reading, building and printing a raw connector.

use opencti_connector::{
    AnyConnector, Connector, EnrichmentResolution, EntityType, Field, RawConnector, Settings,
};
use serde::Deserialize;
use serde_json::{Value, json};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

fn stream() -> RawConnector {
    RawConnector::builder()
        .id(ID)
        .name("Stream")
        .connector_type("STREAM")
        .build()
}

#[test]
fn the_names_of_pycti_are_accepted_but_not_together_with_those_of_the_payload() {
    let aliases = [
        ("id", "connector_id"),
        ("name", "connector_name"),
        ("type", "connector_type"),
    ];
    let payload = json!({"id": ID, "name": "Stream", "type": "STREAM"});
    for (ours, theirs) in aliases {
        let mut renamed = payload.clone();
        let value = renamed.as_object_mut().unwrap().remove(ours).unwrap();
        renamed[theirs] = value.clone();
        assert_eq!(
            serde_json::from_value::<RawConnector>(renamed.clone()).unwrap(),
            stream()
        );

        for (first, second) in [
            (&value, &value),
            (&value, &Value::Null),
            (&Value::Null, &value),
        ] {
            let mut both = renamed.clone();
            both[theirs] = first.clone();
            both[ours] = second.clone();
            let error = serde_json::from_value::<RawConnector>(both).unwrap_err();
            assert!(error.to_string().contains("duplicate field"), "{error}");
        }
    }
}

#[test]
fn unknown_fields_are_ignored_and_null_counts_as_missing() {
    let mut connector = json!({"id": ID, "name": "Stream", "type": "STREAM", "later": {"a": [1]}});
    for field in Field::ALL {
        if connector.get(field.as_str()).is_none() {
            connector[field.as_str()] = Value::Null;
        }
    }
    assert_eq!(
        serde_json::from_value::<RawConnector>(connector).unwrap(),
        stream()
    );

    let all_null: Value = Field::ALL
        .iter()
        .map(|field| (field.as_str(), Value::Null))
        .collect();
    assert_eq!(
        serde_json::from_value::<RawConnector>(all_null).unwrap(),
        RawConnector::default()
    );
}

#[test]
fn the_builder_accepts_values_of_this_crate() {
    let connector = Connector::internal_enrichment()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Shodan")
        .scope([
            EntityType::Report,
            EntityType::custom("X-Acme-Asset").unwrap(),
        ])
        .enrichment_resolution(EnrichmentResolution::StixBundle)
        .build()
        .unwrap();
    let raw = RawConnector::builder()
        .id(*connector.id())
        .name(connector.name().clone())
        .connector_type(connector.connector_type())
        .scope(connector.scope().clone())
        .enrichment_resolution(connector.enrichment_resolution().clone())
        .build();
    assert_eq!(raw.validate(), Ok(connector.into()));
}

#[test]
fn an_error_describes_the_expected_scope() {
    for (scope, said) in [
        (
            "3",
            "invalid type: integer `3`, expected a scope: a comma-separated string or a list of \
             strings",
        ),
        (
            "{}",
            "invalid type: map, expected a scope: a comma-separated string or a list of strings",
        ),
        ("[3]", "invalid type: integer `3`, expected a string"),
        ("[\"Report\",null]", "invalid type: null, expected a string"),
    ] {
        let read = serde_json::from_str::<RawConnector>(&format!("{{\"scope\":{scope}}}"));
        let error = read.unwrap_err().to_string();
        let said = format!("`scope`: {said}");
        assert!(error.starts_with(&said), "{scope}: {error}");
    }
}

#[test]
fn a_type_mismatch_names_the_field() {
    for (member, field, expected) in [
        ("id", "id", "a string"),
        ("connector_id", "id", "a string"),
        ("name", "name", "a string"),
        ("connector_name", "name", "a string"),
        ("type", "type", "a string"),
        ("connector_type", "type", "a string"),
        ("auto", "auto", "a boolean"),
        ("auto_update", "auto_update", "a boolean"),
        ("enrichment_resolution", "enrichment_resolution", "a string"),
        ("only_contextual", "only_contextual", "a boolean"),
        ("playbook_compatible", "playbook_compatible", "a boolean"),
        ("listen_callback_uri", "listen_callback_uri", "a string"),
        ("version", "version", "a string"),
        ("slug", "slug", "a string"),
        ("xtm_one_intent", "xtm_one_intent", "a string"),
    ] {
        for (value, found) in [
            ("{\"a\":1}", "map"),
            ("[\"a\"]", "sequence"),
            ("1", "integer `1`"),
        ] {
            let json = format!("{{\"{member}\":{value}}}");
            let error = serde_json::from_str::<RawConnector>(&json).unwrap_err();
            let said = format!("`{field}`: invalid type: {found}, expected {expected} at line 1");
            assert!(error.to_string().starts_with(&said), "{json}: {error}");
        }
        let null = format!("{{\"{member}\":null}}");
        assert_eq!(
            serde_json::from_str::<RawConnector>(&null).unwrap(),
            RawConnector::default()
        );
    }
}

#[test]
fn debug_prints_all_fields_and_hides_credentials() {
    let raw = RawConnector::builder()
        .name("MISP")
        .auto(true)
        .listen_callback_uri("http://h:80/x")
        .build();
    assert_eq!(
        format!("{raw:?}"),
        "RawConnector { id: None, name: Some(\"MISP\"), connector_type: None, scope: None, \
         auto: Some(true), auto_update: None, enrichment_resolution: None, only_contextual: None, \
         playbook_compatible: None, listen_callback_uri: Some(\"http://h:80/x\"), version: None, \
         slug: None, xtm_one_intent: None }"
    );
    let settings = Settings::builder()
        .auto(true)
        .listen_callback_uri("http://u:pa55word@h")
        .build();
    assert_eq!(
        format!("{settings:?}"),
        "Settings { auto: true, only_contextual: false, playbook_compatible: false, \
         auto_update: false, enrichment_resolution: None, \
         listen_callback_uri: Some(\"http://***@h\"), xtm_one_intent: None, version: None, \
         slug: None }"
    );
}

#[test]
fn a_connector_is_an_object() {
    for (json, said) in [
        ("[]", "invalid type: sequence, expected a connector object"),
        ("null", "invalid type: null, expected a connector object"),
        (
            "3",
            "invalid type: integer `3`, expected a connector object",
        ),
    ] {
        let error = serde_json::from_str::<RawConnector>(json).unwrap_err();
        assert!(error.to_string().starts_with(said), "{error}");
        let error = serde_json::from_str::<AnyConnector>(json).unwrap_err();
        assert!(error.to_string().starts_with(said), "{error}");
    }
}

#[test]
fn a_connector_can_be_flattened_into_another_struct() {
    #[derive(Deserialize)]
    struct Host {
        replicas: u8,
        #[serde(flatten)]
        connector: RawConnector,
    }

    let host: Host = serde_json::from_str(
        r#"{"replicas":2,"connector_id":"a","type":null,"auto":null,"scope":null,"slug":"b"}"#,
    )
    .unwrap();
    assert_eq!(host.replicas, 2);
    let expected = RawConnector::builder().id("a").slug("b").build();
    assert_eq!(host.connector, expected);
}

#[test]
fn a_field_set_twice_is_an_error() {
    let error = |json| {
        let read = serde_json::from_str::<RawConnector>(json);
        read.unwrap_err().to_string()
    };
    let said = "duplicate field `type`: set twice, or also as `connector_type`; remove one";
    assert!(error(r#"{"type":"STREAM","connector_type":"STREAM"}"#).starts_with(said));
    assert!(error(r#"{"type":"STREAM","type":"STREAM"}"#).starts_with(said));
    let said = "duplicate field `slug`: set twice; remove one";
    assert!(error(r#"{"slug":"a","slug":"b"}"#).starts_with(said));
    let said = "duplicate field `scope`: set twice; remove one";
    assert!(error(r#"{"scope":"a","scope":["b"]}"#).starts_with(said));
}
