//! A bundle sent over HTTP, for connectors that cannot reach the broker.

use serde::Deserialize;
use serde_json::json;

use crate::graphql::operation::operation;
use crate::value::since::Part;

/// Sends a whole bundle to the platform, which puts it into the connector's queue (platform 6.3.0).
///
/// Do not call [`AddExpectations`](crate::graphql::AddExpectations) for it: the worker that splits
/// the bundle announces the parts.
///
/// ```
/// use opencti_connector::graphql::PushBundle;
///
/// let bundle = r#"{"type":"bundle","id":"bundle--1","objects":[]}"#;
/// let push = PushBundle::new("550e8400-e29b-41d4-a716-446655440000", bundle);
/// let body = serde_json::to_value(push.for_work("work_550e8400_2026-11-24"))?;
/// assert_eq!(body["variables"]["work_id"], "work_550e8400_2026-11-24");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[doc(alias = "send_bundle_to_api")]
#[derive(Clone, Copy, Debug)]
pub struct PushBundle<'a> {
    connector_id: &'a str,
    bundle: &'a str,
    work_id: Option<&'a str>,
}

impl<'a> PushBundle<'a> {
    /// Creates the mutation from the connector's id and the bundle as JSON text.
    #[must_use]
    pub const fn new(connector_id: &'a str, bundle: &'a str) -> Self {
        Self {
            connector_id,
            bundle,
            work_id: None,
        }
    }

    /// Assigns the bundle to the work with this id (platform 6.5.7).
    #[must_use]
    pub const fn for_work(mut self, work_id: &'a str) -> Self {
        self.work_id = Some(work_id);
        self
    }
}

operation! {
    PushBundle<'_>, "StixBundlePush", idempotent: false,
    since: |this| if this.work_id.is_some() { Part::PushBundleOfWork } else { Part::PushBundle },
    document: |this| if this.work_id.is_some() {
        "mutation StixBundlePush($connectorId: String!, $bundle: String!, $work_id: String) { \
         stixBundlePush(connectorId: $connectorId, bundle: $bundle, work_id: $work_id) }"
    } else {
        "mutation StixBundlePush($connectorId: String!, $bundle: String!) { \
         stixBundlePush(connectorId: $connectorId, bundle: $bundle) }"
    },
    variables: |this| {
        let mut variables = json!({ "connectorId": this.connector_id, "bundle": this.bundle });
        if let Some(work_id) = this.work_id {
            variables["work_id"] = work_id.into();
        }
        variables
    },
    answer: |_data: Data| -> () { () }
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "stixBundlePush")]
    _done: serde::de::IgnoredAny,
}
