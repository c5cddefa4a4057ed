//! The settings of a connector of its own: a section of the file and the variables named after it.

pub(crate) mod faults;
pub(crate) mod mismatch;
pub(crate) mod setting;
pub(crate) mod shown;

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, DeserializeOwned, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::config::config::Config;
use crate::config::findings::report::{Finding, Origin, Place, Report};
use crate::config::reader;
use crate::config::section::mismatch::{Mismatch, Reason};
use crate::config::sources::tree::{Node, Section};
use crate::value::placeholder::is_placeholder;
use crate::value::raw_scope::RawScope;

/// The section as `T`, unless it cannot be read: the file's keys, replaced by variables. And all that
/// is wrong with it.
pub(crate) fn read<T: DeserializeOwned>(
    config: &Config,
    section: &str,
    prefix: &str,
) -> (Option<T>, Report) {
    let source = Source {
        config,
        section,
        prefix: format!("{}_", prefix.to_ascii_uppercase().replace('-', "_")),
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
    let (settings, mut report) = source.settings(in_file);
    match faults::read(&settings) {
        Ok(value) => (Some(value), report),
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
            (None, report)
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
        for (key, node) in &settings.0 {
            // Not a fault: what a connector fills in itself may look the same.
            if node.texts().into_iter().any(is_placeholder) {
                report.warnings.push(Finding {
                    origin: self.origin(&settings, key),
                    ..self.finding(key, reader::PLACEHOLDER)
                });
            }
        }
        (settings, report)
    }

    /// Where a setting comes from.
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

    /// Which setting is wrong and what is expected; none of their values.
    fn explain(&self, settings: &Section, mismatch: &Mismatch) -> Finding {
        let place = mismatch.place();
        let message = match mismatch.reason {
            Reason::InItsOwnWords => match shown::words(&mismatch.message) {
                Some(words) => words,
                None if !may_repeat(&mismatch.message, settings, mismatch.key()) => {
                    &mismatch.message
                }
                None => "is not of the form that the connector expects",
            },
            Reason::Missing | Reason::Form => &mismatch.message,
        };
        let message = legible(message);
        Finding {
            origin: self.origin(settings, mismatch.key().unwrap_or_default()),
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

/// Whether words of a type may hold a part of its value: when one of them stands in it, whatever it
/// is there. Where serde does not say which setting it is about, the value may be any.
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

/// Takes a list of texts, or one text with commas as a variable holds it; entries are trimmed. A text
/// that begins with `[` is a list as JSON.
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
            if !text.trim_start().starts_with(['[', '{']) {
                return Ok(text.into());
            }
            let list: Result<Vec<String>, _> = serde_json::from_str(text);
            // What a JSON error repeats of the text does not belong in a log.
            let invalid =
                |_| E::custom("is not a list of texts as JSON, such as [\"apt\", \"phishing\"]");
            list.map(RawScope::List).map_err(invalid)
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
