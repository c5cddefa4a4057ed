//! The members of a raw connector as they are read: what is of another type is told by its name.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Visitor};

macro_rules! members {
    ($($member:ident: $value:ty = $expected:literal;)+) => {$(
        pub(super) fn $member<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<$value>, D::Error> {
            deserializer.deserialize_option(Member::<$value>::new($expected))
        }
    )+};
}

members! {
    id: String = "`id` as a text";
    name: String = "`name` as a text";
    connector_type: String = "`type` as a text";
    auto: bool = "`auto` as true or false";
    auto_update: bool = "`auto_update` as true or false";
    enrichment_resolution: String = "`enrichment_resolution` as a text";
    only_contextual: bool = "`only_contextual` as true or false";
    playbook_compatible: bool = "`playbook_compatible` as true or false";
    listen_callback_uri: String = "`listen_callback_uri` as a text";
    version: String = "`version` as a text";
    slug: String = "`slug` as a text";
    xtm_one_intent: String = "`xtm_one_intent` as a text";
}

struct Member<T> {
    expected: &'static str,
    value: PhantomData<T>,
}

impl<T> Member<T> {
    fn new(expected: &'static str) -> Self {
        Self {
            expected,
            value: PhantomData,
        }
    }
}

impl<'de> Visitor<'de> for Member<String> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_string(self)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.into()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(text))
    }
}

impl<'de> Visitor<'de> for Member<bool> {
    type Value = Option<bool>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_bool(self)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Some(flag))
    }
}
