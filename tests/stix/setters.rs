//! Each setter writes the member that its doc names, and nothing else; with all of them each object
//! is valid STIX.

mod containers;
mod entities;
mod host;
mod identifiers;
mod identities;
mod keys;
mod network;
mod relationships;
mod threats;
mod vulnerability;

use std::collections::{BTreeMap, BTreeSet};

use opencti_connector::stix::model::{Label, Marking, Vocabulary};
use opencti_connector::stix::{StixId, Tlp, id_of};
use serde::Serialize;
use serde_json::{Map, Value, json};

const JANUARY: &str = "2026-01-01T00:00:00.000Z";
const FEBRUARY: &str = "2026-02-01T00:00:00.000Z";
const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";

/// An id of a type.
fn id(object_type: &str) -> StixId {
    let id = format!("{object_type}--5d0092c5-5f74-4287-9642-33f4c354e56d");
    id.parse().unwrap()
}

/// Objects, and the setters that were tried, by type with their members.
#[derive(Default)]
pub(crate) struct All {
    /// By name: as its constructor makes it, and with every setter.
    pub(crate) objects: BTreeMap<String, Value>,
    tried: BTreeSet<(String, String, String)>,
}

impl All {
    fn add(&mut self, name: &str, bare: impl Serialize, full: impl Serialize) {
        let bare = self.objects.insert(name.to_lowercase(), value(bare));
        let full = self.objects.insert(name.to_uppercase(), value(full));
        assert_eq!((bare, full), (None, None), "{name}");
    }

    /// Compares an object before and after a setter.
    fn check(
        &mut self,
        setter: [&str; 3],
        before: impl Serialize,
        after: impl Serialize,
        to: Value,
    ) {
        let [name, setter, member] = setter;
        let (mut before, mut after) = (members(before), members(after));
        let place = format!("{name}::{setter}");
        assert_ne!(
            before.remove(member).as_ref(),
            Some(&to),
            "{place} tells nothing"
        );
        assert_eq!(after.remove(member), Some(to), "{place}");
        // What stands for a member that is missing, and the id, may change with it.
        for other in [
            "created",
            "id",
            "modified",
            "region",
            "result",
            "valid_from",
        ] {
            before.remove(other);
            after.remove(other);
        }
        assert_eq!(after, before, "{place} writes no more than `{member}`");
        self.tried
            .insert((name.into(), setter.into(), member.into()));
    }
}

fn value(object: impl Serialize) -> Value {
    serde_json::to_value(object).unwrap()
}

fn members(object: impl Serialize) -> Map<String, Value> {
    let Value::Object(members) = value(object) else {
        panic!("an object");
    };
    members
}

/// Tries setters one by one, and adds the object with all of them, but for those that STIX does not
/// allow beside others.
macro_rules! setters {
    ($all:ident, $name:ident, $base:expr, [$($group:ident),*] {$($own:tt)*} $(alone {$($alone:tt)*})?) => {{
        let base = || $base;
        #[allow(unused_mut, unused_variables, reason = "some types have no setters of their own")]
        let mut object = base();
        crate::setters::each!($all, $name, base, object, $($own)*);
        $(crate::setters::groups::$group!($all, $name, base, object);)*
        $({
            let mut alone = base();
            crate::setters::each!($all, $name, base, alone, $($alone)*);
            drop(alone);
        })?
        $all.add(stringify!($name), base(), object);
    }};
}
use setters;

macro_rules! each {
    ($all:ident, $name:ident, $base:ident, $object:ident, $($setter:ident($($argument:expr),*) => $member:literal: $value:tt;)*) => {$(
        $all.check(
            [stringify!($name), stringify!($setter), $member],
            $base(),
            $base().$setter($($argument),*),
            serde_json::json!($value),
        );
        $object = $object.$setter($($argument),*);
    )*};
}
use each;

/// The setters that types share.
mod groups {
    macro_rules! shared {
        ($all:ident, $name:ident, $base:ident, $object:ident) => {
            crate::setters::each!($all, $name, $base, $object,
                created_by(crate::setters::id("identity")) => "created_by_ref": (crate::setters::id("identity"));
                marking(opencti_connector::stix::Tlp::Green) => "object_marking_refs": [opencti_connector::stix::Tlp::Green.id()];
                labels(["c2"]) => "labels": ["c2"];
                shared_with([crate::setters::id("identity")]) => "x_opencti_granted_refs": [crate::setters::id("identity")];
                external_reference(
                    opencti_connector::stix::model::ExternalReference::new("blog")
                        .url("https://example.org/1")
                        .external_id("1")
                        .description("a text")
                        .file(crate::setters::file())
                ) => "external_references": [{
                    "source_name": "blog", "url": "https://example.org/1", "external_id": "1",
                    "description": "a text",
                    "x_opencti_files": [crate::setters::written()],
                }];
                member("x_ours", true) => "x_ours": true;
            );
        };
    }
    pub(super) use shared;

    macro_rules! files {
        ($all:ident, $name:ident, $base:ident, $object:ident) => {
            crate::setters::each!($all, $name, $base, $object,
                file(crate::setters::file()) => "x_opencti_files": [crate::setters::written()];
            );
        };
    }
    pub(super) use files;

    macro_rules! workflow {
        ($all:ident, $name:ident, $base:ident, $object:ident) => {
            crate::setters::each!($all, $name, $base, $object,
                workflow_id("a text") => "x_opencti_workflow_id": "a text";
            );
        };
    }
    pub(super) use workflow;

    macro_rules! entity {
        ($all:ident, $name:ident, $base:ident, $object:ident) => {
            crate::setters::groups::workflow!($all, $name, $base, $object);
            crate::setters::groups::stateless!($all, $name, $base, $object);
        };
    }
    pub(super) use entity;

    macro_rules! stateless {
        ($all:ident, $name:ident, $base:ident, $object:ident) => {
            crate::setters::groups::domain!($all, $name, $base, $object);
            crate::setters::groups::files!($all, $name, $base, $object);
        };
    }
    pub(super) use stateless;

    macro_rules! known {
        ($all:ident, $name:ident, $base:ident, $object:ident) => {
            crate::setters::each!($all, $name, $base, $object,
                other_ids(["malware--1"]) => "x_opencti_stix_ids": ["malware--1"];
            );
        };
    }
    pub(super) use known;

    macro_rules! dated {
        ($all:ident, $name:ident, $base:ident, $object:ident) => {
            crate::setters::each!($all, $name, $base, $object,
                created("2025-01-01T00:00:00Z") => "created": "2025-01-01T00:00:00.000Z";
                modified("2027-02-01T00:00:00Z") => "modified": "2027-02-01T00:00:00.000Z";
                confidence(60) => "confidence": 60;
            );
        };
    }
    pub(super) use dated;

    macro_rules! domain {
        ($all:ident, $name:ident, $base:ident, $object:ident) => {
            crate::setters::groups::dated!($all, $name, $base, $object);
            crate::setters::groups::known!($all, $name, $base, $object);
            crate::setters::each!($all, $name, $base, $object,
                revoked(true) => "revoked": true;
                lang("en") => "lang": "en";
                modified_at(crate::setters::FEBRUARY) => "x_opencti_modified_at": (crate::setters::FEBRUARY);
            );
        };
    }
    pub(super) use domain;

    macro_rules! task {
        ($all:ident, $name:ident, $base:ident, $object:ident) => {
            crate::setters::groups::files!($all, $name, $base, $object);
            crate::setters::each!($all, $name, $base, $object,
                workflow_id("a text") => "x_opencti_workflow_id": "a text";
                modified_at(crate::setters::FEBRUARY) => "x_opencti_modified_at": (crate::setters::FEBRUARY);
            );
        };
    }
    pub(super) use task;

    macro_rules! covering {
        ($all:ident, $name:ident, $base:ident, $object:ident) => {
            crate::setters::groups::files!($all, $name, $base, $object);
            crate::setters::each!($all, $name, $base, $object,
                coverage("prevention", 80) => "coverage": [{"name": "prevention", "score": 80}];
            );
        };
    }
    pub(super) use covering;

    macro_rules! described {
        ($all:ident, $name:ident, $base:ident, $object:ident) => {
            crate::setters::each!($all, $name, $base, $object,
                description("a text") => "description": "a text";
            );
        };
    }
    pub(super) use described;

    macro_rules! location {
        ($all:ident, $name:ident, $base:ident, $object:ident) => {
            $object = $object.coordinates(52.5, 13.4);
            crate::setters::each!($all, $name, $base, $object,
                aliases(["a text"]) => "x_opencti_aliases": ["a text"];
                country("DE") => "country": "DE";
                region("western-europe") => "region": "western-europe";
            );
            let base = || $base().coordinates(52.5, 13.4);
            crate::setters::each!($all, $name, base, $object,
                precision(10.0) => "precision": 10.0;
            );
        };
    }
    pub(super) use location;

    macro_rules! phases {
        ($all:ident, $name:ident, $base:ident, $object:ident) => {
            crate::setters::each!($all, $name, $base, $object,
                kill_chain_phase(
                    opencti_connector::stix::model::KillChainPhase::new("mitre-attack", "execution")
                        .order(2)
                ) => "kill_chain_phases": [{
                    "kill_chain_name": "mitre-attack", "phase_name": "execution",
                    "x_opencti_order": 2,
                }];
            );
        };
    }
    pub(super) use phases;

    macro_rules! observable {
        ($all:ident, $name:ident, $base:ident, $object:ident) => {
            crate::setters::groups::files!($all, $name, $base, $object);
            crate::setters::each!($all, $name, $base, $object,
                score(80) => "x_opencti_score": 80;
                description("a text") => "x_opencti_description": "a text";
                create_indicator(true) => "x_opencti_create_indicator": true;
            );
        };
    }
    pub(super) use observable;
}

fn file() -> opencti_connector::stix::model::File {
    opencti_connector::stix::model::File::new("a.txt", "text")
        .mime_type("text/plain")
        .version(JANUARY)
        .no_trigger_import(true)
        .embedded(false)
        .marking(Tlp::Green)
}

fn written() -> Value {
    json!({
        "name": "a.txt", "data": "dGV4dA==", "mime_type": "text/plain", "version": JANUARY,
        "no_trigger_import": true, "embedded": false, "object_marking_refs": [Tlp::Green.id()],
    })
}

pub(crate) fn all() -> All {
    let mut all = All::default();
    threats::all(&mut all);
    entities::all(&mut all);
    identities::all(&mut all);
    vulnerability::all(&mut all);
    containers::all(&mut all);
    relationships::all(&mut all);
    network::all(&mut all);
    host::all(&mut all);
    identifiers::all(&mut all);
    keys::all(&mut all);
    all
}

#[test]
fn each_setter_writes_its_member_and_no_other() {
    let tried = all().tried;
    let tables = tables();
    assert!(tables.len() > 300, "{}", tables.len());
    let left: Vec<_> = tables.difference(&tried).collect();
    assert!(left.is_empty(), "not tried: {left:?}");
}

/// The setters in the tables of the sources: type, setter and member.
fn tables() -> BTreeSet<(String, String, String)> {
    let mut setters = BTreeSet::new();
    for file in std::fs::read_dir("../src/stix/model").unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let mut of = None;
        for line in text.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            match *words.as_slice() {
                ["setters!", "{", name, "{"] => of = Some(name),
                [name, "=", kind, ..] if line.starts_with("    ") && kind.starts_with('"') => {
                    // Of a constructor over several lines are the members that follow.
                    of = (!line.ends_with('(')).then_some(name);
                }
                [setter, kind, member, ..]
                    if setter.ends_with(':')
                        && !setter.starts_with('(')
                        && !kind.ends_with(',')
                        && member.starts_with('"') =>
                {
                    let member = member.trim_matches(|c| c == '"' || c == ',');
                    let setter = setter.trim_end_matches(':');
                    // Parts of objects are tried within these.
                    let is_part = |name: &&str| !PARTS.contains(name) && !name.starts_with('$');
                    if let Some(name) = of.filter(is_part) {
                        setters.insert((name.into(), setter.into(), member.into()));
                    }
                }
                _ => {}
            }
        }
    }
    setters
}

const PARTS: [&str; 7] = [
    "ExternalReference",
    "File",
    "KillChainPhase",
    "Label",
    "Marking",
    "RegistryValue",
    "Vocabulary",
];

#[test]
fn what_describes_objects_is_sent_as_an_object() {
    let marking = Marking::new("PAP", "PAP:RED").order(4).color("#ff0000");
    let expected = json!({
        "id": marking.id(), "type": "marking-definition", "spec_version": "2.1",
        "created": null, "name": "PAP:RED", "definition_type": "statement",
        "definition": {"statement": "PAP:RED"}, "x_opencti_definition_type": "PAP",
        "x_opencti_definition": "PAP:RED", "x_opencti_order": 4, "x_opencti_color": "#ff0000",
    });
    let mut written = value(&marking);
    written["created"] = Value::Null;
    assert_eq!(written, expected);

    for tlp in Tlp::ALL {
        let marking = Marking::from(tlp);
        assert_eq!(marking.id(), tlp.id());
        assert_eq!(id_of(&value(&marking)).unwrap(), tlp.id());
    }

    let label = Label::new("ransomware", "#d32f2f");
    assert_eq!(value(&label)["color"], "#d32f2f");
    assert_eq!(id_of(&value(&label)).unwrap(), label.id());
    let vocabulary = Vocabulary::new("supply-chain", "incident_type_ov")
        .description("a text")
        .aliases(["supplier"]);
    let written = value(&vocabulary);
    assert_eq!(written["category"], "incident_type_ov");
    assert_eq!(written["aliases"], json!(["supplier"]));
    assert_eq!(id_of(&written).unwrap(), vocabulary.id());
}
