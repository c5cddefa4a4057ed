//! Warnings about valid values that are probably mistakes.

use std::fmt;

use crate::value::connector_type::ConnectorType;
use crate::value::entity_type::{CustomEntityType, EntityType};
use crate::value::field::Field;
use crate::value::id::ConnectorId;
use crate::value::scope::ScopeEntries;
use crate::value::settings::{CustomResolution, EnrichmentResolution, Settings};
use crate::value::text::Quoted;

/// A value that the platform accepts but that is probably a mistake.
///
/// A warning never stops a connector: a published connector that rejected its configuration for one
/// unknown name had to undo that
/// ([connectors#7558](https://github.com/OpenCTI-Platform/connectors/issues/7558)). `Display`
/// prints a line for the log. The rules follow from [the platform's sources](crate::kind#sources).
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
///     "scope \"File\" is not an entity type that this crate knows, and matches nothing unless the platform knows it; did you mean StixFile?"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// An id with a name in front of its UUID, as some samples of OpenCTI have it.
    #[non_exhaustive]
    NamedId {
        /// The id.
        id: ConnectorId,
    },
    /// An entry of an enrichment scope is not an entity type that this crate knows, e.g. `File`.
    #[non_exhaustive]
    UnknownEntityType {
        /// The entry.
        entry: CustomEntityType,
        /// The entity types that the entry probably means, e.g. `StixFile`.
        suggestions: Vec<EntityType>,
    },
    /// `auto` has no effect on this type: the platform uses it only for enrichment and file import.
    #[non_exhaustive]
    AutoWithoutEffect {
        /// The type of the connector.
        connector_type: ConnectorType,
    },
    /// `only_contextual` has no effect on this type: the platform uses it only for file import.
    #[non_exhaustive]
    OnlyContextualWithoutEffect {
        /// The type of the connector.
        connector_type: ConnectorType,
    },
    /// The enrichment resolution is not one that this crate knows.
    #[non_exhaustive]
    CustomResolution {
        /// The resolution as written.
        resolution: CustomResolution,
    },
    /// The version is neither a semantic version nor `rolling`, so the platform (7.261008.0) logs a
    /// warning. A semantic version is `N.N.N`, optionally with a leading `v` and any `-pre` and
    /// `+build`.
    #[non_exhaustive]
    UnconventionalVersion {
        /// The version as written.
        version: Box<str>,
    },
}

impl Warning {
    /// Returns the field that the warning is about.
    #[must_use]
    pub const fn field(&self) -> Field {
        match self {
            Self::NamedId { .. } => Field::Id,
            Self::UnknownEntityType { .. } => Field::Scope,
            Self::AutoWithoutEffect { .. } => Field::Auto,
            Self::OnlyContextualWithoutEffect { .. } => Field::OnlyContextual,
            Self::CustomResolution { .. } => Field::EnrichmentResolution,
            Self::UnconventionalVersion { .. } => Field::Version,
        }
    }

    /// Returns the value that the warning is about. `None` if it is a flag.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::NamedId { id } => Some(id.as_str()),
            Self::UnknownEntityType { entry, .. } => Some(entry.as_str()),
            Self::CustomResolution { resolution } => Some(resolution.as_str()),
            Self::UnconventionalVersion { version } => Some(version),
            Self::AutoWithoutEffect { .. } | Self::OnlyContextualWithoutEffect { .. } => None,
        }
    }

    /// Returns the effect and how to fix it, in words that continue the field and the value.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::NamedId { .. } => {
                "has a name in front of its UUID; keep it for a connector that \
                 has run under this id, and give a new one a UUIDv4 alone, such as `uuidgen` prints"
                    .into()
            }
            Self::UnknownEntityType { suggestions, .. } => {
                let meant: Vec<_> = suggestions.iter().map(EntityType::as_str).collect();
                let question = match meant.as_slice() {
                    [] => "; check its spelling".into(),
                    [meant] => format!("; did you mean {meant}?"),
                    several => format!("; did you mean one of {}?", several.join(", ")),
                };
                format!(
                    "is not an entity type that this crate knows, and matches nothing unless the \
                     platform knows it{question}"
                )
            }
            Self::AutoWithoutEffect { connector_type } => format!(
                "has no effect on {connector_type}: only INTERNAL_ENRICHMENT and \
                 INTERNAL_IMPORT_FILE connectors run automatically; leave it off"
            ),
            Self::OnlyContextualWithoutEffect { connector_type } => {
                format!(
                    "has no effect on {connector_type}: only INTERNAL_IMPORT_FILE connectors use \
                     it; leave it off"
                )
            }
            Self::CustomResolution { .. } => {
                "is not known to this crate; use `none`, `stix_bundle` or `deferred`, unless the \
                 platform documents it"
                    .into()
            }
            Self::UnconventionalVersion { .. } => {
                "is neither a semantic version nor `rolling`, so the platform logs a warning; \
                 write it like 1.4.0"
                    .into()
            }
        }
    }

    pub(crate) fn of_id(id: &ConnectorId, warnings: &mut Vec<Self>) {
        if id.is_named() {
            warnings.push(Self::NamedId { id: *id });
        }
    }

    /// Adds the warnings about the entries of a scope.
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

    /// Adds the warnings about the settings of a connector. `None` means an unknown connector type.
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

/// Returns whether the version is `rolling`, or `[v]N.N.N` with an optional `-pre` and `+build`.
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
    /// Prints one line: the field, the value, the effect and how to fix it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.field())?;
        if let Some(value) = self.value() {
            write!(f, "{} ", Quoted(value))?;
        }
        f.write_str(&self.message())
    }
}
