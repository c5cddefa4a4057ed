//! The output shown in the README equals the output of the crate.

use opencti_connector::{Connector, EntityType, RawConnector};

const README: &str = include_str!("../../README.md");

fn assert_shown(text: &str) {
    assert!(README.contains(text), "the README does not show:\n{text}");
}

#[test]
fn the_first_program_is_the_quickstart() {
    let example = include_str!("../../examples/quickstart.rs");
    let (_, program) = example.split_once("\n\n").unwrap();
    assert_shown(&format!("```rust\n{program}```"));
}

#[test]
fn the_first_output_is_that_of_the_quickstart() {
    let connector = Connector::internal_enrichment()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Shodan InternetDB")
        .scope([EntityType::Ipv4Addr, EntityType::Ipv6Addr])
        .auto(true)
        .version("1.0")
        .build()
        .unwrap();
    let json = connector.to_input().to_json();
    let warning = &connector.warnings()[0];
    assert_shown(&format!("```text\n{json}\nwarning: {warning}\n```"));
}

#[test]
fn the_faults_print_as_shown() {
    let error = RawConnector::builder()
        .id("ChangeMe")
        .name("X")
        .connector_type("INTERNAL_EXPORT_FILE")
        .scope("text/*")
        .build()
        .validate()
        .unwrap_err();
    assert_shown(&format!("```text\n{error}\n```"));
}
