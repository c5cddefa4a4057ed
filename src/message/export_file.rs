//! What file export connectors are sent.

use serde_json::{Map, Value};

use crate::connector::kind::InternalExportFile;
use crate::message::internal::Internal;
use crate::message::members::Members;
use crate::message::message;
use crate::message::parts::Parts;
use crate::message::word::words;

/// What a file export connector is sent: what to write, and into which file (platform sources of
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
    /// On whose behalf, and where the answer belongs.
    pub internal: Internal,
    /// The name under which the file is to be uploaded: `file_name`.
    pub file_name: String,
    /// The MIME type of the file: `format`.
    pub format: Option<String>,
    /// How much is written: `export_type`.
    pub export_type: Option<ExportType>,
    /// What is written: `export_scope` and its members.
    pub scope: ExportScope,
    /// The name of the entity: `entity_name`, of a single one.
    pub entity_name: Option<String>,
    /// The type of the entity, or of those in the list: `entity_type`.
    pub entity_type: Option<String>,
    /// The internal ids of the markings that the file is to have: `file_markings`.
    pub file_markings: Vec<String>,
    /// The filter group of what may be written: `main_filter`, for the listing queries.
    pub main_filter: Option<Map<String, Value>>,
    /// The filter group of what the user may see: `access_filter`, for the listing queries.
    pub access_filter: Option<Map<String, Value>>,
    /// The highest marking of what may be written: `max_marking`, which platforms before 6.0 send
    /// in place of the three above.
    pub max_marking: Option<String>,
}

/// What an export holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportScope {
    /// One entity.
    #[non_exhaustive]
    Single {
        /// Its internal id: `entity_id`.
        entity_id: String,
    },
    /// The entities that the user selected.
    #[non_exhaustive]
    Selection {
        /// Their ids: `selected_ids`.
        selected_ids: Vec<String>,
        /// How the list was shown: `list_params`, with `search`, `orderBy`, `orderMode`, `filters`
        /// and `visible_columns`.
        list_params: Map<String, Value>,
    },
    /// The entities that a list shows.
    #[non_exhaustive]
    Query {
        /// The list: `list_params`, as with a selection.
        list_params: Map<String, Value>,
        /// The container or other entity whose list it is: `entity_id`, else `element_id`, as
        /// platforms before 6.0 call it.
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
        /// The entity and what it is connected with.
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
