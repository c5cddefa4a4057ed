//! Changes of an object as JSON patches.

use serde_json::Value;

/// A value after the operations of a patch (RFC 6902); nothing where one does not apply.
///
/// They are those that the platform makes, by `compare` of `fast-json-patch`: `add`, `remove` and
/// `replace`.
pub(crate) fn patched(mut value: Value, operations: &[Value]) -> Option<Value> {
    for operation in operations {
        let path = operation.get("path")?.as_str()?;
        let given = operation.get("value");
        match operation.get("op")?.as_str()? {
            "add" => add(&mut value, path, given?.clone())?,
            "remove" => remove(&mut value, path)?,
            "replace" => *value.pointer_mut(path)? = given?.clone(),
            _ => return None,
        }
    }
    Some(value)
}

/// What holds a member or an element, with the name of that.
fn parent<'v>(value: &'v mut Value, path: &str) -> Option<(&'v mut Value, String)> {
    let (parent, name) = path.rsplit_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    Some((value.pointer_mut(parent)?, name))
}

fn add(value: &mut Value, path: &str, given: Value) -> Option<()> {
    if path.is_empty() {
        *value = given;
        return Some(());
    }
    match parent(value, path)? {
        (Value::Object(members), name) => {
            members.insert(name, given);
        }
        (Value::Array(elements), name) => {
            let index = if name == "-" {
                elements.len()
            } else {
                name.parse().ok()?
            };
            if index > elements.len() {
                return None;
            }
            elements.insert(index, given);
        }
        _ => return None,
    }
    Some(())
}

fn remove(value: &mut Value, path: &str) -> Option<()> {
    match parent(value, path)? {
        (Value::Object(members), name) => {
            members.remove(&name)?;
        }
        (Value::Array(elements), name) => {
            let index = name.parse().ok()?;
            if index >= elements.len() {
                return None;
            }
            elements.remove(index);
        }
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patch_is_applied_as_the_standard_has_it() {
        let value = json!({"a": {"b/c": 1, "m~n": 2}, "list": ["x", "y"]});
        let cases = [
            (
                json!([{"op": "replace", "path": "/a/b~1c", "value": 3}]),
                Some(json!({"a": {"b/c": 3, "m~n": 2}, "list": ["x", "y"]})),
            ),
            (
                json!([{"op": "remove", "path": "/a/m~0n"}, {"op": "remove", "path": "/list/0"}]),
                Some(json!({"a": {"b/c": 1}, "list": ["y"]})),
            ),
            (
                json!([{"op": "add", "path": "/list/1", "value": "z"},
                       {"op": "add", "path": "/list/-", "value": "e"},
                       {"op": "add", "path": "/d", "value": {"e": null}}]),
                Some(
                    json!({"a": {"b/c": 1, "m~n": 2}, "list": ["x", "z", "y", "e"],
                            "d": {"e": null}}),
                ),
            ),
            (
                json!([{"op": "replace", "path": "", "value": 1}]),
                Some(json!(1)),
            ),
            (
                json!([{"op": "add", "path": "", "value": 2}]),
                Some(json!(2)),
            ),
            (json!([{"op": "remove", "path": "/b"}]), None),
            (json!([{"op": "remove", "path": "/list/2"}]), None),
            (json!([{"op": "add", "path": "/list/3", "value": 1}]), None),
            (
                json!([{"op": "add", "path": "/a/b~1c/d", "value": 1}]),
                None,
            ),
            (json!([{"op": "move", "from": "/a", "path": "/d"}]), None),
            (json!([{"op": "add", "path": "/d"}]), None),
            (json!(["add"]), None),
        ];
        for (patch, expected) in cases {
            let operations = patch.as_array().unwrap();
            assert_eq!(patched(value.clone(), operations), expected, "{patch}");
        }
    }
}
