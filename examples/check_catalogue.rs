//! Judges a list of connectors: which ids and scopes are refused or most likely wrong, and what to
//! do about each.
//!
//! ```text
//! cargo run --example check_catalogue [connectors.csv]
//! ```
//!
//! The file has the columns `slug`, `connector_type`, `connector_id` and `scope_registered`.
//! Without one, the connectors that the tests use are judged.

use std::collections::BTreeMap;
use std::error::Error;

use opencti_connector::{ConnectorType, Field, RawConnector};

const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/connectors.csv");

/// Stands in for the id where the scope alone is judged.
const SOME_ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// How many are fine, warned about and refused.
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

    let mut types = BTreeMap::<String, Judged>::new();
    for connector in file.into_records() {
        let connector = connector?;
        let raw = || RawConnector::builder().name("Some connector");
        let with_id = raw()
            .id(&connector[id])
            // Takes no scope, so that its absence is no fault.
            .connector_type(ConnectorType::Stream);
        let with_scope = raw()
            .id(SOME_ID)
            .connector_type(&connector[connector_type])
            .scope(&connector[scope]);

        let judged = types.entry(connector[connector_type].into()).or_default();
        let sides = [&mut judged.ids, &mut judged.scopes];
        for (counts, raw) in sides.into_iter().zip([with_id.build(), with_scope.build()]) {
            let found = judge(&raw);
            let verdict = match found.first() {
                None => 0,
                Some(("warned", _)) => 1,
                Some(_) => 2,
            };
            counts[verdict] += 1;
            let slug = &connector[slug];
            judged.findings.extend(
                found
                    .into_iter()
                    .map(|(verdict, text)| (slug.to_owned(), verdict, text)),
            );
        }
    }
    print(&types);
    Ok(())
}

/// The connectors of one type.
#[derive(Default)]
struct Judged {
    ids: Counts,
    scopes: Counts,
    /// The slug, the verdict, and what is found.
    findings: Vec<(String, &'static str, String)>,
}

/// What is refused, then what is warned about, in the crate's own words.
fn judge(raw: &RawConnector) -> Vec<(&'static str, String)> {
    let (faults, warnings) = match raw.validate() {
        Ok(connector) => (Vec::new(), connector.warnings()),
        Err(invalid) => (invalid.faults().to_vec(), invalid.warnings().to_vec()),
    };
    let refused = faults.iter().map(|fault| {
        let note = match (fault.field(), fault.value()) {
            (Field::Scope, Some("not-applicable")) => " (none is configured: pycti fills this in)",
            _ => "",
        };
        ("refused", format!("{fault}{note}"))
    });
    let warned = warnings
        .iter()
        .map(|warning| ("warned", warning.to_string()));
    refused.chain(warned).collect()
}

fn print(types: &BTreeMap<String, Judged>) {
    println!("{:22}{:^30}{:^30}", "", "id", "scope");
    let verdicts = format!("{:>10}{:>10}{:>10}", "fine", "warned", "refused");
    println!("{:22}{verdicts}{verdicts}", "connector type");
    let mut all = Judged::default();
    for (connector_type, judged) in types {
        print_counts(connector_type, judged);
        for verdict in 0..3 {
            all.ids[verdict] += judged.ids[verdict];
            all.scopes[verdict] += judged.scopes[verdict];
        }
    }
    print_counts(&format!("all {}", all.ids.iter().sum::<usize>()), &all);
    println!(
        "\nUnder a new id the platform sees a new connector, without the state of the old one: \
         change it where a connector is deployed anew."
    );

    for (connector_type, judged) in types {
        let slugs = judged.findings.iter().map(|(slug, ..)| slug.len());
        let width = slugs.max().unwrap_or_default();
        println!("\n{connector_type}");
        for (slug, verdict, text) in &judged.findings {
            println!("  {slug:width$}  {verdict:7}  {text}");
        }
    }
}

fn print_counts(title: &str, judged: &Judged) {
    print!("{title:22}");
    for count in judged.ids.iter().chain(&judged.scopes) {
        print!("{count:>10}");
    }
    println!();
}
