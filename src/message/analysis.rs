//! The message to an analysis connector.

use crate::connector::kind::InternalAnalysis;
use crate::message::file::File;
use crate::message::internal::Internal;
use crate::message::members::Members;
use crate::message::message;
use crate::message::parts::Parts;

/// The message to an analysis connector: content of an entity in which to find other entities
/// (platform sources of 2026, `askFieldsAnalysisForConnector` and `askFileAnalysisForConnector`).
///
/// ```
/// use opencti_connector::message::{AnalysisMessage, Content};
///
/// let message = AnalysisMessage::parse(br#"{
///     "internal": {"work_id": "work_1"},
///     "event": {"event_type": "INTERNAL_ANALYSIS", "entity_id": "report--1",
///               "content_type": "fields", "content_source": "content_mapping",
///               "content_fields": "description content",
///               "analysis_name": "fields_analysis_content_mapping.analysis"}
/// }"#)?;
/// let Content::Fields(fields) = message.content else { unreachable!() };
/// assert_eq!(fields, ["description", "content"]);
/// # Ok::<(), opencti_connector::message::MessageError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnalysisMessage {
    /// Work, user, draft and playbook step of the message.
    pub internal: Internal,
    /// Id of the entity that owns the content: `entity_id`.
    pub entity_id: String,
    /// Type of the entity, e.g. `Report`: `entity_type`.
    pub entity_type: Option<String>,
    /// Content to analyse: `content_type` and its members.
    pub content: Content,
    /// Source of the content, which the answer must repeat: `content_source`.
    pub content_source: String,
    /// File name of the answer: `analysis_name`.
    pub analysis_name: String,
}

/// Content to analyse.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// Names of text fields of the entity: `content_fields`, separated by white space.
    Fields(Vec<String>),
    /// A file of the entity.
    File(File),
}

impl Content {
    fn of(event: &mut Members<'_>) -> Self {
        let content_type = event.required("content_type", "one of fields, file");
        if content_type == "file" {
            return Self::File(File::of(event));
        }
        if event.is_one_of("content_type", &content_type, &["fields", "file"]) {
            let fields = event.required("content_fields", "the names of fields");
            return Self::Fields(fields.split_whitespace().map(str::to_owned).collect());
        }
        Self::Fields(Vec::new())
    }
}

message! {
    AnalysisMessage of InternalAnalysis
}

impl AnalysisMessage {
    pub(super) fn of(parts: Parts<'_>) -> Self {
        let Parts {
            internal,
            mut event,
            ..
        } = parts;
        Self {
            internal,
            entity_id: event.required("entity_id", "the id of the entity"),
            entity_type: event.text("entity_type"),
            content: Content::of(&mut event),
            content_source: event.required("content_source", "the source of the content"),
            analysis_name: event.required("analysis_name", "the name of the analysis"),
        }
    }
}
