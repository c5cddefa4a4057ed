//! The id of an object.

use std::borrow::Cow;
use std::str::FromStr;

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::stix::contributing::{Contributing, Form, Need, POSITION, Rule, Way, rule_of};
use crate::stix::error::Error;
use crate::stix::object::{OPENCTI_EXTENSIONS, PLATFORM_EXTENSIONS};
use crate::stix::platform_contributing::{TIMES, platform_rule_of};
use crate::stix::time::Time;
use crate::stix::tlp::Tlp;
use crate::value::text::text_value;

/// The namespace of the ids of STIX 2.1, which pycti and the platform use for all their ids.
const NAMESPACE: Uuid = Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);

/// The id of a STIX object.
///
/// One that [`id_of`] makes is the type, two hyphens and a UUID of version 5. One that is given is kept as it
/// is, since the platform takes its own internal ids as well.
///
/// ```
/// use opencti_connector::stix;
/// use serde_json::json;
///
/// let id = stix::id_of(&json!({"type": "ipv4-addr", "value": "198.51.100.7"}))?;
/// assert_eq!(id.as_str(), "ipv4-addr--12592121-be4c-5a93-a813-5a5af16e50db");
/// assert_eq!(id.object_type(), Some("ipv4-addr"));
/// # Ok::<(), stix::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StixId(Box<str>);

impl Tlp {
    /// The id of the marking, for `object_marking_refs`: the same on every platform (pycti, the
    /// platform's `schema/identifier.js`).
    #[must_use]
    pub fn id(self) -> StixId {
        StixId::given(self.ids()[0])
    }
}

impl StixId {
    /// The id as text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        &self.0
    }

    /// The type that the id begins with; `None` when it is not a STIX id, but an internal one.
    #[must_use]
    pub fn object_type(&self) -> Option<&str> {
        self.0.split_once("--").map(|(object_type, _)| object_type)
    }

    pub(super) fn given(id: &str) -> Self {
        Self(id.into())
    }
}

impl FromStr for StixId {
    type Err = EmptyId;

    /// Takes any text but an empty one.
    ///
    /// # Errors
    ///
    /// When the text is empty.
    fn from_str(text: &str) -> Result<Self, EmptyId> {
        if text.is_empty() {
            return Err(EmptyId(()));
        }
        Ok(Self(text.into()))
    }
}

/// An empty text in place of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id is empty; leave it out, or give it a value")]
pub struct EmptyId(());

text_value!(StixId: prints, equals, parses);

/// The deterministic id of an object, as pycti and STIX make it.
///
/// It is a UUID of version 5 over the members that tell one object of the type from another, as pycti
/// 7.261026.0 (`generate_id`, `generate_id_from_data`) and STIX 2.1 (section 2.9) make it; an `id`
/// that the object has is ignored. Names are compared without case and outer white space, a position
/// is identified by its coordinates, and a TLP marking has the id that the community fixed.
///
/// Where these leave a choice:
/// * The abstract of a note counts under the name of STIX (`abstract`) too.
/// * The platform's notes on an observable, its extensions such as the score, do not count.
/// * Among several hashes MD5 counts, then SHA-1, SHA-256, SHA-512, SHA3-256, SHA3-512, SSDEEP,
///   then the first by name, in any spelling (`sha256`).
/// * A process is identified by its command line and its `pid`, an artifact without content by its
///   URL, a certificate without hashes and serial number by its subject: so the platform does, where
///   STIX 2.1 would have a random id.
///
/// ```
/// use opencti_connector::stix;
/// use serde_json::json;
///
/// let upper = stix::id_of(&json!({"type": "malware", "name": " Emotet", "is_family": true}))?;
/// let lower = stix::id_of(&json!({"type": "malware", "name": "emotet", "is_family": false}))?;
/// assert_eq!(upper, lower);
/// # Ok::<(), stix::Error>(())
/// ```
///
/// # Other ids on the platform
///
/// The platform gives some objects another id ([`platform_id_of`]), and keeps this one as an alias.
/// References by either find the object, so that sending it again creates nothing twice. It does so
/// where
/// * a time is part of the id and is not written in UTC with milliseconds
///   (`2026-11-24T00:00:00.000Z`): it counts as it stands here, as in pycti. Typed objects write it
///   so, and [`Split::warnings`](crate::stix::Split::warnings) warns about others;
/// * the type is `software` (the platform ignores the case of the name), `file`, `artifact` or
///   `x509-certificate` (it takes the hashes alone, else the next member alone), `ssh-key` (it takes
///   `fingerprint_sha256`), `windows-registry-key` (it names the member otherwise, and ignores
///   values), `network-traffic` with times or extensions, or `observed-data` (it sorts).
///
/// # Errors
///
/// When the value is not an object with a `type`, when its type has no rule, or when a member that
/// the id is made of is missing or of the wrong form.
pub fn id_of(object: &Value) -> Result<StixId, Error> {
    id_of_members(object.as_object().ok_or(Error::NotAnObject)?)
}

/// The id that the platform itself gives an object, its *standard id*.
///
/// For most objects it is [`id_of`], whose docs list the exceptions. Use it to look for what the
/// platform made, such as the software that a user entered; a bundle needs no more than [`id_of`].
/// References within the object count as they stand, so that those to objects with another id on the
/// platform must hold that one.
///
/// ```
/// use opencti_connector::stix;
/// use serde_json::json;
///
/// let upper = json!({"type": "software", "name": "NGINX"});
/// let lower = json!({"type": "software", "name": "nginx"});
/// assert_eq!(stix::platform_id_of(&upper)?, stix::platform_id_of(&lower)?);
/// assert_ne!(stix::id_of(&upper)?, stix::id_of(&lower)?);
/// # Ok::<(), stix::Error>(())
/// ```
///
/// # Errors
///
/// As [`id_of`].
pub fn platform_id_of(object: &Value) -> Result<StixId, Error> {
    let mut members = object.as_object().ok_or(Error::NotAnObject)?.clone();
    for member in TIMES {
        if let Some(time) = members.get(member).and_then(milliseconds) {
            members.insert(member.into(), time.as_str().into());
        }
    }
    let object_type = members.get("type").and_then(Value::as_str);
    match object_type.and_then(platform_rule_of) {
        Some(rule) => Of {
            object_type: rule.types[0],
            object: &members,
        }
        .id(rule),
        None => id_of_members(&members),
    }
}

/// The first member of an object that is a time in its id without milliseconds.
pub(super) fn imprecise_time(object: &Map<String, Value>) -> Option<&'static str> {
    let rule = rule_of(object.get("type")?.as_str()?)?;
    let contributing = rule.ways.iter().copied().flatten();
    let names = contributing.flat_map(|contributing| contributing.names);
    let mut times = names.filter(|member| TIMES.contains(member)).copied();
    times.find(|member| {
        let text = object.get(*member);
        text.is_some_and(|text| milliseconds(text).is_some_and(|time| *text != *time.as_str()))
    })
}

fn milliseconds(time: &Value) -> Option<Time> {
    time.as_str()?.parse().ok()
}

/// As [`id_of`], of an object by its members.
pub(super) fn id_of_members(object: &Map<String, Value>) -> Result<StixId, Error> {
    let object_type = object
        .get("type")
        .and_then(Value::as_str)
        .ok_or(Error::NoType)?;
    let rule = rule_of(object_type).ok_or_else(|| Error::NoRule(object_type.into()))?;
    let of = Of {
        object_type,
        object,
    };
    match rule.types[0] {
        "location" => of.location(rule),
        "marking-definition" => of.marking(rule),
        "threat-actor" => of.threat_actor(rule),
        _ => of.id(rule),
    }
}

/// An object whose id is made.
#[derive(Clone, Copy)]
struct Of<'a> {
    object_type: &'a str,
    object: &'a Map<String, Value>,
}

impl Of<'_> {
    fn id(self, rule: &Rule) -> Result<StixId, Error> {
        for way in rule.ways {
            let parts = self.parts(way)?;
            if is_whole(way, &parts) {
                return hashed(rule.types[0], &parts);
            }
        }
        Err(self.missing(rule))
    }

    /// The type of a location is one of its names; a position is known by its coordinates.
    fn location(self, rule: &Rule) -> Result<StixId, Error> {
        const MEMBER: &str = "x_opencti_location_type";
        let location_type = self.member(MEMBER).or_else(|| self.in_extension("type"));
        if location_type.is_some_and(|location_type| location_type == "Position") {
            return self.id(&POSITION);
        }
        self.id_with(rule, &[(MEMBER, location_type.cloned())])
    }

    /// A threat actor is a group unless it says otherwise.
    fn threat_actor(self, rule: &Rule) -> Result<StixId, Error> {
        let actor_type = self
            .member("x_opencti_type")
            .or_else(|| self.in_extension("type"))
            .map_or_else(|| "Threat-Actor-Group".into(), Value::clone);
        self.id_with(rule, &[("opencti_type", Some(actor_type))])
    }

    /// TLP markings have the ids that the community fixed, in any of their forms.
    fn marking(self, rule: &Rule) -> Result<StixId, Error> {
        let (definition_type, definition) = self.definition();
        if definition_type.as_ref().is_some_and(|name| name == "TLP")
            && let Some(tlp) = definition
                .as_ref()
                .and_then(Value::as_str)
                .and_then(Tlp::defined)
        {
            return Ok(tlp.id());
        }
        let members = [
            ("definition_type", definition_type),
            ("definition", definition),
        ];
        self.id_with(rule, &members)
    }

    /// What a marking is, read as pycti's `import_from_stix2` does: by the platform's members, else
    /// by those of STIX, else by its name.
    fn definition(self) -> (Option<Value>, Option<Value>) {
        let platform = (
            self.member("x_opencti_definition_type"),
            self.member("x_opencti_definition"),
        );
        if let (Some(definition_type), Some(definition)) = platform {
            return (Some(definition_type.clone()), Some(definition.clone()));
        }
        let name = self.member("name");
        let Some(definition_type) = self.member("definition_type") else {
            let kind = name.and_then(Value::as_str).map(|name| {
                name.split_once(':')
                    .map_or("statement", |(kind, _)| kind)
                    .into()
            });
            return (kind, name.cloned());
        };
        let definition = match self.member("definition") {
            Some(Value::Object(members)) => definition_type
                .as_str()
                .and_then(|key| members.get(key))
                .or(name),
            other => other.or(name),
        };
        if definition_type != "tlp" {
            return (Some(definition_type.clone()), definition.cloned());
        }
        let level = definition.and_then(Value::as_str).map(|level| {
            let level = level.to_uppercase();
            format!("TLP:{}", level.strip_prefix("TLP:").unwrap_or(&level)).into()
        });
        (Some("TLP".into()), level)
    }

    /// The id by these members in place of what the object holds under their names.
    fn id_with<const N: usize>(
        self,
        rule: &Rule,
        members: &[(&str, Option<Value>); N],
    ) -> Result<StixId, Error> {
        let mut object = Map::new();
        for contributing in rule.ways[0] {
            let given = members.iter().find(|(name, _)| *name == contributing.key);
            let value = match given {
                Some((_, value)) => value.as_ref(),
                None => self.member(contributing.key),
            };
            if let Some(value) = value {
                object.insert(contributing.key.into(), value.clone());
            }
        }
        Of {
            object: &object,
            ..self
        }
        .id(rule)
    }

    /// The members of a way that the object has, as they go into the id.
    fn parts(self, way: Way) -> Result<Map<String, Value>, Error> {
        let mut parts = Map::new();
        for contributing in way {
            if let Need::Beside(other) = contributing.need
                && self.member(other).is_none()
            {
                continue;
            }
            if let Some(value) = self.part(contributing)? {
                parts.insert(contributing.key.into(), value);
            }
        }
        Ok(parts)
    }

    fn part(self, contributing: &Contributing) -> Result<Option<Value>, Error> {
        let mut found = contributing
            .names
            .iter()
            .filter_map(|name| Some((*name, self.member(name)?)));
        // An empty text leaves it to the next name, as `or` does in pycti.
        let first = found.next();
        let Some((name, value)) = first
            .filter(|(_, value)| *value != "")
            .or(found.next())
            .or(first)
        else {
            return Ok(None);
        };
        formed(value, contributing.form).map_err(|expected| Error::WrongForm {
            object_type: self.object_type.into(),
            member: name,
            expected,
        })
    }

    /// A member that is there and not null.
    fn member(&self, name: &str) -> Option<&Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    fn in_extension(&self, member: &str) -> Option<&Value> {
        let extensions = self.object.get("extensions")?;
        OPENCTI_EXTENSIONS
            .iter()
            .find_map(|extension| extensions.get(extension)?.get(member))
            .filter(|value| !value.is_null())
    }

    /// What the last way lacks, which is the one that most objects of the type go.
    fn missing(self, rule: &Rule) -> Error {
        let way = rule.ways[rule.ways.len() - 1];
        let is_required = |member: &&Contributing| matches!(member.need, Need::Required);
        let any = !way.iter().any(|member| is_required(&member));
        Error::MissingMembers {
            object_type: self.object_type.into(),
            members: way
                .iter()
                .filter(|member| any || is_required(member))
                .filter(|member| !matches!(self.part(member), Ok(Some(_))))
                .map(|member| member.names[member.names.len() - 1])
                .collect(),
            any,
        }
    }
}

fn hashed(object_type: &str, parts: &Map<String, Value>) -> Result<StixId, Error> {
    let text = serde_json_canonicalizer::to_vec(parts)?;
    let uuid = Uuid::new_v5(&NAMESPACE, &text);
    Ok(StixId(format!("{object_type}--{uuid}").into()))
}

/// Whether all is there that a way needs.
fn is_whole(way: Way, parts: &Map<String, Value>) -> bool {
    let lacks = |member: &Contributing| {
        matches!(member.need, Need::Required) && !parts.contains_key(member.key)
    };
    !parts.is_empty() && !way.iter().any(lacks)
}

/// A value as it goes into the id; `None` when it counts as missing.
fn formed(value: &Value, form: Form) -> Result<Option<Value>, &'static str> {
    let text = || value.as_str().ok_or("a text");
    let unless_blank = |text: String| (!text.is_empty()).then(|| text.into());
    Ok(match form {
        Form::AsIs => Some(value.clone()),
        Form::Lower => Some(text()?.to_lowercase().into()),
        Form::Trimmed => Some(trimmed(text()?).into()),
        Form::NotBlank => unless_blank(trimmed(text()?).into()),
        Form::Name => Some(trimmed(&text()?.to_lowercase()).into()),
        Form::Code => unless_blank(trimmed(&text()?.to_lowercase()).into()),
        Form::Hash => named_hash(hashes(value)?).or_else(|| first_hash(value)),
        Form::KnownHash => named_hash(hashes(value)?),
        Form::Extensions => own_extensions(value.as_object().ok_or("an object of extensions")?),
        Form::Milliseconds => {
            Some(milliseconds(value).map_or_else(|| value.clone(), |time| time.as_str().into()))
        }
        Form::Sorted => {
            let mut list = value.as_array().ok_or("a list")?.clone();
            list.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
            Some(list.into())
        }
        Form::Time => Some(
            value
                .as_str()
                .map_or_else(|| value.clone(), |time| short(time).into()),
        ),
    })
}

/// Text without white space around it; for Python, separators of records are white space too.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || ('\x1c'..='\x1f').contains(&c))
}

/// A time without the zeros at the end of its fraction, as the stix2 library writes it.
fn short(time: &str) -> Cow<'_, str> {
    let fraction = time.strip_suffix('Z').and_then(|time| time.split_once('.'));
    fraction.map_or(time.into(), |(seconds, fraction)| {
        match fraction.trim_end_matches('0') {
            "" => format!("{seconds}Z").into(),
            fraction => format!("{seconds}.{fraction}Z").into(),
        }
    })
}

fn hashes(value: &Value) -> Result<&Map<String, Value>, &'static str> {
    value.as_object().ok_or("an object of hashes by algorithm")
}

/// The hash that identifies the content, under the name that STIX 2.1 gives its algorithm.
fn named_hash(hashes: &Map<String, Value>) -> Option<Value> {
    const ORDER: [&str; 7] = [
        "MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256", "SHA3-512", "SSDEEP",
    ];
    let plain = |name: &str| name.replace('-', "").to_uppercase();
    let hashes = || hashes.iter().filter(|(_, hash)| !hash.is_null());
    ORDER.iter().find_map(|algorithm| {
        let is_it = |(name, _): &(&String, _)| plain(name) == plain(algorithm);
        Some(one_hash(algorithm, hashes().find(is_it)?.1))
    })
}

/// The first hash by the name of its algorithm.
fn first_hash(hashes: &Value) -> Option<Value> {
    let hashes = hashes
        .as_object()?
        .iter()
        .filter(|(_, hash)| !hash.is_null());
    let (name, hash) = hashes.min_by_key(|(name, _)| *name)?;
    Some(one_hash(name, hash))
}

fn one_hash(name: &str, hash: &Value) -> Value {
    Map::from_iter([(name.to_owned(), hash.clone())]).into()
}

/// The extensions that describe the object itself.
fn own_extensions(extensions: &Map<String, Value>) -> Option<Value> {
    let own: Map<_, _> = extensions
        .iter()
        .filter(|(name, _)| !PLATFORM_EXTENSIONS.contains(&name.as_str()))
        .map(|(name, extension)| (name.clone(), extension.clone()))
        .collect();
    (!own.is_empty()).then(|| own.into())
}
