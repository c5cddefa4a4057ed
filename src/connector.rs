//! A valid connector.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::any::AnyConnector;
use crate::error::{Fault, InvalidConnector, InvalidValue, Reason};
use crate::field::Field;
use crate::id::ConnectorId;
use crate::kind::{self, ConnectorType, Kind};
use crate::name::ConnectorName;
use crate::scope::{EntityScope, KindScope, MimeScope, ScopeEntries};
use crate::settings::Settings;
use crate::warning::Warning;

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
/// learnt at run time, it is an [`AnyConnector`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Connector<K: Kind> {
    pub(crate) common: Common,
    pub(crate) scope: K::Scope,
}

/// What connectors of all kinds have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Common {
    pub(crate) id: ConnectorId,
    pub(crate) name: ConnectorName,
    pub(crate) settings: Settings,
}

/// What a connector is made of before it is judged, but for its scope.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    /// `None` when it was not given, or was faulty and is among the findings; as the name.
    pub(crate) id: Option<ConnectorId>,
    pub(crate) name: Option<ConnectorName>,
    pub(crate) settings: Settings,
}

impl Parts {
    /// Notes what is missing or faulty; the warnings beside faults are up to the caller.
    pub(crate) fn note_faults(&mut self, findings: &mut Findings) {
        findings.require(Field::Id, self.id.is_some());
        findings.require(Field::Name, self.name.is_some());
        self.settings.take_faults(&mut findings.faults);
    }
}

/// The faults and warnings of a connector that is being judged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    faults: Vec<Fault>,
    warnings: Vec<Warning>,
}

impl Findings {
    /// The value, or `None` with its faults noted.
    #[inline]
    pub(crate) fn valid<T>(&mut self, value: Result<T, InvalidValue>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                self.faults.extend(error.into_faults());
                None
            }
        }
    }

    /// As [`valid`](Self::valid), of a text; `None` as well when there is none.
    pub(crate) fn parsed<T>(&mut self, text: Option<&str>) -> Option<T>
    where
        T: FromStr<Err = InvalidValue>,
    {
        self.valid(text?.parse())
    }

    pub(crate) fn note(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    pub(crate) fn warn(&mut self, warnings: Vec<Warning>) {
        self.warnings.extend(warnings);
    }

    /// Notes that a value is missing, unless it is there or was faulty.
    pub(crate) fn require(&mut self, field: Field, is_there: bool) {
        if !is_there && !self.has_fault_of(field) {
            self.note(Fault::without_value(field, Reason::Required));
        }
    }

    fn has_fault_of(&self, field: Field) -> bool {
        self.faults.iter().any(|fault| fault.field() == field)
    }
}

impl From<Findings> for InvalidConnector {
    fn from(mut findings: Findings) -> Self {
        findings.faults.sort_by_key(Fault::field);
        findings.warnings.sort_by_key(Warning::field);
        Self::new(findings.faults, findings.warnings)
    }
}

impl<K: Kind> Connector<K> {
    /// Judges everything at once, beside what was found before. A scope that is `None` was not
    /// given, or was faulty and is among the findings.
    #[inline]
    pub(crate) fn judge(
        mut parts: Parts,
        mut scope: Option<K::Scope>,
        mut findings: Findings,
    ) -> Result<Self, InvalidConnector> {
        if scope.is_none() && !findings.has_fault_of(Field::Scope) {
            scope = findings.valid(K::Scope::absent());
        }
        parts.note_faults(&mut findings);
        match (parts.id, parts.name, scope) {
            (Some(id), Some(name), Some(scope)) if findings.faults.is_empty() => Ok(Self {
                common: Common {
                    id,
                    name,
                    settings: parts.settings,
                },
                scope,
            }),
            (_, _, scope) => {
                findings.warn(scope.iter().flat_map(KindScope::warnings).collect());
                findings.warn(Warning::of_settings(&parts.settings, Some(K::TYPE)));
                Err(findings.into())
            }
        }
    }
}

/// The getters that serve every kind, for a type that has `common()` and `connector_type()`.
macro_rules! common_getters {
    () => {
        /// The id.
        #[must_use]
        pub fn id(&self) -> &$crate::ConnectorId {
            &self.common().id
        }

        /// The name.
        #[must_use]
        pub fn name(&self) -> &$crate::ConnectorName {
            &self.common().name
        }

        /// All the optional values.
        #[must_use]
        pub fn settings(&self) -> &$crate::Settings {
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
        pub fn enrichment_resolution(&self) -> &$crate::EnrichmentResolution {
            &self.settings().enrichment_resolution
        }

        /// Where the platform delivers messages over HTTP in place of RabbitMQ.
        #[must_use]
        pub fn listen_callback_uri(&self) -> Option<&str> {
            self.settings().listen_callback_uri.as_deref()
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
        pub fn warnings(&self) -> Vec<$crate::Warning> {
            let mut warnings = self.scope_warnings();
            let connector_type = Some(self.connector_type());
            warnings.extend($crate::Warning::of_settings(
                self.settings(),
                connector_type,
            ));
            warnings
        }

        /// The payload with which it registers; borrows, and allocates nothing.
        #[must_use]
        pub fn to_input(&self) -> $crate::ConnectorInput<'_> {
            $crate::ConnectorInput::new(self.common(), self.connector_type(), self.scope_entries())
        }
    };
}
pub(crate) use common_getters;

impl<K: Kind> Connector<K> {
    common_getters!();

    const fn common(&self) -> &Common {
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
        self.scope.entries()
    }

    pub(crate) fn scope_warnings(&self) -> Vec<Warning> {
        self.scope.warnings()
    }
}

impl Connector<kind::InternalEnrichment> {
    /// The entity types that it enriches.
    #[must_use]
    pub const fn scope(&self) -> &EntityScope {
        &self.scope
    }
}

impl Connector<kind::InternalImportFile> {
    /// The MIME types of the files that it reads.
    #[must_use]
    pub const fn scope(&self) -> &MimeScope {
        &self.scope
    }
}

impl Connector<kind::InternalExportFile> {
    /// The MIME types of the files that it writes.
    #[must_use]
    pub const fn scope(&self) -> &MimeScope {
        &self.scope
    }
}

impl Connector<kind::InternalAnalysis> {
    /// The MIME types of what it analyses, if it names any.
    #[must_use]
    pub const fn scope(&self) -> Option<&MimeScope> {
        self.scope.as_ref()
    }
}

impl<K: Kind> Serialize for Connector<K> {
    /// Gives the inner object of the payload: `{"id":…}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_input().serialize_members(serializer)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Connector<K> {
    /// Takes what [`RawConnector`](crate::RawConnector) takes, and validates it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        AnyConnector::deserialize(deserializer)?
            .try_into()
            .map_err(serde::de::Error::custom)
    }
}
