//! Google `SecOps` SIEM, a stream connector: it follows a live stream, so it has no scope.
//!
//! `cargo run --example stream`

use opencti_connector::{Connector, InvalidConnector, Settings};

fn main() -> Result<(), InvalidConnector> {
    let settings = Settings::builder()
        .slug("google-secops-siem")
        .version("rolling")
        .build();
    let connector = Connector::stream()
        .id("9257254e-b4ef-4592-ab11-6d37d4aa321f")
        .name("GoogleSecOpsSIEM")
        .settings(settings)
        .build()?;

    println!("{}", connector.to_input().to_json());
    Ok(())
}
