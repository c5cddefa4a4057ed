//! A connector as the platform sees it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::state;
use crate::graphql::operation::operation;
use crate::value::since::Part;

/// Reads one connector (platform 6.1.12); `None` if the platform does not know it.
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
    /// The connector with this id.
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

/// A connector as the platform sees it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ConnectorStatus {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it counts as alive.
    pub active: Option<bool>,
    /// Whether it runs without being asked.
    pub auto: Option<bool>,
    /// Whether it imports files only into an entity.
    pub only_contextual: Option<bool>,
    /// The name of its type.
    pub connector_type: Option<String>,
    /// Its scope.
    pub connector_scope: Option<Vec<String>>,
    /// Its state.
    #[serde(rename = "connector_state", default, deserialize_with = "state::parse")]
    pub state: Option<Value>,
    /// What waits in its queue.
    #[serde(rename = "connector_queue_details")]
    pub queue: Option<QueueDetails>,
    /// When it was last updated, as the platform writes it.
    pub updated_at: Option<String>,
    /// When it was created, as the platform writes it.
    pub created_at: Option<String>,
    /// Whether it is part of the platform.
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

/// Removes a connector from the platform, with its queues and its state (platform 4.0.0).
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
    /// The connector with this id.
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
