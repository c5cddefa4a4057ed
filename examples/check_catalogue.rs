//! Checks a list of connectors: reports each id and scope that is invalid or most likely wrong, and
//! how to correct it.
//!
//! ```text
//! cargo run --example check_catalogue [connectors.csv]
//! ```
//!
//! The file needs the columns `slug`, `connector_type`, `connector_id` and `scope_registered`. By
//! default the example checks the connectors that the tests use.

use std::collections::BTreeMap;
use std::error::Error;

use opencti_connector::{ConnectorType, Field, RawConnector};

const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/connectors.csv");

/// Placeholder for the id when only the scope is checked.
const SOME_ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// Number of connectors that are fine, warned about and refused.
type Counts = [usize; 3];

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| CATALOGUE.into());
    let mut file = csv::Reader::from_path(&path).map_err(|error| format!("{path}: {error}"))?;
    let columns = file.headers()?.clone();
    let column = |name: &str| {
        let position = columns.iter().position(|column| column == name);
        position.ok_or_else(|| format!("{path} has no column {name}"))
    };
    let slug = column("slug")?;
    let connector_type = column("connector_type")?;
    let id = column("connector_id")?;
    let scope = column("scope_registered")?;

    let mut types = BTreeMap::<String, Results>::new();
    for connector in file.into_records() {
        let connector = connector?;
        let raw = || RawConnector::builder().name("Some connector");
        let with_id = raw()
            .id(&connector[id])
            // This kind has no scope, so its absence is not a fault.
            .connector_type(ConnectorType::Stream);
        let with_scope = raw()
            .id(SOME_ID)
            .connector_type(&connector[connector_type])
            .scope(&connector[scope]);

        let results = types.entry(connector[connector_type].into()).or_default();
        let sides = [&mut results.ids, &mut results.scopes];
        for (counts, raw) in sides.into_iter().zip([with_id.build(), with_scope.build()]) {
            let found = check(&raw);
            let verdict = match found.first() {
                None => 0,
                Some(("warned", _)) => 1,
                Some(_) => 2,
            };
            counts[verdict] += 1;
            let slug = &connector[slug];
            results.findings.extend(
                found
                    .into_iter()
                    .map(|(verdict, text)| (slug.to_owned(), verdict, text)),
            );
        }
    }
    print(&types);
    Ok(())
}

/// Results for the connectors of one type.
#[derive(Default)]
struct Results {
    ids: Counts,
    scopes: Counts,
    /// Slug, verdict and text of each finding.
    findings: Vec<(String, &'static str, String)>,
}

/// Returns the verdict and text of each fault, then of each warning.
fn check(raw: &RawConnector) -> Vec<(&'static str, String)> {
    let (faults, warnings) = match raw.validate() {
        Ok(connector) => (Vec::new(), connector.warnings()),
        Err(invalid) => (invalid.faults().to_vec(), invalid.warnings().to_vec()),
    };
    let refused = faults.iter().map(|fault| {
        let note = match (fault.field(), fault.value()) {
            (Field::Scope, Some("not-applicable")) => {
                " (no scope is configured; pycti fills this in)"
            }
            _ => "",
        };
        ("refused", format!("{fault}{note}"))
    });
    let warned = warnings
        .iter()
        .map(|warning| ("warned", warning.to_string()));
    refused.chain(warned).collect()
}

fn print(types: &BTreeMap<String, Results>) {
    println!("{:22}{:^30}{:^30}", "", "id", "scope");
    let verdicts = format!("{:>10}{:>10}{:>10}", "fine", "warned", "refused");
    println!("{:22}{verdicts}{verdicts}", "connector type");
    let mut all = Results::default();
    for (connector_type, results) in types {
        print_counts(connector_type, results);
        for verdict in 0..3 {
            all.ids[verdict] += results.ids[verdict];
            all.scopes[verdict] += results.scopes[verdict];
        }
    }
    print_counts(&format!("all {}", all.ids.iter().sum::<usize>()), &all);
    println!(
        "\nA connector with a new id is a new connector to the platform and loses its state: change \
         an id only when you deploy the connector anew."
    );

    for (connector_type, results) in types {
        let slugs = results.findings.iter().map(|(slug, ..)| slug.len());
        let width = slugs.max().unwrap_or_default();
        println!("\n{connector_type}");
        for (slug, verdict, text) in &results.findings {
            println!("  {slug:width$}  {verdict:7}  {text}");
        }
    }
}

fn print_counts(title: &str, results: &Results) {
    print!("{title:22}");
    for count in results.ids.iter().chain(&results.scopes) {
        print!("{count:>10}");
    }
    println!();
}
