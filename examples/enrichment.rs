//! Builds Shodan, an enrichment connector, from a scope as operators write it: comma-separated
//! text.
//!
//! `cargo run --example enrichment`, or with a scope of your own:
//! `cargo run --example enrichment -- "ipv4-addr, domain"`

use std::error::Error;

use opencti_connector::{Connector, EnrichmentResolution, EntityScope};

fn main() -> Result<(), Box<dyn Error>> {
    let scope = std::env::args().nth(1);
    let scope: EntityScope = scope.as_deref().unwrap_or("ipv4-addr,indicator").parse()?;

    let connector = Connector::internal_enrichment()
        .id("82b58916-a654-4cd4-81de-700eb72a5c94")
        .name("Shodan")
        .scope(scope)
        .playbook_compatible(true)
        .enrichment_resolution(EnrichmentResolution::StixBundle)
        .build()?;

    for warning in connector.warnings() {
        eprintln!("warning: {warning}");
    }
    println!("{}", connector.to_input().to_json());
    Ok(())
}
