//! Values and strings: comparison, collecting into a scope, and serialization.

use opencti_connector::{
    CallbackUri, Connector, ConnectorId, ConnectorName, EnrichmentResolution, EntityScope,
    EntityType, Fault, MimeScope, RawConnector, RawScope, Reason, Settings,
};
use serde_json::{Value, json};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

#[test]
fn a_value_equals_every_text_that_an_equal_value_prints() {
    let id: ConnectorId = ID.parse().unwrap();
    assert_eq!(id, ID);
    assert_eq!(id, *ID.to_uppercase());
    assert_ne!(id, "550e8400-e29b-41d4-a716-446655440001");

    let name: ConnectorName = "MISP".parse().unwrap();
    assert_eq!(name, "MISP");
    assert_ne!(name, *"misp");

    assert_eq!(EntityType::Ipv4Addr, "ipv4-addr");
    assert_ne!(EntityType::Ipv4Addr, "ipv4");
    let custom = EntityType::custom("X-Acme-Asset").unwrap();
    assert_eq!(custom, "x-acme-asset");

    assert_eq!(EnrichmentResolution::StixBundle, "stix_bundle");
    assert_ne!(EnrichmentResolution::StixBundle, "STIX_BUNDLE");

    assert_eq!(CallbackUri::from("http://h/a"), "http://h/a");
    assert_ne!(CallbackUri::from("http://h/a"), "http://h/A");
}

#[test]
fn collecting_texts_into_a_scope_reports_all_faults() {
    let listed = ["report", " IPv4-Addr ", "Report"];
    let scope = EntityScope::from_texts(listed).unwrap();
    assert_eq!(scope.to_string(), "Report,IPv4-Addr");
    assert_eq!(EntityScope::from_texts(listed.map(String::from)), Ok(scope));

    let error = MimeScope::from_texts(["text/*", "", "text/csv", "a,b"]).unwrap_err();
    let reasons: Vec<_> = error.faults().iter().map(Fault::reason).collect();
    assert_eq!(
        reasons,
        [&Reason::Wildcard, &Reason::EmptyEntry(2), &Reason::Comma]
    );
    let nothing = EntityScope::from_texts::<&str>([]).unwrap_err();
    assert_eq!(nothing.faults()[0].reason(), &Reason::NoScope);
    let filler = EntityScope::from_texts(["not-applicable"]).unwrap_err();
    assert_eq!(filler.faults()[0].reason(), &Reason::Filler);
}

#[test]
fn only_raw_scopes_and_scope_entries_can_be_empty() {
    assert!(!EntityScope::from_texts(["Report"]).unwrap().is_empty());
    assert!(RawScope::from("").is_empty());
    assert!(RawScope::from(Vec::<String>::new()).is_empty());
    assert!(!RawScope::from(",").is_empty());
    let stream = Connector::stream().id(ID).name("Splunk").build().unwrap();
    assert!(stream.scope_entries().is_empty());
}

#[test]
fn a_raw_connector_survives_serialization() {
    for scope in [
        RawScope::from("Report, Indicator"),
        RawScope::from(["Report", "Indicator"]),
    ] {
        let raw = RawConnector::builder()
            .id(ID)
            .name("Shodan")
            .connector_type("INTERNAL_ENRICHMENT")
            .scope(scope)
            .auto(true)
            .listen_callback_uri("https://h:1/x")
            .version("1.0.0")
            .build();
        let written = serde_json::to_value(&raw).unwrap();
        assert_eq!(written["type"], "INTERNAL_ENRICHMENT");
        assert_eq!(written["slug"], Value::Null);
        assert_eq!(
            serde_json::from_value::<RawConnector>(written).unwrap(),
            raw
        );
    }
}

#[test]
fn settings_serialize_under_the_names_of_the_payload() {
    let settings = Settings::builder().auto(true).slug("splunk").build();
    let payload = Connector::stream()
        .id(ID)
        .name("Splunk")
        .settings(settings.clone())
        .build()
        .unwrap();
    let payload = serde_json::to_value(payload.to_input()).unwrap();
    let written = serde_json::to_value(&settings).unwrap();
    assert_eq!(written["auto"], json!(true));
    for (member, value) in written.as_object().unwrap() {
        let sent = payload["input"].get(member);
        assert_eq!(sent.unwrap_or(&Value::Null), value, "{member}");
    }
}

#[test]
fn an_optional_text_can_be_unset_again() {
    let builder = Connector::stream()
        .id(ID)
        .name("Splunk")
        .listen_callback_uri("http://h")
        .xtm_one_intent("a")
        .version("1.0.0")
        .slug("splunk");
    let connector = builder
        .clone()
        .listen_callback_uri_opt(None::<CallbackUri>)
        .xtm_one_intent_opt(None::<String>)
        .version_opt(None::<String>)
        .slug_opt(None::<String>)
        .build()
        .unwrap();
    assert_eq!(connector.settings(), &Settings::default());
    assert_eq!(
        builder.slug_opt(Some("b")).build().unwrap().slug(),
        Some("b")
    );
}
