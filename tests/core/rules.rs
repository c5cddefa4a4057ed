//! The rules of single values, as tables of valid texts and of invalid ones with their reasons.

use std::collections::HashSet;
use std::str::FromStr;

use opencti_connector::mime::{APPLICATION_PDF, Mime};
use opencti_connector::uuid::Uuid;
use opencti_connector::{
    Connector, ConnectorId, ConnectorName, ConnectorType, EnrichmentResolution, EntityScope,
    EntityType, Fault, Field, InvalidValue, MimeScope, Reason,
};

use Reason::{
    Blank, Comma, ControlCharacter, Empty, NoSubtype, NotUuid, OuterWhiteSpace, Placeholder, Slash,
    TooLong, TooShort, UnknownType, UuidSpelling, UuidVersion, Wildcard,
};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// Texts, each with the expected reasons; empty if the text is valid.
type Cases<'a> = &'a [(&'a str, &'a [Reason])];

fn assert_value<V: FromStr<Err = InvalidValue>>(field: Field, cases: Cases) {
    for (text, reasons) in cases {
        let faults = text.parse::<V>().err().map(|error| error.faults().to_vec());
        let faults = faults.unwrap_or_default();
        assert!(
            faults.iter().map(Fault::reason).eq(*reasons),
            "{text:?}: {faults:?}"
        );
        for fault in &faults {
            assert_eq!((fault.field(), fault.value()), (field, Some(*text)));
        }
    }
}

#[test]
fn an_id_is_the_36_characters_of_a_hyphenated_uuid_of_version_4() {
    let other_spelling = UuidSpelling(ID.parse().unwrap());
    let other_spelling: &[Reason] = &[other_spelling];
    assert_value::<ConnectorId>(
        Field::Id,
        &[
            (ID, &[]),
            ("550E8400-E29B-41D4-A716-446655440000", &[]),
            ("550e8400-E29B-41d4-A716-446655440000", &[]),
            ("550e8400-e29b-41d4-8716-446655440000", &[]),
            ("550e8400-e29b-41d4-b716-446655440000", &[]),
            ("ChangeMe", &[Placeholder]),
            ("CHANGEME", &[Placeholder]),
            ("change_me", &[Placeholder]),
            ("\"ChangeMe\"", &[Placeholder]),
            ("CHANGEME-UUID4", &[Placeholder]),
            ("CONNECTOR_ID", &[Placeholder]),
            ("connector-id", &[Placeholder]),
            ("${CONNECTOR_ID}", &[Placeholder]),
            ("${SOME_ID:-}", &[Placeholder]),
            ("{{ connector_id }}", &[Placeholder]),
            ("<UUIDv4>", &[Placeholder]),
            ("__CONNECTOR_ID__", &[Placeholder]),
            ("SHODAN_CHANGEME", &[Placeholder]),
            ("IdChangeMe", &[Placeholder]),
            ("ExchangeMetrics", &[NotUuid]),
            ("____", &[NotUuid]),
            ("550e8400e29b41d4a716446655440000", other_spelling),
            ("550E8400E29B41D4A716446655440000", other_spelling),
            ("{550e8400-e29b-41d4-a716-446655440000}", other_spelling),
            (
                "urn:uuid:550e8400-e29b-41d4-a716-446655440000",
                other_spelling,
            ),
            ("\"550e8400-e29b-41d4-a716-446655440000\"", other_spelling),
            (" 550e8400-e29b-41d4-a716-446655440000\n", other_spelling),
            ("550e8400-e29b-11d4-a716-446655440000", &[UuidVersion]),
            ("550e8400-e29b-71d4-a716-446655440000", &[UuidVersion]),
            ("550e8400e29b11d4a716446655440000", &[UuidVersion]),
            ("550e8400-e29b-41d4-0716-446655440000", &[UuidVersion]),
            ("550e8400-e29b-41d4-c716-446655440000", &[UuidVersion]),
            ("00000000-0000-0000-0000-000000000000", &[UuidVersion]),
            ("ffffffff-ffff-ffff-ffff-ffffffffffff", &[UuidVersion]),
            ("", &[NotUuid]),
            ("splunk", &[NotUuid]),
            ("connector_id_of_splunk", &[NotUuid]),
            ("550e8400-e29b-41d4-a716-44665544000", &[NotUuid]),
            ("550e8400-e29b-41d4-a716-4466554400000", &[NotUuid]),
            ("550e8400-e29b-41d4-a716-44665544000g", &[NotUuid]),
            ("550e8400e-29b-41d4-a716-446655440000", &[NotUuid]),
            ("550e8400–e29b–41d4–a716–446655440000", &[NotUuid]),
            ("feed--550e8400-e29b-41d4-a716-446655440000", &[NotUuid]),
        ],
    );
}

#[test]
fn a_uuid_value_must_be_of_version_4_too() {
    for text in [
        ID,
        "550e8400-e29b-11d4-a716-446655440000",
        "550e8400-e29b-41d4-c716-446655440000",
    ] {
        let uuid: Uuid = text.parse().unwrap();
        assert_eq!(ConnectorId::try_from(uuid), text.parse());
    }
}

#[test]
fn a_name_has_2_to_512_characters_that_can_be_read() {
    let [longest, too_long] = [512, 513].map(|length| "é".repeat(length));
    assert_value::<ConnectorName>(
        Field::Name,
        &[
            ("Xy", &[]),
            (" X", &[]),
            ("🦀🦀", &[]),
            ("e\u{301}", &[]),
            (&longest, &[]),
            (&too_long, &[TooLong(512)]),
            ("", &[TooShort(2)]),
            ("X", &[TooShort(2)]),
            ("🦀", &[TooShort(2)]),
            ("  ", &[Blank]),
            ("\u{2003}\u{a0}", &[Blank]),
            (" ", &[TooShort(2), Blank]),
            ("Shodan\n", &[ControlCharacter]),
            ("Sho\u{85}dan", &[ControlCharacter]),
            ("Sho\u{7f}dan", &[ControlCharacter]),
            ("\0", &[TooShort(2), ControlCharacter]),
            ("\t\t", &[Blank, ControlCharacter]),
        ],
    );
}

#[test]
fn a_connector_type_is_one_of_six_exact_names() {
    let known = ConnectorType::ALL
        .iter()
        .map(|known| (known.as_str(), &[][..]));
    assert_value::<ConnectorType>(Field::Type, &known.collect::<Vec<_>>());
    assert_value::<ConnectorType>(
        Field::Type,
        &[
            ("", &[UnknownType]),
            ("stream", &[UnknownType]),
            ("STREAM ", &[UnknownType]),
            ("INTERNAL_IMPORT", &[UnknownType]),
        ],
    );
    let error = "stream".parse::<ConnectorType>().unwrap_err().to_string();
    assert!(
        ConnectorType::ALL
            .iter()
            .all(|known| error.contains(known.as_str())),
        "{error}"
    );
}

#[test]
fn an_entity_type_has_1_to_256_valid_characters() {
    let [longest, too_long] = [256, 257].map(|length| "é".repeat(length));
    assert_value::<EntityType>(
        Field::Scope,
        &[
            ("Report", &[]),
            ("X-Acme Asset (old)", &[]),
            ("x", &[]),
            (&longest, &[]),
            (&too_long, &[TooLong(256)]),
            ("", &[Empty]),
            ("Report,Indicator", &[Comma]),
            ("text/plain", &[Slash]),
            ("Rep\tort", &[ControlCharacter]),
            ("Rep\u{9f}ort", &[ControlCharacter]),
            (" Report", &[OuterWhiteSpace]),
            ("Report\u{a0}", &[OuterWhiteSpace]),
            ("Report\n", &[OuterWhiteSpace, ControlCharacter]),
            (" a,b/c", &[OuterWhiteSpace, Comma, Slash]),
        ],
    );
}

#[test]
fn a_known_entity_type_is_found_ignoring_ascii_case_only() {
    for known in EntityType::ALL {
        let name = known.as_str();
        for text in [name.to_owned(), name.to_lowercase(), name.to_uppercase()] {
            assert_eq!(EntityType::custom(&text).as_ref(), Ok(known), "{text}");
        }
    }
    // The Kelvin sign and the long s fold to ASCII letters by the rules of Unicode.
    for text in ["Tas\u{212a}", "\u{17f}oftware", "IPv4_Addr", "IPv4 Addr"] {
        assert!(!EntityType::custom(text).unwrap().is_known(), "{text}");
    }
}

#[test]
fn a_mime_type_is_listed_in_full() {
    let cases: &[(&str, &[Reason])] = &[
        ("text/plain", &[]),
        ("application/vnd.oasis.stix+json", &[]),
        ("text/plain; charset=utf-8", &[]),
        ("text/plain;a=\"b c\"; d=e", &[]),
        ("text/plain; q=*", &[]),
        ("application/", &[NoSubtype]),
        ("*/*", &[Wildcard]),
        ("text/*", &[Wildcard]),
        ("*/plain", &[Wildcard]),
        ("te*t/plain", &[Wildcard]),
        ("text/pl*n", &[Wildcard]),
        ("application/*+json", &[Wildcard]),
        ("application/stix+*", &[Wildcard]),
        ("text/*; q=1", &[Wildcard]),
        ("*/", &[NoSubtype, Wildcard]),
    ];
    assert_value::<MimeScope>(Field::Scope, cases);
    for (text, reasons) in cases {
        let typed = MimeScope::try_from(vec![text.parse::<Mime>().unwrap()]);
        assert_eq!(typed, text.parse(), "{text:?}: {reasons:?}");
    }
}

#[test]
fn a_trailing_space_of_a_mime_type_is_removed() {
    for text in ["text/plain; a=b; ", "text/plain; a=\"b\" ", "text/plain;  "] {
        let scope = MimeScope::try_from(vec![text.parse::<Mime>().unwrap()]).unwrap();
        assert_eq!(scope, text.trim_end().parse().unwrap());
        assert!(!scope.to_string().ends_with(' '), "{scope}");
    }
}

#[test]
fn a_mime_type_may_not_hold_a_comma_even_in_quotes() {
    let typed: Mime = r#"text/plain; a="b,c""#.parse().unwrap();
    let error = MimeScope::try_from(vec![typed]).unwrap_err();
    assert!(
        error.faults().iter().map(Fault::reason).eq([&Comma]),
        "{error}"
    );
}

#[test]
fn an_invalid_mime_type_is_reported_with_the_message_of_the_parser() {
    for text in [
        "Report",
        "/plain",
        "text/pla in",
        "text/plain; charset",
        "text/plain; a=\"b",
        "té/x",
    ] {
        let error = text.parse::<MimeScope>().unwrap_err();
        let [fault] = error.faults() else {
            panic!("{text:?}: {error}");
        };
        let said = text.parse::<Mime>().unwrap_err().to_string();
        let Reason::NotMime(words) = fault.reason() else {
            panic!("{text:?}: {fault}");
        };
        assert!(said.ends_with(&**words) && !words.is_empty(), "{said}");
    }
}

#[test]
fn an_enrichment_resolution_is_one_of_three_exactly_or_1_to_64_characters() {
    let [longest, too_long] = [64, 65].map(|length| "é".repeat(length));
    assert_value::<EnrichmentResolution>(
        Field::EnrichmentResolution,
        &[
            ("none", &[]),
            ("x", &[]),
            (&longest, &[]),
            (&too_long, &[TooLong(64)]),
            ("", &[Empty]),
            ("stix\nbundle", &[ControlCharacter]),
        ],
    );
    for text in ["None", "STIX_BUNDLE", " deferred", "stix-bundle"] {
        let resolution = text.parse().unwrap();
        assert!(
            matches!(resolution, EnrichmentResolution::Custom(_)),
            "{text}"
        );
    }
}

#[test]
fn ids_are_equal_and_ordered_as_their_uuids() {
    let id = |text: &str| text.parse::<ConnectorId>().unwrap();
    let (one, upper, other) = (
        id("550e8400-e29b-41d4-a716-44665544000a"),
        id("550E8400-E29B-41D4-A716-44665544000A"),
        id("550e8400-e29b-41d4-a716-44665544000b"),
    );
    assert_eq!(one, upper);
    assert_ne!(one, other);
    assert!(upper < other && id("a50e8400-e29b-41d4-a716-44665544000a") > other);
    let ids = HashSet::from([one, upper, other]);
    assert_eq!(ids.len(), 2);
    assert_eq!(
        format!("{upper:?}"),
        "ConnectorId(\"550E8400-E29B-41D4-A716-44665544000A\")"
    );
}

#[test]
fn an_id_is_a_uuid_and_back() {
    let id: ConnectorId = ID.parse().unwrap();
    assert_eq!(Uuid::from(id), ID.parse::<Uuid>().unwrap());
    assert_eq!(ConnectorId::try_from(*id.as_uuid()), Ok(id));
}

#[test]
fn the_scope_of_a_connector_is_typed_by_its_kind() {
    let pdf = || MimeScope::try_from([APPLICATION_PDF]).unwrap();
    let import = Connector::internal_import_file().id(ID).name("Xy");
    assert_eq!(import.scope(pdf()).build().unwrap().scope(), &pdf());
    let export = Connector::internal_export_file().id(ID).name("Xy");
    assert_eq!(export.scope(pdf()).build().unwrap().scope(), &pdf());

    let analysis = || Connector::internal_analysis().id(ID).name("Xy");
    assert_eq!(analysis().build().unwrap().scope(), None);
    let with_scope = analysis().scope([APPLICATION_PDF]).build().unwrap();
    assert_eq!(with_scope.scope(), Some(&pdf()));

    let report = EntityScope::try_from([EntityType::Report]).unwrap();
    let enrichment = Connector::internal_enrichment().id(ID).name("Xy");
    let enrichment = enrichment.scope(&[EntityType::Report]).build().unwrap();
    assert_eq!(enrichment.scope(), &report);
    assert!(report.contains(&EntityType::Report) && !report.contains(&EntityType::Url));
    assert!((&report).into_iter().eq([&EntityType::Report]));
    assert!(report.clone().into_iter().eq([EntityType::Report]));
    assert_eq!(Vec::from(report), [EntityType::Report]);
}

#[test]
fn custom_entity_types_are_ordered_ignoring_case() {
    let custom = |name| EntityType::custom(name).unwrap();
    assert!(custom("X-a") < custom("x-B") && custom("X-b") > custom("x-A"));
    assert!(custom("X-a") <= custom("x-A") && custom("X-a") >= custom("x-A"));
    assert!(EntityType::MarkingDefinition < custom("A-first"));
}

#[test]
fn a_known_resolution_never_parses_as_a_custom_one() {
    use EnrichmentResolution::{Deferred, None, StixBundle};

    for known in [None, StixBundle, Deferred] {
        assert_eq!(known.as_str().parse(), Ok(known));
    }
}
