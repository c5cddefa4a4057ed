//! The connector's version and slug from the files that its build left.
//!
//! The rules are those of `opencti_connector_build.resolve` of pycti 7.261026.0.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::config::findings::report::Origin;
use crate::value::settings::is_of_label;

/// The content of a build file.
#[derive(Clone, Debug)]
pub(crate) struct Build {
    pub(crate) version: String,
    pub(crate) slug: Option<String>,
    pub(crate) origin: Origin,
}

/// Returns the first file with a usable version. Searches each folder and up to four above it, for the
/// manifest and then the stamp.
pub(crate) fn find(folders: &[PathBuf]) -> Option<Build> {
    const FOLDERS_UP: usize = 4;
    folders
        .iter()
        .flat_map(|folder| folder.ancestors().take(1 + FOLDERS_UP))
        .flat_map(|folder| {
            [
                "__metadata__/connector_manifest.json",
                ".connector_version.json",
            ]
            .map(|name| folder.join(name))
        })
        .find_map(|path| read(&path))
}

fn read(path: &Path) -> Option<Build> {
    let text = fs::read(path).ok()?;
    let members: Map<String, Value> = serde_json::from_slice(&text).ok()?;
    let version = members.get("version").filter(|version| is_truthy(version));
    Some(Build {
        version: clean(version.or_else(|| members.get("container_version"))?)?,
        slug: members.get("slug").and_then(clean),
        origin: Origin::File(path.to_owned()),
    })
}

/// Whether Python considers the value true: empty and zero are false.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// Reduces a text to the alphabet of versions and slugs. `None` for a filler such as `unknown`.
fn clean(value: &Value) -> Option<String> {
    const MAX: usize = 64;
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let stands_for_none = ["unknown", "none", "null", "undefined"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    if stands_for_none || text.starts_with('$') {
        return None;
    }
    let cleaned: String = text.chars().filter(|c| is_of_label(*c)).take(MAX).collect();
    (!cleaned.is_empty()).then_some(cleaned)
}
