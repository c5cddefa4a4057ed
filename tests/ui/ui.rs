//! The compile errors are part of the product: each misuse gives the errors that its program
//! expects and no other, on every compiler; and on the compiler that the whole messages were
//! written on, the messages word for word.
//!
//! Each program in `fail` starts with a line `//! error[…]: …` for every error it expects.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The compiler on which the `.stderr` files were written, with `TRYBUILD=overwrite`.
const WRITTEN_ON: &str = "rustc 1.95.0";

#[test]
fn the_messages_are_word_for_word_as_written() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().unwrap();
    let version = String::from_utf8(output.stdout).unwrap();
    if version.starts_with(WRITTEN_ON) {
        trybuild::TestCases::new().compile_fail("fail/*.rs");
    } else {
        println!("not checked: the messages were written on {WRITTEN_ON}, this is {version}");
    }
}

#[test]
fn legal_calls_compile_and_run_in_any_order_and_state() {
    trybuild::TestCases::new().pass("pass/*.rs");
}

#[test]
fn each_misuse_gives_its_errors_and_no_other() {
    let programs = programs("fail");
    let found = errors_of(&programs);

    for program in &programs {
        let text = fs::read_to_string(program).unwrap();
        let mut expected: Vec<_> = text
            .lines()
            .map_while(|line| line.strip_prefix("//! "))
            .collect();
        assert!(
            !expected.is_empty(),
            "{} expects no error",
            program.display()
        );
        expected.sort_unstable();
        assert_eq!(found[&name(program)], expected, "{}", program.display());
    }
}

#[test]
fn the_docs_show_errors_as_they_are_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (page, program) in [
        ("README.md", "text_as_scope"),
        ("src/lib.rs", "mime_types_for_enrichment"),
    ] {
        let page = fs::read_to_string(root.join("../..").join(page)).unwrap();
        let lines = page
            .lines()
            .map(|line| line.trim_start_matches("//!").trim());
        let shown = lines
            .skip_while(|line| !line.starts_with("error["))
            .take_while(|line| *line != "```");
        let shown: Vec<_> = shown.collect();
        assert!(shown.len() > 5, "{shown:?}");

        let written = fs::read_to_string(root.join(format!("fail/{program}.stderr"))).unwrap();
        let written = written.replace(&format!("fail/{program}.rs"), "src/main.rs");
        let written: Vec<_> = written.lines().map(str::trim).take(shown.len()).collect();
        assert_eq!(shown, written);
    }
}

fn programs(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(folder).unwrap();
    let mut programs: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    programs.sort();
    programs
}

fn name(program: &Path) -> String {
    program.file_stem().unwrap().to_str().unwrap().into()
}

/// The first lines of the errors that the compiler gives for each program, sorted.
fn errors_of(programs: &[PathBuf]) -> BTreeMap<String, Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui");
    let mut manifest = format!(
        "[package]\nname = \"ui\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [workspace]\n\n\
         [dependencies]\n\
         opencti-connector = {{ path = \"{}\", features = [\"config\", \"runtime\"] }}\n",
        root.display(),
    );
    let mut errors = BTreeMap::new();
    for program in programs {
        let name = name(program);
        let path = program.display();
        writeln!(manifest, "\n[[bin]]\nname = \"{name}\"\npath = \"{path}\"").unwrap();
        errors.insert(name, Vec::new());
    }
    fs::create_dir_all(&project).unwrap();
    fs::write(project.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root.join("Cargo.lock"), project.join("Cargo.lock")).unwrap();

    let output = Command::new(env!("CARGO"))
        .args([
            "check",
            "--bins",
            "--keep-going",
            "--offline",
            "--message-format=json",
        ])
        // That of the workspace, where the dependencies are built already.
        .env("CARGO_TARGET_DIR", project.join("../.."))
        .current_dir(&project)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("could not compile `ui`"), "{stderr}");

    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let message = &line["message"];
        let text = message["message"].as_str().unwrap_or_default();
        if message["level"] == "error" && !text.starts_with("aborting due to") {
            let program = line["target"]["name"].as_str().unwrap();
            let code = message["code"]["code"].as_str().unwrap_or("no code");
            errors
                .get_mut(program)
                .unwrap()
                .push(format!("error[{code}]: {text}"));
        }
    }
    for errors in errors.values_mut() {
        errors.sort();
    }
    errors
}
