//! The mutation `pingConnector`, which keeps a connector alive and stores its state.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state;
use crate::graphql::number::Megabytes;
use crate::graphql::operation::operation;
use crate::value::since::Part;
use crate::value::version::PlatformVersion;

/// Reports that the connector is alive, stores its state, and returns the state as the platform has
/// it.
///
/// The platform considers a connector active for five minutes after a ping; pycti pings every 40
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
    /// Creates a ping with the connector's id, its state and the status of its runs.
    #[must_use]
    pub const fn new(id: &'a str, state: Option<&'a Value>, info: &'a ConnectorInfo) -> Self {
        Self {
            id,
            state,
            info,
            version: None,
        }
    }

    /// Sends and requests only what this platform version supports.
    #[must_use]
    pub const fn for_version(mut self, version: PlatformVersion) -> Self {
        self.version = Some(version);
        self
    }

    fn supports(&self, part: Part) -> bool {
        part.is_known_to(self.version)
    }
}

operation! {
    Ping<'_>, "PingConnector", idempotent: true,
    since: |_this| Part::Always,
    document: |this| if this.supports(Part::ConnectorInfo) {
        "mutation PingConnector($id: ID!, $state: String, $connectorInfo: ConnectorInfoInput) { \
         pingConnector(id: $id, state: $state, connectorInfo: $connectorInfo) { \
         id connector_state connector_info { run_and_terminate buffering queue_threshold \
         queue_messages_size next_run_datetime last_run_datetime } } }"
    } else if this.supports(Part::StateOfPong) {
        "mutation PingConnector($id: ID!, $state: String) { \
         pingConnector(id: $id, state: $state) { id connector_state } }"
    } else if this.supports(Part::State) {
        "mutation PingConnector($id: ID!, $state: String) { \
         pingConnector(id: $id, state: $state) { id } }"
    } else {
        "mutation PingConnector($id: ID!) { pingConnector(id: $id) { id } }"
    },
    variables: |this| Variables {
        id: this.id,
        // Without a state the variable is the text `null`, as in pycti.
        state: this
            .supports(Part::State)
            .then(|| this.state.unwrap_or(&Value::Null).to_string()),
        info: this.supports(Part::ConnectorInfo).then_some(this.info),
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

/// Status of a connector's runs, sent with each ping (platform 6.2.12).
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
    /// Whether the connector exits after one run.
    #[serde(default)]
    pub run_and_terminate: bool,
    /// Whether the connector is waiting for its bundle queue to shrink.
    #[serde(default)]
    pub buffering: bool,
    /// Size of the bundle queue at which the connector waits, in megabytes.
    #[serde(default)]
    pub queue_threshold: Megabytes,
    /// Size of the bundle queue, in megabytes.
    #[serde(default)]
    pub queue_messages_size: Megabytes,
    /// Start of the next run, e.g. `2026-11-24T12:00:00Z`.
    pub next_run_datetime: Option<String>,
    /// Start of the last run, e.g. `2026-11-24T11:00:00Z`.
    pub last_run_datetime: Option<String>,
}

impl Default for ConnectorInfo {
    /// Returns what pycti sends before the first run.
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

/// The platform's answer to a ping.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Pong {
    /// Connector id.
    pub id: String,
    /// State as the platform has it (platform 2.1.3). Differs from the state sent if a user reset
    /// it.
    #[serde(rename = "connector_state", default, deserialize_with = "state::parse")]
    pub state: Option<Value>,
    /// Status of the connector's runs as last reported (platform 6.2.12).
    #[serde(rename = "connector_info")]
    pub info: Option<ConnectorInfo>,
}
