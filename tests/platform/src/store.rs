//! What the platform remembers, and what its operations do to it.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_graphql::Result;
use serde_json::{Map, Value, json};

use super::{
    S3_SECRET_KEY,
    gate::Held,
    refusal::{internal_error, refusal, validation_error},
    server::{Canned, Request},
    storage::Stored,
};

const USER: &str = "88ec0c6a-13ce-5e39-b486-354fe4a7084f";
/// The public key of RFC 8037, appendix A.
const JWKS: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"1","alg":"EdDSA","use":"sig"}]}"#;
/// The clock stands still: nothing that the connector part does depends on it.
pub(super) const NOW: &str = "2026-11-24T00:00:00.000Z";

pub(super) type Arguments = Map<String, Value>;

pub(super) struct Store {
    pub(super) version: &'static str,
    /// `connection` of a connector's configuration: the broker as connectors are told of it.
    connection: Value,
    pub(super) connectors: BTreeMap<String, Value>,
    pub(super) works: BTreeMap<String, Value>,
    pub(super) pings: Vec<Value>,
    pub(super) entities: BTreeMap<String, Value>,
    /// Entities and the users who may not see them.
    pub(super) hidden: BTreeSet<(String, String)>,
    /// The stream collections by id.
    pub(super) streams: BTreeMap<String, Value>,
    /// The arguments of the lists that were asked for.
    pub(super) listings: Vec<Value>,
    /// On whose behalf the operation is that is carried out.
    pub(super) applicant: Option<String>,
    pub(super) playbook_steps: Vec<Value>,
    pub(super) bundles: Vec<Value>,
    pub(super) drafts: Vec<Value>,
    pub(super) files: Vec<Value>,
    pub(super) storage: BTreeMap<String, Stored>,
    pub(super) requests: usize,
    pub(super) last_request: Option<Request>,
    pub(super) canned: VecDeque<Canned>,
    pub(super) gates: Vec<Arc<Held>>,
    /// The code with which requests fail that name a field.
    pub(super) failing: BTreeMap<String, String>,
    /// How many requests named a field.
    pub(super) asked: BTreeMap<String, usize>,
    /// Sizes of push queues that a test has set.
    pub(super) queue_sizes: BTreeMap<String, u64>,
    pub(super) works_added: usize,
    pub(super) registrations: usize,
    /// The keys that registrations tell, as the text of a JWK set.
    jwks: String,
}

/// What an operation does to the broker, before it is carried out.
pub(super) enum QueueChange {
    Declare(String),
    Delete(String),
}

/// A panic while the lock was held has failed its test; it leaves nothing half done here.
pub(super) fn lock(store: &Mutex<Store>) -> MutexGuard<'_, Store> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    pub(super) fn new(version: &'static str, connection: Value) -> Self {
        Self {
            version,
            connection,
            connectors: BTreeMap::new(),
            works: BTreeMap::new(),
            pings: Vec::new(),
            entities: BTreeMap::new(),
            hidden: BTreeSet::new(),
            streams: BTreeMap::new(),
            listings: Vec::new(),
            applicant: None,
            playbook_steps: Vec::new(),
            bundles: Vec::new(),
            drafts: Vec::new(),
            files: Vec::new(),
            storage: BTreeMap::new(),
            requests: 0,
            last_request: None,
            canned: VecDeque::new(),
            gates: Vec::new(),
            failing: BTreeMap::new(),
            asked: BTreeMap::new(),
            queue_sizes: BTreeMap::new(),
            works_added: 0,
            registrations: 0,
            jwks: JWKS.to_owned(),
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
            .or_insert_with_key(|id| new_connector(id, &self.connection));
        self.registrations += 1;
        connector["jwks"] = self.jwks.clone().into();
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

    pub(super) fn set_jwks(&mut self, jwks: &str) {
        jwks.clone_into(&mut self.jwks);
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

    /// None for an operation that is going to be refused.
    pub(super) fn queue_change(
        &self,
        operation: &str,
        arguments: &Arguments,
    ) -> Option<QueueChange> {
        let input = arguments.get("input").and_then(Value::as_object);
        let id = text(input.unwrap_or(arguments), "id");
        let is_known = self.connectors.contains_key(&id);
        match operation {
            "registerConnector" => {
                check_name(&text(input?, "name")).ok()?;
                Some(QueueChange::Declare(id))
            }
            "pingConnector" if is_known => Some(QueueChange::Declare(id)),
            "deleteConnector" if is_known => Some(QueueChange::Delete(id)),
            _ => None,
        }
    }

    pub(super) fn set_queue_size(&mut self, id: &str, bytes: u64) {
        self.connector_mut(id)["connector_queue_details"]["messages_size"] = bytes.into();
        self.queue_sizes.insert(id.to_owned(), bytes);
    }

    pub(super) fn tell_login(&mut self, id: &str, user: &str, password: &str) {
        let connection = &mut self.connector_mut(id)["config"]["connection"];
        connection["user"] = user.into();
        connection["pass"] = password.into();
    }

    pub(super) fn set_state(&mut self, id: &str, state: Option<&str>) {
        let connector = self.connector_mut(id);
        connector["connector_state"] = state.into();
        connector["connector_state_reset"] = true.into();
    }

    fn connector_mut(&mut self, id: &str) -> &mut Value {
        self.connectors
            .get_mut(id)
            .unwrap_or_else(|| panic!("no connector `{id}` is registered"))
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

fn new_connector(id: &str, connection: &Value) -> Value {
    let part = |name: &str| connection[name].as_str().unwrap_or_default();
    let uri = format!(
        "amqp://{}:{}@{}:{}",
        part("user"),
        part("pass"),
        part("host"),
        connection["port"]
    );
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
        "jwks": null,
        "config": {
            "uri": uri,
            "connection": connection,
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
