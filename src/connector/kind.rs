//! The types of connectors, as values and as types.
//!
//! [`ConnectorType`] is the type as a value. The markers of this module are the type as a parameter
//! of [`Connector`](crate::Connector), by which the compiler knows the scope rules:
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

use crate::connector::scope_rule::ScopeRule;
#[doc(no_inline)]
pub use crate::value::connector_type::ConnectorType;
use crate::value::scope::{EntityScope, MimeScope};

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

    /// The state in which the builder of this kind starts: its scope is
    /// [`Missing`](crate::state::Missing), [`Absent`](crate::state::Absent) for good, or
    /// [`Optional`](crate::state::Optional). It follows from the scope rule of the kind.
    type Start;
}

pub(crate) mod sealed {
    use crate::connector::scope_rule::ScopeRule;

    pub trait Sealed {
        /// The scope as a connector of this kind keeps it, which is the rule of its scope.
        type Scope: ScopeRule;
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident: $scope:ty;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(
            clippy::exhaustive_enums,
            reason = "it has no value and never will: it only stands as a type parameter"
        )]
        pub enum $kind {}

        impl Kind for $kind {
            const TYPE: ConnectorType = ConnectorType::$kind;
            type Start = <$scope as ScopeRule>::Start;
        }

        impl sealed::Sealed for $kind {
            type Scope = $scope;
        }
    )+};
}

kinds! {
    /// Imports from a source outside; no scope, the platform never looks at it.
    ExternalImport: ();
    /// Reads files of the MIME types in its scope.
    InternalImportFile: MimeScope;
    /// Enriches entities of the types in its scope.
    InternalEnrichment: EntityScope;
    /// Analyses contents; the platform asks every analysis connector, its MIME types are optional.
    InternalAnalysis: Option<MimeScope>;
    /// Writes files of the MIME types in its scope.
    InternalExportFile: MimeScope;
    /// Follows a live stream; no scope, the platform never looks at it.
    Stream: ();
}
