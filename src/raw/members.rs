//! Reading the members of a raw connector, so that what is wrong with one is told by its name.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::RawConnector;

impl<'de> Deserialize<'de> for RawConnector {
    /// Takes an object; a member that is null counts as missing.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Key {
    #[serde(alias = "connector_id")]
    Id,
    #[serde(alias = "connector_name")]
    Name,
    #[serde(alias = "connector_type")]
    Type,
    Scope,
    Auto,
    AutoUpdate,
    EnrichmentResolution,
    OnlyContextual,
    PlaybookCompatible,
    ListenCallbackUri,
    Version,
    Slug,
    XtmOneIntent,
    #[serde(other)]
    Unknown,
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = RawConnector;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a connector as an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<RawConnector, A::Error> {
        let mut reading = Reading {
            members,
            begun: Vec::new(),
        };
        let mut raw = RawConnector::default();
        while let Some(key) = reading.members.next_key()? {
            match key {
                Key::Id => raw.id = reading.member("id")?,
                Key::Name => raw.name = reading.member("name")?,
                Key::Type => raw.connector_type = reading.member("type")?,
                Key::Scope => {
                    reading.begin("scope")?;
                    raw.scope = reading.members.next_value()?;
                }
                Key::Auto => raw.auto = reading.member("auto")?,
                Key::AutoUpdate => raw.auto_update = reading.member("auto_update")?,
                Key::EnrichmentResolution => {
                    raw.enrichment_resolution = reading.member("enrichment_resolution")?;
                }
                Key::OnlyContextual => raw.only_contextual = reading.member("only_contextual")?,
                Key::PlaybookCompatible => {
                    raw.playbook_compatible = reading.member("playbook_compatible")?;
                }
                Key::ListenCallbackUri => {
                    raw.listen_callback_uri = reading.member("listen_callback_uri")?;
                }
                Key::Version => raw.version = reading.member("version")?,
                Key::Slug => raw.slug = reading.member("slug")?,
                Key::XtmOneIntent => raw.xtm_one_intent = reading.member("xtm_one_intent")?,
                Key::Unknown => {
                    reading.members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(raw)
    }
}

struct Reading<A> {
    members: A,
    /// The names of the members that have been read.
    begun: Vec<&'static str>,
}

impl<'de, A: MapAccess<'de>> Reading<A> {
    fn member<T>(&mut self, name: &'static str) -> Result<Option<T>, A::Error>
    where
        Member<T>: DeserializeSeed<'de, Value = Option<T>>,
    {
        self.begin(name)?;
        self.members.next_value_seed(Member::new(name))
    }

    fn begin(&mut self, name: &'static str) -> Result<(), A::Error> {
        if self.begun.contains(&name) {
            let other_name = match name {
                "id" | "name" | "type" => format!(", or once as `connector_{name}`"),
                _ => String::new(),
            };
            return Err(A::Error::custom(format_args!(
                "duplicate field `{name}`: it is given twice{other_name}; remove one"
            )));
        }
        self.begun.push(name);
        Ok(())
    }
}

/// A member that is a text or a flag.
struct Member<T> {
    name: &'static str,
    value: PhantomData<T>,
}

impl<T> Member<T> {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            value: PhantomData,
        }
    }
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
                write!(f, "`{}` as {}", self.name, $expected)
            }

            fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
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
