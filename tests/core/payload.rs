//! The payload for older platforms: the fields they accept, and the settings that are omitted.

use opencti_connector::kind::InternalEnrichment;
use opencti_connector::state::Given;
use opencti_connector::{
    Connector, ConnectorBuilder, ConnectorType, EnrichmentResolution, EntityType, Field,
    PlatformVersion, RegisterConnectorFields, Settings,
};
use serde_json::Value;
use serde_test::Token;

fn fields(version: &str) -> RegisterConnectorFields {
    RegisterConnectorFields::for_version(version).unwrap()
}

#[test]
fn a_field_is_accepted_since_the_release_that_added_it() {
    // The first version, and the last without.
    for (members, first, last_without) in [
        (&[Field::Auto][..], "4.0.0", "3.3.3"),
        (&[Field::OnlyContextual], "4.5.0", "4.4.3"),
        (&[Field::PlaybookCompatible], "5.11.0", "5.10.3"),
        (&[Field::ListenCallbackUri], "6.5.7", "6.5.6"),
        (
            &[Field::AutoUpdate, Field::EnrichmentResolution],
            "6.8.9",
            "6.8.8",
        ),
        (&[Field::XtmOneIntent], "7.260527.0", "7.260522.0"),
        (&[Field::Version, Field::Slug], "7.261008.0", "7.261002.0"),
    ] {
        let brought: Vec<_> = fields(first)
            .iter()
            .filter(|member| !fields(last_without).contains(*member))
            .collect();
        assert_eq!(brought, members, "{first}");
    }
    assert!(
        fields("2.0.0")
            .iter()
            .eq([Field::Id, Field::Name, Field::Type, Field::Scope])
    );
    assert_eq!(
        format!("{:?}", fields("2.0.0")),
        r#"{"id", "name", "type", "scope"}"#
    );
    assert!(fields("7.261008.0").iter().eq(Field::ALL.iter().copied()));
    assert_eq!("4.5".parse::<PlatformVersion>(), "4.5.0".parse());
    assert_eq!(fields("6.5.7-rc1"), fields("6.5.7"));
}

#[test]
fn a_type_is_supported_since_the_release_that_added_it() {
    for &connector_type in ConnectorType::ALL {
        let since = match connector_type {
            ConnectorType::Stream => "4.0.0",
            ConnectorType::InternalAnalysis => "6.1.12",
            _ => "2.0.0",
        };
        assert_eq!(connector_type.since(), since.parse().unwrap());
    }
}

type Builder = ConnectorBuilder<InternalEnrichment, Given, Given, Given>;
type Setter = fn(Builder) -> Builder;

#[test]
fn set_fields_that_the_platform_does_not_accept_are_left_out() {
    let builder = || -> Builder {
        Connector::internal_enrichment()
            .id("550e8400-e29b-41d4-a716-446655440000")
            .name("Shodan")
            .scope([EntityType::Ipv4Addr])
    };
    // Accepts the id, the name and the type alone.
    let fewest = RegisterConnectorFields::from_names::<[&str; 0]>([]);
    let left_out = |builder: Builder| {
        let connector = builder.build().unwrap();
        let input = connector.to_input().restricted_to(&fewest);
        input.left_out()
    };

    assert_eq!(left_out(builder()), [Field::Scope]);
    let setters: [(Field, Setter); 9] = [
        (Field::Auto, |builder| builder.auto(true)),
        (Field::AutoUpdate, |builder| builder.auto_update(true)),
        (Field::EnrichmentResolution, |builder| {
            builder.enrichment_resolution(EnrichmentResolution::Deferred)
        }),
        (Field::OnlyContextual, |builder| {
            builder.only_contextual(true)
        }),
        (Field::PlaybookCompatible, |builder| {
            builder.playbook_compatible(true)
        }),
        (Field::ListenCallbackUri, |builder| {
            builder.listen_callback_uri("http://h")
        }),
        (Field::Version, |builder| builder.version("1.4.0")),
        (Field::Slug, |builder| builder.slug("shodan")),
        (Field::XtmOneIntent, |builder| builder.xtm_one_intent("cti")),
    ];
    for (member, set) in setters {
        assert_eq!(left_out(set(builder())), [Field::Scope, member]);
    }

    let connector = Connector::stream()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Splunk")
        .build()
        .unwrap();
    assert_eq!(connector.to_input().restricted_to(&fewest).left_out(), []);
    assert_eq!(connector.to_input().left_out(), []);
}

#[test]
fn two_restrictions_leave_what_both_accept() {
    let connector = Connector::stream()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Splunk")
        .build()
        .unwrap();
    let names = RegisterConnectorFields::from_names(["scope", "slug", "auto"]);
    let json = |first: &_, second: &_| {
        let input = connector.to_input().restricted_to(first);
        input.restricted_to(second).to_json()
    };
    let expected = "{\"input\":{\"id\":\"550e8400-e29b-41d4-a716-446655440000\",\
                    \"name\":\"Splunk\",\"type\":\"STREAM\",\"scope\":[]}}";
    assert_eq!(json(&names, &fields("3.0.0")), expected);
    assert_eq!(json(&fields("3.0.0"), &names), expected);
}

/// Formats other than JSON write the number of members first.
#[test]
fn a_payload_serializes_with_its_exact_number_of_fields() {
    let members = |fields: &RegisterConnectorFields, version: Option<&str>| {
        let builder = Connector::stream()
            .id("550e8400-e29b-41d4-a716-446655440000")
            .name("Splunk")
            .settings(
                Settings::builder()
                    .version_opt(version.map(Into::into))
                    .build(),
            );
        let connector = builder.build().unwrap();
        let input = connector.to_input().restricted_to(fields);
        let json: Value = serde_json::from_str(&input.to_json()).unwrap();
        let count = json["input"].as_object().unwrap().len();
        serde_test::assert_ser_tokens_error(
            &input,
            &[
                Token::Struct {
                    name: "ConnectorInput",
                    len: 1,
                },
                Token::Str("input"),
                Token::Struct {
                    name: "RegisterConnectorInput",
                    len: count,
                },
                Token::Str("id"),
                Token::Str("550e8400-e29b-41d4-a716-446655440000"),
                Token::Str("name"),
                Token::Str("Splunk"),
            ],
            "expected end of tokens, but Str(\"type\") was serialized",
        );
        count
    };
    let all = RegisterConnectorFields::ALL;
    assert_eq!(members(&all, None), 10);
    assert_eq!(members(&all, Some("1.4.0")), 11);
    assert_eq!(members(&fields("6.8.9"), Some("1.4.0")), 10);
    assert_eq!(members(&fields("2.0.0"), None), 4);
}
