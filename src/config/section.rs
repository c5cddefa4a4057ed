//! The settings of a connector of its own: a section of the file and the variables named after it.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, DeserializeOwned, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Config;
use super::mismatch::{Mismatch, Reason};
use super::report::{Finding, Origin, Place, Report};
use super::section_faults;
use super::tree::{Node, Section};
use crate::value::raw_scope::RawScope;

/// The section as `T`: the file's keys, replaced by variables; or all that is wrong.
pub(super) fn read<T: DeserializeOwned>(
    config: &Config,
    section: &str,
    prefix: &str,
) -> Result<T, Report> {
    let source = Source {
        config,
        section,
        prefix: format!("{}_", prefix.to_ascii_uppercase().replace('-', "_")),
    };
    let in_file = match config.tree.get(section) {
        None | Some(Node::Null) => Section::default(),
        Some(Node::Section(section)) => section.clone(),
        Some(Node::Scalar(_) | Node::List(_)) => {
            let message = "is no section; write its settings below it, indented";
            return Err(Report::of(Finding {
                origin: config.file.clone(),
                ..source.finding("", message)
            }));
        }
    };
    let (settings, mut report) = source.settings(in_file);
    match section_faults::read(&settings) {
        Ok(value) if report.faults.is_empty() => Ok(value),
        Ok(_) => Err(report),
        Err(faults) => {
            let garbled = report.faults.len();
            for finding in faults
                .into_iter()
                .map(|fault| source.explain(&settings, &fault))
            {
                // What is given and cannot be read is not missing as well.
                let is_of = |known: &Finding| known.variable() == finding.variable();
                if !report.faults[..garbled].iter().any(is_of) {
                    report.faults.push(finding);
                }
            }
            Err(report)
        }
    }
}

/// Where the settings come from.
struct Source<'a> {
    config: &'a Config,
    section: &'a str,
    /// What its variables begin with, such as `SHODAN_`.
    prefix: String,
}

impl Source<'_> {
    /// The settings of the file under those of the variables; and which of them cannot be read.
    fn settings(&self, mut settings: Section) -> (Section, Report) {
        let mut report = Report::default();
        // As for the connector itself: nothing and an empty text stand for the default.
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

    /// Which setting is wrong and what is expected; none of their values.
    fn explain(&self, settings: &Section, mismatch: &Mismatch) -> Finding {
        let place = mismatch.place();
        // serde may not say which setting it is about, and what a type says may hold its value.
        let may_hold_secret = is_secret(&place)
            || place.is_empty() && settings.0.iter().any(|(key, _)| is_secret(key));
        let message = if mismatch.reason == Reason::InItsOwnWords && may_hold_secret {
            "is not of the form that the connector expects".to_owned()
        } else {
            legible(&mismatch.message)
        };
        let key = mismatch.key().unwrap_or_default();
        let mut variables = self.config.variables.with_prefix(&self.prefix);
        let origin = if settings.get(key).is_none() {
            Origin::Unset
        } else if variables.any(|(name, _)| name == key) {
            Origin::Environment
        } else {
            self.config.file.clone()
        };
        Finding {
            origin,
            ..self.finding(&place, message)
        }
    }

    /// A finding about a setting that is not set, by its path within the section.
    fn finding(&self, path: &str, message: impl Into<String>) -> Finding {
        // A variable can hold the whole of a setting and no part of it.
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

/// A message that may repeat a value: on one line, and of bounded length.
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

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["token", "key", "secret", "pass", "credential", "auth"]
        .iter()
        .any(|word| key.contains(word))
}

/// Takes a list of texts, or one text with commas as a variable holds it; entries are trimmed.
///
/// For the settings of a connector of its own:
///
/// ```
/// use opencti_connector::config::Config;
///
/// #[derive(serde::Deserialize)]
/// struct Feed {
///     #[serde(deserialize_with = "opencti_connector::config::comma_list")]
///     tags: Vec<String>,
/// }
///
/// let config = Config::sources().variables([("FEED_TAGS", "apt, phishing")]).load()?;
/// let feed: Feed = config.section("feed")?;
/// assert_eq!(feed.tags, ["apt", "phishing"]);
/// # Ok::<(), opencti_connector::config::Report>(())
/// ```
///
/// # Errors
///
/// When the value is neither.
pub fn comma_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct EitherForm;

    impl<'de> Visitor<'de> for EitherForm {
        type Value = RawScope;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text with commas or a list of texts")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<RawScope, E> {
            Ok(text.into())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<RawScope, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(list)).map(RawScope::List)
        }
    }

    let list = deserializer.deserialize_any(EitherForm)?;
    let entries = list.entries().into_iter();
    Ok(entries
        .filter(|entry| !entry.is_empty())
        .map(str::to_owned)
        .collect())
}
