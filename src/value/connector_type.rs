//! The type of a connector, as a value.

use crate::value::text::text_value;

/// The type of a connector as the platform's GraphQL enum `ConnectorType` has it.
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
    /// Imports from a source outside, on a schedule of its own.
    ExternalImport,
    /// Reads files that users upload.
    InternalImportFile,
    /// Enriches entities.
    InternalEnrichment,
    /// Analyses the contents of files and fields.
    InternalAnalysis,
    /// Writes entities to files.
    InternalExportFile,
    /// Follows a live stream of the platform.
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

    /// The name in the platform's enum.
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

    /// The names of all types, for an error.
    pub(crate) fn list() -> String {
        let names: Vec<_> = Self::ALL.iter().map(|known| known.as_str()).collect();
        names.join(", ")
    }
}

text_value!(ConnectorType: prints);
