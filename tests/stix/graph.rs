//! Any graph of objects, and what every split of one has to hold.

use std::collections::{BTreeMap, BTreeSet};

use opencti_connector::stix::{Bundle, Split, Why};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// The bundles of the parts.
pub(crate) fn parts_of(split: &Split) -> Vec<Value> {
    let parts = split.parts().iter();
    parts
        .map(|part| serde_json::from_str(&part.to_json()).expect("JSON"))
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn refs(object: &Value) -> Vec<&str> {
    let members = object.as_object().expect("an object").iter();
    members
        .flat_map(|(name, value)| match value {
            Value::Array(items) if name.ends_with("_refs") => items.iter().collect(),
            Value::String(_) if name.ends_with("_ref") => vec![value],
            _ => Vec::new(),
        })
        .filter_map(Value::as_str)
        .collect()
}

/// The objects by id, the last with each, and the ids by their aliases.
fn index(objects: &[Value]) -> (BTreeMap<&str, &Value>, BTreeMap<&str, &str>) {
    let by_id = objects
        .iter()
        .map(|object| (text(&object["id"]), object))
        .collect();
    let aliases = objects
        .iter()
        .filter_map(|object| Some((object["x_opencti_id"].as_str()?, text(&object["id"]))));
    (by_id, aliases.collect())
}

/// Whether an object can be reached from another.
fn reaches(
    from: &str,
    to: &str,
    by_id: &BTreeMap<&str, &Value>,
    aliases: &BTreeMap<&str, &str>,
) -> bool {
    let (mut ahead, mut seen) = (vec![from], BTreeSet::new());
    while let Some(id) = ahead.pop() {
        let object = by_id.get(id).into_iter();
        for target in object.flat_map(|object| refs(object)) {
            let target = aliases.get(target).copied().unwrap_or(target);
            if target == to {
                return true;
            }
            if seen.insert(target) {
                ahead.push(target);
            }
        }
    }
    false
}

/// Whether an object can be reached from one to which it refers.
pub(crate) fn has_circle(objects: &Value) -> bool {
    let (by_id, aliases) = index(objects.as_array().expect("objects"));
    by_id.keys().any(|id| reaches(id, id, &by_id, &aliases))
}

/// Asserts what holds of every split: each object once, in a part or left out with a reason; after
/// all that it refers to; a reference is lost only where it closes a circle or cannot be sent.
pub(crate) fn check(objects: &Value, split: &Split) {
    let objects = objects.as_array().expect("objects");
    let (by_id, aliases) = index(objects);
    let resolved = |id: &'_ str| aliases.get(id).map_or(id.to_owned(), |id| (*id).to_owned());

    let parts = parts_of(split);
    let sent: Vec<&Value> = parts.iter().map(|part| &part["objects"][0]).collect();
    let left_out: Vec<_> = split.left_out().iter().collect();
    assert!(
        parts
            .iter()
            .all(|part| part["objects"].as_array().map(Vec::len) == Some(1))
    );
    assert_eq!(
        sent.len() + left_out.len(),
        by_id.len(),
        "each object has its place"
    );

    let mut position = BTreeMap::new();
    for (at, object) in sent.iter().enumerate() {
        let before = position.insert(text(&object["id"]).to_owned(), at);
        assert_eq!(before, None, "sent once: {object}");
    }
    for left_out in left_out {
        let id = left_out.id().as_str();
        match left_out.why() {
            Why::Unsupported => assert!(id.starts_with("x-"), "{left_out}"),
            _ => assert!(
                id.starts_with("relationship") || id.starts_with("sighting"),
                "{left_out}"
            ),
        }
        assert!(!position.contains_key(id), "{left_out}");
    }

    for (at, object) in sent.iter().enumerate() {
        let id = text(&object["id"]);
        let whole = by_id[id];
        for target in refs(object) {
            let after = position
                .get(&resolved(target))
                .is_some_and(|other| *other >= at);
            assert!(!after, "{id} is sent before {target}, to which it refers");
        }
        let kept: BTreeSet<&str> = refs(object).into_iter().collect();
        for lost in refs(whole)
            .into_iter()
            .filter(|target| !kept.contains(target))
        {
            let target = resolved(lost);
            let closes = target == id || reaches(&target, id, &by_id, &aliases);
            assert!(
                closes
                    || lost.starts_with("x-")
                    || !by_id.contains_key(&*target)
                    || !position.contains_key(&target),
                "{id} loses {lost}"
            );
        }
        for (name, value) in whole.as_object().expect("an object") {
            if !name.ends_with("_refs")
                && !name.ends_with("_ref")
                && name != "external_references"
                && name != "kill_chain_phases"
                && name != "nb_deps"
            {
                assert_eq!(&object[name], value, "{id}");
            }
        }
    }
}

/// Up to fifteen objects that refer to each other, to themselves, to what is not there and to custom
/// types; with repeats and internal ids.
fn graph() -> impl Strategy<Value = Vec<Value>> {
    let kinds = [
        "grouping",
        "report",
        "relationship",
        "sighting",
        "relationship",
        "x-ours",
    ];
    let id =
        (0..12_usize).prop_map(move |number| format!("{}--{number}", kinds[number % kinds.len()]));
    let target =
        prop_oneof![8 => id.clone(), 1 => Just("tool--away".into()), 2 => Just("internal".into())];
    let list = prop::collection::vec(target.clone(), 0..4);
    let object = (
        id,
        list.clone(),
        target.clone(),
        target,
        list,
        any::<[bool; 3]>(),
    );
    let object = object.prop_map(
        |(id, list, one, other, where_seen, [has_one, is_named, is_old])| {
            let kind = id.split("--").next().expect("a type").to_owned();
            let mut object = Map::from_iter([
                ("type".to_owned(), json!(kind)),
                ("id".to_owned(), json!(id)),
                ("object_refs".to_owned(), json!(list)),
            ]);
            let mut set = |name: &str, value| object.insert(name.into(), value);
            match &*kind {
                "relationship" => {
                    set("source_ref", json!(one));
                    set("target_ref", json!(other));
                }
                "sighting" => {
                    set("sighting_of_ref", json!(one));
                    set("where_sighted_refs", json!(where_seen));
                }
                _ => {}
            }
            if has_one {
                set("created_by_ref", json!(other));
            }
            if is_named && id == "report--1" {
                set("x_opencti_id", json!("internal"));
            }
            if is_old {
                set("nb_deps", json!(7));
            }
            object.into()
        },
    );
    prop::collection::vec(object, 0..16)
}

/// Whether a relationship or sighting and all that are its ends, and theirs, have all their ends, and
/// none of them leads back to itself over ends of relationships alone.
fn can_be_sent(
    object: &Value,
    by_id: &BTreeMap<&str, &Value>,
    aliases: &BTreeMap<&str, &str>,
) -> bool {
    let Some(over_ends) = whole_over_ends(object, by_id, aliases) else {
        return false;
    };
    over_ends
        .iter()
        .all(|object| whole_over_ends(object, by_id, aliases).is_some())
}

/// What a relationship or sighting reaches over ends; `None` if that is itself, or if it lacks an end.
fn whole_over_ends<'a>(
    object: &'a Value,
    by_id: &BTreeMap<&str, &'a Value>,
    aliases: &BTreeMap<&str, &str>,
) -> Option<Vec<&'a Value>> {
    let ends = |object: &Value| -> Vec<Vec<String>> {
        let one = |name: &str| {
            object[name]
                .as_str()
                .map(String::from)
                .into_iter()
                .collect()
        };
        let many = |name: &str| {
            let list = object[name].as_array().into_iter().flatten();
            list.map(|id| text(id).to_owned()).collect()
        };
        match text(&object["type"]) {
            "relationship" => vec![one("source_ref"), one("target_ref")],
            "sighting" => vec![one("sighting_of_ref"), many("where_sighted_refs")],
            _ => Vec::new(),
        }
    };
    let (mut ahead, mut seen, mut reached) = (vec![object], BTreeSet::new(), Vec::new());
    let start = text(&object["id"]);
    while let Some(object) = ahead.pop() {
        for end in ends(object).into_iter().flatten() {
            let end = aliases
                .get(&*end)
                .map_or(end.clone(), |id| (*id).to_owned());
            if end == start {
                return None;
            }
            if let Some(target) = by_id.get(&*end)
                && seen.insert(end)
            {
                ahead.push(target);
                reached.push(*target);
            }
        }
    }
    let has_ends = ends(object)
        .iter()
        .all(|end| end.iter().any(|id| !id.starts_with("x-")));
    has_ends.then_some(reached)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_graph_is_split_soundly(objects in graph(), clean in any::<bool>()) {
        let bundle = Bundle::from_json(Value::from(objects.clone()).to_string()).expect("a list");
        let bundle = if clean { bundle.cleaned_up() } else { bundle };
        let split = bundle.split();
        check(&objects.clone().into(), &split);

        // What is supported is sent, and not cut off from its ends by a circle.
        let (by_id, aliases) = index(&objects);
        let sent: BTreeSet<String> =
            parts_of(&split).iter().map(|part| text(&part["objects"][0]["id"]).to_owned()).collect();
        for (id, object) in &by_id {
            let kind = text(&object["type"]);
            let is_sent = match kind {
                "x-ours" => false,
                "relationship" | "sighting" if clean => continue,
                "relationship" | "sighting" => {
                    if !can_be_sent(object, &by_id, &aliases) {
                        continue;
                    }
                    true
                }
                _ => true,
            };
            prop_assert_eq!(sent.contains(*id), is_sent, "{}", id);
        }
    }

    #[test]
    fn parts_that_are_put_together_are_split_into_the_same(objects in graph()) {
        let bundle = Bundle::from_json(Value::from(objects).to_string()).expect("a list");
        let once = parts_of(&bundle.split());
        let mut together = Bundle::new();
        for part in &once {
            together.push(&part["objects"][0]).expect("an object");
        }
        let objects = |parts: &[Value]| -> Vec<Value> {
            parts.iter().map(|part| part["objects"][0].clone()).collect()
        };
        let without_count = |mut parts: Vec<Value>| {
            for object in &mut parts {
                object.as_object_mut().expect("an object").remove("nb_deps");
            }
            parts.sort_by_key(|object| text(&object["id"]).to_owned());
            parts
        };
        let again = parts_of(&together.split());
        prop_assert_eq!(without_count(objects(&once)), without_count(objects(&again)));
    }
}
