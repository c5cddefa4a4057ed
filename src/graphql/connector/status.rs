//! Reading and removing the platform's record of a connector.

use serde::Deserialize;
use serde_json::{Value, json};

use super::state;
use crate::graphql::operation::operation;
use crate::value::since::Part;

/// Reads a connector's status (platform 6.1.12). The answer is `None` if no such connector is
/// registered.
///
/// ```
/// use opencti_connector::graphql::ReadConnector;
///
/// let read = ReadConnector::new("550e8400-e29b-41d4-a716-446655440000");
/// // POST it as JSON.
/// # let _ = serde_json::to_vec(&read)?;
///
/// let answer = br#"{"data":{"connector":{"id":"550e8400-e29b-41d4-a716-446655440000",
///     "name":"Splunk","active":true,"connector_type":"STREAM"}}}"#;
/// let status = ReadConnector::parse(answer)?.expect("it is registered");
/// assert_eq!(status.name, "Splunk");
/// assert_eq!(status.active, Some(true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ReadConnector<'a> {
    id: &'a str,
}

impl<'a> ReadConnector<'a> {
    /// Creates the query from the connector's id.
    #[must_use]
    pub const fn new(id: &'a str) -> Self {
        Self { id }
    }
}

operation! {
    ReadConnector<'_>, "GetConnector", idempotent: true,
    since: |_this| Part::ReadConnector,
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

/// The platform's record of a connector.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ConnectorStatus {
    /// Connector id.
    pub id: String,
    /// Connector name.
    pub name: String,
    /// Whether the platform considers the connector alive; see [`Ping`](crate::graphql::Ping).
    pub active: Option<bool>,
    /// Whether the platform triggers it automatically.
    pub auto: Option<bool>,
    /// Whether it imports files only in the context of an entity.
    pub only_contextual: Option<bool>,
    /// Connector type, e.g. `STREAM`.
    pub connector_type: Option<String>,
    /// Scope entries, e.g. `IPv4-Addr`.
    pub connector_scope: Option<Vec<String>>,
    /// Stored state. `None` if there is none.
    #[serde(rename = "connector_state", default, deserialize_with = "state::parse")]
    pub state: Option<Value>,
    /// Messages waiting in the connector's queue.
    #[serde(rename = "connector_queue_details")]
    pub queue: Option<QueueDetails>,
    /// Time of the last update, e.g. `2026-11-24T11:12:46.000Z`.
    pub updated_at: Option<String>,
    /// Time of creation, e.g. `2026-11-24T11:12:46.000Z`.
    pub created_at: Option<String>,
    /// Whether the connector is built into the platform.
    pub built_in: Option<bool>,
}

/// Messages waiting in a connector's queue.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct QueueDetails {
    /// Number of messages.
    pub messages_number: f64,
    /// Total size of the messages, in bytes.
    pub messages_size: f64,
}

/// Removes a connector with its queues and its state (platform 4.0.0).
///
/// ```
/// use opencti_connector::graphql::Unregister;
///
/// let unregister = Unregister::new("550e8400-e29b-41d4-a716-446655440000");
/// let body = serde_json::to_value(&unregister)?;
/// assert_eq!(body["variables"]["id"], "550e8400-e29b-41d4-a716-446655440000");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Unregister<'a> {
    id: &'a str,
}

impl<'a> Unregister<'a> {
    /// Creates the mutation from the connector's id.
    #[must_use]
    pub const fn new(id: &'a str) -> Self {
        Self { id }
    }
}

operation! {
    Unregister<'_>, "DeleteConnector", idempotent: false,
    since: |_this| Part::DeleteConnector,
    document: |_this| "mutation DeleteConnector($id: ID!) { deleteConnector(id: $id) }",
    variables: |this| json!({ "id": this.id }),
    answer: |_data: DeleteData| -> () { () }
}

#[derive(Deserialize)]
struct DeleteData {
    #[serde(rename = "deleteConnector")]
    _id: serde::de::IgnoredAny,
}
