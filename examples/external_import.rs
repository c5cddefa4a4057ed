//! MISP, an external import connector: it fetches events and sends them, so it has no scope.
//!
//! `cargo run --example external_import`

use opencti_connector::{Connector, InvalidConnector, connector_id};

fn main() -> Result<(), InvalidConnector> {
    let connector = Connector::external_import()
        .id(connector_id!("fae73097-aa2c-4460-96ee-1aa975ce1945"))
        .name("MISP")
        .slug("misp")
        .version(env!("CARGO_PKG_VERSION"))
        .build()?;

    println!("{}", connector.to_input().to_json());
    Ok(())
}
