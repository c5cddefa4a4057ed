//! One section of the connector's own settings: keys of the file, overridden by variables.

use serde::de::DeserializeOwned;

use crate::config::config::Config;
use crate::config::findings::report::{Finding, Origin, Place, Report};
use crate::config::findings::unread::is_typo;
use crate::config::reader;
use crate::config::section::mismatch::{Mismatch, Reason, place_of};
use crate::config::section::notes::Ignored;
use crate::config::section::{faults, shown};
use crate::config::sources::tree::{Node, Section};
use crate::config::sources::variables::ALL;
use crate::value::placeholder::is_placeholder;

/// Reads a section as `T`, with everything that is wrong with it. The value is `None` if there is a
/// fault. `others` are the sections that are read together with it.
pub(crate) fn read<T: DeserializeOwned>(
    config: &Config,
    section: &str,
    prefix: &str,
    others: &[&str],
) -> (Option<T>, Report) {
    let source = Source {
        config,
        section,
        prefix: prefix_of(prefix),
        others: others.iter().copied().map(prefix_of).collect(),
    };
    let in_file = match config.tree.get(section) {
        None | Some(Node::Null) => Section::default(),
        Some(Node::Section(section)) => section.clone(),
        Some(Node::Scalar(_) | Node::List(_)) => {
            let message = "is not a section; write its settings below it, indented";
            let finding = Finding {
                origin: config.file.clone(),
                ..source.finding("", message)
            };
            return (None, Report::of(finding));
        }
    };
    let emptied = source.emptied(&in_file);
    let (settings, mut report) = source.settings(in_file);
    let (value, ignored) = faults::read(&settings);
    let unread = ignored.iter();
    let unread = unread.filter_map(|ignored| source.unread(&settings, ignored));
    report.warnings.extend(unread);
    report
        .warnings
        .extend(source.placeholders(&settings, &ignored));
    match value {
        Ok(value) => (Some(value), report),
        Err(faults) => {
            let garbled = report.faults.len();
            for finding in faults
                .into_iter()
                .map(|fault| source.explain(&settings, &emptied, &fault))
            {
                // A value that cannot be read is not missing as well.
                let is_of = |known: &Finding| known.variable() == finding.variable();
                if !report.faults[..garbled].iter().any(is_of) {
                    report.faults.push(finding);
                }
            }
            (None, report)
        }
    }
}

/// The sources of a section.
struct Source<'a> {
    config: &'a Config,
    section: &'a str,
    /// Prefix of its variables, such as `SHODAN_`.
    prefix: String,
    /// Prefixes of the sections that are read together with it.
    others: Vec<String>,
}

fn prefix_of(name: &str) -> String {
    format!("{}_", name.to_ascii_uppercase().replace('-', "_"))
}

impl Source<'_> {
    /// Merges the file with the variables, which override it, and reports variables that are not UTF-8.
    fn settings(&self, mut settings: Section) -> (Section, Report) {
        let mut report = Report::default();
        // As for the connector itself, null and an empty text select the default.
        settings.0.retain(|(_, node)| !node.is_unset());
        for (key, text) in self.config.variables.with_prefix(&self.prefix) {
            match text.to_str() {
                Some("") => {
                    settings.remove(&key);
                }
                Some(text) => settings.set(&key, Node::text(text)),
                None => {
                    settings.remove(&key);
                    report.faults.push(Finding {
                        origin: Origin::Environment,
                        ..self.finding(&key, "is not UTF-8; write it in that encoding")
                    });
                }
            }
        }
        (settings, report)
    }

    /// Returns the keys that are set to an empty text, with their origins.
    fn emptied(&self, in_file: &Section) -> Vec<(String, Origin)> {
        let variables = || self.config.variables.with_prefix(&self.prefix);
        let in_environment = variables()
            .filter(|(_, text)| text.is_empty())
            .map(|(key, _)| (key, Origin::Environment));
        let in_file = in_file
            .0
            .iter()
            .filter(|(key, node)| {
                node.is_empty_text() && variables().all(|(variable, _)| variable != *key)
            })
            .map(|(key, _)| (key.clone(), self.config.file.clone()));
        in_environment.chain(in_file).collect()
    }

    /// Warns of placeholders in settings that the connector reads. They are not faults, because a
    /// connector's own templates may look the same.
    fn placeholders(&self, settings: &Section, ignored: &[Ignored]) -> Vec<Finding> {
        let is_ignored = |key: &str| {
            let mut paths = ignored.iter().map(|ignored| ignored.path.as_slice());
            paths.any(|path| matches!(path, [step] if step.key() == Some(key)))
        };
        let members = settings
            .0
            .iter()
            .filter(|(key, node)| !is_ignored(key) && node.texts().into_iter().any(is_placeholder));
        members
            .map(|(key, _)| Finding {
                origin: self.origin(settings, key),
                ..self.finding(key, reader::PLACEHOLDER)
            })
            .collect()
    }

    /// Warns of a key that the connector does not read; `None` if something else reads it.
    fn unread(&self, settings: &Section, ignored: &Ignored) -> Option<Finding> {
        let path = place_of(&ignored.path);
        let origin = self.origin(settings, ignored.path.first()?.key()?);
        let meant = ignored.path.last()?.key().and_then(|key| {
            let mut known = ignored.known.iter();
            known.find(|known| is_typo(key, known))
        });
        let message = match meant {
            Some(meant) => format!("is not read by the connector; did you mean `{meant}`?"),
            None => "is not read by the connector; check its name, or remove it".to_owned(),
        };
        let finding = self.finding(&path, message);
        let variable = finding.variable()?;
        let is_known = ALL
            .iter()
            .any(|known| known.name == variable || Some(known.path().as_str()) == finding.path());
        let is_of_other = origin == Origin::Environment
            && self.others.iter().any(|other| {
                other.len() > self.prefix.len() && variable.starts_with(other.as_str())
            });
        (!is_known && !is_of_other).then_some(Finding { origin, ..finding })
    }

    /// Returns the origin of a setting.
    fn origin(&self, settings: &Section, key: &str) -> Origin {
        let mut variables = self.config.variables.with_prefix(&self.prefix);
        if settings.get(key).is_none() {
            Origin::Unset
        } else if variables.any(|(name, _)| name == key) {
            Origin::Environment
        } else {
            self.config.file.clone()
        }
    }

    /// Turns a mismatch into a finding that shows no value.
    fn explain(
        &self,
        settings: &Section,
        emptied: &[(String, Origin)],
        mismatch: &Mismatch,
    ) -> Finding {
        let place = mismatch.place();
        let emptied = emptied.iter().find(|(key, _)| *key == place);
        if let (Reason::Missing, Some((_, origin))) = (mismatch.reason, emptied) {
            return Finding {
                origin: origin.clone(),
                ..self.finding(&place, reader::EMPTY)
            };
        }
        let message = match mismatch.reason {
            Reason::InItsOwnWords => match shown::words(&mismatch.message) {
                Some(words) => words,
                None if !may_repeat(&mismatch.message, settings, mismatch.key()) => {
                    &mismatch.message
                }
                None => "does not have the form that the connector expects",
            },
            Reason::Missing | Reason::Form => &mismatch.message,
        };
        let message = legible(message);
        Finding {
            origin: self.origin(settings, mismatch.key().unwrap_or_default()),
            ..self.finding(&place, message)
        }
    }

    /// Creates a finding about an unset setting, by its path within the section.
    fn finding(&self, path: &str, message: impl Into<String>) -> Finding {
        // A variable holds a whole setting, never a part of one.
        let (prefix, section) = (&self.prefix, self.section);
        let place = match path.split(['.', '[']).next() {
            None | Some("") => Place {
                variable: format!("{prefix}*"),
                path: section.to_owned(),
            },
            Some(setting) => Place {
                variable: prefix.clone() + &setting.to_ascii_uppercase(),
                path: format!("{section}.{path}"),
            },
        };
        Finding {
            place: Some(place),
            origin: Origin::Unset,
            value: None,
            message: message.into(),
        }
    }
}

/// Whether a type's message may repeat a part of the value: true if any word of it occurs in the value.
/// If serde does not say which setting the message is about, every value is compared.
fn may_repeat(message: &str, settings: &Section, key: Option<&str>) -> bool {
    let values = match key.and_then(|key| settings.get(key)) {
        Some(node) => node.texts(),
        None => settings
            .0
            .iter()
            .flat_map(|(_, node)| node.texts())
            .collect(),
    };
    let values: Vec<_> = values.into_iter().map(str::to_lowercase).collect();
    let message = message.to_lowercase();
    let mut words = message.split(|c: char| !c.is_alphanumeric());
    words.any(|word| word.len() > 1 && values.iter().any(|value| value.contains(word)))
}

/// Puts a message on one line and bounds its length.
fn legible(message: &str) -> String {
    const SHOWN: usize = 200;
    let mut escaped = message.chars().flat_map(|c| {
        let shown = (!c.is_control()).then_some(c);
        let escaped = c.is_control().then(|| c.escape_default());
        shown.into_iter().chain(escaped.into_iter().flatten())
    });
    let shown: String = escaped.by_ref().take(SHOWN).collect();
    let cut = if escaped.next().is_some() { "…" } else { "" };
    shown + cut
}
