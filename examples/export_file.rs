//! Builds `ExportFileStix`, a file export connector, with a payload for a platform of 2023.
//!
//! `cargo run --example export_file`

use std::error::Error;

use opencti_connector::{Connector, MimeScope, RegisterConnectorFields};

fn main() -> Result<(), Box<dyn Error>> {
    // Use an id of your own; the official sample has the placeholder `ChangeMe` here.
    let connector = Connector::internal_export_file()
        .id("a7b2e6d1-3f4c-4d5e-8a9b-1c2d3e4f5a6b")
        .name("ExportFileStix")
        .scope("application/vnd.oasis.stix+json".parse::<MimeScope>()?)
        .version("1.0.0")
        .build()?;

    let old_platform = RegisterConnectorFields::for_version("5.11.0")?;
    let input = connector.to_input().restricted_to(&old_platform);
    for field in input.left_out() {
        eprintln!("not sent, unknown to this platform: {field}");
    }
    println!("{}", input.to_json());
    Ok(())
}
