//! Suggestions for settings that nobody reads but whose names are close to one that is read.
//!
//! Other unknown names are ignored: connectors have settings of their own.

use crate::config::findings::report::{Finding, Origin, Place};
use crate::config::reader::Reader;
use crate::config::sources::variables::{ALL, ID, NAME, TOKEN, URL, Variable};

/// A setting that is read, the origin of its misspelt name, and what to do.
type Suggestion = (&'static Variable, Origin, String);

/// Warns of each misspelt setting, unless the one that is meant is set as well.
pub(crate) fn suggest(reader: &mut Reader<'_>) {
    let config = reader.config;
    let in_file = config.settings_of_file().filter_map(|(section, key)| {
        let (variable, message) = in_file(section, key)?;
        Some((variable, config.file.clone(), message))
    });
    let in_environment = config.variables.names().filter_map(|name| {
        let (variable, message) = in_environment(name)?;
        Some((variable, Origin::Environment, message))
    });
    let suggestions: Vec<Suggestion> = in_file.chain(in_environment).collect();
    for (variable, origin, message) in suggestions {
        if !reader.is_set(variable) {
            reader.report.warnings.push(Finding {
                place: Some(Place::from(variable)),
                origin,
                value: None,
                message,
            });
        }
    }
}

fn in_file(section: Option<&str>, key: &str) -> Option<(&'static Variable, String)> {
    let Some(section) = section else {
        let variable = outside(key)?;
        let Variable {
            section,
            key: meant,
            ..
        } = variable;
        return Some((
            variable,
            format!(
                "is written as `{key}` outside of a section, which is not read; write `{meant}` \
                 below `{section}:`, indented"
            ),
        ));
    };
    let is_known = |variable: &Variable| variable.section == section && variable.key == key;
    let variable = meant_by(section_meant_by(section)?, key, is_known)?;
    let Variable {
        section: there,
        key: meant,
        ..
    } = variable;
    Some((
        variable,
        format!(
            "is written as `{section}.{key}`, which is not read; rename it to `{there}.{meant}`"
        ),
    ))
}

fn in_environment(name: &str) -> Option<(&'static Variable, String)> {
    let (section, key) = name.split_once('_')?;
    let section = section_meant_by(section).filter(|there| there.eq_ignore_ascii_case(section))?;
    let variable = meant_by(section, key, |variable| variable.name == name)?;
    let meant = variable.name;
    Some((
        variable,
        format!("is written as `{name}`, which is not read; rename it to `{meant}`"),
    ))
}

/// Returns the setting that a key of a section may mean; `None` if the key itself is read.
fn meant_by(
    section: &'static str,
    key: &str,
    is_known: impl Fn(&Variable) -> bool,
) -> Option<&'static Variable> {
    if ALL.iter().any(is_known) {
        return None;
    }
    let key = normal(key);
    let start = format!("{section}_");
    let key = key.strip_prefix(&start).unwrap_or(&key);
    let here = || ALL.iter().filter(|variable| variable.section == section);
    let is_part = |part: &str| {
        key.strip_suffix(part)
            .is_some_and(|rest| rest.ends_with('_'))
    };
    here()
        .find(|variable| variable.key == key)
        .or_else(|| here().find(|variable| is_typo(key, variable.key)))
        // Such as `api_token`, only for settings that every connector needs.
        .or_else(|| {
            here().find(|it| {
                [&ID, &NAME, &TOKEN, &URL]
                    .map(|it| it.name)
                    .contains(&it.name)
                    && is_part(it.key)
            })
        })
}

/// Returns the section that a name means.
fn section_meant_by(name: &str) -> Option<&'static str> {
    let name = normal(name);
    ["connector", "opencti"]
        .into_iter()
        .find(|section| distance(&name, section, 1) <= 1)
}

/// Returns the setting that a key outside of any section means.
fn outside(key: &str) -> Option<&'static Variable> {
    let key = normal(key);
    // Many connectors have an own setting such as `host` or `port`.
    let is_ours = |variable: &Variable| !["mq", "s3"].contains(&variable.section);
    let is_key = |variable: &Variable| variable.key == key && is_ours(variable);
    ALL.iter()
        .find(|variable| is_key(variable) || variable.name.eq_ignore_ascii_case(&key))
}

fn normal(key: &str) -> String {
    key.trim().to_ascii_lowercase().replace(['-', ' '], "_")
}

/// Whether two names differ by one wrong, missing, extra or swapped letter; by two in a long name. False
/// for a name so short that it resembles many.
pub(crate) fn is_typo(key: &str, known: &str) -> bool {
    const SHORT: usize = 5;
    const LONG: usize = 8;
    let most = 1 + usize::from(known.len() >= LONG);
    known.len() >= SHORT && distance(key, known, most) <= most
}

/// Returns the number of letters by which two texts differ; two swapped letters count as one. Stops
/// counting above `most`.
fn distance(a: &str, b: &str, most: usize) -> usize {
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (rows[i][j] + usize::from(x != y))
                .min(rows[i][j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && a[i - 1] == *y && *x == b[j - 1] {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
