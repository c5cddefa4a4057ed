//! The answer to a step of a playbook.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use crate::client::BoxError;
use crate::connector::kind::InternalEnrichment;
use crate::graphql::EndPlaybookStep;
use crate::runtime::handler::traits::Task;
use crate::stix::Bundle;

/// An object of the answer, as JSON text: what cannot be parsed, such as a number that no float
/// holds, goes on as it came.
pub(crate) type Text = Box<RawValue>;

/// The objects of a bundle, with their ids.
pub(crate) fn objects(bundle: &Bundle) -> Result<Vec<Text>, serde_json::Error> {
    let whole = bundle.whole();
    let objects = whole
        .texts()
        .map(|text| RawValue::from_string(text.to_owned()));
    objects.collect()
}

/// Answers a step with the objects as they came and those that are added; one that was there is
/// replaced.
pub(crate) async fn answer(
    task: &Task<InternalEnrichment>,
    begun: Timestamp,
    added: Vec<Text>,
) -> Result<(), BoxError> {
    let message = &task.message;
    let Some(step) = &message.internal.playbook else {
        return Ok(());
    };
    let came = message.bundle.clone().unwrap_or_default();
    let previous = Value::from(came.clone()).to_string();
    let bundle = merged(came, added)?;
    // As pycti writes it: seconds, and the zone as an offset.
    let begun = begun.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string();
    let end = EndPlaybookStep::new(step, &begun, &previous, &bundle);
    match task.own_client().patient().execute(&end).await {
        // Sent again, the rest of the playbook would run twice.
        Err(error) if error.may_be_done() => {
            tracing::warn!(%error, "cannot tell whether the platform received the answer to a playbook step; assuming it did");
            Ok(())
        }
        answered => Ok(answered?),
    }
}

/// The JSON of a bundle with objects added; one of the same id is replaced.
fn merged(mut bundle: Map<String, Value>, added: Vec<Text>) -> Result<String, serde_json::Error> {
    #[derive(Serialize)]
    struct Whole<'a> {
        #[serde(flatten)]
        rest: &'a Map<String, Value>,
        objects: &'a [Text],
    }

    let objects = match bundle.remove("objects") {
        Some(Value::Array(objects)) => objects,
        _ => Vec::new(),
    };
    let objects = objects.iter().map(to_raw_value);
    let mut objects = objects.collect::<Result<Vec<_>, _>>()?;
    let mut ids: Vec<_> = objects.iter().map(|object| id(object)).collect();
    for object in added {
        let id = id(&object);
        let there = id
            .as_ref()
            .and_then(|_| ids.iter().position(|one| *one == id));
        if let Some(there) = there {
            objects[there] = object;
        } else {
            objects.push(object);
            ids.push(id);
        }
    }
    serde_json::to_string(&Whole {
        rest: &bundle,
        objects: &objects,
    })
}

fn id(object: &RawValue) -> Option<String> {
    #[derive(Deserialize)]
    struct Id<'a> {
        #[serde(borrow)]
        id: Cow<'a, str>,
    }

    let object = serde_json::from_str::<Id<'_>>(object.get()).ok()?;
    Some(object.id.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn texts(objects: &[&str]) -> Vec<Text> {
        let text = |object: &&str| RawValue::from_string((*object).to_owned()).unwrap();
        objects.iter().map(text).collect()
    }

    fn bundle(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn an_object_that_cannot_be_parsed_goes_on_as_it_came() {
        let strange = r#"{"type":"x-score","id":"x-score--1","value":1e400}"#;
        assert!(serde_json::from_str::<Value>(strange).is_err());
        let came = bundle(&json!({"type": "bundle", "id": "bundle--1", "objects": [{"id": "a"}]}));
        let whole = merged(came, texts(&[strange])).unwrap();
        assert!(whole.contains(strange), "{whole}");
        assert!(
            whole.contains(r#"{"id":"a"}"#) && whole.contains("bundle--1"),
            "{whole}"
        );
    }

    #[test]
    fn an_object_of_the_same_id_is_replaced_and_one_without_an_id_is_not() {
        let came = bundle(&json!({"objects": [{"id": "a", "v": 1}, {"v": 2}]}));
        let added = texts(&[r#"{"id":"a","v":3}"#, r#"{"v":4}"#, r#"{"id":"b"}"#]);
        let whole: Value = serde_json::from_str(&merged(came, added).unwrap()).unwrap();
        let expected = json!([{"id": "a", "v": 3}, {"v": 2}, {"v": 4}, {"id": "b"}]);
        assert_eq!(whole["objects"], expected);
    }

    #[test]
    fn what_is_added_to_a_bundle_without_objects_is_there() {
        for came in [json!({}), json!({"objects": null})] {
            let whole = merged(bundle(&came), texts(&[r#"{"id":"a"}"#])).unwrap();
            assert_eq!(whole, r#"{"objects":[{"id":"a"}]}"#);
        }
    }
}
