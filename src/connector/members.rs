//! Reading the members of a raw connector, so that what is wrong with one is told by its name.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::connector::raw::RawConnector;
use crate::value::field::Field;

impl<'de> Deserialize<'de> for RawConnector {
    /// Takes an object; a member that is null counts as missing.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = RawConnector;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a connector as an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<RawConnector, A::Error> {
        let mut raw = RawConnector::default();
        let mut begun = Vec::new();
        while let Some(Key(field)) = members.next_key()? {
            let Some(field) = field else {
                members.next_value::<IgnoredAny>()?;
                continue;
            };
            if begun.contains(&field) {
                return Err(given_twice(field));
            }
            begun.push(field);
            match field {
                Field::Id => raw.id = value(field, &mut members)?,
                Field::Name => raw.name = value(field, &mut members)?,
                Field::Type => raw.connector_type = value(field, &mut members)?,
                Field::Scope => raw.scope = members.next_value()?,
                Field::Auto => raw.auto = value(field, &mut members)?,
                Field::AutoUpdate => raw.auto_update = value(field, &mut members)?,
                Field::EnrichmentResolution => {
                    raw.enrichment_resolution = value(field, &mut members)?;
                }
                Field::OnlyContextual => raw.only_contextual = value(field, &mut members)?,
                Field::PlaybookCompatible => {
                    raw.playbook_compatible = value(field, &mut members)?;
                }
                Field::ListenCallbackUri => {
                    raw.listen_callback_uri = value(field, &mut members)?;
                }
                Field::Version => raw.version = value(field, &mut members)?,
                Field::Slug => raw.slug = value(field, &mut members)?,
                Field::XtmOneIntent => raw.xtm_one_intent = value(field, &mut members)?,
            }
        }
        Ok(raw)
    }
}

/// The member that a key names, by the payload's name or by that of pycti's constructor.
struct Key(Option<Field>);

impl Key {
    /// The members that pycti's constructor names otherwise, with `connector_` before them.
    const OTHERWISE_IN_PYCTI: [Field; 3] = [Field::Id, Field::Name, Field::Type];
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
        let in_pycti = || {
            let field = Field::named(key.strip_prefix("connector_")?);
            field.filter(|field| Key::OTHERWISE_IN_PYCTI.contains(field))
        };
        Ok(Key(Field::named(key).or_else(in_pycti)))
    }
}

fn given_twice<E: Error>(field: Field) -> E {
    let other_name = if Key::OTHERWISE_IN_PYCTI.contains(&field) {
        format!(", or once as `connector_{field}`")
    } else {
        String::new()
    };
    E::custom(format_args!(
        "duplicate field `{field}`: it is given twice{other_name}; remove one"
    ))
}

fn value<'de, T, A: MapAccess<'de>>(field: Field, members: &mut A) -> Result<Option<T>, A::Error>
where
    Member<T>: DeserializeSeed<'de, Value = Option<T>>,
{
    members.next_value_seed(Member {
        field,
        value: PhantomData,
    })
}

/// A member that is a text or a flag.
struct Member<T> {
    field: Field,
    value: PhantomData<T>,
}

macro_rules! member {
    ($value:ty, $expected:literal, $deserialize:ident, $($visit:ident($visited:ty)),+) => {
        impl<'de> DeserializeSeed<'de> for Member<$value> {
            type Value = Option<$value>;

            fn deserialize<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Self::Value, D::Error> {
                deserializer.deserialize_option(self)
            }
        }

        impl<'de> Visitor<'de> for Member<$value> {
            type Value = Option<$value>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "`{}` as {}", self.field, $expected)
            }

            fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
                Ok(None)
            }

            // Null, where it was buffered, as behind `#[serde(flatten)]`.
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(None)
            }

            fn visit_some<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Self::Value, D::Error> {
                deserializer.$deserialize(self)
            }

            $(fn $visit<E: Error>(self, value: $visited) -> Result<Self::Value, E> {
                Ok(Some(value.into()))
            })+
        }
    };
}

member!(
    String,
    "a text",
    deserialize_string,
    visit_str(&str),
    visit_string(String)
);
member!(bool, "true or false", deserialize_bool, visit_bool(bool));
