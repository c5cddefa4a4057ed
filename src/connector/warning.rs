//! What is allowed but most likely wrong.

use std::fmt;

use crate::value::connector_type::ConnectorType;
use crate::value::entity_type::{CustomEntityType, EntityType};
use crate::value::field::Field;
use crate::value::scope::ScopeEntries;
use crate::value::settings::{CustomResolution, EnrichmentResolution, Settings};
use crate::value::text::Quoted;

/// Something that the platform takes and that is most likely a mistake.
///
/// A warning never stops a connector: rejecting a whole configuration for one unknown name has
/// been tried by a connector and was taken back
/// ([connectors#7558](https://github.com/OpenCTI-Platform/connectors/issues/7558)). `Display` is a
/// line for the log. What the platform looks at is taken from [its sources](crate::kind#sources).
///
/// ```
/// use opencti_connector::{Connector, EntityType};
///
/// let connector = Connector::internal_enrichment()
///     .id("550e8400-e29b-41d4-a716-446655440000")
///     .name("Hash lookup")
///     .scope([EntityType::custom("File")?])
///     .build()?;
///
/// assert_eq!(
///     connector.warnings()[0].to_string(),
///     "scope \"File\" is not an entity type known to this crate, and never matches unless the platform knows it; did you mean StixFile?"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// An entry of an enrichment scope is not an entity type that this crate knows.
    #[non_exhaustive]
    UnknownEntityType {
        /// The entry.
        entry: CustomEntityType,
        /// The entity types that were most likely meant.
        suggestions: Vec<EntityType>,
    },
    /// `auto` on a type for which it does nothing: the platform looks at it for enrichment and
    /// file import alone.
    #[non_exhaustive]
    AutoWithoutEffect {
        /// The type of the connector.
        connector_type: ConnectorType,
    },
    /// `only_contextual` off file import, the one type for which the platform looks at it.
    #[non_exhaustive]
    OnlyContextualWithoutEffect {
        /// The type of the connector.
        connector_type: ConnectorType,
    },
    /// An enrichment resolution whose meaning the platform does not document.
    #[non_exhaustive]
    CustomResolution {
        /// The resolution.
        resolution: CustomResolution,
    },
    /// A version that is neither semantic nor `rolling`, which the platform (7.261008.0) logs as a
    /// warning. Semantic is `N.N.N` here, with `-pre` and `+build` of any content, and a `v` before
    /// it is fine.
    #[non_exhaustive]
    UnconventionalVersion {
        /// The version.
        version: Box<str>,
    },
}

impl Warning {
    /// The field that the warning is about.
    #[must_use]
    pub const fn field(&self) -> Field {
        match self {
            Self::UnknownEntityType { .. } => Field::Scope,
            Self::AutoWithoutEffect { .. } => Field::Auto,
            Self::OnlyContextualWithoutEffect { .. } => Field::OnlyContextual,
            Self::CustomResolution { .. } => Field::EnrichmentResolution,
            Self::UnconventionalVersion { .. } => Field::Version,
        }
    }

    /// The value that the warning is about, where it is a text.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::UnknownEntityType { entry, .. } => Some(entry.as_str()),
            Self::CustomResolution { resolution } => Some(resolution.as_str()),
            Self::UnconventionalVersion { version } => Some(version),
            Self::AutoWithoutEffect { .. } | Self::OnlyContextualWithoutEffect { .. } => None,
        }
    }

    /// What it will do and what to do, to be read after the field and the value.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::UnknownEntityType { suggestions, .. } => {
                let meant: Vec<_> = suggestions.iter().map(EntityType::as_str).collect();
                let question = match meant.as_slice() {
                    [] => "; check its spelling".into(),
                    [meant] => format!("; did you mean {meant}?"),
                    several => format!("; did you mean one of {}?", several.join(", ")),
                };
                format!(
                    "is not an entity type known to this crate, and never matches unless the platform \
                     knows it{question}"
                )
            }
            Self::AutoWithoutEffect { connector_type } => format!(
                "does nothing for {connector_type}: only INTERNAL_ENRICHMENT and \
                 INTERNAL_IMPORT_FILE run by themselves; leave it off"
            ),
            Self::OnlyContextualWithoutEffect { connector_type } => {
                format!(
                    "does nothing for {connector_type}: only INTERNAL_IMPORT_FILE takes it; leave \
                     it off"
                )
            }
            Self::CustomResolution { .. } => {
                "is not known to this crate; use `none`, `stix_bundle` or `deferred`, unless the \
                 platform's documentation says what it does"
                    .into()
            }
            Self::UnconventionalVersion { .. } => {
                "is neither semantic nor `rolling`, and the platform will log it; write it as in \
                 1.4.0"
                    .into()
            }
        }
    }

    /// What is told of the entries of a scope.
    pub(crate) fn of_entries(entries: &ScopeEntries<'_>, warnings: &mut Vec<Self>) {
        for entry in entries.entity_types() {
            if let EntityType::Custom(custom) = entry {
                warnings.push(Self::UnknownEntityType {
                    entry: custom.clone(),
                    suggestions: entry.suggestions(),
                });
            }
        }
    }

    /// What is told of the settings of a connector of this type, or of an unknown one.
    pub(crate) fn of_settings(
        settings: &Settings,
        connector_type: Option<ConnectorType>,
        warnings: &mut Vec<Self>,
    ) {
        use ConnectorType::{InternalEnrichment, InternalImportFile};

        if let Some(connector_type) = connector_type
            && settings.auto
            && !matches!(connector_type, InternalEnrichment | InternalImportFile)
        {
            warnings.push(Self::AutoWithoutEffect { connector_type });
        }
        if let EnrichmentResolution::Custom(resolution) = &settings.enrichment_resolution {
            warnings.push(Self::CustomResolution {
                resolution: resolution.clone(),
            });
        }
        if let Some(connector_type) = connector_type
            && settings.only_contextual
            && connector_type != InternalImportFile
        {
            warnings.push(Self::OnlyContextualWithoutEffect { connector_type });
        }
        if let Some(version) = settings.version.as_deref()
            && !is_conventional(version)
        {
            warnings.push(Self::UnconventionalVersion {
                version: version.into(),
            });
        }
    }
}

/// `rolling`, or `[v]N.N.N` with an optional `-pre` and `+build`.
fn is_conventional(version: &str) -> bool {
    let is_number =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (rest, build) = version.split_once('+').unwrap_or((version, "0"));
    let (numbers, pre) = rest.split_once('-').unwrap_or((rest, "0"));
    let numbers: Vec<_> = numbers
        .strip_prefix('v')
        .unwrap_or(numbers)
        .split('.')
        .collect();
    let is_semantic = numbers.len() == 3 && numbers.iter().all(is_number);
    version == "rolling" || is_semantic && !pre.is_empty() && !build.is_empty()
}

impl fmt::Display for Warning {
    /// One line: the field, the value, what it will do and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.field())?;
        if let Some(value) = self.value() {
            write!(f, "{} ", Quoted(value))?;
        }
        f.write_str(&self.message())
    }
}
