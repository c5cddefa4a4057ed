//! Lists of what the platform knows, as far as a user may see it.
//!
//! An entity has its key as internal id, and its member `id` as STIX id; both find it.

use serde_json::{Value, json};

use super::store::{Arguments, Store, member, text};

impl Store {
    /// The entity with this id, if the user of the request may see it.
    pub(super) fn visible(&self, id: &str) -> Option<&Value> {
        let by_key = self.entities.get_key_value(id);
        let by_id = || self.entities.iter().find(|(_, entity)| entity["id"] == id);
        let (key, entity) = by_key.or_else(by_id)?;
        (!self.is_hidden(key)).then_some(entity)
    }

    fn is_hidden(&self, key: &str) -> bool {
        let user = self.applicant.clone().unwrap_or_default();
        self.hidden.contains(&(key.to_owned(), user))
    }

    /// A page of what is listed under this name; cursors are positions.
    pub(super) fn list(&mut self, list: &str, arguments: &Arguments) -> Value {
        let mut kept = arguments.clone();
        kept.insert("list".to_owned(), list.into());
        self.listings.push(kept.into());

        let (filters, types) = (member(arguments, "filters"), member(arguments, "types"));
        let search = text(arguments, "search").to_lowercase();
        let ends = match member(arguments, "fromOrToId") {
            Value::Null => None,
            ends => Some(ends),
        };
        let mut found: Vec<(&String, &Value)> = self
            .entities
            .iter()
            .filter(|(key, entity)| {
                let name = entity["name"].as_str().unwrap_or_default();
                !self.is_hidden(key)
                    && is_listed(list, entity)
                    && is_of(&types, entity)
                    && name.to_lowercase().contains(&search)
                    && (!filters.is_object() || passes(&filters, key, entity))
                    && ends.as_ref().is_none_or(|ends| {
                        let names = |end: &str| {
                            let (key, entity) = self.found(&entity[end])?;
                            Some(has(ends, key) || has(ends, entity["id"].as_str()?))
                        };
                        ["source_ref", "target_ref", "sighting_of_ref"]
                            .iter()
                            .any(|end| names(end).unwrap_or_default())
                    })
            })
            .collect();
        let by = text(arguments, "orderBy");
        if !by.is_empty() {
            found.sort_by_key(|(_, entity)| entity[&*by].to_string());
        }
        if text(arguments, "orderMode") == "desc" {
            found.reverse();
        }
        let first = member(arguments, "first").as_u64().unwrap_or(500);
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let begin: usize = text(arguments, "after").parse().unwrap_or_default();
        let end = found.len().min(begin + first);
        let page = found.get(begin..end).unwrap_or_default();
        let edges: Vec<_> = page
            .iter()
            .map(|(key, entity)| json!({ "node": self.node(key, entity) }))
            .collect();
        json!({
            "edges": edges,
            "pageInfo": {
                "startCursor": begin.to_string(),
                "endCursor": end.to_string(),
                "hasNextPage": end < found.len(),
                "hasPreviousPage": begin > 0,
                "globalCount": found.len(),
            },
        })
    }

    fn found(&self, id: &Value) -> Option<(&String, &Value)> {
        let mut entities = self.entities.iter();
        entities.find(|(key, entity)| *key == id || entity["id"] == *id)
    }

    /// What is told of an entity; the ends of a relationship are null where they are hidden.
    fn node(&self, key: &str, entity: &Value) -> Value {
        let standard_id = entity["id"].as_str().unwrap_or(key);
        let mut node = json!({
            "__typename": type_name(entity),
            "id": key,
            "standard_id": standard_id,
        });
        for (end, members) in [
            ("from", ["source_ref", "sighting_of_ref"]),
            ("to", ["target_ref", "where_sighted_refs"]),
        ] {
            let found = members.iter().find_map(|member| match &entity[member] {
                Value::Array(ids) => self.found(ids.first()?),
                id => self.found(id),
            });
            if let Some((key, entity)) = found.filter(|(key, _)| !self.is_hidden(key)) {
                node[end] = self.node(key, entity);
            }
        }
        node
    }
}

fn type_name(entity: &Value) -> &'static str {
    match entity["type"].as_str() {
        Some("relationship") => "StixCoreRelationship",
        Some("sighting") => "StixSightingRelationship",
        _ => "StixCoreObject",
    }
}

fn is_listed(list: &str, entity: &Value) -> bool {
    match list {
        "stixCoreObjects" => {
            type_name(entity) == "StixCoreObject" && entity["type"] != "marking-definition"
        }
        "stixCoreRelationships" => type_name(entity) == "StixCoreRelationship",
        "stixSightingRelationships" => type_name(entity) == "StixSightingRelationship",
        _ => true,
    }
}

/// Whether it is of one of these types; of the abstract ones, all that are listed are of the first.
fn is_of(types: &Value, entity: &Value) -> bool {
    types.is_null()
        || has(types, "Stix-Core-Object")
        || values(types).any(|ty| {
            let ty = ty.as_str().unwrap_or_default();
            entity["type"]
                .as_str()
                .is_some_and(|it| it.eq_ignore_ascii_case(ty))
        })
}

/// Whether a filter group lets an entity pass.
fn passes(group: &Value, key: &str, entity: &Value) -> bool {
    let filters = values(&group["filters"]).map(|filter| matches(filter, key, entity));
    let groups = values(&group["filterGroups"]).map(|group| passes(group, key, entity));
    let mut all = filters.chain(groups).peekable();
    if all.peek().is_none() {
        return true;
    }
    if group["mode"] == "or" {
        all.any(|is_so| is_so)
    } else {
        all.all(|is_so| is_so)
    }
}

fn matches(filter: &Value, key: &str, entity: &Value) -> bool {
    let wanted = &filter["values"];
    let name = values(&filter["key"]).next().and_then(Value::as_str);
    let is_one = match name.unwrap_or_default() {
        "ids" => has(wanted, key) || has(wanted, entity["id"].as_str().unwrap_or_default()),
        "entity_type" => is_of(wanted, entity),
        "objectMarking" => {
            values(&entity["object_marking_refs"]).any(|id| values(wanted).any(|it| it == id))
        }
        name => values(&entity[name]).any(|value| values(wanted).any(|it| it == value)),
    };
    is_one != (filter["operator"] == "not_eq")
}

/// The items of a list, or the value by itself, as GraphQL takes it.
fn values(value: &Value) -> impl Iterator<Item = &Value> {
    let (list, one) = match value {
        Value::Array(items) => (&items[..], None),
        Value::Null => (&[][..], None),
        one => (&[][..], Some(one)),
    };
    list.iter().chain(one)
}

fn has(list: &Value, text: &str) -> bool {
    values(list).any(|item| item == text)
}
