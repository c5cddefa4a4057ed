//! A valid connector.

use crate::connector::kind::{self, Kind};
use crate::connector::scope_rule::ScopeRule;
use crate::value::connector_type::ConnectorType;
use crate::value::id::ConnectorId;
use crate::value::name::ConnectorName;
use crate::value::scope::{EntityScope, MimeScope, ScopeEntries};
use crate::value::settings::Settings;

/// A valid connector of the kind `K`.
///
/// It is made by the builder of its kind, by [`RawConnector::validate`](crate::RawConnector::validate),
/// or by deserializing the inner object of a payload, which validates as well.
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
/// You seldom write `K` out: each entry point ([`Connector::stream`] and its five siblings) fixes
/// it. Where a connector is kept in a struct, it is `Connector<kind::Stream>`; where its type is
/// learnt at run time, it is an [`AnyConnector`](crate::AnyConnector).
#[doc(alias = "OpenCTIConnector")]
#[doc(alias = "OpenCTIConnectorHelper")]
#[doc(alias = "helper")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Connector<K: Kind> {
    pub(crate) common: Common,
    /// Named otherwise than the getter, which only some kinds have, so that a call of it on the
    /// others is not an error about a field.
    pub(crate) kept: K::Scope,
}

/// What connectors of all kinds have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Common {
    pub(crate) id: ConnectorId,
    pub(crate) name: ConnectorName,
    pub(crate) settings: Settings,
}

/// The getters that serve every kind, for a type that has `common()` and `connector_type()`.
macro_rules! common_getters {
    () => {
        /// The id.
        #[must_use]
        pub fn id(&self) -> &$crate::value::id::ConnectorId {
            &self.common().id
        }

        /// The name.
        #[must_use]
        pub fn name(&self) -> &$crate::value::name::ConnectorName {
            &self.common().name
        }

        /// All the optional values.
        #[must_use]
        pub fn settings(&self) -> &$crate::value::settings::Settings {
            &self.common().settings
        }

        /// Whether it runs without being asked.
        #[must_use]
        pub fn auto(&self) -> bool {
            self.settings().auto
        }

        /// Whether it imports files only into an entity.
        #[must_use]
        pub fn only_contextual(&self) -> bool {
            self.settings().only_contextual
        }

        /// Whether it can be a step of a playbook.
        #[must_use]
        pub fn playbook_compatible(&self) -> bool {
            self.settings().playbook_compatible
        }

        /// Whether it updates entities by itself when they change.
        #[must_use]
        pub fn auto_update(&self) -> bool {
            self.settings().auto_update
        }

        /// What the platform sends along with an entity to enrich.
        #[must_use]
        pub fn enrichment_resolution(&self) -> &$crate::value::settings::EnrichmentResolution {
            &self.settings().enrichment_resolution
        }

        /// Where the platform delivers messages over HTTP in place of RabbitMQ.
        #[must_use]
        pub fn listen_callback_uri(&self) -> Option<&str> {
            self.settings()
                .listen_callback_uri
                .as_ref()
                .map($crate::value::callback_uri::CallbackUri::as_str)
        }

        /// The intent that it serves in XTM One.
        #[must_use]
        pub fn xtm_one_intent(&self) -> Option<&str> {
            self.settings().xtm_one_intent.as_deref()
        }

        /// Its version.
        #[must_use]
        pub fn version(&self) -> Option<&str> {
            self.settings().version.as_deref()
        }

        /// Its name in the catalogue.
        #[must_use]
        pub fn slug(&self) -> Option<&str> {
            self.settings().slug.as_deref()
        }

        /// What is allowed but most likely wrong; a program logs it.
        ///
        /// ```
        /// use opencti_connector::Connector;
        ///
        /// let connector = Connector::stream()
        ///     .id("550e8400-e29b-41d4-a716-446655440000")
        ///     .name("Splunk")
        ///     .auto(true)
        ///     .build()?;
        /// assert!(connector.warnings()[0].to_string().starts_with("auto does nothing for STREAM"));
        /// # Ok::<(), opencti_connector::InvalidConnector>(())
        /// ```
        #[must_use]
        pub fn warnings(&self) -> Vec<$crate::connector::warning::Warning> {
            let mut warnings = Vec::new();
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

    /// The type as a value: `K::TYPE`.
    #[must_use]
    pub const fn connector_type(&self) -> ConnectorType {
        K::TYPE
    }

    /// The entries of the scope as they are sent; none for a kind without a scope.
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
    /// The entity types that it enriches.
    InternalEnrichment: scope -> &EntityScope, scope;
    /// The MIME types of the files that it reads.
    InternalImportFile: scope -> &MimeScope, scope;
    /// The MIME types of the files that it writes.
    InternalExportFile: scope -> &MimeScope, scope;
    /// The MIME types of what it analyses, if it names any.
    InternalAnalysis: scope -> Option<&MimeScope>, scope.as_ref();
}
