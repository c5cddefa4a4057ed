//! A connector as the platform sees it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{answer, operation};

/// Reads one connector (platform 6.2.12).
#[derive(Clone, Copy, Debug)]
pub struct ReadConnector<'a> {
    id: &'a str,
}

impl<'a> ReadConnector<'a> {
    /// The connector with this id.
    #[must_use]
    pub const fn new(id: &'a str) -> Self {
        Self { id }
    }
}

operation! {
    ReadConnector<'_>, "GetConnector", idempotent: true,
    document: |_this| "query GetConnector($id: String!) { connector(id: $id) { \
        id name active auto only_contextual connector_type connector_scope connector_state \
        connector_queue_details { messages_number messages_size } updated_at created_at \
        built_in } }",
    variables: |this| json!({ "id": this.id }),
    answer: |data: ReadData| -> Option<ConnectorStatus> { data.connector }
}

#[derive(Deserialize)]
struct ReadData {
    connector: Option<ConnectorStatus>,
}

/// A connector as the platform sees it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ConnectorStatus {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it counts as alive.
    #[serde(default)]
    pub active: Option<bool>,
    /// Whether it runs without being asked.
    #[serde(default)]
    pub auto: Option<bool>,
    /// Whether it imports files only into an entity.
    #[serde(default)]
    pub only_contextual: Option<bool>,
    /// The name of its type.
    pub connector_type: Option<String>,
    /// Its scope.
    #[serde(default)]
    pub connector_scope: Option<Vec<String>>,
    /// Its state.
    #[serde(
        rename = "connector_state",
        default,
        deserialize_with = "answer::state"
    )]
    pub state: Option<Value>,
    /// What waits in its queue.
    #[serde(rename = "connector_queue_details", default)]
    pub queue: Option<QueueDetails>,
    /// When it was last updated, as the platform writes it.
    #[serde(default)]
    pub updated_at: Option<String>,
    /// When it was created, as the platform writes it.
    #[serde(default)]
    pub created_at: Option<String>,
    /// Whether it is part of the platform.
    #[serde(default)]
    pub built_in: Option<bool>,
}

/// What waits in a connector's queue.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct QueueDetails {
    /// The number of messages.
    pub messages_number: f64,
    /// Their size in bytes.
    pub messages_size: f64,
}

/// Removes a connector from the platform, with its queues and its state.
#[derive(Clone, Copy, Debug)]
pub struct Unregister<'a> {
    id: &'a str,
}

impl<'a> Unregister<'a> {
    /// The connector with this id.
    #[must_use]
    pub const fn new(id: &'a str) -> Self {
        Self { id }
    }
}

operation! {
    Unregister<'_>, "DeleteConnector", idempotent: false,
    document: |_this| "mutation DeleteConnector($id: ID!) { deleteConnector(id: $id) }",
    variables: |this| json!({ "id": this.id }),
    answer: |_data: DeleteData| -> () { () }
}

#[derive(Deserialize)]
struct DeleteData {
    #[serde(rename = "deleteConnector")]
    _id: serde::de::IgnoredAny,
}
