//! "Coming from pycti" names all that a connector on pycti can name.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

const PAGE: &str = include_str!("../../src/coming_from_pycti.md");
const RECORDED: &str = include_str!("../data/pycti_members.txt");
const VARIABLES: &str = include_str!("../../src/config/sources/variables.rs");

/// The first column of a table: its head, and the code in its rows.
struct Table {
    head: &'static str,
    rows: Vec<&'static str>,
}

impl Table {
    fn is_about(&self, owner: &str) -> bool {
        code_in(self.head).any(|code| names(code).contains(owner))
    }

    fn names(&self, name: &str) -> bool {
        self.rows.iter().any(|code| names(code).contains(name))
    }

    /// Whether it has a call of this function with an argument of this name.
    fn has_call(&self, function: &str, argument: &str) -> bool {
        self.rows.iter().any(|code| {
            let arguments = code.strip_prefix(function).filter(|it| it.starts_with('('));
            arguments.is_some_and(|arguments| names(arguments).contains(argument))
        })
    }
}

fn tables() -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut is_in_table = false;
    for line in PAGE.lines() {
        let Some(row) = line.strip_prefix('|') else {
            is_in_table = false;
            continue;
        };
        let (first, _) = row.split_once(" | ").unwrap_or((row, ""));
        match tables.last_mut() {
            Some(table) if is_in_table => table.rows.extend(code_in(first)),
            _ => tables.push(Table {
                head: first,
                rows: Vec::new(),
            }),
        }
        is_in_table = true;
    }
    tables
}

fn code_in(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

fn names(code: &str) -> BTreeSet<&str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_')
        .collect()
}

/// A line for each name that was recorded: whose it is, and the name.
fn recorded() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = RECORDED.lines();
    lines.map(|line| line.split_once(' ').expect("an owner and a name"))
}

/// The names of these owners that have no row in a table about their owner, and are no argument of
/// a call in a row.
fn without_row<'n>(recorded: impl Iterator<Item = (&'n str, &'n str)>) -> Vec<(&'n str, &'n str)> {
    let tables = tables();
    let has_row = |owner: &str, name| {
        let subject = owner.rsplit('.').next().unwrap_or(owner);
        let is_named = |it: &Table| it.is_about(subject) && it.names(name);
        tables
            .iter()
            .any(|it| is_named(it) || it.has_call(subject, name))
    };
    recorded
        .filter(|(owner, name)| !has_row(owner, name))
        .collect()
}

#[test]
fn every_name_of_pycti_has_its_row() {
    let members = recorded().filter(|(owner, _)| *owner != "variable");
    let missing = without_row(members);
    assert!(missing.is_empty(), "without a row: {missing:#?}");
}

#[test]
fn every_member_of_a_message_has_its_row() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/messages");
    let mut members = BTreeSet::new();
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read(file.unwrap().path()).unwrap();
        let message: Value = serde_json::from_slice(&text).unwrap();
        for part in ["internal", "event"] {
            members.extend(message[part].as_object().unwrap().keys().cloned());
        }
    }
    assert!(members.contains("file_fetch"), "{members:?}");
    let missing = without_row(members.iter().map(|name| ("data", &**name)));
    assert!(missing.is_empty(), "without a row: {missing:#?}");
}

#[test]
fn every_variable_of_pycti_is_read_or_has_a_row_that_says_what_stands_in_its_place() {
    let tables = tables();
    for (_, name) in recorded().filter(|(owner, _)| *owner == "variable") {
        let is_read = VARIABLES.contains(&format!("\"{name}\""));
        let mut unread = tables.iter().filter(|it| it.head.contains("variable"));
        let has_row = unread.any(|it| it.names(name));
        assert!(is_read || has_row, "{name} is not read, and has no row");
        assert!(!is_read || !has_row, "{name} is read; its row has to go");
    }
}
