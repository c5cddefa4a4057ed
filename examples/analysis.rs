//! The analysis connector of the platform's sample deployment: PDF, plain text and HTML.
//!
//! `cargo run --example analysis`

use opencti_connector::{Connector, InvalidConnector, mime};

fn main() -> Result<(), InvalidConnector> {
    let connector = Connector::internal_analysis()
        .id("4cc3e1c9-8d2f-4b8e-9a5e-0c6a1f7b2d3e")
        .name("ImportDocumentAnalysis")
        .scope([mime::APPLICATION_PDF, mime::TEXT_PLAIN, mime::TEXT_HTML])
        .build()?;

    println!("{}", connector.to_input().to_json());
    Ok(())
}
