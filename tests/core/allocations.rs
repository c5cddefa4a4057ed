//! What is allocated: nothing for a payload but its text, and in proportion to the input for
//! everything else.
//!
//! Allocations are counted rather than time taken, since they are the same in every run.

use allocation_counter::measure;
use opencti_connector::mime::Mime;
use opencti_connector::{
    AnyConnector, ConnectorType, EntityScope, EntityType, MimeScope, RawConnector, RawScope,
    RegisterConnectorFields,
};
use serde::Serialize;

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

fn raw(connector_type: ConnectorType, scope: impl Into<RawScope>) -> RawConnector {
    RawConnector::builder()
        .id(ID)
        .name("A connector\u{1f980}\"quoted\"")
        .connector_type(connector_type.as_str())
        .scope(scope)
        .auto(true)
        .enrichment_resolution("a custom one")
        .listen_callback_uri("http://localhost:7070/api/callback")
        .version("1.4.0")
        .slug("a-connector")
        .xtm_one_intent("cti.stix_harvester")
        .build()
}

/// A connector of each type with all its settings, and one without any.
fn connectors() -> Vec<AnyConnector> {
    let scope = |connector_type| match connector_type {
        ConnectorType::ExternalImport | ConnectorType::Stream => "",
        ConnectorType::InternalEnrichment => "Report,IPv4-Addr,X-Custom",
        _ => "text/csv,application/json,text/plain; charset=utf-8",
    };
    let types = ConnectorType::ALL.iter().copied();
    let with_all = types.map(|connector_type| raw(connector_type, scope(connector_type)));
    let plain = RawConnector::builder()
        .id(ID)
        .name("Plain")
        .connector_type("STREAM")
        .build();
    with_all
        .chain([plain])
        .map(|raw| raw.validate().unwrap())
        .collect()
}

/// The bytes allocated while a value is written into a buffer that is large enough.
fn allocated_to_write(value: &impl Serialize) -> u64 {
    let text = serde_json::to_string(value).unwrap();
    let mut buffer = Vec::with_capacity(text.len());
    let allocated = measure(|| serde_json::to_writer(&mut buffer, value).unwrap());
    assert_eq!(buffer, text.as_bytes());
    allocated.bytes_total
}

#[test]
fn a_payload_borrows_everything() {
    let fields = RegisterConnectorFields::for_version("6.5.7").unwrap();
    for connector in connectors() {
        let making = measure(|| {
            let input = connector.to_input();
            let restricted = input.clone().restricted_to(&fields);
            std::hint::black_box((input, restricted));
        });
        assert_eq!(making.count_total, 0, "{}", connector.connector_type());
    }
}

#[test]
fn writing_a_payload_allocates_nothing() {
    for connector in connectors() {
        let name = connector.connector_type();
        assert_eq!(allocated_to_write(&connector.to_input()), 0, "{name}");
        assert_eq!(allocated_to_write(&connector), 0, "{name}");
        assert_ne!(
            measure(|| drop_result(connector.to_input().to_json())).bytes_total,
            0
        );
        for version in ["2.0", "4.0.0", "6.8.9", "7.260527.0"] {
            let fields = RegisterConnectorFields::for_version(version).unwrap();
            let restricted = connector.to_input().restricted_to(&fields);
            assert_eq!(allocated_to_write(&restricted), 0, "{name} for {version}");
        }
    }
}

/// A way to use up a number of scope entries; what prepares them is not counted.
type Use = fn(&[String]) -> Box<dyn FnOnce()>;

fn drop_result<T>(value: T) {
    drop(std::hint::black_box(value));
}

fn validate(connector_type: ConnectorType, entries: &[String]) -> Box<dyn FnOnce()> {
    let raw = raw(connector_type, entries.to_vec());
    Box::new(move || drop_result(raw.validate()))
}

#[test]
fn memory_grows_in_proportion_to_the_scope() {
    let uses: &[(&str, &str, Use)] = &[
        ("entity types as text", "X-", |entries| {
            let text = entries.join(",");
            Box::new(move || drop_result(text.parse::<EntityScope>().unwrap()))
        }),
        ("entity types as items", "X-", |entries| {
            let items: Vec<EntityType> = entries.iter().map(|text| text.parse().unwrap()).collect();
            Box::new(move || drop_result(EntityScope::try_from(items).unwrap()))
        }),
        ("MIME types as text", "x/", |entries| {
            let text = entries.join(",");
            Box::new(move || drop_result(text.parse::<MimeScope>().unwrap()))
        }),
        ("MIME types as items", "x/", |entries| {
            let items: Vec<Mime> = entries.iter().map(|text| text.parse().unwrap()).collect();
            Box::new(move || drop_result(MimeScope::try_from(items).unwrap()))
        }),
        ("a connector in JSON", "X-", |entries| {
            let raw = raw(ConnectorType::InternalEnrichment, entries.to_vec());
            let json = serde_json::to_string(&raw.validate().unwrap()).unwrap();
            Box::new(move || drop_result(serde_json::from_str::<AnyConnector>(&json).unwrap()))
        }),
        ("an enrichment connector", "X-", |entries| {
            validate(ConnectorType::InternalEnrichment, entries)
        }),
        ("an analysis connector", "x/", |entries| {
            validate(ConnectorType::InternalAnalysis, entries)
        }),
        ("a faulty enrichment connector", "a/", |entries| {
            validate(ConnectorType::InternalEnrichment, entries)
        }),
        ("a faulty export connector", "*/", |entries| {
            validate(ConnectorType::InternalExportFile, entries)
        }),
        ("a scope that must go", "a", |entries| {
            validate(ConnectorType::Stream, entries)
        }),
        ("warnings", "File", |entries| {
            let raw = raw(ConnectorType::InternalEnrichment, entries.to_vec());
            let connector = raw.validate().unwrap();
            Box::new(move || drop_result(connector.warnings()))
        }),
        ("JSON text", "X-", |entries| {
            let raw = raw(ConnectorType::InternalEnrichment, entries.to_vec());
            let connector = raw.validate().unwrap();
            Box::new(move || drop_result(connector.to_input().to_json()))
        }),
    ];
    for (name, start, use_up) in uses {
        let [few, many] = [1000, 4000].map(|count| {
            let entries: Vec<_> = (0..count).map(|n| format!("{start}{n:04}")).collect();
            measure(use_up(&entries))
        });
        assert!(few.bytes_total > 0, "{name}");
        assert!(
            many.bytes_total < 6 * few.bytes_total,
            "{name}: {few:?}, {many:?}"
        );
        assert!(
            many.bytes_max < 6 * few.bytes_max,
            "{name}: {few:?}, {many:?}"
        );
        assert!(
            many.count_total < 6 * few.count_total,
            "{name}: {few:?}, {many:?}"
        );
    }
}

#[test]
fn an_error_is_shown_at_the_same_cost_whatever_it_holds() {
    let [few, many] = [100, 10_000].map(|count| {
        let error = raw(ConnectorType::InternalEnrichment, vec!["a/b"; count])
            .validate()
            .unwrap_err();
        assert_eq!(error.faults().len(), count);
        measure(|| drop_result(error.to_string()))
    });
    assert_eq!(few.count_total, many.count_total);
    assert!(many.bytes_max < 10_000);
}
