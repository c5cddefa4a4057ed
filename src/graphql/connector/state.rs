//! Deserializes the connector state in an answer.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Parses a state, which travels as JSON text. `None` if it is null, an empty text or an empty
/// object; text that is not JSON is kept as a string.
pub(super) fn parse<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
    let state = serde_json::from_str(&text).unwrap_or(Value::String(text));
    let is_none = match &state {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    Ok((!is_none).then_some(state))
}
