//! The answer to a playbook that waits for the connector.

use serde::{Deserialize, Serialize};

use crate::graphql::operation::operation;
use crate::value::since::Part;

/// Which step of which run of a playbook a message is about: its member `internal.playbook`.
///
/// ```
/// use opencti_connector::graphql::PlaybookStep;
///
/// let step: PlaybookStep = serde_json::from_str(
///     r#"{"execution_id":"e","event_id":"1760000000000-0","playbook_id":"p",
///         "data_instance_id":"ipv4-addr--cbd67181-b9f8-595b-8bc3-3971e34fa1cc",
///         "step_id":"s2","previous_step_id":"s1"}"#,
/// )?;
/// assert_eq!(step.step_id, "s2");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlaybookStep {
    /// The run.
    pub execution_id: String,
    /// What set it off; messages of platforms before 6.1.0 lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// The playbook.
    pub playbook_id: String,
    /// The object that it is about, which must be in the bundle of the answer.
    pub data_instance_id: String,
    /// The step that is answered.
    pub step_id: String,
    /// The step before it.
    pub previous_step_id: String,
}

/// Ends a step of a playbook with a bundle, with which the platform goes on (platform 6.1.0; 5.11.0
/// for a message without an `event_id`).
///
/// There is no operation to report that a step has failed: a step that is never answered leaves its
/// playbook hanging.
///
/// ```
/// use opencti_connector::graphql::{EndPlaybookStep, PlaybookStep};
///
/// # fn answer(step: &PlaybookStep) -> serde_json::Result<()> {
/// let bundle = r#"{"type":"bundle","id":"bundle--1","objects":[]}"#;
/// let end = EndPlaybookStep::new(step, "2026-11-24T11:12:46+00:00", bundle, bundle);
/// // POST it as JSON.
/// # let _ = serde_json::to_vec(&end)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct EndPlaybookStep<'a> {
    step: &'a PlaybookStep,
    execution_start: &'a str,
    previous_bundle: &'a str,
    bundle: &'a str,
}

impl<'a> EndPlaybookStep<'a> {
    /// For this step, which the connector began at `execution_start` (RFC 3339 with a time zone);
    /// the bundle as it came, and the bundle to go on with, both as JSON text.
    #[must_use]
    pub const fn new(
        step: &'a PlaybookStep,
        execution_start: &'a str,
        previous_bundle: &'a str,
        bundle: &'a str,
    ) -> Self {
        Self {
            step,
            execution_start,
            previous_bundle,
            bundle,
        }
    }
}

operation! {
    EndPlaybookStep<'_>, "PlaybookStepExecution", idempotent: false,
    since: |this| if this.step.event_id.is_some() {
        Part::PlaybookEvent
    } else {
        Part::PlaybookStep
    },
    document: |this| if this.step.event_id.is_some() {
        "mutation PlaybookStepExecution($execution_id: ID!, $event_id: ID!, \
         $execution_start: DateTime!, $data_instance_id: ID!, $playbook_id: ID!, \
         $previous_step_id: ID!, $step_id: ID!, $previous_bundle: String!, $bundle: String!) { \
         playbookStepExecution(execution_id: $execution_id, event_id: $event_id, \
         execution_start: $execution_start, data_instance_id: $data_instance_id, \
         playbook_id: $playbook_id, previous_step_id: $previous_step_id, step_id: $step_id, \
         previous_bundle: $previous_bundle, bundle: $bundle) }"
    } else {
        "mutation PlaybookStepExecution($execution_id: ID!, $execution_start: DateTime!, \
         $data_instance_id: ID!, $playbook_id: ID!, $previous_step_id: ID!, $step_id: ID!, \
         $previous_bundle: String!, $bundle: String!) { \
         playbookStepExecution(execution_id: $execution_id, execution_start: $execution_start, \
         data_instance_id: $data_instance_id, playbook_id: $playbook_id, \
         previous_step_id: $previous_step_id, step_id: $step_id, \
         previous_bundle: $previous_bundle, bundle: $bundle) }"
    },
    variables: |this| Variables {
        step: this.step,
        execution_start: this.execution_start,
        previous_bundle: this.previous_bundle,
        bundle: this.bundle,
    },
    answer: |_data: Data| -> () { () }
}

#[derive(Serialize)]
struct Variables<'a> {
    #[serde(flatten)]
    step: &'a PlaybookStep,
    execution_start: &'a str,
    previous_bundle: &'a str,
    bundle: &'a str,
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "playbookStepExecution")]
    _done: serde::de::IgnoredAny,
}
