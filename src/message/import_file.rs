//! What file import connectors are sent.

use crate::connector::kind::InternalImportFile;
use crate::message::file::File;
use crate::message::internal::Internal;
use crate::message::message;
use crate::message::parts::Parts;
use crate::message::word::words;

/// What a file import connector is sent: a file (platform sources of 2026, `uploadJobImport`).
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
    /// On whose behalf, and where the answer belongs.
    pub internal: Internal,
    /// The file.
    pub file: File,
    /// The internal ids of the file's markings: `file_markings`.
    pub file_markings: Vec<String>,
    /// The entity that it was uploaded to: `entity_id`; none for a global import.
    pub entity_id: Option<String>,
    /// Where what was found is to be validated: `validation_mode`; a draft unless it says so (as
    /// pycti 7.261026.0).
    pub validation_mode: ValidationMode,
    /// Whether it is not to be validated: `bypass_validation`, as within a draft.
    pub bypass_validation: bool,
    /// Whether it is to be validated, whatever the connector is set to: `force_validation`.
    pub force_validation: bool,
    /// What the user chose in the import form: the message's own `configuration`, JSON text for
    /// connectors that define such a form.
    pub configuration: Option<String>,
}

words! {
    /// Where what an import found is validated.
    ValidationMode {
        /// In a draft.
        Draft: "draft",
        /// In a workbench: a file of pending objects.
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
