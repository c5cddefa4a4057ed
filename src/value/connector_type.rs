//! Connector types as values.

use crate::value::text::text_value;

/// The type of a connector, with the names of the platform's GraphQL enum `ConnectorType`.
///
/// ```
/// use opencti_connector::ConnectorType;
///
/// let connector_type: ConnectorType = "INTERNAL_ENRICHMENT".parse()?;
/// assert_eq!(connector_type, ConnectorType::InternalEnrichment);
/// # Ok::<(), opencti_connector::InvalidValue>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ConnectorType {
    /// Imports data from an external source on its own schedule.
    ExternalImport,
    /// Imports files that users upload.
    InternalImportFile,
    /// Enriches entities.
    InternalEnrichment,
    /// Analyzes the content of files and fields.
    InternalAnalysis,
    /// Exports entities to files.
    InternalExportFile,
    /// Follows one of the platform's live streams.
    Stream,
}

impl ConnectorType {
    /// All types, in the order of the platform's enum.
    pub const ALL: &'static [Self] = &[
        Self::ExternalImport,
        Self::InternalImportFile,
        Self::InternalEnrichment,
        Self::InternalAnalysis,
        Self::InternalExportFile,
        Self::Stream,
    ];

    /// Returns the name in the platform's enum, e.g. `INTERNAL_ENRICHMENT`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExternalImport => "EXTERNAL_IMPORT",
            Self::InternalImportFile => "INTERNAL_IMPORT_FILE",
            Self::InternalEnrichment => "INTERNAL_ENRICHMENT",
            Self::InternalAnalysis => "INTERNAL_ANALYSIS",
            Self::InternalExportFile => "INTERNAL_EXPORT_FILE",
            Self::Stream => "STREAM",
        }
    }

    /// Returns all names, separated by commas, for an error message.
    pub(crate) fn list() -> String {
        let names: Vec<_> = Self::ALL.iter().map(|known| known.as_str()).collect();
        names.join(", ")
    }
}

text_value!(ConnectorType: prints);
