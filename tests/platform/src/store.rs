//! What the platform remembers, and what its operations do to it.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_graphql::Result;
use serde_json::{Map, Value, json};

use super::{
    RABBITMQ_PASSWORD, S3_SECRET_KEY,
    refusal::{internal_error, refusal, validation_error, work_not_alive},
    server::{Canned, Request},
    version::Version,
};

const USER: &str = "88ec0c6a-13ce-5e39-b486-354fe4a7084f";
/// The public key of RFC 8037, appendix A.
const JWKS: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"1","alg":"EdDSA","use":"sig"}]}"#;
/// The clock stands still: nothing that the connector part does depends on it.
const NOW: &str = "2026-11-24T00:00:00.000Z";

pub(super) type Arguments = Map<String, Value>;

pub(super) struct Store {
    version: &'static str,
    pub(super) connectors: BTreeMap<String, Value>,
    pub(super) works: BTreeMap<String, Value>,
    pub(super) pings: Vec<Value>,
    pub(super) entities: BTreeMap<String, Value>,
    pub(super) playbook_steps: Vec<Value>,
    pub(super) bundles: Vec<Value>,
    pub(super) drafts: Vec<Value>,
    pub(super) files: Vec<Value>,
    pub(super) requests: usize,
    pub(super) last_request: Option<Request>,
    pub(super) canned: VecDeque<Canned>,
    works_added: usize,
}

/// A panic while the lock was held has failed its test; it leaves nothing half done here.
pub(super) fn lock(store: &Mutex<Store>) -> MutexGuard<'_, Store> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    pub(super) fn new(version: &'static str) -> Self {
        Self {
            version,
            connectors: BTreeMap::new(),
            works: BTreeMap::new(),
            pings: Vec::new(),
            entities: BTreeMap::new(),
            playbook_steps: Vec::new(),
            bundles: Vec::new(),
            drafts: Vec::new(),
            files: Vec::new(),
            requests: 0,
            last_request: None,
            canned: VecDeque::new(),
            works_added: 0,
        }
    }

    pub(super) fn about(&self) -> Value {
        json!({ "version": self.version })
    }

    pub(super) fn connector(&self, arguments: &Arguments) -> Value {
        let id = text(arguments, "id");
        self.connectors.get(&id).cloned().unwrap_or_default()
    }

    /// Creates or updates. A missing `listen_callback_uri` leaves the stored one alone; for the
    /// other members missing and null are the same.
    pub(super) fn register_connector(&mut self, arguments: &Arguments) -> Result<Value> {
        let Some(input) = arguments.get("input").and_then(Value::as_object) else {
            return Err(internal_error("Cannot destructure property 'id' of null"));
        };
        let (id, name) = (text(input, "id"), text(input, "name"));
        check_name(&name)?;
        let connector = self
            .connectors
            .entry(id)
            .or_insert_with_key(|id| new_connector(id));
        connector["name"] = name.into();
        connector["connector_type"] = member(input, "type");
        connector["connector_scope"] = stored_scope(&member(input, "scope"));
        connector["playbook_compatible"] = input
            .get("playbook_compatible")
            .cloned()
            .unwrap_or(Value::Bool(false));
        for name in [
            "auto",
            "auto_update",
            "enrichment_resolution",
            "only_contextual",
            "xtm_one_intent",
            "version",
            "slug",
        ] {
            connector[name] = member(input, name);
        }
        if let Some(uri) = input.get("listen_callback_uri") {
            connector["config"]["listen_callback_uri"] = uri.clone();
        }
        Ok(connector.clone())
    }

    pub(super) fn ping_connector(&mut self, arguments: &Arguments) -> Result<Value> {
        let Some(connector) = self.connectors.get_mut(&text(arguments, "id")) else {
            let message = "No connector found with the specified ID";
            return Err(refusal("FUNCTIONAL_ERROR", 400, message));
        };
        self.pings.push(Value::Object(arguments.clone()));
        if connector["connector_state_reset"] == true {
            connector["connector_state_reset"] = false.into();
        } else {
            connector["connector_state"] = member(arguments, "state");
        }
        if let Some(info @ Value::Object(_)) = arguments.get("connectorInfo") {
            connector["connector_info"] = info.clone();
        }
        Ok(connector.clone())
    }

    pub(super) fn set_state(&mut self, id: &str, state: Option<&str>) {
        let connector = self
            .connectors
            .get_mut(id)
            .unwrap_or_else(|| panic!("no connector `{id}` is registered"));
        connector["connector_state"] = state.into();
        connector["connector_state_reset"] = true.into();
    }

    pub(super) fn delete_connector(&mut self, arguments: &Arguments) -> Result<Value> {
        let id = text(arguments, "id");
        if self.connectors.remove(&id).is_none() {
            let message = "Already deleted elements";
            return Err(refusal("ALREADY_DELETED_ERROR", 400, message));
        }
        self.works.retain(|_, work| work["connector_id"] != id);
        Ok(id.into())
    }

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

    pub(super) fn add_work(&mut self, arguments: &Arguments) -> Result<Value> {
        let connector = text(arguments, "connectorId");
        if !self.connectors.contains_key(&connector) {
            return Err(internal_error(
                "Cannot read properties of null (reading 'id')",
            ));
        }
        self.works_added += 1;
        let id = format!("work_{connector}_{}", self.works_added);
        let work = json!({
            "id": id,
            "name": member(arguments, "friendlyName"),
            "connector_id": connector,
            "is_multipart": arguments.get("isMultiPartWork") == Some(&Value::Bool(true)),
            "status": "progress",
            "timestamp": NOW,
            "received_time": NOW,
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
        Ok(self.works.entry(id).or_insert(work).clone())
    }

    pub(super) fn receive_work(&mut self, arguments: &Arguments) -> Result<Value> {
        let work = self.work(arguments)?;
        work["status"] = "progress".into();
        note(work, "messages", &member(arguments, "message"));
        Ok(work.clone())
    }

    pub(super) fn process_work(&mut self, arguments: &Arguments) -> Result<Value> {
        let work = self.work(arguments)?;
        work["processed_time"] = NOW.into();
        let in_error = arguments.get("inError") == Some(&Value::Bool(true));
        let list = if in_error { "errors" } else { "messages" };
        note(work, list, &member(arguments, "message"));
        complete_if_done(work);
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
        note(work, "errors", &member(arguments, "error")["error"]);
        if work["is_multipart"] == false || work["processed_time"].is_string() {
            complete_if_done(work);
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

/// The schema's `@constraint(minLength: 2, format: "not-blank")`, in JavaScript's lengths.
fn check_name(name: &str) -> Result<()> {
    if name.encode_utf16().count() < 2 {
        let message =
            r#"Variable "$input" at "input.name": Must be at least 2 characters in length"#;
        return Err(validation_error("name", message));
    }
    if name.trim().is_empty() {
        let message = r#"Variable "$input" at "input.name": Value cannot have only whitespace(s)"#;
        return Err(validation_error("name", message));
    }
    Ok(())
}

fn new_connector(id: &str) -> Value {
    json!({
        "id": id,
        "active": true,
        "built_in": false,
        "connector_state": null,
        "connector_state_reset": false,
        "connector_user": { "id": USER },
        "connector_user_id": USER,
        "connector_info": null,
        "connector_queue_details": { "messages_number": 0, "messages_size": 0 },
        "created_at": NOW,
        "updated_at": NOW,
        "jwks": JWKS,
        "config": {
            "uri": format!("amqp://opencti:{RABBITMQ_PASSWORD}@127.0.0.1:5672"),
            "connection": {
                "host": "127.0.0.1",
                "vhost": "/",
                "use_ssl": false,
                "port": 5672,
                "user": "opencti",
                "pass": RABBITMQ_PASSWORD,
            },
            "s3": {
                "endpoint": "127.0.0.1",
                "port": 9000,
                "use_ssl": false,
                "bucket_name": "opencti-bucket",
                "bucket_region": "us-east-1",
                "access_key": "opencti",
                "secret_key": S3_SECRET_KEY,
            },
            "listen": format!("listen_{id}"),
            "listen_routing": format!("listen_routing_{id}"),
            "listen_exchange": "amqp.connector.exchange",
            "listen_callback_uri": null,
            "push": format!("push_{id}"),
            "push_routing": format!("push_routing_{id}"),
            "push_exchange": "amqp.worker.exchange",
            "dead_letter_routing": format!("dead_letter_routing_{id}"),
        },
    })
}

/// Storage joins the entries with commas and splits them again: an entry with one falls apart.
fn stored_scope(scope: &Value) -> Value {
    let joined = match scope {
        // GraphQL takes a single value where it expects a list.
        Value::String(entry) => entry.clone(),
        Value::Array(entries) => {
            let entries: Vec<_> = entries.iter().filter_map(Value::as_str).collect();
            entries.join(",")
        }
        _ => String::new(),
    };
    if joined.is_empty() {
        return json!([]);
    }
    joined.split(',').collect()
}

pub(super) fn member(arguments: &Arguments, name: &str) -> Value {
    arguments.get(name).cloned().unwrap_or_default()
}

/// A text or an id, which GraphQL takes as a number too.
pub(super) fn text(arguments: &Arguments, name: &str) -> String {
    match arguments.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
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

fn complete_if_done(work: &mut Value) {
    let (expected, done) = (
        &work["import_expected_number"],
        &work["import_processed_number"],
    );
    if done.as_i64() >= expected.as_i64() {
        work["completed_number"] = done.clone();
        work["status"] = "complete".into();
        work["completed_time"] = NOW.into();
    }
}
