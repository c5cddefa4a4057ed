//! The answer to a playbook step that waits for the connector.

use serde::{Deserialize, Serialize};

use crate::graphql::operation::operation;
use crate::value::since::Part;

/// The playbook step that a message belongs to: its `internal.playbook`.
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
    /// Id of the playbook run.
    pub execution_id: String,
    /// Id of the event that triggered the run, e.g. `1760000000000-0`. `None` before platform
    /// 6.1.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// Playbook id.
    pub playbook_id: String,
    /// STIX id of the run's object, which the bundle of the answer must contain.
    pub data_instance_id: String,
    /// Id of the step to answer.
    pub step_id: String,
    /// Id of the preceding step.
    pub previous_step_id: String,
}

/// Completes a playbook step with a bundle, which the platform passes to the next step (platform
/// 6.1.0; 5.11.0 for a message without an `event_id`).
///
/// The platform has no operation to report a failed step; a step that is never answered leaves its
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
    /// Creates the mutation from the step, the start of its processing, and two bundles as JSON
    /// text: the one received and the one to continue with.
    ///
    /// `execution_start` is an RFC 3339 time with a time zone, e.g. `2026-11-24T11:12:46+00:00`.
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
