//! The deserializer of a setting. The type decides how a scalar is read, without lossy conversions.

use std::fmt::Display;

use serde::de::value::StrDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};

use crate::config::reader;
use crate::config::section::mismatch::{Mismatch, Step};
use crate::config::section::notes::Notes;
use crate::config::section::number::{float, integer};
use crate::config::sources::tree::{self, Form, Node, Scalar, Section};

/// Reads a value of a section.
pub(crate) fn read<'de, T: Deserialize<'de>>(node: &Node) -> Result<T, Mismatch> {
    read_noting(node, &Notes::default())
}

/// Reads a value of a section, and notes the keys that its type ignores.
pub(crate) fn read_noting<'de, T: Deserialize<'de>>(
    node: &Node,
    notes: &Notes,
) -> Result<T, Mismatch> {
    T::deserialize(Setting {
        node,
        known: None,
        notes,
    })
}

#[derive(Clone, Copy)]
struct Setting<'a> {
    node: &'a Node,
    /// The keys of the struct that it is a member of; `None` if it is not a member of a struct.
    known: Option<&'static [&'static str]>,
    notes: &'a Notes,
}

impl<'a> Setting<'a> {
    /// Replaces the value.
    fn with<'b>(self, node: &'b Node) -> Setting<'b>
    where
        'a: 'b,
    {
        Setting { node, ..self }
    }

    /// Reads the section as a struct with these keys, or as a map.
    fn visit_section<'de, V: Visitor<'de>>(
        self,
        known: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let of_text = self.of_text("a section", "`{\"a\": \"b\"}`")?;
        match of_text.as_ref().unwrap_or(self.node) {
            Node::Section(section) => visitor.visit_map(Members::of(section, known, self.notes)),
            other => self.with(other).deserialize_any(visitor),
        }
    }

    /// Returns the scalar, or the fault that something else is here.
    fn scalar(self, expected: &str) -> Result<&'a Scalar, Mismatch> {
        match self.node {
            Node::Scalar(scalar) => Ok(scalar),
            other => Err(Mismatch::invalid_type(unexpected(other), &expected)),
        }
    }

    /// Reads a number with `parse`.
    fn number<T>(
        self,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Mismatch> {
        let scalar = self.scalar(expected)?;
        parse(scalar.text.trim()).ok_or_else(|| Mismatch::new(format!("is not {expected}")))
    }

    /// Parses a text that holds a list or section as JSON; `None` if the setting is not a text.
    fn of_text(self, expected: &str, example: &str) -> Result<Option<Node>, Mismatch> {
        let Node::Scalar(scalar) = self.node else {
            return Ok(None);
        };
        let node = collection(scalar)?;
        node.map(Some).ok_or_else(|| {
            Mismatch::new(format!(
                "is a text, but {expected} is expected; write it as JSON, as in {example}"
            ))
        })
    }
}

fn collection(scalar: &Scalar) -> Result<Option<Node>, Mismatch> {
    tree::parse_scalar(scalar)
        .map_err(|error| Mismatch::new(format!("is {}", error.in_language("JSON"))))
}

fn unexpected(node: &Node) -> Unexpected<'_> {
    match node {
        Node::Null => Unexpected::Unit,
        Node::Scalar(scalar) => Unexpected::Str(&scalar.text),
        Node::List(_) => Unexpected::Seq,
        Node::Section(_) => Unexpected::Map,
    }
}

fn is_written_as(text: &str, value: &impl Display) -> bool {
    value.to_string() == text
}

/// Reads a scalar without a requested type, as behind `#[serde(flatten)]`.
fn visit_scalar<'de, V: Visitor<'de>>(
    setting: Setting<'_>,
    scalar: &Scalar,
    visitor: V,
) -> Result<V::Value, Mismatch> {
    let text = scalar.text.as_str();
    match scalar.form {
        Form::Text | Form::Inner => visitor.visit_str(text),
        Form::Plain => {
            let unsigned = text.parse().ok().filter(|it: &u64| is_written_as(text, it));
            let signed = text.parse().ok().filter(|it: &i64| is_written_as(text, it));
            let float = float(text).filter(|it| text.contains('.') && is_written_as(text, it));
            match (text, unsigned, signed, float) {
                ("true" | "True" | "TRUE", ..) => visitor.visit_bool(true),
                ("false" | "False" | "FALSE", ..) => visitor.visit_bool(false),
                (_, Some(number), _, _) => visitor.visit_u64(number),
                (_, _, Some(number), _) => visitor.visit_i64(number),
                (_, _, _, Some(number)) => visitor.visit_f64(number),
                _ => visitor.visit_str(text),
            }
        }
        Form::Flag => match reader::flag(text.trim()) {
            Ok(flag) => visitor.visit_bool(flag),
            Err(_) => visitor.visit_str(text),
        },
        Form::Loose => {
            let text = text.trim();
            if let Some(number) = integer(text, u64::from_str_radix) {
                visitor.visit_u64(number)
            } else if let Some(number) = integer(text, i64::from_str_radix) {
                visitor.visit_i64(number)
            } else if let Some(number) = float(text) {
                visitor.visit_f64(number)
            } else if let Ok(flag) = reader::flag(text) {
                visitor.visit_bool(flag)
            } else if let Ok(Some(node)) = collection(scalar) {
                setting.with(&node).deserialize_any(visitor)
            } else {
                visitor.visit_str(&scalar.text)
            }
        }
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $integer:ident $expected:literal;)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            let parse = |text: &str| integer(text, $integer::from_str_radix);
            visitor.$visit(self.number($expected, parse)?)
        }
    )+};
}

macro_rules! as_text {
    ($($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            visitor.visit_str(&self.scalar("a text")?.text)
        }
    )+};
}

impl<'de> Deserializer<'de> for Setting<'_> {
    type Error = Mismatch;

    integers! {
        deserialize_i8 visit_i8 i8 "a whole number from -128 to 127";
        deserialize_i16 visit_i16 i16 "a whole number from -32768 to 32767";
        deserialize_i32 visit_i32 i32 "a whole number from -2147483648 to 2147483647";
        deserialize_i64 visit_i64 i64 "a whole number";
        deserialize_i128 visit_i128 i128 "a whole number";
        deserialize_u8 visit_u8 u8 "a whole number from 0 to 255";
        deserialize_u16 visit_u16 u16 "a whole number from 0 to 65535";
        deserialize_u32 visit_u32 u32 "a whole number from 0 to 4294967295";
        deserialize_u64 visit_u64 u64 "a whole number of zero or more";
        deserialize_u128 visit_u128 u128 "a whole number of zero or more";
    }

    as_text! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.node {
            Node::Null => visitor.visit_unit(),
            Node::Scalar(scalar) => visit_scalar(self, scalar, visitor),
            Node::List(entries) => visitor.visit_seq(Entries {
                rest: entries.iter().enumerate(),
                notes: self.notes,
            }),
            Node::Section(section) => visitor.visit_map(Members::of(section, None, self.notes)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let scalar = self.scalar("a boolean")?;
        visitor.visit_bool(reader::flag(scalar.text.trim()).map_err(Mismatch::new)?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_f64(self.number("a number", float)?)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.node {
            Node::List(_) => self.deserialize_seq(visitor),
            _ => visitor.visit_bytes(self.scalar("a text")?.text.as_bytes()),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.node {
            Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.node {
            Node::Null => visitor.visit_unit(),
            other => Err(Mismatch::invalid_type(unexpected(other), &"nothing")),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.of_text("a list", "`[\"a\", \"b\"]`")? {
            Some(node) => self.with(&node).deserialize_any(visitor),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.visit_section(None, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.visit_section(Some(known), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        choices: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let node;
        let mut here = self.node;
        if let Node::Scalar(scalar) = here {
            match collection(scalar)? {
                Some(of_text) => {
                    node = of_text;
                    here = &node;
                }
                None => return visitor.visit_enum(scalar.text.trim().into_deserializer()),
            }
        }
        match here {
            Node::Section(Section(members)) if members.len() == 1 => {
                let (choice, value) = &members[0];
                let value = self.with(value);
                visitor.visit_enum(Choice { choice, value })
            }
            _ => {
                let choices = choices.join(", ");
                let message = format!("is not one of the choices {choices}");
                Err(Mismatch::new(message))
            }
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if let Some(known) = self.known {
            self.notes.ignore(known);
        }
        visitor.visit_unit()
    }
}

struct Entries<'a> {
    rest: std::iter::Enumerate<std::slice::Iter<'a, Node>>,
    notes: &'a Notes,
}

impl<'de> SeqAccess<'de> for Entries<'_> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        let next = self.rest.next().map(|(index, node)| {
            let setting = Setting {
                node,
                known: None,
                notes: self.notes,
            };
            self.notes
                .within(Step::Index(index), || seed.deserialize(setting))
        });
        next.transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Members<'a> {
    rest: std::slice::Iter<'a, (String, Node)>,
    value: Option<&'a (String, Node)>,
    known: Option<&'static [&'static str]>,
    notes: &'a Notes,
}

impl<'a> Members<'a> {
    fn of(section: &'a Section, known: Option<&'static [&'static str]>, notes: &'a Notes) -> Self {
        Self {
            rest: section.0.iter(),
            value: None,
            known,
            notes,
        }
    }
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mismatch> {
        self.value = self.rest.next();
        let next = self.value.map(|(key, _)| {
            // A key of a map can be a number or an enum; it is a text like any other.
            let text = Node::text(key.as_str());
            seed.deserialize(Setting {
                node: &text,
                known: None,
                notes: self.notes,
            })
        });
        next.transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        let Some((key, node)) = self.value.take() else {
            return Err(Mismatch::new("has no value"));
        };
        let setting = Setting {
            node,
            known: self.known,
            notes: self.notes,
        };
        self.notes
            .within(Step::Key(key.clone()), || seed.deserialize(setting))
    }
}

/// A choice with a value, as `{choice: value}`.
struct Choice<'a> {
    choice: &'a str,
    value: Setting<'a>,
}

impl<'de, 'a> EnumAccess<'de> for Choice<'a> {
    type Error = Mismatch;
    type Variant = Setting<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Setting<'a>), Mismatch> {
        let choice: StrDeserializer<'_, Mismatch> = self.choice.into_deserializer();
        Ok((seed.deserialize(choice)?, self.value))
    }
}

impl<'de> VariantAccess<'de> for Setting<'_> {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mismatch> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.visit_section(Some(known), visitor)
    }
}
