//! No input causes a panic, and even the largest is validated in full.

use std::fmt::Debug;

use opencti_connector::kind::Kind;
use opencti_connector::mime::Mime;
use opencti_connector::state::{Given, Missing};
use opencti_connector::{
    AnyConnector, Connector, ConnectorBuilder, ConnectorId, ConnectorName, ConnectorType,
    EnrichmentResolution, EntityScope, EntityType, Field, InvalidConnector, InvalidValue,
    MimeScope, RawConnector, RawScope, Reason, RegisterConnectorFields, Secret, Settings, kind,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";
const MANY: usize = 100_000;
const MEGABYTE: usize = 1 << 20;

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        vec(any::<char>(), 0..50).prop_map(String::from_iter),
        "[a-z0-9 ,;/*=\"'+.@:#?\\[\\]{}<>$_é字🦀\u{301}\u{202e}\0\r\t\n-]{0,50}",
        "https?://[a-z@:\\[\\]/?#0-9 é]{0,30}",
        "[a-z*]{1,3}/[a-z*+]{1,3}(;[ a-z=\",é]{0,20}){0,3}",
        "[v0-9.+-]{0,20}",
    ]
}

/// Any JSON, with the members of a connector here and there.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any_text().prop_map(Value::from),
        select(ConnectorType::ALL).prop_map(|known| json!(known)),
        Just(json!(ID)),
    ];
    leaf.prop_recursive(3, 24, 8, |inner| {
        let member = prop_oneof![4 => select(Field::ALL).prop_map(|field| field.to_string()), 1 => any_text()];
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((member, inner), 0..13).prop_map(|members| Value::from(Map::from_iter(members))),
        ]
    })
}

/// Each fault is one line that can be read, and the first 20 are shown.
fn assert_legible(error: &(impl ToString + Debug), faults: usize) {
    let shown = error.to_string();
    let lines: Vec<_> = shown.split('\n').collect();
    assert!(faults > 0, "{error:?}");
    assert_eq!(
        lines.len(),
        faults.min(20) + usize::from(faults > 20),
        "{shown}"
    );
    for line in lines {
        assert!(
            line.chars().count() < 300 && !line.contains(char::is_control),
            "{line:?}"
        );
    }
}

fn assert_legible_value<T>(judged: Result<T, InvalidValue>) {
    if let Err(error) = judged {
        assert_legible(&error, error.faults().len());
    }
}

/// A connector can be used, and an error be shown.
fn use_up(judged: Result<AnyConnector, InvalidConnector>) {
    let warnings = match judged {
        Ok(connector) => {
            let fields = RegisterConnectorFields::for_version("4.0").unwrap();
            let input = connector.to_input();
            let restricted = input.clone().restricted_to(&fields);
            assert!(restricted.to_json().len() <= input.to_json().len());
            assert_eq!(input.left_out(), []);
            connector.warnings()
        }
        Err(error) => {
            assert_legible(&error, error.faults().len());
            error.warnings().to_vec()
        }
    };
    for warning in warnings {
        assert_legible(&warning, 1);
    }
}

fn use_up_built<K: Kind>(built: Result<Connector<K>, InvalidConnector>) {
    use_up(built.map(AnyConnector::from));
}

/// A builder that has been told nine texts.
fn told<K: Kind, S>(
    builder: ConnectorBuilder<K, Missing, Missing, S>,
    texts: &[String],
) -> ConnectorBuilder<K, Given, Given, S> {
    let settings = Settings::builder()
        .slug(&*texts[7])
        .version(&*texts[8])
        .build();
    builder
        .name(&texts[0])
        .id(texts[1].clone())
        .settings(settings)
        .listen_callback_uri(&texts[2])
        .version(&*texts[3])
        .slug(&*texts[4])
        .xtm_one_intent(&*texts[5])
}

proptest! {
    #[test]
    fn any_text_is_a_value_or_refused(text in any_text()) {
        assert_legible_value(text.parse::<ConnectorId>());
        assert_legible_value(text.parse::<ConnectorName>());
        assert_legible_value(text.parse::<ConnectorType>());
        assert_legible_value(text.parse::<EnrichmentResolution>());
        assert_legible_value(text.parse::<EntityScope>());
        assert_legible_value(text.parse::<MimeScope>());
        assert_legible_value(text.parse::<EntityType>());
        if let Ok(entity_type) = EntityType::custom(&text) {
            prop_assert!(entity_type.suggestions().len() < EntityType::ALL.len());
        }
        if let Ok(mime_type) = text.parse::<Mime>() {
            assert_legible_value(MimeScope::try_from(vec![mime_type]));
        }
        if let Err(error) = RegisterConnectorFields::for_version(&text) {
            assert_legible(&error, 1);
        }
        let fields = RegisterConnectorFields::from_names([&text]);
        prop_assert!(fields.iter().count() >= 3);
        prop_assert_eq!(format!("{:?}", Secret::from(text)), "***");
    }

    #[test]
    fn any_texts_are_a_connector_or_refused(
        texts in vec(any_text(), 9),
        connector_type in select(ConnectorType::ALL),
        scope in vec(any_text(), 0..40),
    ) {
        let raw = |connector_type: &str, scope: RawScope| {
            RawConnector::builder()
                .id(&*texts[0])
                .name(&*texts[1])
                .connector_type(connector_type)
                .scope(scope)
                .listen_callback_uri(&*texts[2])
                .version(&*texts[3])
                .slug(&*texts[4])
                .xtm_one_intent(&*texts[5])
                .enrichment_resolution(&*texts[6])
                .build()
        };
        use_up(raw(&texts[7], RawScope::from(&*texts[8])).validate());
        use_up(raw(connector_type.as_str(), RawScope::from(&*texts[8])).validate());
        use_up(raw(connector_type.as_str(), scope.into()).validate());

    }

    #[test]
    fn any_texts_build_a_connector_or_are_refused(
        texts in vec(any_text(), 9),
        scope in vec(any_text(), 0..40),
    ) {
        let entity_types: Vec<EntityType> = scope.iter().filter_map(|text| text.parse().ok()).collect();
        // By the parser of `mime`, which takes more than a scope.
        let mime_types: Vec<Mime> = scope.iter().filter_map(|text| text.parse().ok()).collect();

        use_up_built(told(Connector::external_import(), &texts).build());
        use_up_built(told(Connector::stream(), &texts).build());
        use_up_built(told(Connector::internal_analysis(), &texts).build());
        use_up_built(told(Connector::internal_analysis(), &texts).scope(&mime_types).build());
        use_up_built(told(Connector::internal_enrichment(), &texts).scope(entity_types).build());
        use_up_built(told(Connector::internal_import_file(), &texts).scope(&mime_types).build());
        use_up_built(told(Connector::internal_export_file(), &texts).scope(mime_types).build());
    }

    #[test]
    fn any_json_is_a_connector_or_refused(
        connector_type in select(ConnectorType::ALL),
        members in vec((select(Field::ALL), any_json()), 0..3),
    ) {
        let mut connector = json!({"id": ID, "name": "Xy", "type": connector_type, "scope": "a/b"});
        for (field, value) in members {
            connector[field.as_str()] = value;
        }
        let raw = RawConnector::deserialize(&connector);
        let read = AnyConnector::deserialize(&connector);
        if let Ok(raw) = raw {
            prop_assert_eq!(raw.validate().ok(), read.ok());
            use_up(raw.validate());
        } else {
            prop_assert_eq!(read.ok(), None);
        }
    }

    #[test]
    fn any_json_is_read_or_refused(json in any_json(), cut in any::<prop::sample::Index>()) {
        read::<RawConnector>(&json)?;
        read::<RawScope>(&json)?;
        read::<AnyConnector>(&json)?;
        read::<Connector<kind::Stream>>(&json)?;
        read::<ConnectorId>(&json)?;
        read::<ConnectorName>(&json)?;
        read::<ConnectorType>(&json)?;
        read::<EntityType>(&json)?;
        read::<EntityScope>(&json)?;
        read::<MimeScope>(&json)?;
        read::<EnrichmentResolution>(&json)?;
        let text = json.to_string();
        let cut = cut.index(text.len());
        prop_assert_eq!(serde_json::from_slice::<RawConnector>(&text.as_bytes()[..cut]).ok(), None);
    }
}

/// Reading gives a value or an error, the same from text as from a tree.
fn read<T: DeserializeOwned + Debug + PartialEq>(json: &Value) -> Result<(), TestCaseError> {
    let from_tree = T::deserialize(json).ok();
    let from_text = serde_json::from_str::<T>(&json.to_string()).ok();
    prop_assert_eq!(from_text, from_tree);
    Ok(())
}

#[test]
fn empty_texts_are_invalid_except_for_scope_and_intent() {
    let raw = RawConnector::builder()
        .id("")
        .name("")
        .connector_type("STREAM")
        .scope("")
        .enrichment_resolution("")
        .listen_callback_uri("")
        .version("")
        .slug("")
        .xtm_one_intent("")
        .build();
    let error = raw.validate().unwrap_err();
    let found = error.faults().iter();
    let found: Vec<_> = found.map(|fault| (fault.field(), fault.reason())).collect();
    let expected = [
        (Field::Id, &Reason::NotUuid),
        (Field::Name, &Reason::TooShort(2)),
        (Field::EnrichmentResolution, &Reason::Empty),
        (Field::ListenCallbackUri, &Reason::UriScheme),
        (Field::Version, &Reason::Empty),
        (Field::Slug, &Reason::Empty),
    ];
    assert_eq!(found, expected);
}

/// A connector of the type with one member changed.
fn raw_with(connector_type: &str, field: Field, value: Value) -> RawConnector {
    let mut connector = json!({"id": ID, "name": "Xy", "type": connector_type});
    connector[field.as_str()] = value;
    serde_json::from_value(connector).unwrap()
}

#[test]
fn a_text_of_a_megabyte_is_validated_like_any_other() {
    let long = |start: &str| start.to_owned() + &"x".repeat(MEGABYTE);
    for (connector_type, field, text, refused) in [
        ("STREAM", Field::Id, long(""), Some(Reason::NotUuid)),
        ("STREAM", Field::Name, long(""), Some(Reason::TooLong(512))),
        ("STREAM", Field::Type, long(""), Some(Reason::UnknownType)),
        (
            "STREAM",
            Field::Version,
            long(""),
            Some(Reason::TooLong(64)),
        ),
        ("STREAM", Field::Slug, long(""), Some(Reason::TooLong(64))),
        (
            "STREAM",
            Field::EnrichmentResolution,
            long(""),
            Some(Reason::TooLong(64)),
        ),
        (
            "STREAM",
            Field::ListenCallbackUri,
            long(""),
            Some(Reason::UriScheme),
        ),
        ("STREAM", Field::ListenCallbackUri, long("http://h/"), None),
        ("STREAM", Field::XtmOneIntent, long(""), None),
        (
            "STREAM",
            Field::Scope,
            long(""),
            Some(Reason::ScopeNotTaken(ConnectorType::Stream)),
        ),
        (
            "INTERNAL_ENRICHMENT",
            Field::Scope,
            long(""),
            Some(Reason::TooLong(256)),
        ),
        (
            "INTERNAL_IMPORT_FILE",
            Field::Scope,
            long("text/*"),
            Some(Reason::Wildcard),
        ),
        ("INTERNAL_IMPORT_FILE", Field::Scope, long("text/"), None),
    ] {
        match raw_with(connector_type, field, json!(text)).validate() {
            Ok(connector) => {
                assert_eq!(refused, None);
                assert!(connector.to_input().to_json().contains(&text));
            }
            Err(error) => {
                assert_legible(&error, 1);
                let fault = &error.faults()[0];
                assert_eq!(
                    (fault.field(), Some(fault.reason())),
                    (field, refused.as_ref())
                );
                assert_eq!(fault.value(), Some(&*text));
            }
        }
    }
}

/// The types with a scope, each with the start of a valid entry.
const SCOPED: [(&str, &str); 4] = [
    ("INTERNAL_ENRICHMENT", "X-Type-"),
    ("INTERNAL_IMPORT_FILE", "application/x-"),
    ("INTERNAL_ANALYSIS", "application/x-"),
    ("INTERNAL_EXPORT_FILE", "application/x-"),
];

fn numbered(start: &str) -> Vec<String> {
    (0..MANY).map(|number| format!("{start}{number}")).collect()
}

#[test]
fn all_of_a_hundred_thousand_entries_are_kept() {
    for (connector_type, start) in SCOPED {
        let entries = numbered(start);
        for scope in [json!(entries.join(",")), json!(entries)] {
            let connector = raw_with(connector_type, Field::Scope, scope)
                .validate()
                .unwrap();
            assert!(
                connector
                    .scope_entries()
                    .eq(entries.iter().map(|entry| &**entry))
            );
        }
    }
}

#[test]
fn a_builder_takes_a_hundred_thousand_items_and_a_megabyte() {
    let long = "x".repeat(MEGABYTE);
    let names = numbered("X-Type-");
    let types: Vec<_> = names
        .iter()
        .map(|name| EntityType::custom(name).unwrap())
        .collect();
    let builder = Connector::internal_enrichment()
        .id(ID)
        .scope(&types)
        .xtm_one_intent(&long);
    let connector = builder.clone().name("Xy").build().unwrap();
    assert!(
        connector
            .scope_entries()
            .eq(names.iter().map(String::as_str))
    );
    assert_eq!(connector.xtm_one_intent(), Some(&*long));

    let error = builder.name(&long).build().unwrap_err();
    assert_eq!(error.faults()[0].value(), Some(&*long));
    assert_eq!(error.warnings().len(), MANY);

    let faulty = numbered("x/*");
    let faulty: Vec<Mime> = faulty.iter().map(|text| text.parse().unwrap()).collect();
    let builder = Connector::internal_import_file().scope(faulty);
    let error = builder.id(&long).name(&long).build().unwrap_err();
    assert_legible(&error, MANY + 2);
}

#[test]
fn one_of_a_hundred_thousand_equal_entries_is_kept() {
    for (connector_type, start) in SCOPED {
        let upper = start.to_uppercase();
        let entries: Vec<_> = [start, &upper].into_iter().cycle().take(MANY).collect();
        let connector = raw_with(connector_type, Field::Scope, json!(entries))
            .validate()
            .unwrap();
        assert!(connector.scope_entries().eq([start]));
    }
}

#[test]
fn a_hundred_thousand_faults_are_all_listed_and_the_first_twenty_printed() {
    for (connector_type, start) in SCOPED {
        let faulty = if start.contains('/') { "*/" } else { "a/" };
        let entries = numbered(faulty);
        let error = raw_with(connector_type, Field::Scope, json!(entries))
            .validate()
            .unwrap_err();
        assert!(
            error
                .faults()
                .iter()
                .map(|fault| fault.value().unwrap())
                .eq(&entries)
        );
        assert_legible(&error, MANY);
        assert!(error.to_string().ends_with("\n… and 99980 more"));
    }
}

#[test]
fn the_line_that_counts_the_rest_appears_from_21_faults_on() {
    for (faults, end) in [(20, "position 20"), (21, "… and 1 more")] {
        let empty = vec![""; faults];
        let error = raw_with("INTERNAL_ENRICHMENT", Field::Scope, json!(empty))
            .validate()
            .unwrap_err();
        assert_legible(&error, faults);
        assert!(error.to_string().contains(end), "{error}");
    }
}

#[test]
fn a_value_is_escaped_and_then_truncated_to_80_characters() {
    for (value, shown) in [
        (String::new(), String::new()),
        ("x".repeat(80), "x".repeat(80)),
        ("x".repeat(81), "x".repeat(80) + "…"),
        ("字".repeat(80), "字".repeat(80)),
        ("字".repeat(81), "字".repeat(80) + "…"),
        ("\n".repeat(40), "\\n".repeat(40)),
        ("\n".repeat(41), "\\n".repeat(40) + "…"),
        ("\"".repeat(41), "\\\"".repeat(40) + "…"),
        ("\u{202e}".repeat(10), "\\u{202e}".repeat(10)),
        ("\u{202e}".repeat(11), "\\u{202e}".repeat(10) + "…"),
        (
            "x".to_owned() + &"\n".repeat(40),
            "x".to_owned() + &"\\n".repeat(39) + "\\…",
        ),
    ] {
        let error = value.parse::<ConnectorId>().unwrap_err();
        let reason = error.faults()[0].reason();
        assert_eq!(error.to_string(), format!("id \"{shown}\" {reason}"));
    }
}

#[test]
fn deep_json_overflows_no_stack() {
    let deep = "[".repeat(MANY) + &"]".repeat(MANY);
    for (member, is_read) in [
        ("later", true),
        ("scope", false),
        ("id", false),
        ("auto", false),
    ] {
        let read = serde_json::from_str::<RawConnector>(&format!(r#"{{"{member}":{deep}}}"#));
        assert_eq!(read.is_ok(), is_read, "{member}");
    }
    assert!(serde_json::from_str::<AnyConnector>(&deep).is_err());
}
