//! The message to a file export connector.

use serde_json::{Map, Value};

use crate::connector::kind::InternalExportFile;
use crate::message::internal::Internal;
use crate::message::members::Members;
use crate::message::message;
use crate::message::parts::Parts;
use crate::message::word::words;

/// The message to a file export connector: what to export, and to which file (platform sources of
/// 2026, `askEntityExport` and `askListExport`).
///
/// ```
/// use opencti_connector::message::{ExportFileMessage, ExportScope, ExportType};
///
/// let message = ExportFileMessage::parse(br#"{
///     "internal": {"work_id": "work_1", "applicant_id": "88ec"},
///     "event": {"file_name": "reports.csv", "format": "text/csv", "export_scope": "query",
///               "export_type": "full", "entity_type": "Report", "list_params": {"search": "apt"}}
/// }"#)?;
/// assert_eq!(message.export_type, Some(ExportType::Full));
/// let ExportScope::Query { list_params, container_id, .. } = message.scope else { unreachable!() };
/// assert_eq!(list_params["search"], "apt");
/// assert_eq!(container_id, None);
/// # Ok::<(), opencti_connector::message::MessageError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportFileMessage {
    /// Work, user, draft and playbook step of the message.
    pub internal: Internal,
    /// Name to upload the file under: `file_name`.
    pub file_name: String,
    /// MIME type of the file, e.g. `text/csv`: `format`.
    pub format: Option<String>,
    /// Extent of the export: `export_type`.
    pub export_type: Option<ExportType>,
    /// Entities to export: `export_scope` and its members.
    pub scope: ExportScope,
    /// Name of a single entity: `entity_name`.
    pub entity_name: Option<String>,
    /// Type of the entity or of the list's entities, e.g. `Report`: `entity_type`.
    pub entity_type: Option<String>,
    /// Internal ids of the file's markings: `file_markings`.
    pub file_markings: Vec<String>,
    /// Filter group of the entities that may be exported, for listing queries: `main_filter`.
    pub main_filter: Option<Map<String, Value>>,
    /// Filter group of the entities that the user may see, for listing queries: `access_filter`.
    pub access_filter: Option<Map<String, Value>>,
    /// Highest marking of exported entities: `max_marking`. Platforms before 6.0 send it instead of
    /// the three members above.
    pub max_marking: Option<String>,
}

/// Entities to export.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportScope {
    /// One entity.
    #[non_exhaustive]
    Single {
        /// Internal id of the entity: `entity_id`.
        entity_id: String,
    },
    /// Entities that the user selected in a list.
    #[non_exhaustive]
    Selection {
        /// Ids of the entities: `selected_ids`.
        selected_ids: Vec<String>,
        /// Parameters of the list: `list_params`, with `search`, `orderBy`, `orderMode`, `filters`
        /// and `visible_columns`.
        list_params: Map<String, Value>,
    },
    /// All entities of a list.
    #[non_exhaustive]
    Query {
        /// Parameters of the list: `list_params`, as for a selection.
        list_params: Map<String, Value>,
        /// Id of the container or other entity that the list belongs to: `entity_id`, or
        /// `element_id` before platform 6.0.
        container_id: Option<String>,
    },
}

impl ExportScope {
    fn of(event: &mut Members<'_>) -> Self {
        let scope = event.required("export_scope", "one of single, selection, query");
        match &*scope {
            "single" => Self::Single {
                entity_id: event.required("entity_id", "the id of the entity"),
            },
            "selection" => {
                event.need("selected_ids", "a list of ids");
                Self::Selection {
                    selected_ids: event.texts("selected_ids"),
                    list_params: event.object("list_params").unwrap_or_default(),
                }
            }
            name => {
                event.is_one_of("export_scope", name, &["single", "selection", "query"]);
                let (entity, element) = (event.text("entity_id"), event.text("element_id"));
                Self::Query {
                    list_params: event.object("list_params").unwrap_or_default(),
                    container_id: entity.or(element),
                }
            }
        }
    }
}

words! {
    /// How much of an entity is exported.
    ExportType {
        /// The entity alone.
        Simple: "simple",
        /// The entity and everything connected to it.
        Full: "full",
    }
}

message! {
    ExportFileMessage of InternalExportFile
}

impl ExportFileMessage {
    pub(super) fn of(parts: Parts<'_>) -> Self {
        let Parts {
            internal,
            mut event,
            ..
        } = parts;
        Self {
            internal,
            file_name: event.required("file_name", "the name of the file"),
            format: event.text("format"),
            export_type: event.text("export_type").map(ExportType::from_text),
            scope: ExportScope::of(&mut event),
            entity_name: event.text("entity_name"),
            entity_type: event.text("entity_type"),
            file_markings: event.texts("file_markings"),
            main_filter: event.object("main_filter"),
            access_filter: event.object("access_filter"),
            max_marking: event.text("max_marking"),
        }
    }
}
