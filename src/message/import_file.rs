//! The message to a file import connector.

use crate::connector::kind::InternalImportFile;
use crate::message::file::File;
use crate::message::internal::Internal;
use crate::message::message;
use crate::message::parts::Parts;
use crate::message::word::words;

/// The message to a file import connector: a file (platform sources of 2026, `uploadJobImport`).
///
/// ```
/// use opencti_connector::message::{ImportFileMessage, ValidationMode};
///
/// let message = ImportFileMessage::parse(br#"{
///     "internal": {"work_id": "work_1", "applicant_id": "88ec"},
///     "event": {"file_id": "import/Report/9f0a/threats.pdf", "file_mime": "application/pdf",
///               "file_fetch": "/storage/get/import/Report/9f0a/threats.pdf",
///               "entity_id": "report--1"},
///     "configuration": "{\"pages\": 3}"
/// }"#)?;
/// assert_eq!(message.file.name(), "threats.pdf");
/// assert_eq!(message.validation_mode, ValidationMode::Draft);
/// assert_eq!(message.configuration.as_deref(), Some("{\"pages\": 3}"));
/// # Ok::<(), opencti_connector::message::MessageError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportFileMessage {
    /// Work, user, draft and playbook step of the message.
    pub internal: Internal,
    /// The file to import.
    pub file: File,
    /// Internal ids of the file's markings: `file_markings`.
    pub file_markings: Vec<String>,
    /// Id of the entity that the file was uploaded to: `entity_id`. `None` for a global import.
    pub entity_id: Option<String>,
    /// Where users validate the imported objects: `validation_mode`, by default a draft (as pycti
    /// 7.261026.0).
    pub validation_mode: ValidationMode,
    /// Whether to import without validation, e.g. within a draft: `bypass_validation`.
    pub bypass_validation: bool,
    /// Whether to require validation, regardless of the connector's settings: `force_validation`.
    pub force_validation: bool,
    /// The user's input in the connector's import form, if it defines one, as JSON text:
    /// `configuration` of the message itself.
    pub configuration: Option<String>,
}

words! {
    /// Where users validate imported objects.
    ValidationMode {
        /// In a draft.
        Draft: "draft",
        /// In an analyst workbench: a file of pending objects.
        Workbench: "workbench",
    }
}

message! {
    ImportFileMessage of InternalImportFile
}

impl ImportFileMessage {
    pub(super) fn of(parts: Parts<'_>) -> Self {
        let Parts {
            internal,
            mut event,
            mut message,
        } = parts;
        let mode = event.text("validation_mode");
        Self {
            internal,
            file: File::of(&mut event),
            file_markings: event.texts("file_markings"),
            entity_id: event.text("entity_id"),
            validation_mode: mode.map_or(ValidationMode::Draft, ValidationMode::from_text),
            bypass_validation: event.flag("bypass_validation"),
            force_validation: event.flag("force_validation"),
            configuration: message.text("configuration"),
        }
    }
}
