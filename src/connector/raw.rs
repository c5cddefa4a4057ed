//! A connector as a configuration describes it, before it is judged.

use std::fmt;

use typed_builder::TypedBuilder;

use crate::connector::any::AnyConnector;
use crate::connector::connector::Connector;
use crate::connector::draft::{Findings, InvalidConnector, Parts};
use crate::connector::kind::{self, Kind};
use crate::connector::scope_rule::KindScope;
use crate::connector::warning::Warning;
use crate::value::callback_uri::without_user;
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
#[derive(Clone, Default, PartialEq, Eq, Hash, TypedBuilder)]
#[builder(field_defaults(default, setter(strip_option(fallback_suffix = "_opt"), into)))]
#[non_exhaustive]
pub struct RawConnector {
    /// The id; a hyphenated UUIDv4.
    pub id: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The name of a [`ConnectorType`]; `type` in the payload.
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
    pub listen_callback_uri: Option<String>,
    /// See [`Settings::version`].
    pub version: Option<String>,
    /// See [`Settings::slug`].
    pub slug: Option<String>,
    /// See [`Settings::xtm_one_intent`].
    pub xtm_one_intent: Option<String>,
}

impl fmt::Debug for RawConnector {
    /// Hides a user name in the callback URI, which can hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawConnector")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("connector_type", &self.connector_type)
            .field("scope", &self.scope)
            .field("auto", &self.auto)
            .field("auto_update", &self.auto_update)
            .field("enrichment_resolution", &self.enrichment_resolution)
            .field("only_contextual", &self.only_contextual)
            .field("playbook_compatible", &self.playbook_compatible)
            .field(
                "listen_callback_uri",
                &self.listen_callback_uri.as_deref().map(without_user),
            )
            .field("version", &self.version)
            .field("slug", &self.slug)
            .field("xtm_one_intent", &self.xtm_one_intent)
            .finish()
    }
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
    ///      scope \"misp\" is never looked at, for an EXTERNAL_IMPORT connector imports everything it \
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
            Some(ConnectorType::ExternalImport) => self.judge::<kind::ExternalImport>(findings),
            Some(ConnectorType::InternalImportFile) => {
                self.judge::<kind::InternalImportFile>(findings)
            }
            Some(ConnectorType::InternalEnrichment) => {
                self.judge::<kind::InternalEnrichment>(findings)
            }
            Some(ConnectorType::InternalAnalysis) => self.judge::<kind::InternalAnalysis>(findings),
            Some(ConnectorType::InternalExportFile) => {
                self.judge::<kind::InternalExportFile>(findings)
            }
            Some(ConnectorType::Stream) => self.judge::<kind::Stream>(findings),
            None => {
                // A fault whatever the type is.
                let entries = self.scope.iter().flat_map(RawScope::entries);
                for (_, position) in entries.zip(1..).filter(|(entry, _)| entry.is_empty()) {
                    findings.note(Fault::without_value(
                        Field::Scope,
                        Reason::EmptyEntry(position),
                    ));
                }
                let mut parts = self.parts(&mut findings);
                parts.note_faults(&mut findings);
                findings.warn(Warning::of_settings(&parts.settings, None));
                Err(findings.into())
            }
        }
    }

    fn judge<K: Kind>(&self, mut findings: Findings) -> Result<AnyConnector, InvalidConnector> {
        let given = self.scope.as_ref().filter(|raw| !raw.is_empty());
        let scope = given.and_then(|raw| {
            let scope = K::Scope::given(raw, K::TYPE).map_err(|(error, warnings)| {
                findings.warn(warnings);
                error
            });
            findings.valid(scope)
        });
        let parts = self.parts(&mut findings);
        Connector::<K>::judge(parts, scope, findings).map(AnyConnector::from)
    }

    fn parts(&self, findings: &mut Findings) -> Parts {
        Parts {
            id: findings.parsed(self.id.as_deref()),
            name: findings.parsed(self.name.as_deref()),
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
        }
    }
}
