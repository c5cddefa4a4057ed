//! Reads a connector from a deployment: the variables and the `config.yml` in `examples/from_env`.
//!
//! `cargo run --features config --example from_env` prints the payload and the warnings;
//! `cargo run --features config --example from_env -- examples/from_env/broken.yml` prints the
//! report on a faulty file.

use std::path::Path;
use std::process::ExitCode;

use opencti_connector::config::{Config, Report};
use opencti_connector::kind::InternalEnrichment;
use opencti_connector::{RawConnector, Secret};
use serde::Deserialize;

/// The connector's own settings: the variables `SHODAN_*`, or the section `shodan` of the file.
#[derive(Debug, Deserialize)]
struct Shodan {
    #[expect(dead_code, reason = "this example does not call Shodan")]
    token: Secret,
    max_tlp: String,
    #[serde(default)]
    create_indicators: bool,
}

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(report) => {
            eprintln!("{report}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), Report> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/from_env");
    let file = std::env::args_os().nth(1);
    let file = file.map_or_else(|| folder.join("config.yml"), Into::into);

    // In a container, call `Config::load()`: it reads the environment and finds the file itself.
    let config = Config::sources()
        .variables(variables(include_str!("from_env/variables.env")))
        .file(file)
        .defaults(RawConnector::builder().playbook_compatible(true).build())
        .version(env!("CARGO_PKG_VERSION"))
        .load()?;
    let (configured, shodan) = config.read_with::<InternalEnrichment, Shodan>("shodan")?;

    for warning in &configured.warnings {
        eprintln!("warning: {warning}");
    }
    let connector = configured.connector;
    eprintln!("{} enriches up to {}", connector.name(), shodan.max_tlp);
    eprintln!("creates indicators: {}", shodan.create_indicators);
    eprintln!("registers with {}", configured.platform.url);
    println!("{}", connector.to_input().to_json());
    Ok(())
}

/// Parses the lines `NAME=value` of a file for `docker run --env-file`.
fn variables(listing: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = listing.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('='))
}
