//! Works: what was asked of a connector, and how far it is.
//!
//! A work is complete when as many parts were reported as were expected. That is looked at when a
//! part is reported and when the work is processed, and not when expectations are added: a part
//! that is reported beyond them leaves a complete work complete, but an open one open.

use async_graphql::Result;
use serde_json::{Value, json};

use super::{
    refusal::{internal_error, work_not_alive},
    store::{Arguments, NOW, Store, member, text},
    version::Version,
};

/// How many errors of parts a work keeps.
const KEPT_ERRORS: usize = 100;

impl Store {
    pub(super) fn work(&mut self, arguments: &Arguments) -> Result<&mut Value> {
        let version = Version::new(self.version);
        let work = self.works.get_mut(&text(arguments, "id"));
        work.ok_or_else(|| {
            if version.knows("7.260224.0") {
                work_not_alive()
            } else {
                internal_error("Cannot read properties of undefined (reading '_index')")
            }
        })
    }

    /// The work with its tracking, null where there is none.
    pub(super) fn read_work(&mut self, arguments: &Arguments) -> Value {
        let Ok(work) = self.work(arguments) else {
            return Value::Null;
        };
        let mut work = work.clone();
        work["tracking"] = json!({
            "import_expected_number": work["import_expected_number"],
            "import_processed_number": work["import_processed_number"],
        });
        work
    }

    pub(super) fn add_work(&mut self, arguments: &Arguments) -> Result<Value> {
        let connector = text(arguments, "connectorId");
        if !self.connectors.contains_key(&connector) {
            return Err(internal_error(
                "Cannot read properties of null (reading 'id')",
            ));
        }
        let name = member(arguments, "friendlyName");
        let mut work = self.create_work(&connector, &name);
        // The connector that adds a work has received it.
        work["status"] = "progress".into();
        work["received_time"] = NOW.into();
        work["is_multipart"] = (arguments.get("isMultiPartWork") == Some(&true.into())).into();
        self.works.insert(text_of(&work["id"]), work.clone());
        Ok(work)
    }

    /// A work as the platform makes it before it sends a message.
    pub(super) fn create_work(&mut self, connector: &str, name: &Value) -> Value {
        self.works_added += 1;
        let id = format!("work_{connector}_{}", self.works_added);
        let work = json!({
            "id": id,
            "name": name,
            "connector_id": connector,
            "is_multipart": false,
            "status": "wait",
            "timestamp": NOW,
            "received_time": null,
            "processed_time": null,
            "completed_time": null,
            "completed_number": 0,
            "import_expected_number": 0,
            "import_processed_number": 0,
            "draft_context": null,
            "messages": [],
            "errors": [],
            "pings": 0,
        });
        self.works.insert(id, work.clone());
        work
    }

    pub(super) fn receive_work(&mut self, arguments: &Arguments) -> Result<Value> {
        let work = self.work(arguments)?;
        work["status"] = "progress".into();
        work["received_time"] = NOW.into();
        note(work, "messages", &member(arguments, "message"));
        Ok(work.clone())
    }

    pub(super) fn process_work(&mut self, arguments: &Arguments) -> Result<Value> {
        let work = self.work(arguments)?;
        work["processed_time"] = NOW.into();
        let in_error = arguments.get("inError") == Some(&Value::Bool(true));
        let list = if in_error { "errors" } else { "messages" };
        note(work, list, &member(arguments, "message"));
        if work["import_expected_number"] == 0 || is_all_reported(work) {
            complete(work);
        }
        Ok(work.clone())
    }

    pub(super) fn ping_work(&mut self, arguments: &Arguments) -> Result<Value> {
        let work = self.work(arguments)?;
        count(work, "pings", 1);
        Ok(work.clone())
    }

    pub(super) fn add_expectations(&mut self, arguments: &Arguments) -> Result<Value> {
        let expectations = member(arguments, "expectations").as_i64().unwrap_or(0);
        let work = self.work(arguments)?;
        count(work, "import_expected_number", expectations);
        Ok(work.clone())
    }

    pub(super) fn report_expectation(&mut self, arguments: &Arguments) -> Result<Value> {
        let work = self.work(arguments)?;
        count(work, "import_processed_number", 1);
        if work["errors"].as_array().map_or(0, Vec::len) < KEPT_ERRORS {
            note(work, "errors", &member(arguments, "error")["error"]);
        }
        let may_complete = work["is_multipart"] == false || work["processed_time"].is_string();
        if may_complete && is_all_reported(work) {
            complete(work);
        }
        Ok(work.clone())
    }

    pub(super) fn add_draft_context(&mut self, arguments: &Arguments) -> Result<Value> {
        let work = self.work(arguments)?;
        work["draft_context"] = member(arguments, "draftContext");
        Ok(work.clone())
    }

    /// Deleting what is not there is fine, as on the platform.
    pub(super) fn delete_work(&mut self, arguments: &Arguments) -> Value {
        let id = text(arguments, "id");
        self.works.remove(&id);
        json!({ "id": id })
    }
}

fn note(work: &mut Value, list: &str, message: &Value) {
    let text = message.as_str().filter(|message| !message.is_empty());
    if let (Some(text), Some(list)) = (text, work[list].as_array_mut()) {
        list.push(text.into());
    }
}

fn count(work: &mut Value, member: &str, by: i64) {
    work[member] = (work[member].as_i64().unwrap_or(0) + by).into();
}

fn is_all_reported(work: &Value) -> bool {
    work["import_processed_number"] == work["import_expected_number"]
}

fn complete(work: &mut Value) {
    work["completed_number"] = work["import_processed_number"].clone();
    work["status"] = "complete".into();
    work["completed_time"] = NOW.into();
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
