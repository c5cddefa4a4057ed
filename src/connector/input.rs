//! The payload with which a connector registers.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::connector::any::AnyConnector;
use crate::connector::connector::{Common, Connector};
use crate::connector::kind::Kind;
use crate::value::connector_type::ConnectorType;
use crate::value::field::{Field, RegisterConnectorFields};
use crate::value::scope::ScopeEntries;
use crate::value::settings::EnrichmentResolution;

/// The payload with which a connector registers: the variables of the platform's mutation
/// `registerConnector(input: RegisterConnectorInput)`.
///
/// `Serialize` gives exactly `{"input": {…}}`, member for member and in the order of pycti
/// 7.261026.0, except that `version` and `slug` are left out when unset (pycti writes null, which
/// the platform treats alike, and which older platforms refuse). `listen_callback_uri` is null
/// when unset, as in pycti since 6.5.7: a platform that stored one clears it, and would keep it if
/// the member were missing.
///
/// ```
/// use opencti_connector::Connector;
///
/// let connector = Connector::stream()
///     .id("550e8400-e29b-41d4-a716-446655440000")
///     .name("Splunk")
///     .build()?;
///
/// assert_eq!(
///     connector.to_input().to_json(),
///     concat!(
///         r#"{"input":{"id":"550e8400-e29b-41d4-a716-446655440000","name":"Splunk","#,
///         r#""type":"STREAM","scope":[],"auto":false,"auto_update":false,"#,
///         r#""enrichment_resolution":"none","only_contextual":false,"#,
///         r#""playbook_compatible":false,"listen_callback_uri":null}}"#,
///     )
/// );
/// # Ok::<(), opencti_connector::InvalidConnector>(())
/// ```
#[doc(alias = "to_input")]
#[derive(Clone, Debug)]
pub struct ConnectorInput<'a> {
    common: &'a Common,
    connector_type: ConnectorType,
    scope: ScopeEntries<'a>,
    fields: RegisterConnectorFields,
}

impl<'a> ConnectorInput<'a> {
    const fn new(
        common: &'a Common,
        connector_type: ConnectorType,
        scope: ScopeEntries<'a>,
    ) -> Self {
        Self {
            common,
            connector_type,
            scope,
            fields: RegisterConnectorFields::ALL,
        }
    }

    pub(crate) const fn connector_type(&self) -> ConnectorType {
        self.connector_type
    }

    /// The payload with those members alone that a platform accepts; the others are left out.
    ///
    /// A GraphQL server refuses an input that holds a member it does not know, even when it is
    /// null: see [opencti#4811](https://github.com/OpenCTI-Platform/opencti/issues/4811), and
    /// [connectors#3682](https://github.com/OpenCTI-Platform/connectors/issues/3682) for a connector
    /// that could not start.
    ///
    /// ```
    /// use opencti_connector::{Connector, RegisterConnectorFields};
    ///
    /// let connector = Connector::stream()
    ///     .id("550e8400-e29b-41d4-a716-446655440000")
    ///     .name("Splunk")
    ///     .build()?;
    /// let fields = RegisterConnectorFields::for_version("4.0.0")?;
    ///
    /// assert_eq!(
    ///     connector.to_input().restricted_to(&fields).to_json(),
    ///     concat!(
    ///         r#"{"input":{"id":"550e8400-e29b-41d4-a716-446655440000","name":"Splunk","#,
    ///         r#""type":"STREAM","scope":[],"auto":false}}"#,
    ///     )
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn restricted_to(mut self, fields: &RegisterConnectorFields) -> Self {
        self.fields = self.fields.intersection(*fields);
        self
    }

    /// The members that are left out although their value is not the default: what the connector
    /// asks for and the platform will not know.
    ///
    /// ```
    /// use opencti_connector::{Connector, Field, RegisterConnectorFields};
    ///
    /// let connector = Connector::stream()
    ///     .id("550e8400-e29b-41d4-a716-446655440000")
    ///     .name("Splunk")
    ///     .playbook_compatible(true)
    ///     .build()?;
    /// let fields = RegisterConnectorFields::for_version("4.0.0")?;
    ///
    /// let input = connector.to_input().restricted_to(&fields);
    /// assert_eq!(input.left_out(), [Field::PlaybookCompatible]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn left_out(&self) -> Vec<Field> {
        Field::ALL
            .iter()
            .copied()
            .filter(|field| !self.fields.contains(*field))
            .filter(|field| !self.is_default(*field))
            .collect()
    }

    /// The payload as JSON text.
    ///
    /// ```
    /// use opencti_connector::Connector;
    ///
    /// let connector = Connector::external_import()
    ///     .id("550e8400-e29b-41d4-a716-446655440000")
    ///     .name("MISP")
    ///     .build()?;
    /// assert!(connector.to_input().to_json().starts_with(r#"{"input":{"id":"550e8400-"#));
    /// # Ok::<(), opencti_connector::InvalidConnector>(())
    /// ```
    #[must_use]
    #[expect(
        clippy::missing_panics_doc,
        reason = "texts, flags and lists of texts always make JSON text"
    )]
    // Inline, so that a program has the code of `serde_json` once, with its own uses of it.
    #[inline]
    pub fn to_json(&self) -> String {
        // Room for most payloads, so that the text need not grow.
        let mut json = Vec::with_capacity(512);
        serde_json::to_writer(&mut json, self).expect("a payload always makes JSON text");
        String::from_utf8(json).expect("JSON text is UTF-8")
    }

    /// Whether a platform that is not told the member does the same.
    fn is_default(&self, field: Field) -> bool {
        let settings = &self.common.settings;
        match field {
            Field::Id | Field::Name | Field::Type => false,
            Field::Scope => self.scope.is_empty(),
            Field::Auto => !settings.auto,
            Field::AutoUpdate => !settings.auto_update,
            Field::EnrichmentResolution => {
                settings.enrichment_resolution == EnrichmentResolution::None
            }
            Field::OnlyContextual => !settings.only_contextual,
            Field::PlaybookCompatible => !settings.playbook_compatible,
            Field::ListenCallbackUri => settings.listen_callback_uri.is_none(),
            Field::Version => settings.version.is_none(),
            Field::Slug => settings.slug.is_none(),
            Field::XtmOneIntent => settings.xtm_one_intent.is_none(),
        }
    }

    fn serialize_members<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let settings = &self.common.settings;
        let only_when_set = [
            (Field::Version, &settings.version),
            (Field::Slug, &settings.slug),
            (Field::XtmOneIntent, &settings.xtm_one_intent),
        ];
        let unset = only_when_set
            .iter()
            .filter(|(field, value)| self.fields.contains(*field) && value.is_none());
        let members = self.fields.len() - unset.count();

        let mut object = serializer.serialize_struct("RegisterConnectorInput", members)?;
        // Written out, so that each name is a constant where it is escaped and written.
        macro_rules! member {
            ($field:ident, $name:literal, $value:expr) => {
                debug_assert_eq!(Field::$field.as_str(), $name);
                if self.fields.contains(Field::$field) {
                    object.serialize_field($name, $value)?;
                }
            };
        }
        member!(Id, "id", self.common.id.as_str());
        member!(Name, "name", self.common.name.as_str());
        member!(Type, "type", self.connector_type.as_str());
        member!(Scope, "scope", &self.scope);
        member!(Auto, "auto", &settings.auto);
        member!(AutoUpdate, "auto_update", &settings.auto_update);
        member!(
            EnrichmentResolution,
            "enrichment_resolution",
            settings.enrichment_resolution.as_str()
        );
        member!(OnlyContextual, "only_contextual", &settings.only_contextual);
        member!(
            PlaybookCompatible,
            "playbook_compatible",
            &settings.playbook_compatible
        );
        member!(
            ListenCallbackUri,
            "listen_callback_uri",
            &settings.listen_callback_uri
        );
        for (field, value) in only_when_set {
            if let Some(value) = value
                && self.fields.contains(field)
            {
                object.serialize_field(field.as_str(), value)?;
            }
        }
        object.end()
    }
}

impl<K: Kind> Connector<K> {
    /// The payload with which it registers; borrows, and allocates nothing.
    #[must_use]
    pub fn to_input(&self) -> ConnectorInput<'_> {
        ConnectorInput::new(self.common(), self.connector_type(), self.scope_entries())
    }
}

impl AnyConnector {
    /// The payload with which it registers; borrows, and allocates nothing.
    #[must_use]
    pub fn to_input(&self) -> ConnectorInput<'_> {
        ConnectorInput::new(self.common(), self.connector_type(), self.scope_entries())
    }
}

impl<K: Kind> Serialize for Connector<K> {
    /// Gives the inner object of the payload: `{"id":…}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_input().serialize_members(serializer)
    }
}

impl Serialize for AnyConnector {
    /// Gives the inner object of the payload: `{"id":…}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_input().serialize_members(serializer)
    }
}

impl Serialize for ConnectorInput<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Members<'a>(&'a ConnectorInput<'a>);

        impl Serialize for Members<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize_members(serializer)
            }
        }

        let mut payload = serializer.serialize_struct("ConnectorInput", 1)?;
        payload.serialize_field("input", &Members(self))?;
        payload.end()
    }
}
