//! Pings, by which a connector stays alive and its state is kept.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state;
use crate::graphql::number::Megabytes;
use crate::graphql::operation::operation;
use crate::value::since::Part;
use crate::value::version::PlatformVersion;

/// Tells the platform that the connector is alive, stores its state, and learns whether the state
/// was reset meanwhile.
///
/// The platform counts a connector as alive for five minutes after a ping; pycti pings every 40
/// seconds.
///
/// ```
/// use opencti_connector::graphql::{ConnectorInfo, Ping};
/// use serde_json::json;
///
/// let state = json!({ "last_run": 1_760_000_000 });
/// let info = ConnectorInfo::default();
/// let ping = Ping::new("550e8400-e29b-41d4-a716-446655440000", Some(&state), &info);
/// let body = serde_json::to_value(&ping)?;
/// assert_eq!(body["variables"]["state"], r#"{"last_run":1760000000}"#);
///
/// let pong = Ping::parse(
///     br#"{"data":{"pingConnector":{"id":"550e8400-e29b-41d4-a716-446655440000",
///          "connector_state":"{\"last_run\":1760000000}"}}}"#,
/// )?;
/// assert_eq!(pong.state, Some(state));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Ping<'a> {
    id: &'a str,
    state: Option<&'a Value>,
    info: &'a ConnectorInfo,
    version: Option<PlatformVersion>,
}

impl<'a> Ping<'a> {
    /// The ping of a connector with this id.
    #[must_use]
    pub const fn new(id: &'a str, state: Option<&'a Value>, info: &'a ConnectorInfo) -> Self {
        Self {
            id,
            state,
            info,
            version: None,
        }
    }

    /// Says and asks for what a platform of this version knows.
    #[must_use]
    pub const fn for_version(mut self, version: PlatformVersion) -> Self {
        self.version = Some(version);
        self
    }

    fn goes_with(&self, part: Part) -> bool {
        part.is_known_to(self.version)
    }
}

operation! {
    Ping<'_>, "PingConnector", idempotent: true,
    since: |_this| Part::Always,
    document: |this| if this.goes_with(Part::ConnectorInfo) {
        "mutation PingConnector($id: ID!, $state: String, $connectorInfo: ConnectorInfoInput) { \
         pingConnector(id: $id, state: $state, connectorInfo: $connectorInfo) { \
         id connector_state connector_info { run_and_terminate buffering queue_threshold \
         queue_messages_size next_run_datetime last_run_datetime } } }"
    } else if this.goes_with(Part::StateOfPong) {
        "mutation PingConnector($id: ID!, $state: String) { \
         pingConnector(id: $id, state: $state) { id connector_state } }"
    } else if this.goes_with(Part::State) {
        "mutation PingConnector($id: ID!, $state: String) { \
         pingConnector(id: $id, state: $state) { id } }"
    } else {
        "mutation PingConnector($id: ID!) { pingConnector(id: $id) { id } }"
    },
    variables: |this| Variables {
        id: this.id,
        // The text `null` for no state, as pycti writes it.
        state: this
            .goes_with(Part::State)
            .then(|| this.state.unwrap_or(&Value::Null).to_string()),
        info: this.goes_with(Part::ConnectorInfo).then_some(this.info),
    },
    answer: |data: Data| -> Pong { data.ping_connector }
}

#[derive(Serialize)]
struct Variables<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(rename = "connectorInfo", skip_serializing_if = "Option::is_none")]
    info: Option<&'a ConnectorInfo>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "pingConnector")]
    ping_connector: Pong,
}

/// What a connector tells about its runs with each ping (platform 6.2.12).
///
/// ```
/// use opencti_connector::graphql::ConnectorInfo;
///
/// let mut info = ConnectorInfo::default();
/// info.next_run_datetime = Some("2026-11-24T12:00:00Z".into());
/// assert_eq!(info.queue_threshold.get(), 500.0);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectorInfo {
    /// Whether it ends after one run.
    #[serde(default)]
    pub run_and_terminate: bool,
    /// Whether it waits for its queue to become shorter.
    #[serde(default)]
    pub buffering: bool,
    /// The size of the queue from which it waits.
    #[serde(default)]
    pub queue_threshold: Megabytes,
    /// The size of its queue.
    #[serde(default)]
    pub queue_messages_size: Megabytes,
    /// When it runs next, as `YYYY-MM-DDTHH:MM:SSZ`.
    pub next_run_datetime: Option<String>,
    /// When it ran last, as `YYYY-MM-DDTHH:MM:SSZ`.
    pub last_run_datetime: Option<String>,
}

impl Default for ConnectorInfo {
    /// What pycti sends before the first run.
    fn default() -> Self {
        Self {
            run_and_terminate: false,
            buffering: false,
            queue_threshold: Megabytes::DEFAULT_THRESHOLD,
            queue_messages_size: Megabytes::default(),
            next_run_datetime: None,
            last_run_datetime: None,
        }
    }
}

/// What a platform answers to a ping.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Pong {
    /// The id of the connector.
    pub id: String,
    /// The state as the platform has it: another one than was sent when it was reset there
    /// (platform 2.1.3).
    #[serde(rename = "connector_state", default, deserialize_with = "state::parse")]
    pub state: Option<Value>,
    /// What the platform has been told about the connector's runs (platform 6.2.12).
    #[serde(rename = "connector_info")]
    pub info: Option<ConnectorInfo>,
}
