//! A YAML file as values, whatever it holds.

use std::fmt;

use ::config::{Map, Value, ValueKind};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A value that takes what [`Value`] refuses: numbers of more than 63 bits, and keys that are no
/// texts, which nobody reads.
pub(super) struct Tree(pub(super) Value);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kind = deserializer.deserialize_any(TreeVisitor)?;
        Ok(Self(Value::new(None, kind)))
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = ValueKind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<ValueKind, E> {
        Ok(flag.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<ValueKind, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<ValueKind, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<ValueKind, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<ValueKind, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<ValueKind, E> {
        Ok(text.into())
    }

    fn visit_none<E>(self) -> Result<ValueKind, E> {
        Ok(ValueKind::Nil)
    }

    fn visit_unit<E>(self) -> Result<ValueKind, E> {
        Ok(ValueKind::Nil)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<ValueKind, A::Error> {
        let mut list = Vec::new();
        while let Some(Tree(entry)) = entries.next_element()? {
            list.push(entry);
        }
        Ok(ValueKind::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<ValueKind, A::Error> {
        let mut map = Map::new();
        while let Some(Tree(key)) = members.next_key()? {
            if matches!(
                key.kind,
                ValueKind::Nil | ValueKind::Array(_) | ValueKind::Table(_)
            ) {
                members.next_value::<IgnoredAny>()?;
            } else {
                let Tree(value) = members.next_value()?;
                map.insert(key.kind.to_string(), value);
            }
        }
        Ok(ValueKind::Table(map))
    }
}
