//! Measures splitting a bundle and writing its parts, by the number of objects.
//!
//! The time per object should be constant: the goal is that it grows to at most 1.5 times from
//! 1,000 to 100,000 objects. The bench does not fail if the goal is missed. `stix_beside_pycti.py`
//! compares with pycti.
//!
//! `cargo bench --features stix --bench stix` runs it. With a file as argument after `--`, it
//! splits that file instead of generated bundles, and prints only the seconds.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use opencti_connector::stix::Bundle;

/// Returns the text of a typical import: reports, indicators and their relationships to malware,
/// with authors, markings and external references.
fn bundle(objects: usize) -> String {
    let mut json = String::from(r#"{"type":"bundle","id":"bundle--1","objects":["#);
    for number in 0..objects {
        let id =
            |kind: &str, number: usize| format!("{kind}--00000000-0000-4000-8000-{number:012}");
        let usual = format!(
            r#""spec_version":"2.1","created":"2026-11-24T00:00:00.000Z","modified":"2026-11-24T00:00:00.000Z","created_by_ref":"{}","object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"]"#,
            id("identity", 1),
        );
        let separator = if number == 0 { "" } else { "," };
        let before = number.saturating_sub(1);
        let _ = match number % 10 {
            1 => write!(
                json,
                r#"{separator}{{"type":"identity","id":"{}","name":"Author {number}","identity_class":"organization"}}"#,
                id("identity", number),
            ),
            2 | 5 | 8 => write!(
                json,
                r#"{separator}{{"type":"relationship","id":"{}","relationship_type":"indicates","source_ref":"{}","target_ref":"{}",{usual}}}"#,
                id("relationship", number),
                id("indicator", before + 2),
                id("malware", number / 10 * 10),
            ),
            0 => write!(
                json,
                r#"{separator}{{"type":"malware","id":"{}","name":"Malware {number}","is_family":true,"external_references":[{{"source_name":"a","url":"https://example.org/{number}"}},{{"source_name":"b","external_id":"{number}"}}],{usual}}}"#,
                id("malware", number),
            ),
            9 => write!(
                json,
                r#"{separator}{{"type":"report","id":"{}","name":"Report {number}","published":"2026-11-24T00:00:00.000Z","object_refs":["{}","{}","{}"],{usual}}}"#,
                id("report", number),
                id("indicator", number - 6),
                id("relationship", number - 4),
                id("malware", number - 9),
            ),
            _ => write!(
                json,
                r#"{separator}{{"type":"indicator","id":"{}","name":"198.51.100.{number}","pattern":"[ipv4-addr:value = '198.51.100.{number}']","pattern_type":"stix","valid_from":"2026-11-24T00:00:00.000Z","x_opencti_score":50,"x_opencti_main_observable_type":"IPv4-Addr","kill_chain_phases":[{{"kill_chain_name":"mitre-attack","phase_name":"execution"}}],{usual}}}"#,
                id("indicator", number),
            ),
        };
    }
    json.push_str("]}");
    json
}

fn split_and_write(text: String) -> Duration {
    let start = Instant::now();
    let split = Bundle::from_json(text).expect("a bundle").split();
    for part in split.parts() {
        black_box(part.to_json());
    }
    start.elapsed()
}

/// Returns the shortest of some runs, because disturbances only make a run longer.
fn least(text: &str, runs: usize) -> Duration {
    let runs = (0..runs).map(|_| split_and_write(text.to_owned()));
    runs.min().unwrap_or_default()
}

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench");
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("--write"), Some(file)) => {
            std::fs::write(file, bundle(10_000)).expect("the bundle should be written");
        }
        (Some(file), _) => {
            let text = std::fs::read_to_string(file).expect("the bundle should be readable");
            println!("{}", least(&text, 5).as_secs_f64());
        }
        (None, _) => {
            let mut first = None;
            for (objects, runs) in [(1_000, 200), (10_000, 20), (100_000, 5)] {
                let text = bundle(objects);
                let bytes = text.len();
                let nanos = least(&text, runs).as_secs_f64() * 1e9;
                #[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
                let (each, rate) = (nanos / objects as f64, bytes as f64 / nanos * 1e3);
                let flat = each / *first.get_or_insert(each);
                println!(
                    "{objects:>7} objects: {each:>6.0} ns each, {rate:.0} MB/s, growth {flat:.2} (goal: 1.5)"
                );
            }
        }
    }
}
