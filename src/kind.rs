//! The types of connectors, as values and as types.
//!
//! [`ConnectorType`] is the type as a value. The markers of this module are
//! the type as a parameter of [`Connector`], by which the compiler knows the
//! scope rules:
//!
//! | marker | scope |
//! |---|---|
//! | [`ExternalImport`], [`Stream`] | none |
//! | [`InternalEnrichment`] | entity types, required |
//! | [`InternalImportFile`], [`InternalExportFile`] | MIME types, required |
//! | [`InternalAnalysis`] | MIME types, optional |
//!
//! # Sources
//!
//! The rules of scopes rest on what the platform does with them, as its sources of autumn 2026 say
//! (`opencti-graphql` in `OpenCTI-Platform/opencti`):
//!
//! * `src/modules/connector/connector.graphql`: the types, and that a scope is a list of texts.
//! * `src/domain/connector.ts`: a scope is stored as one text, joined with commas, and split at
//!   them again: an entry that holds one falls in two.
//! * `src/database/repository.js`: an entry matches the entity type or the MIME type that equals
//!   it ignoring case; there are no wildcards, nothing is trimmed, and an empty scope matches
//!   everything. External import and stream connectors are never looked up by their scope, and
//!   analysis connectors are asked without one.
//!
//! The rest is named where it applies: pycti by its version, and what is this crate's own.

use std::fmt::Debug;
use std::hash::Hash;
use std::str::FromStr;

use crate::any::AnyConnector;
use crate::builder::state;
use crate::connector::Connector;
use crate::error::{InvalidValue, Reason};
use crate::field::Field;
use crate::scope::{EntityScope, KindScope, MimeScope};
use crate::text::{deserializes_from_text, parses_from_text, prints_as_text};

/// The type of a connector as the platform's GraphQL enum `ConnectorType` has it.
///
/// ```
/// use opencti_connector::ConnectorType;
///
/// let connector_type: ConnectorType = "INTERNAL_ENRICHMENT".parse()?;
/// assert_eq!(connector_type, ConnectorType::InternalEnrichment);
/// assert_eq!(connector_type.since(), "2.0.0");
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

    /// The first platform version that knows the type (that of the pycti release which brought it).
    #[must_use]
    pub const fn since(self) -> &'static str {
        match self {
            Self::ExternalImport
            | Self::InternalImportFile
            | Self::InternalEnrichment
            | Self::InternalExportFile => "2.0.0",
            Self::Stream => "4.0.0",
            Self::InternalAnalysis => "6.1.12",
        }
    }

    /// The names of all types, for an error.
    pub(crate) fn list() -> String {
        let names: Vec<_> = Self::ALL.iter().map(|known| known.as_str()).collect();
        names.join(", ")
    }
}

impl FromStr for ConnectorType {
    type Err = InvalidValue;

    /// Takes the exact name, as the platform does.
    ///
    /// # Errors
    ///
    /// When the text is none of the names; the error lists them.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::ALL
            .iter()
            .copied()
            .find(|known| known.as_str() == text)
            .ok_or_else(|| InvalidValue::new(Field::Type, Reason::UnknownType, text))
    }
}

prints_as_text!(ConnectorType);
parses_from_text!(ConnectorType);
deserializes_from_text!(ConnectorType);

/// The type of a connector as a type parameter.
///
/// Sealed: the platform defines the types. Use it as a bound in code that serves every type:
///
/// ```
/// use opencti_connector::{Connector, kind::Kind};
///
/// fn announce<K: Kind>(connector: &Connector<K>) -> String {
///     format!("{} ({})", connector.name(), K::TYPE)
/// }
/// ```
pub trait Kind: sealed::Sealed + Copy + Eq + Hash + Debug + Send + Sync + 'static {
    /// The type as a value.
    const TYPE: ConnectorType;

    /// Where the builder starts: whether it lacks a scope, can have none, or may do without.
    #[doc(hidden)]
    type Start;
}

pub(crate) mod sealed {
    use super::{AnyConnector, Connector, Kind, KindScope};

    pub trait Sealed {
        /// The scope as a connector of this kind keeps it.
        type Scope: KindScope;

        fn into_any(connector: Connector<Self>) -> AnyConnector
        where
            Self: Kind;

        fn from_any(connector: AnyConnector) -> Result<Connector<Self>, Box<AnyConnector>>
        where
            Self: Kind;
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident: $scope:ty, starts as $start:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(
            clippy::exhaustive_enums,
            reason = "it has no value and never will: it only stands as a type parameter"
        )]
        pub enum $kind {}

        impl Kind for $kind {
            const TYPE: ConnectorType = ConnectorType::$kind;
            type Start = state::$start;
        }

        impl sealed::Sealed for $kind {
            type Scope = $scope;

            fn into_any(connector: Connector<Self>) -> AnyConnector {
                AnyConnector::$kind(connector)
            }

            fn from_any(connector: AnyConnector) -> Result<Connector<Self>, Box<AnyConnector>> {
                match connector {
                    AnyConnector::$kind(connector) => Ok(connector),
                    other => Err(Box::new(other)),
                }
            }
        }
    )+};
}

kinds! {
    /// Imports from a source outside; no scope, the platform never looks at it.
    ExternalImport: (), starts as Absent;
    /// Reads files of the MIME types in its scope.
    InternalImportFile: MimeScope, starts as Missing;
    /// Enriches entities of the types in its scope.
    InternalEnrichment: EntityScope, starts as Missing;
    /// Analyses contents; the platform asks every analysis connector, its MIME types are optional.
    InternalAnalysis: Option<MimeScope>, starts as Optional;
    /// Writes files of the MIME types in its scope.
    InternalExportFile: MimeScope, starts as Missing;
    /// Follows a live stream; no scope, the platform never looks at it.
    Stream: (), starts as Absent;
}
