//! Builds a connector, and prints the payload that registers it and its warnings.
//!
//! `cargo run --example quickstart`

use opencti_connector::{Connector, EntityType, InvalidConnector};

fn main() -> Result<(), InvalidConnector> {
    let connector = Connector::internal_enrichment()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Shodan InternetDB")
        .scope([EntityType::Ipv4Addr, EntityType::Ipv6Addr])
        .auto(true)
        .version("1.0")
        .build()?;

    println!("{}", connector.to_input().to_json());
    for warning in connector.warnings() {
        eprintln!("warning: {warning}");
    }
    Ok(())
}
