//! Typed objects by the tools of others: python-stix2 and the OASIS validator take them as STIX 2.1,
//! and pycti's importer reads all that they have.
//!
//! `refused.json` lists what the validators refuse all the same, and why the platform wants it so;
//! `unread.json` what the importer does not read. The tests need Python with the packages of
//! `requirements.txt`. `OPENCTI_TEST_PYTHON` is the interpreter; with `OPENCTI_TEST_STIX_REQUIRED` set
//! the tests fail where a package is missing, without it they say so and pass.

use std::collections::BTreeMap;
use std::env;
use std::process::Command;

use opencti_connector::stix::Tlp;
use opencti_connector::stix::model::{
    Artifact, EmailMessage, ExternalReference, Grouping, Infrastructure, Label, Malware,
    MalwareAnalysis, Marking, NetworkTraffic, Note, Opinion, Report, Sighting, StixFile, System,
    Vocabulary,
};
use serde::Serialize;
use serde_json::Value;

const OCTOBER: &str = "2026-10-01T00:00:00Z";

/// Objects besides those with all and with no setters.
fn further() -> BTreeMap<String, Value> {
    let mut objects = BTreeMap::new();
    let mut add = |name: &str, object: &dyn erased_serde::Value| {
        objects.insert(name.to_owned(), object.value());
    };
    for tlp in Tlp::ALL {
        add(tlp.as_str(), &Marking::from(tlp));
    }
    add("a marking of the platform", &Marking::new("PAP", "PAP:RED"));
    add("a statement", &Marking::statement("Example"));
    add("a label", &Label::new("ransomware", "#d32f2f"));
    add("a vocabulary", &Vocabulary::new("a", "incident_type_ov"));
    add("a report of nothing", &Report::new("Q3", OCTOBER));
    add("a note on nothing", &Note::new("Seen."));
    add("an opinion on nothing", &Opinion::new("agree"));
    add("a grouping of nothing", &Grouping::new("a", "unspecified"));
    let malware = Malware::new("Emotet");
    add(
        "an opinion of another value",
        &Opinion::new("no idea").object(&malware),
    );
    add("traffic without ends", &NetworkTraffic::new(["tcp"]));
    add(
        "an artifact by its URL",
        &Artifact::new("https://example.org/a"),
    );
    add(
        "an e-mail of parts",
        &EmailMessage::new("Hi").is_multipart(true),
    );
    let file = StixFile::by_name("a.txt");
    let infrastructure = Infrastructure::new("C2");
    add(
        "a sighting of an observable",
        &Sighting::new(&file, System::new("Server")),
    );
    add(
        "a sighting at another place",
        &Sighting::new(&malware, &infrastructure).place(System::new("Server")),
    );
    add(
        "an analysis with observables",
        &MalwareAnalysis::new("a", "Sandbox").observables([&file]),
    );
    let reference = ExternalReference::new("blog").description("a text");
    add(
        "a description elsewhere",
        &malware.external_reference(reference),
    );
    objects
}

/// Objects of different types in one call.
mod erased_serde {
    pub(super) trait Value {
        fn value(&self) -> serde_json::Value;
    }

    impl<T: super::Serialize> Value for T {
        fn value(&self) -> serde_json::Value {
            serde_json::to_value(self).unwrap()
        }
    }
}

/// Runs a script over objects, with the file of what it may find; `None` where it cannot run.
fn run(script: &str, objects: &BTreeMap<String, Value>, known: &str) -> Option<(i32, String)> {
    let name = format!("{script}-{}.json", std::process::id());
    let path = env::temp_dir().join(name);
    std::fs::write(&path, serde_json::to_vec(objects).unwrap()).unwrap();

    let python = env::var("OPENCTI_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let run = Command::new(&python)
        .arg(format!("stix/{script}"))
        .args([&*path, known.as_ref()])
        .output();
    std::fs::remove_file(&path).unwrap();
    let (code, told) = match run {
        Ok(run) => {
            let told = [run.stdout, run.stderr].concat();
            (run.status.code(), String::from_utf8(told).unwrap())
        }
        Err(error) => (Some(MISSING), error.to_string()),
    };
    if code == Some(MISSING) && env::var_os("OPENCTI_TEST_STIX_REQUIRED").is_none() {
        eprintln!("ignored: {python} cannot run tests/stix/{script}: {told}");
        return None;
    }
    Some((code.unwrap(), told))
}

/// The exit code of a script that lacks a package.
const MISSING: i32 = 77;

#[test]
fn objects_are_valid_stix_but_for_what_the_platform_wants_otherwise() {
    let mut objects = crate::setters::all().objects;
    objects.extend(further());
    if let Some((code, told)) = run("validate.py", &objects, "stix/refused.json") {
        assert_eq!(code, 0, "{told}");
    }
}

/// Of a place the region and the country are for STIX alone, as are the times of a coverage and of a
/// task, and what stands for a sighted observable; the value of an SSH key is for its id.
#[test]
fn the_importer_reads_every_member_that_is_written() {
    let mut objects = crate::setters::all().objects;
    objects.retain(|name, _| *name == name.to_uppercase());
    if let Some((code, told)) = run("importer.py", &objects, "stix/unread.json") {
        assert_eq!(code, 0, "{told}");
    }
}
