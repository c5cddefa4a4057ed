//! A connector as a configuration describes it, before it is judged.

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

/// What a configuration or a caller says about a connector, unchecked.
///
/// The fields bear the names of the payload's members (`type` is `connector_type`), and
/// [`validate`](Self::validate) applies the rules of the builders at run time. `Deserialize` takes
/// the payload's names as well as those of the constructor of pycti 7.261026.0: `connector_id`,
/// `connector_name`, `connector_type`; both names of one value at once are an error. The scope is a
/// text with commas or a list. Unknown members are ignored.
///
/// The setters of [`builder`](Self::builder) bear the names of the fields and take what turns into
/// their values: for a text also a [`ConnectorType`] or another value of this crate, for the scope a
/// text with commas, a list of texts or a ready scope. Where there may be none, the setter whose name
/// ends in `_opt`, such as `name_opt`, takes an `Option`.
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
/// | absent, null, `""`, `[]` | fault | none | fine |
/// | only `not-applicable` (pycti's filler since 6.6.10) | fault | none | fault: must go |
/// | an empty entry (`[""]`, `"a,b,"`) | fault | fault | fault: must go |
/// | anything else | the entries | the entries | fault: must go |
#[doc(alias = "OpenCTIConnector")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, TypedBuilder)]
#[builder(
    doc,
    builder_method(doc = "A builder in which nothing is set."),
    builder_type(
        doc = "The builder of a [`RawConnector`]: a setter for each field, and one ending in `_opt` that \
               takes an `Option`.\n\nIts type parameters say what has been set, and are not part of the \
               API: keep what it builds."
    ),
    build_method(doc = "What was set; the rest is `None`."),
    field_defaults(default, setter(strip_option(fallback_suffix = "_opt"), into))
)]
#[non_exhaustive]
pub struct RawConnector {
    /// The id; a hyphenated UUIDv4.
    pub id: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The name of a [`ConnectorType`]; `type` in the payload.
    #[serde(rename = "type")]
    pub connector_type: Option<String>,
    /// The scope.
    pub scope: Option<RawScope>,
    /// See [`Settings::auto`].
    pub auto: Option<bool>,
    /// See [`Settings::auto_update`].
    pub auto_update: Option<bool>,
    /// See [`Settings::enrichment_resolution`].
    pub enrichment_resolution: Option<String>,
    /// See [`Settings::only_contextual`].
    pub only_contextual: Option<bool>,
    /// See [`Settings::playbook_compatible`].
    pub playbook_compatible: Option<bool>,
    /// See [`Settings::listen_callback_uri`].
    pub listen_callback_uri: Option<CallbackUri>,
    /// See [`Settings::version`].
    pub version: Option<String>,
    /// See [`Settings::slug`].
    pub slug: Option<String>,
    /// See [`Settings::xtm_one_intent`].
    pub xtm_one_intent: Option<String>,
}

impl RawConnector {
    /// The connector, if it keeps all the rules that the builders keep.
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
    ///      scope \"misp\" is never looked at, because an EXTERNAL_IMPORT connector imports everything it \
    ///      sends; remove the scope"
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
    /// When a value is missing or breaks the rules of its type; the error lists every fault of
    /// every field. Of a scope for an unknown type only empty entries are known to be faulty.
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
                // A fault whatever the type is.
                let entries = self.scope.iter().flat_map(RawScope::entries);
                for (_, position) in entries.zip(1..).filter(|(entry, _)| entry.is_empty()) {
                    let reason = Reason::EmptyEntry(position);
                    findings.note(Fault::without_value(Field::Scope, reason));
                }
                Err(self.draft::<()>(findings).into_invalid_of_no_type())
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

    /// All but the scope.
    fn draft<S>(&self, mut findings: Findings) -> Draft<S> {
        Draft {
            id: findings.parsed(self.id.as_deref()),
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
    /// Takes an object; a member that is null counts as missing.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

/// Reads the members one by one, so that what is wrong with one is told by its name.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = RawConnector;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a connector as an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<RawConnector, A::Error> {
        let mut raw = RawConnector::default();
        let mut begun = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            let Some(field) = field_of(&name) else {
                members.next_value::<IgnoredAny>()?;
                continue;
            };
            if begun.contains(&field) {
                return Err(given_twice(field));
            }
            begun.push(field);
            let read = match field {
                Field::Id => read(&mut members, &mut raw.id),
                Field::Name => read(&mut members, &mut raw.name),
                Field::Type => read(&mut members, &mut raw.connector_type),
                Field::Scope => read(&mut members, &mut raw.scope),
                Field::Auto => read(&mut members, &mut raw.auto),
                Field::AutoUpdate => read(&mut members, &mut raw.auto_update),
                Field::EnrichmentResolution => read(&mut members, &mut raw.enrichment_resolution),
                Field::OnlyContextual => read(&mut members, &mut raw.only_contextual),
                Field::PlaybookCompatible => read(&mut members, &mut raw.playbook_compatible),
                Field::ListenCallbackUri => read(&mut members, &mut raw.listen_callback_uri),
                Field::Version => read(&mut members, &mut raw.version),
                Field::Slug => read(&mut members, &mut raw.slug),
                Field::XtmOneIntent => read(&mut members, &mut raw.xtm_one_intent),
            };
            read.map_err(|error| A::Error::custom(format_args!("`{field}`: {error}")))?;
        }
        Ok(raw)
    }
}

fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    members: &mut A,
    value: &mut Option<T>,
) -> Result<(), A::Error> {
    *value = members.next_value()?;
    Ok(())
}

/// The members that pycti's constructor names otherwise, with `connector_` before them.
const OTHERWISE_IN_PYCTI: [Field; 3] = [Field::Id, Field::Name, Field::Type];

/// The member of this name, which is the payload's or that of pycti's constructor.
fn field_of(name: &str) -> Option<Field> {
    Field::named(name).or_else(|| {
        let field = Field::named(name.strip_prefix("connector_")?)?;
        OTHERWISE_IN_PYCTI.contains(&field).then_some(field)
    })
}

fn given_twice<E: Error>(field: Field) -> E {
    let other_name = if OTHERWISE_IN_PYCTI.contains(&field) {
        format!(", or once as `connector_{field}`")
    } else {
        String::new()
    };
    E::custom(format_args!(
        "duplicate field `{field}`: it is given twice{other_name}; remove one"
    ))
}

impl<'de> Deserialize<'de> for AnyConnector {
    /// Takes what [`RawConnector`] takes, and validates it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = RawConnector::deserialize(deserializer)?;
        raw.validate().map_err(Error::custom)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Connector<K> {
    /// Takes what [`RawConnector`] takes, and validates it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let connector = AnyConnector::deserialize(deserializer)?;
        connector.try_into().map_err(Error::custom)
    }
}
