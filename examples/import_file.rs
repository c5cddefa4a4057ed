//! Builds `ImportFileStix`, a file import connector for STIX bundles that users upload.
//!
//! `cargo run --example import_file`

use opencti_connector::{Connector, InvalidConnector, mime};

fn main() -> Result<(), InvalidConnector> {
    let connector = Connector::internal_import_file()
        .id("f2637f59-2103-4e1b-b250-7825e3033122")
        .name("ImportFileStix")
        .scope([mime::APPLICATION_JSON, mime::TEXT_XML])
        .auto(false)
        .build()?;

    for mime in connector.scope() {
        eprintln!("imports files of type {}/{}", mime.type_(), mime.subtype());
    }
    println!("{}", connector.to_input().to_json());
    Ok(())
}
