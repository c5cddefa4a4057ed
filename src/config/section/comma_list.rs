//! Lists of texts, from a variable or from the file.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::value::raw_scope::RawScope;

/// Deserializes a list of texts from a list or from a comma-separated text; entries are trimmed.
///
/// A text that begins with `[` is read as JSON. Use it in a section of the connector's own settings:
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
/// If the value is neither.
pub fn comma_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct EitherForm;

    impl<'de> Visitor<'de> for EitherForm {
        type Value = RawScope;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a comma-separated text or a list of texts")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<RawScope, E> {
            if !text.trim_start().starts_with(['[', '{']) {
                return Ok(text.into());
            }
            let list: Result<Vec<String>, _> = serde_json::from_str(text);
            // A JSON error may repeat a part of the text, which may be secret.
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
