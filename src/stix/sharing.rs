//! With whom what is sent of an entity is shared.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::stix::object::Object;

const OPENCTI: &str = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba";
const IN_EXTENSION: &str = "granted_refs";
const ON_OBJECT: &str = "x_opencti_granted_refs";

/// The organizations with which an entity is shared.
pub(crate) fn of(entity: &Object) -> Vec<String> {
    let granted = entity.extension(IN_EXTENSION).and_then(Value::as_array);
    let granted = granted.into_iter().flatten().filter_map(Value::as_str);
    granted.map(str::to_owned).collect()
}

/// The JSON of a bundle whose objects are shared with these organizations as well: in the platform's
/// extension where an object has it, else by a member of the object, as in pycti 7.261026.0.
pub(crate) fn with(json: String, organizations: &[String]) -> String {
    if organizations.is_empty() {
        return json;
    }
    let Ok(mut bundle) = serde_json::from_str::<Value>(&json) else {
        return json;
    };
    let objects = bundle.get_mut("objects").and_then(Value::as_array_mut);
    for object in objects.into_iter().flatten() {
        share(object, organizations);
    }
    bundle.to_string()
}

/// As [`with`], of the JSON of one object.
pub(crate) fn object_with<'t>(json: &'t str, organizations: &[String]) -> Cow<'t, str> {
    if organizations.is_empty() {
        return Cow::Borrowed(json);
    }
    let Ok(mut object) = serde_json::from_str(json) else {
        return Cow::Borrowed(json);
    };
    share(&mut object, organizations);
    Cow::Owned(object.to_string())
}

fn share(object: &mut Value, organizations: &[String]) {
    let Some(object) = object.as_object_mut() else {
        return;
    };
    let extension = object
        .get_mut("extensions")
        .and_then(|extensions| extensions.get_mut(OPENCTI))
        .and_then(Value::as_object_mut);
    match extension {
        Some(extension) => add(extension, IN_EXTENSION, organizations),
        None => add(object, ON_OBJECT, organizations),
    }
}

fn add(members: &mut Map<String, Value>, name: &str, organizations: &[String]) {
    let granted = members.entry(name).or_insert_with(|| json!([]));
    if !granted.is_array() {
        *granted = json!([]);
    }
    let Some(granted) = granted.as_array_mut() else {
        return;
    };
    for organization in organizations {
        if !granted.iter().any(|one| one == organization.as_str()) {
            granted.push(organization.as_str().into());
        }
    }
}
