//! The member `internal`, common to all messages.

use crate::graphql::PlaybookStep;
use crate::message::members::Members;
use crate::message::word::words;

/// The member `internal` of a message: the work, user, draft and playbook step it belongs to.
///
/// Every member may be missing, because platform versions, and even code paths of one version,
/// differ. Missing, null and empty members are equivalent (in the platform sources of 2026,
/// `draft_id` takes all three forms).
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
    /// Id of the work to report to (`work_id`). `None` for a playbook step.
    pub work_id: Option<String>,
    /// Id of the user to act as (`applicant_id`): the user who requested an import, an export or an
    /// IOC validation, or the automation user of a playbook. `None` for other enrichments, even if
    /// a user requested them, and for analyses: the connector acts as its own user.
    pub applicant_id: Option<String>,
    /// Id of the draft to work in (`draft_id`).
    pub draft_id: Option<String>,
    /// Event that caused the message (`trigger`). `None` for list exports.
    pub trigger: Option<Trigger>,
    /// Whether a user requested the message (`mode`). `None` for list exports.
    pub mode: Option<Mode>,
    /// The playbook step that the message belongs to (`playbook`).
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
    /// Event that caused a message.
    Trigger {
        /// The entity was created.
        Create: "create",
        /// The entity was updated, or a user requested the message.
        Update: "update",
    }
}

words! {
    /// Whether a user requested a message.
    Mode {
        /// The platform sent it automatically.
        Auto: "auto",
        /// A user requested it.
        Manual: "manual",
    }
}

/// Requires every member that an answer must repeat; `event_id` is optional, because it came later.
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
