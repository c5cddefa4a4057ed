//! Builds the analysis connector of the platform's sample deployment, for PDF, plain text and HTML.
//!
//! `cargo run --example analysis`

use opencti_connector::{Connector, InvalidConnector, mime};

fn main() -> Result<(), InvalidConnector> {
    let connector = Connector::internal_analysis()
        .id("4dffd77c-ec11-4abe-bca7-fd997f79fa36")
        .name("ImportDocumentAnalysis")
        .scope([mime::APPLICATION_PDF, mime::TEXT_PLAIN, mime::TEXT_HTML])
        .build()?;

    println!("{}", connector.to_input().to_json());
    Ok(())
}
