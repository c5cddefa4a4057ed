//! A valid connector of a known kind.

use crate::connector::kind::{self, Kind};
use crate::connector::scope_rule::ScopeRule;
use crate::value::connector_type::ConnectorType;
use crate::value::id::ConnectorId;
use crate::value::name::ConnectorName;
use crate::value::scope::{EntityScope, MimeScope, ScopeEntries};
use crate::value::settings::Settings;

/// A valid connector of the kind `K`.
///
/// Create one with the builder of its kind, with
/// [`RawConnector::validate`](crate::RawConnector::validate), or by deserializing the inner object
/// of a payload, which validates it too.
///
/// ```
/// use opencti_connector::{Connector, EntityType};
///
/// let connector = Connector::internal_enrichment()
///     .id("550e8400-e29b-41d4-a716-446655440000")
///     .name("Shodan InternetDB")
///     .scope([EntityType::Ipv4Addr, EntityType::Ipv6Addr])
///     .auto(true)
///     .build()?;
///
/// assert!(connector.scope().contains(&EntityType::Ipv4Addr));
/// assert!(connector.warnings().is_empty());
/// # Ok::<(), opencti_connector::InvalidConnector>(())
/// ```
///
/// # Types
///
/// You rarely write `K` yourself, because each of the six entry points (e.g. [`Connector::stream`])
/// determines it. To store a connector in a struct, write `Connector<kind::Stream>`. If you know
/// the type only at run time, use [`AnyConnector`](crate::AnyConnector).
#[doc(alias = "OpenCTIConnector")]
#[doc(alias = "OpenCTIConnectorHelper")]
#[doc(alias = "helper")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Connector<K: Kind> {
    pub(crate) common: Common,
    /// Not named `scope`: only some kinds have that getter, and calling it on the others should not
    /// cause an error about a private field.
    pub(crate) kept: K::Scope,
}

/// The values that connectors of all kinds have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Common {
    pub(crate) id: ConnectorId,
    pub(crate) name: ConnectorName,
    pub(crate) settings: Settings,
}

/// Defines the getters of all kinds on a type with `common()`, `connector_type()` and
/// `scope_entries()`.
macro_rules! common_getters {
    () => {
        /// Returns the id.
        #[must_use]
        pub fn id(&self) -> &$crate::value::id::ConnectorId {
            &self.common().id
        }

        /// Returns the name.
        #[must_use]
        pub fn name(&self) -> &$crate::value::name::ConnectorName {
            &self.common().name
        }

        /// Returns all optional values.
        #[must_use]
        pub fn settings(&self) -> &$crate::value::settings::Settings {
            &self.common().settings
        }

        /// Returns whether the platform runs the connector automatically; see
        /// [`Settings::auto`](crate::Settings::auto).
        #[must_use]
        pub fn auto(&self) -> bool {
            self.settings().auto
        }

        /// Returns whether the connector imports only files that belong to an entity; see
        /// [`Settings::only_contextual`](crate::Settings::only_contextual).
        #[must_use]
        pub fn only_contextual(&self) -> bool {
            self.settings().only_contextual
        }

        /// Returns whether playbooks can use the connector as a step.
        #[must_use]
        pub fn playbook_compatible(&self) -> bool {
            self.settings().playbook_compatible
        }

        /// Returns whether the platform runs the connector automatically on updates; see
        /// [`Settings::auto_update`](crate::Settings::auto_update).
        #[must_use]
        pub fn auto_update(&self) -> bool {
            self.settings().auto_update
        }

        /// Returns which STIX data the platform sends with an entity to enrich.
        #[must_use]
        pub fn enrichment_resolution(&self) -> &$crate::value::settings::EnrichmentResolution {
            &self.settings().enrichment_resolution
        }

        /// Returns the URI to which the platform sends messages over HTTP instead of RabbitMQ.
        /// `None` if unset.
        #[must_use]
        pub fn listen_callback_uri(&self) -> Option<&str> {
            self.settings()
                .listen_callback_uri
                .as_ref()
                .map($crate::value::callback_uri::CallbackUri::as_str)
        }

        /// Returns the intent that the connector serves in XTM One. `None` if unset.
        #[must_use]
        pub fn xtm_one_intent(&self) -> Option<&str> {
            self.settings().xtm_one_intent.as_deref()
        }

        /// Returns the connector's own version, e.g. `1.4.0`. `None` if unset.
        #[must_use]
        pub fn version(&self) -> Option<&str> {
            self.settings().version.as_deref()
        }

        /// Returns the connector's name in the catalogue. `None` if unset.
        #[must_use]
        pub fn slug(&self) -> Option<&str> {
            self.settings().slug.as_deref()
        }

        /// Returns the valid values that are probably mistakes. Log them.
        #[must_use]
        pub fn warnings(&self) -> Vec<$crate::connector::warning::Warning> {
            let mut warnings = Vec::new();
            $crate::connector::warning::Warning::of_id(self.id(), &mut warnings);
            $crate::connector::warning::Warning::of_entries(&self.scope_entries(), &mut warnings);
            let connector_type = Some(self.connector_type());
            $crate::connector::warning::Warning::of_settings(
                self.settings(),
                connector_type,
                &mut warnings,
            );
            warnings
        }
    };
}
pub(crate) use common_getters;

impl<K: Kind> Connector<K> {
    common_getters!();

    pub(crate) const fn common(&self) -> &Common {
        &self.common
    }

    /// Returns the connector type as a value, i.e. `K::TYPE`.
    #[must_use]
    pub const fn connector_type(&self) -> ConnectorType {
        K::TYPE
    }

    /// Returns the scope entries as the payload contains them. Empty for a kind without a scope.
    #[must_use]
    pub fn scope_entries(&self) -> ScopeEntries<'_> {
        self.kept.entries()
    }
}

macro_rules! scope_getters {
    ($($(#[$doc:meta])+ $kind:ident: $kept:ident -> $scope:ty, $borrowed:expr;)+) => {$(
        impl Connector<kind::$kind> {
            $(#[$doc])+
            #[must_use]
            pub const fn scope(&self) -> $scope {
                let $kept = &self.kept;
                $borrowed
            }
        }
    )+};
}

scope_getters! {
    /// Returns the entity types that the connector enriches.
    InternalEnrichment: scope -> &EntityScope, scope;
    /// Returns the MIME types of the files that the connector imports.
    InternalImportFile: scope -> &MimeScope, scope;
    /// Returns the MIME types of the files that the connector exports.
    InternalExportFile: scope -> &MimeScope, scope;
    /// Returns the MIME types that the connector analyzes. `None` if it lists none.
    InternalAnalysis: scope -> Option<&MimeScope>, scope.as_ref();
}
