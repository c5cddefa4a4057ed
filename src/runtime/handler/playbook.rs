//! The answer to a step of a playbook.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::client::Error;
use crate::connector::kind::InternalEnrichment;
use crate::graphql::EndPlaybookStep;
use crate::runtime::handler::traits::Task;
use crate::stix::{Bundle, Object};

/// The objects of a bundle, with their ids.
pub(crate) fn objects(bundle: &Bundle) -> Vec<Object> {
    let whole = bundle.whole();
    // A bundle holds what was read as JSON, or made of it.
    let objects = whole
        .texts()
        .filter_map(|text| serde_json::from_str(text).ok());
    objects.collect()
}

/// Answers a step with the objects as they came and those that are added; one that was there is
/// replaced.
pub(crate) async fn answer(
    task: &Task<InternalEnrichment>,
    begun: Timestamp,
    added: impl IntoIterator<Item = Object>,
) -> Result<(), Error> {
    let message = &task.message;
    let Some(step) = &message.internal.playbook else {
        return Ok(());
    };
    let mut bundle = message.bundle.clone().unwrap_or_default();
    let previous = Value::from(bundle.clone()).to_string();
    if let Some(objects) = bundle.get_mut("objects").and_then(Value::as_array_mut) {
        for object in added {
            let id = object.id();
            let there = objects.iter().position(|one| one["id"] == id);
            let object = Value::from(Map::from(object.clone()));
            match there {
                Some(there) => objects[there] = object,
                None => objects.push(object),
            }
        }
    }
    let bundle = Value::from(bundle).to_string();
    // As pycti writes it: seconds, and the zone as an offset.
    let begun = begun.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string();
    let end = EndPlaybookStep::new(step, &begun, &previous, &bundle);
    match task.own_client().patient().execute(&end).await {
        // Sent again, the rest of the playbook would run twice.
        Err(error) if error.may_be_done() => {
            tracing::warn!(%error, "the answer to a playbook is taken as received");
            Ok(())
        }
        answered => answered,
    }
}
