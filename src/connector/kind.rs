//! The connector types as type parameters, and the sources of their rules.
//!
//! [`ConnectorType`] is a connector type as a value. The markers in this module are the same types
//! as parameters of [`Connector`](crate::Connector), so that the compiler can check the scope
//! rules:
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
//! The scope rules follow from how the platform uses scopes, according to its sources as of autumn
//! 2026 (`opencti-graphql` in `OpenCTI-Platform/opencti`):
//!
//! * `src/modules/connector/connector.graphql` defines the types, and a scope as a list of strings.
//! * `src/domain/connector.ts` stores a scope as one string joined with commas, and later splits it
//!   at the commas: an entry that contains a comma becomes two.
//! * `src/database/repository.js` matches an entry with an equal entity type or MIME type, ignoring
//!   case. It has no wildcards and does not trim, and an empty scope matches everything. It never
//!   looks up external import and stream connectors by scope, and selects analysis connectors
//!   without one.
//!
//! Other rules name their source where they apply: a version of pycti, or this crate itself.

use std::fmt::Debug;
use std::hash::Hash;

use crate::connector::scope_rule::ScopeRule;
#[doc(no_inline)]
pub use crate::value::connector_type::ConnectorType;
use crate::value::scope::{EntityScope, MimeScope};

/// A connector type as a type parameter.
///
/// Sealed, because the platform defines the types. Use it as a bound in code that works with every
/// type:
///
/// ```
/// use opencti_connector::{Connector, kind::Kind};
///
/// fn announce<K: Kind>(connector: &Connector<K>) -> String {
///     format!("{} ({})", connector.name(), K::TYPE)
/// }
/// ```
pub trait Kind: sealed::Sealed + Copy + Eq + Hash + Debug + Send + Sync + 'static {
    /// The connector type as a value.
    const TYPE: ConnectorType;

    /// The scope state of a new builder: [`Missing`](crate::state::Missing) if the kind requires a
    /// scope, [`Optional`](crate::state::Optional) if the scope is optional, or
    /// [`Absent`](crate::state::Absent) if the kind has none.
    type Start;
}

pub(crate) mod sealed {
    use crate::connector::scope_rule::ScopeRule;

    pub trait Sealed {
        /// The scope type of this kind, which determines its scope rule.
        type Scope: ScopeRule;
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident: $scope:ty;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(
            clippy::exhaustive_enums,
            reason = "it is only a type parameter and never has a value"
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
    /// Imports data from an external source. Has no scope: the platform would never use it.
    ExternalImport: ();
    /// Imports files of the MIME types in its scope.
    InternalImportFile: MimeScope;
    /// Enriches entities of the types in its scope.
    InternalEnrichment: EntityScope;
    /// Analyzes the content of files and fields. The scope is optional, because the platform calls
    /// every analysis connector.
    InternalAnalysis: Option<MimeScope>;
    /// Exports entities to files of the MIME types in its scope.
    InternalExportFile: MimeScope;
    /// Follows one of the platform's live streams. Has no scope: the platform would never use it.
    Stream: ();
}
