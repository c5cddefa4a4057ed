//! The unvalidated connector, as written in a configuration.

use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use typed_builder::TypedBuilder;

use crate::connector::any::AnyConnector;
use crate::connector::connector::Connector;
use crate::connector::draft::{Draft, InvalidConnector};
use crate::connector::findings::Findings;
use crate::connector::kind::{self, Kind};
use crate::connector::scope_rule::ScopeRule;
use crate::value::callback_uri::CallbackUri;
use crate::value::connector_type::ConnectorType;
use crate::value::fault::{Fault, Reason};
use crate::value::field::Field;
use crate::value::raw_scope::RawScope;
use crate::value::settings::Settings;

/// An unvalidated connector, e.g. from a configuration.
///
/// Use it if you know the connector type only at run time. [`validate`](Self::validate) applies the
/// rules that the builders apply at compile time.
///
/// The fields are named as in the payload, except that `type` is `connector_type`. `Deserialize`
/// accepts the payload's names and those of the constructor of pycti 7.261026.0: `connector_id`,
/// `connector_name` and `connector_type`. Both names of one value are an error; unknown fields are
/// ignored. The scope is a comma-separated string or a list.
///
/// [`builder`](Self::builder) has a setter for each field, which also accepts this crate's own
/// types, e.g. a [`ConnectorType`] or an [`EntityScope`](crate::EntityScope). Setters whose names
/// end in `_opt`, e.g. `name_opt`, accept an `Option`.
///
/// ```
/// use opencti_connector::RawConnector;
///
/// let raw: RawConnector = serde_json::from_str(
///     r#"{
///         "connector_id": "550e8400-e29b-41d4-a716-446655440000",
///         "connector_name": "Shodan",
///         "connector_type": "INTERNAL_ENRICHMENT",
///         "scope": "ipv4-addr, indicator"
///     }"#,
/// )?;
/// let connector = raw.validate()?;
/// assert!(connector.scope_entries().eq(["IPv4-Addr", "Indicator"]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # The scope
///
/// | scope | enrichment, import, export | analysis | external import, stream |
/// |---|---|---|---|
/// | missing, null, `""`, `[]` | fault | none | none |
/// | only `not-applicable` (pycti's filler since 6.6.10) | fault | none | fault: remove it |
/// | an empty entry (`[""]`, `"a,b,"`) | fault | fault | fault: remove it |
/// | anything else | the entries | the entries | fault: remove it |
#[doc(alias = "OpenCTIConnector")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, TypedBuilder)]
#[builder(
    doc,
    builder_method(doc = "Creates a builder without any value set."),
    builder_type(
        doc = "The builder of a [`RawConnector`], with two setters for each field: one for a value, and one \
               ending in `_opt` that accepts an `Option`.\n\nThe type parameters track which setters were \
               called and are not part of the API; store the built [`RawConnector`] instead."
    ),
    build_method(doc = "Builds the connector without validating it. Unset fields are `None`."),
    field_defaults(default, setter(strip_option(fallback_suffix = "_opt"), into))
)]
#[non_exhaustive]
pub struct RawConnector {
    /// The id, a hyphenated UUIDv4, e.g. `550e8400-e29b-41d4-a716-446655440000`, which may have a
    /// [name](crate::ConnectorId) in front.
    pub id: Option<String>,
    /// The name that analysts see, e.g. `Shodan`.
    pub name: Option<String>,
    /// The name of a [`ConnectorType`], e.g. `INTERNAL_ENRICHMENT`. Called `type` in the payload.
    #[serde(rename = "type")]
    pub connector_type: Option<String>,
    /// The scope, e.g. `Report,Indicator`.
    pub scope: Option<RawScope>,
    /// Whether the platform runs the connector automatically; see [`Settings::auto`].
    pub auto: Option<bool>,
    /// Whether the platform also runs the connector automatically on updates; see
    /// [`Settings::auto_update`].
    pub auto_update: Option<bool>,
    /// The STIX data that the platform sends with an entity, e.g. `stix_bundle`; see
    /// [`Settings::enrichment_resolution`].
    pub enrichment_resolution: Option<String>,
    /// Whether the connector imports only files that belong to an entity; see
    /// [`Settings::only_contextual`].
    pub only_contextual: Option<bool>,
    /// Whether playbooks can use the connector as a step; see [`Settings::playbook_compatible`].
    pub playbook_compatible: Option<bool>,
    /// The URI that receives messages over HTTP; see [`Settings::listen_callback_uri`].
    pub listen_callback_uri: Option<CallbackUri>,
    /// The connector's own version, e.g. `1.4.0`; see [`Settings::version`].
    pub version: Option<String>,
    /// The connector's name in the catalogue, e.g. `splunk`; see [`Settings::slug`].
    pub slug: Option<String>,
    /// The intent that the connector serves in XTM One; see [`Settings::xtm_one_intent`].
    pub xtm_one_intent: Option<String>,
}

impl RawConnector {
    /// Validates the values by the rules of the builders and returns the connector.
    ///
    /// ```
    /// use opencti_connector::{ConnectorType, RawConnector};
    ///
    /// let mut raw = RawConnector::builder()
    ///     .id("550e8400-e29b-41d4-a716-446655440000")
    ///     .connector_type(ConnectorType::ExternalImport)
    ///     .scope("misp")
    ///     .build();
    /// assert_eq!(
    ///     raw.validate().unwrap_err().to_string(),
    ///     "name is missing; every connector needs one\n\
    ///      scope \"misp\" is never used, because the platform imports everything an EXTERNAL_IMPORT \
    ///      connector sends; remove the scope"
    /// );
    ///
    /// raw.name = Some("MISP".into());
    /// raw.scope = None;
    /// let connector = raw.validate()?;
    /// assert_eq!(connector.connector_type(), ConnectorType::ExternalImport);
    /// # Ok::<(), opencti_connector::InvalidConnector>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a value is missing or invalid. The error lists every fault of every field. If the
    /// connector type is unknown, the scope is checked only for empty entries.
    pub fn validate(&self) -> Result<AnyConnector, InvalidConnector> {
        let mut findings = Findings::default();
        let connector_type = findings.parsed(self.connector_type.as_deref());
        findings.require(Field::Type, connector_type.is_some());
        match connector_type {
            Some(ConnectorType::ExternalImport) => self.valid::<kind::ExternalImport>(),
            Some(ConnectorType::InternalImportFile) => self.valid::<kind::InternalImportFile>(),
            Some(ConnectorType::InternalEnrichment) => self.valid::<kind::InternalEnrichment>(),
            Some(ConnectorType::InternalAnalysis) => self.valid::<kind::InternalAnalysis>(),
            Some(ConnectorType::InternalExportFile) => self.valid::<kind::InternalExportFile>(),
            Some(ConnectorType::Stream) => self.valid::<kind::Stream>(),
            None => {
                // Empty entries are faults for every type.
                let entries = self.scope.iter().flat_map(RawScope::entries);
                for (_, position) in entries.zip(1..).filter(|(entry, _)| entry.is_empty()) {
                    let reason = Reason::EmptyEntry(position);
                    findings.note(Fault::without_value(Field::Scope, reason));
                }
                Err(self.draft::<()>(findings).into_invalid_without_type())
            }
        }
    }

    fn valid<K: Kind>(&self) -> Result<AnyConnector, InvalidConnector> {
        let mut draft = self.draft::<K::Scope>(Findings::default());
        if let Some(raw) = self.scope.as_ref().filter(|raw| !raw.is_empty()) {
            draft.scope = ScopeRule::from_raw(raw, K::TYPE, &mut draft.findings);
        }
        draft.into_connector::<K>().map(AnyConnector::from)
    }

    /// Parses everything except the scope.
    fn draft<S>(&self, mut findings: Findings) -> Draft<S> {
        Draft {
            id: findings.configured_id(self.id.as_deref()),
            name: findings.parsed(self.name.as_deref()),
            scope: None,
            settings: Settings {
                auto: self.auto.unwrap_or_default(),
                only_contextual: self.only_contextual.unwrap_or_default(),
                playbook_compatible: self.playbook_compatible.unwrap_or_default(),
                auto_update: self.auto_update.unwrap_or_default(),
                enrichment_resolution: findings
                    .parsed(self.enrichment_resolution.as_deref())
                    .unwrap_or_default(),
                listen_callback_uri: self.listen_callback_uri.clone(),
                xtm_one_intent: self.xtm_one_intent.clone(),
                version: self.version.clone(),
                slug: self.slug.clone(),
            },
            findings,
        }
    }
}

impl<'de> Deserialize<'de> for RawConnector {
    /// Deserializes an object. A field that is null counts as missing.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// Reads the fields one by one, so that an error names its field.
struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = RawConnector;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a connector object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawConnector, A::Error> {
        let mut raw = RawConnector::default();
        let mut seen = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let Some(field) = field_of(&name) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if seen.contains(&field) {
                return Err(set_twice(field));
            }
            seen.push(field);
            let read = match field {
                Field::Id => read(&mut map, &mut raw.id),
                Field::Name => read(&mut map, &mut raw.name),
                Field::Type => read(&mut map, &mut raw.connector_type),
                Field::Scope => read(&mut map, &mut raw.scope),
                Field::Auto => read(&mut map, &mut raw.auto),
                Field::AutoUpdate => read(&mut map, &mut raw.auto_update),
                Field::EnrichmentResolution => read(&mut map, &mut raw.enrichment_resolution),
                Field::OnlyContextual => read(&mut map, &mut raw.only_contextual),
                Field::PlaybookCompatible => read(&mut map, &mut raw.playbook_compatible),
                Field::ListenCallbackUri => read(&mut map, &mut raw.listen_callback_uri),
                Field::Version => read(&mut map, &mut raw.version),
                Field::Slug => read(&mut map, &mut raw.slug),
                Field::XtmOneIntent => read(&mut map, &mut raw.xtm_one_intent),
            };
            read.map_err(|error| A::Error::custom(format_args!("`{field}`: {error}")))?;
        }
        Ok(raw)
    }
}

fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    value: &mut Option<T>,
) -> Result<(), A::Error> {
    *value = map.next_value()?;
    Ok(())
}

/// The fields that pycti's constructor prefixes with `connector_`.
const PREFIXED_IN_PYCTI: [Field; 3] = [Field::Id, Field::Name, Field::Type];

/// Returns the field with this name in the payload or in pycti's constructor. `None` if neither has
/// one.
fn field_of(name: &str) -> Option<Field> {
    Field::named(name).or_else(|| {
        let field = Field::named(name.strip_prefix("connector_")?)?;
        PREFIXED_IN_PYCTI.contains(&field).then_some(field)
    })
}

fn set_twice<E: Error>(field: Field) -> E {
    let other_name = if PREFIXED_IN_PYCTI.contains(&field) {
        format!(", or also as `connector_{field}`")
    } else {
        String::new()
    };
    E::custom(format_args!(
        "duplicate field `{field}`: set twice{other_name}; remove one"
    ))
}

impl<'de> Deserialize<'de> for AnyConnector {
    /// Deserializes a [`RawConnector`] and validates it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = RawConnector::deserialize(deserializer)?;
        raw.validate().map_err(Error::custom)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Connector<K> {
    /// Deserializes a [`RawConnector`] and validates it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let connector = AnyConnector::deserialize(deserializer)?;
        connector.try_into().map_err(Error::custom)
    }
}
