//! The members of an object's text: what the splitter reads, and what it writes anew.
//!
//! Only the top level is read, as pycti does; whatever is not a reference in form (a number, a
//! `_refs` that is not a list) is left alone, where pycti stops.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// What a reference is to the object that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// `source_ref`.
    Source,
    /// `target_ref`.
    Target,
    /// `sighting_of_ref`.
    Sighted,
    /// One of `where_sighted_refs`.
    Where,
    /// `x_opencti_sighting_of_ref`, which the platform reads in place of `sighting_of_ref`.
    PlatformSighted,
    /// One of `x_opencti_where_sighted_refs`, likewise.
    PlatformWhere,
    Other,
}

impl Role {
    fn of(member: &str) -> Self {
        match member {
            "source_ref" => Self::Source,
            "target_ref" => Self::Target,
            "sighting_of_ref" => Self::Sighted,
            "where_sighted_refs" => Self::Where,
            "x_opencti_sighting_of_ref" => Self::PlatformSighted,
            "x_opencti_where_sighted_refs" => Self::PlatformWhere,
            _ => Self::Other,
        }
    }
}

pub(super) struct Reference<'a> {
    pub(super) target: Cow<'a, str>,
    pub(super) role: Role,
    /// Whether it is the first of its member.
    pub(super) is_first: bool,
}

/// What the splitter needs to know of an object.
#[derive(Default)]
pub(super) struct Members<'a> {
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) object_type: Option<Cow<'a, str>>,
    /// The platform's internal ids of it.
    pub(super) aliases: Vec<Cow<'a, str>>,
    pub(super) references: Vec<Reference<'a>>,
    /// Whether a list of embedded objects repeats one.
    pub(super) has_repeats: bool,
    /// Whether it was split before.
    pub(super) has_sequence: bool,
}

impl<'a> Members<'a> {
    /// Reads the text of an object.
    pub(super) fn of(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Where the platform reads one member in place of another, only that one is an end.
    fn settle_roles(&mut self) {
        for (platform, stix) in [
            (Role::PlatformSighted, Role::Sighted),
            (Role::PlatformWhere, Role::Where),
        ] {
            let references = &mut self.references;
            if references
                .iter()
                .any(|reference| reference.role == platform)
            {
                for reference in references {
                    if reference.role == stix {
                        reference.role = Role::Other;
                    } else if reference.role == platform {
                        reference.role = stix;
                    }
                }
            }
        }
    }

    fn refer(&mut self, member: &str, to: Targets<'a>) {
        let role = Role::of(member);
        let reference = |(position, target)| Reference {
            target,
            role,
            is_first: position == 0,
        };
        match to {
            Targets::Many(targets) if member.ends_with("_refs") => {
                let targets = targets.into_iter().flatten();
                self.references.extend(targets.enumerate().map(reference));
            }
            Targets::One(target) if member.ends_with("_ref") => {
                self.references.push(reference((0, target)));
            }
            _ => {}
        }
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a STIX object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Members::default();
                while let Some(Text(name)) = map.next_key()? {
                    match &*name {
                        "id" => members.id = map.next_value::<Option<Text<'de>>>()?.map(|id| id.0),
                        "type" => {
                            let object_type = map.next_value::<Option<Text<'de>>>()?;
                            members.object_type = object_type.map(|object_type| object_type.0);
                        }
                        "nb_deps" => {
                            members.has_sequence = true;
                            map.next_value::<IgnoredAny>()?;
                        }
                        "x_opencti_id" => members.aliases.extend(text(map.next_value()?)),
                        "extensions" => {
                            members.aliases.extend(id_in_extension(map.next_value()?));
                        }
                        name @ ("external_references" | "kill_chain_phases") => {
                            members.has_repeats |= has_repeat(name, map.next_value()?);
                        }
                        name if name.ends_with("_ref") || name.ends_with("_refs") => {
                            members.refer(name, map.next_value()?);
                        }
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                members.settle_roles();
                Ok(members)
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// What a member refers to.
enum Targets<'a> {
    One(Cow<'a, str>),
    /// An item is `None` where it is not a text.
    Many(Vec<Option<Cow<'a, str>>>),
    /// Neither a text nor a list.
    None,
}

impl<'de> Deserialize<'de> for Targets<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Targets<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Targets::One(text.into()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Targets::One(text.to_owned().into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut targets = Vec::new();
                while let Some(item) = list.next_element()? {
                    targets.push(match item {
                        Targets::One(target) => Some(target),
                        _ => None,
                    });
                }
                Ok(Targets::Many(targets))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Targets::None)
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Targets::None)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Targets::None)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
                Ok(Targets::None)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
                Ok(Targets::None)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Targets::None)
            }
        }

        deserializer.deserialize_any(Any)
    }
}

/// Text that is borrowed where it has no escapes.
#[derive(PartialEq, Eq, Hash, serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The text that a value is; `None` when it is something else, or half a surrogate pair.
fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let inner = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        return serde_json::from_str(raw.get()).ok().map(Cow::Owned);
    }
    Some(inner.into())
}

/// The items of a list; none when it is something else.
fn items(raw: &RawValue) -> impl Iterator<Item = &RawValue> {
    let list = raw
        .get()
        .starts_with('[')
        .then(|| serde_json::from_str::<Vec<&RawValue>>(raw.get()));
    list.and_then(Result::ok).into_iter().flatten()
}

/// The platform's id in its own extension.
fn id_in_extension(raw: &RawValue) -> Option<Cow<'_, str>> {
    #[derive(serde::Deserialize)]
    struct Extensions<'a> {
        #[serde(
            borrow,
            rename = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"
        )]
        opencti: Option<Extension<'a>>,
    }
    #[derive(serde::Deserialize)]
    struct Extension<'a> {
        #[serde(borrow)]
        id: Option<Text<'a>>,
    }
    let extensions: Extensions<'_> = serde_json::from_str(raw.get()).ok()?;
    Some(extensions.opencti?.id?.0)
}

/// What tells one embedded object from another: of an external reference its URL, else its source
/// and the id there; of a phase its chain and its name.
#[derive(PartialEq, Eq, Hash)]
enum Identity<'a> {
    Url(&'a str),
    Entry(&'a str, &'a str),
    Phase(Option<&'a str>, Option<&'a str>),
}

fn has_repeat(name: &str, list: &RawValue) -> bool {
    let items: Vec<_> = items(list).collect();
    let mut seen = HashSet::new();
    items.len() > 1
        && items
            .into_iter()
            .any(|item| is_repeat(name, item, &mut seen))
}

/// Whether the item of a list of embedded objects was seen before.
fn is_repeat<'a>(name: &str, item: &'a RawValue, seen: &mut HashSet<Identity<'a>>) -> bool {
    #[derive(serde::Deserialize)]
    struct Embedded<'a> {
        #[serde(borrow)]
        url: Option<&'a RawValue>,
        #[serde(borrow)]
        source_name: Option<&'a RawValue>,
        #[serde(borrow)]
        external_id: Option<&'a RawValue>,
        #[serde(borrow)]
        kill_chain_name: Option<&'a RawValue>,
        #[serde(borrow)]
        phase_name: Option<&'a RawValue>,
    }
    let is_object = item.get().starts_with('{');
    let Some(embedded) = is_object
        .then(|| serde_json::from_str::<Embedded<'_>>(item.get()).ok())
        .flatten()
    else {
        return false;
    };
    let given = |value: Option<&'a RawValue>| value.map(RawValue::get).filter(|raw| *raw != "null");
    let identity = if name == "kill_chain_phases" {
        Identity::Phase(given(embedded.kill_chain_name), given(embedded.phase_name))
    } else if let Some(url) = given(embedded.url) {
        Identity::Url(url)
    } else if let (Some(source), Some(id)) =
        (given(embedded.source_name), given(embedded.external_id))
    {
        Identity::Entry(source, id)
    } else {
        // Without either it is not known by anything; pycti loses it.
        return false;
    };
    !seen.insert(identity)
}

/// Writes an object without a member, without the references that are dropped (their positions are
/// those of [`Members::references`]), and without repeats.
pub(super) fn rewrite(
    object: &str,
    without: &str,
    dropped: &[bool],
    out: &mut String,
) -> Result<(), serde_json::Error> {
    let members: RawMembers<'_> = serde_json::from_str(object)?;
    let mut dropped = dropped.iter().copied();
    let mut is_kept = |item: &RawValue| text(item).is_none() || dropped.next() != Some(true);
    let mut separator = '{';
    for (name, raw) in &members.0 {
        if name == without {
            continue;
        }
        out.push(separator);
        separator = ',';
        push_text(name, out);
        out.push(':');
        if name.ends_with("_refs") && raw.get().starts_with('[') {
            push_list(items(raw).filter(|item| is_kept(item)), out);
        } else if name.ends_with("_ref") {
            out.push_str(if is_kept(raw) { raw.get() } else { "null" });
        } else if (name == "external_references" || name == "kill_chain_phases")
            && raw.get().starts_with('[')
        {
            let mut seen = HashSet::new();
            push_list(
                items(raw).filter(|item| !is_repeat(name, item, &mut seen)),
                out,
            );
        } else {
            out.push_str(raw.get());
        }
    }
    out.push_str(if separator == '{' { "{}" } else { "}" });
    Ok(())
}

/// Writes a text as JSON.
pub(super) fn push_text(text: &str, out: &mut String) {
    if text
        .bytes()
        .any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\'))
    {
        out.push_str(&Value::from(text).to_string());
    } else {
        out.extend(["\"", text, "\""]);
    }
}

fn push_list<'a>(items: impl Iterator<Item = &'a RawValue>, out: &mut String) {
    out.push('[');
    for (position, item) in items.enumerate() {
        if position > 0 {
            out.push(',');
        }
        out.push_str(item.get());
    }
    out.push(']');
}

/// All members, in their order.
struct RawMembers<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for RawMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = RawMembers<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a STIX object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Text(name), raw)) = map.next_entry()? {
                    members.push((name, raw));
                }
                Ok(RawMembers(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}
