//! On whose behalf a message is, and where its answer belongs.

use crate::graphql::PlaybookStep;
use crate::message::members::Members;
use crate::message::word::words;

/// The member `internal` of a message: on whose behalf it is, and where its answer belongs.
///
/// Every member may be missing, because versions and even paths of one platform differ; missing,
/// null and empty are the same here (platform sources of 2026, `draft_id` is sent as all three).
///
/// ```
/// use opencti_connector::message::{AnalysisMessage, Mode, Trigger};
///
/// let message = AnalysisMessage::parse(br#"{
///     "internal": {"work_id": "work_1", "applicant_id": null, "draft_id": "", "mode": "manual",
///                  "trigger": "update"},
///     "event": {"entity_id": "report--1", "content_type": "fields", "content_fields": "content",
///               "content_source": "content_mapping", "analysis_name": "x.analysis"}
/// }"#)?;
/// let internal = message.internal;
/// assert_eq!(internal.work_id.as_deref(), Some("work_1"));
/// assert_eq!((internal.applicant_id, internal.draft_id), (None, None));
/// assert_eq!((internal.trigger, internal.mode), (Some(Trigger::Update), Some(Mode::Manual)));
/// # Ok::<(), opencti_connector::message::MessageError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Internal {
    /// The work to report to (`work_id`); none for a step of a playbook.
    pub work_id: Option<String>,
    /// The user to act as (`applicant_id`): who asked for an import, an export or an IOC validation,
    /// or the automation user of a playbook. None for other enrichments, even those asked for by
    /// hand, and for analyses: the connector acts as its own user.
    pub applicant_id: Option<String>,
    /// The draft to work in (`draft_id`).
    pub draft_id: Option<String>,
    /// What it was sent for (`trigger`); list exports have none.
    pub trigger: Option<Trigger>,
    /// Whether someone asked for it (`mode`); list exports have none.
    pub mode: Option<Mode>,
    /// The step of a playbook that the message is (`playbook`).
    pub playbook: Option<PlaybookStep>,
}

impl Internal {
    pub(super) fn of(mut internal: Members<'_>) -> Self {
        Self {
            work_id: internal.text("work_id"),
            applicant_id: internal.text("applicant_id"),
            draft_id: internal.text("draft_id"),
            trigger: internal.text("trigger").map(Trigger::from_text),
            mode: internal.text("mode").map(Mode::from_text),
            playbook: internal
                .members("playbook", "internal.playbook")
                .map(playbook_step),
        }
    }
}

words! {
    /// What a message was sent for.
    Trigger {
        /// The entity was created.
        Create: "create",
        /// The entity was updated, or someone asked.
        Update: "update",
    }
}

words! {
    /// Whether someone asked for it.
    Mode {
        /// The platform sent it by itself.
        Auto: "auto",
        /// A user asked for it.
        Manual: "manual",
    }
}

/// All but `event_id`, which is younger than the rest, are what the answer has to name again.
fn playbook_step(mut playbook: Members<'_>) -> PlaybookStep {
    PlaybookStep {
        execution_id: playbook.required("execution_id", "the id of the run"),
        event_id: playbook.text("event_id"),
        playbook_id: playbook.required("playbook_id", "the id of the playbook"),
        data_instance_id: playbook.required("data_instance_id", "the id of the object it is about"),
        step_id: playbook.required("step_id", "the id of the step"),
        previous_step_id: playbook.required("previous_step_id", "the id of the step before"),
    }
}
