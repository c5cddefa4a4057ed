//! What connectors send beside registrations, pings and works, and what they read: the platform
//! keeps it as it came, for tests to look at.

use async_graphql::Result;
use serde_json::{Value, json};

use super::{
    refusal::internal_error,
    store::{Arguments, Store, member, text},
};

impl Store {
    /// The JSON text of an entity, null where there is none that the user may see.
    pub(super) fn stix(&self, arguments: &Arguments) -> Value {
        let entity = self.visible(&text(arguments, "id"));
        entity.map_or(Value::Null, |entity| entity.to_string().into())
    }

    /// Null where there is no such stream.
    pub(super) fn stream(&self, arguments: &Arguments) -> Value {
        let stream = self.streams.get(&text(arguments, "id"));
        stream.cloned().unwrap_or_default()
    }

    pub(super) fn end_playbook_step(&mut self, arguments: &Arguments) -> Value {
        self.playbook_steps.push(arguments.clone().into());
        true.into()
    }

    pub(super) fn push_bundle(&mut self, arguments: &Arguments) -> Value {
        self.bundles.push(arguments.clone().into());
        true.into()
    }

    pub(super) fn add_draft(&mut self, arguments: &Arguments) -> Value {
        let id = format!("draft_{}", self.drafts.len() + 1);
        let mut draft = member(arguments, "input");
        draft["id"] = id.into();
        self.drafts.push(draft.clone());
        draft
    }

    /// Keeps a file that stands on its own, or belongs to a list.
    pub(super) fn push_file(&mut self, operation: &str, arguments: &Arguments) -> Value {
        let file = json!({
            "id": format!("{operation}/{}", arguments["file"]["name"].as_str().unwrap_or_default()),
            "name": arguments["file"]["name"],
        });
        let mut kept = arguments.clone();
        kept.insert("operation".to_owned(), operation.into());
        self.files.push(kept.into());
        file
    }

    /// Keeps a file that belongs to an entity, which the platform loads first.
    pub(super) fn push_file_of_entity(
        &mut self,
        operation: &str,
        arguments: &Arguments,
    ) -> Result<Value> {
        if !self.entities.contains_key(&text(arguments, "id")) {
            return Err(internal_error(
                "Cannot read properties of undefined (reading 'entity_type')",
            ));
        }
        Ok(self.push_file(operation, arguments))
    }
}
