//! The settings of a connector of its own: a section of the file and the variables named after it.

use ::config::{ConfigError, Map, Value, ValueKind};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::Config;
use super::report::{Finding, Origin, Place};
use super::sources::section_prefix;

/// The section as `T`: the file's keys, replaced by variables; or what is wrong.
pub(super) fn read<T: DeserializeOwned>(config: &Config, section: &str) -> Result<T, Finding> {
    let kind = config.tree.get(section).map(|value| &value.kind);
    if !matches!(kind, None | Some(ValueKind::Nil | ValueKind::Table(_))) {
        return Err(Finding {
            place: Some(place(section, "")),
            origin: config.file.clone(),
            value: None,
            message: "is no section; write its settings below it, indented".into(),
        });
    }
    let mut table = file_settings(config, section);
    // As for the connector itself: nothing and an empty text stand for the default.
    table.retain(|_, value| !is_empty(&value.kind));
    for (key, text) in config.variables.of_section(section) {
        match text.to_str() {
            Some("") => {
                table.shift_remove(&key);
            }
            Some(text) => {
                table.insert(key, Value::new(None, text));
            }
            None => {
                return Err(Finding {
                    place: Some(place(section, &key)),
                    origin: Origin::Environment,
                    value: None,
                    message: "is not UTF-8; write it in that encoding".into(),
                });
            }
        }
    }
    Value::new(None, ValueKind::Table(table.clone()))
        .try_deserialize()
        .map_err(|error| explain(config, section, &table, error))
}

fn file_settings(config: &Config, section: &str) -> Map<String, Value> {
    match config.tree.get(section).map(|value| &value.kind) {
        Some(ValueKind::Table(table)) => table.clone(),
        _ => Map::new(),
    }
}

fn is_empty(kind: &ValueKind) -> bool {
    match kind {
        ValueKind::Nil => true,
        ValueKind::String(text) => text.is_empty(),
        _ => false,
    }
}

fn place(section: &str, key: &str) -> Place {
    if key.is_empty() {
        return Place {
            variable: format!("{}*", section_prefix(section)),
            path: section.to_owned(),
        };
    }
    Place {
        // A variable can hold the whole of a setting and no part of it.
        variable: section_prefix(section) + &setting(key).to_ascii_uppercase(),
        path: format!("{section}.{key}"),
    }
}

/// Which setting is wrong and what is expected; its value too unless its name is that of a secret.
fn explain(
    config: &Config,
    section: &str,
    settings: &Map<String, Value>,
    error: ConfigError,
) -> Finding {
    let (key, message) = match error {
        ConfigError::Type {
            key,
            unexpected,
            expected,
            ..
        } => {
            let key = key.unwrap_or_default();
            let message = if is_secret(&key) {
                format!("is not {expected}")
            } else {
                format!("is {unexpected} where {expected} is expected")
            };
            (key, message)
        }
        ConfigError::At { error, key, .. } => {
            let key = key.unwrap_or_default();
            let message = if is_secret(&key) {
                "is not of the form that the connector expects".to_owned()
            } else {
                error.to_string()
            };
            (key, message)
        }
        ConfigError::NotFound(key) => (key, "is missing; the connector needs it".to_owned()),
        // serde names no setting, and what it says may hold the value of any.
        other if settings.keys().any(|key| is_secret(key)) => {
            let _ = other;
            (
                String::new(),
                "is not of the form that the connector expects".to_owned(),
            )
        }
        other => (String::new(), other.to_string()),
    };
    let mut variables = config.variables.of_section(section);
    let origin = if !settings.contains_key(setting(&key)) {
        Origin::Unset
    } else if variables.any(|(name, _)| name == setting(&key)) {
        Origin::Environment
    } else {
        config.file.clone()
    };
    let message = legible(&message);
    Finding {
        place: Some(place(section, &key)),
        origin,
        value: None,
        message,
    }
}

/// The setting of a path such as `proxy.port` or `tags[1]`.
fn setting(key: &str) -> &str {
    key.split(['.', '[']).next().unwrap_or_default()
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
    let list = crate::value::raw_scope::RawScope::deserialize(deserializer)?;
    let entries = list.entries().into_iter();
    Ok(entries
        .filter(|entry| !entry.is_empty())
        .map(str::to_owned)
        .collect())
}
