//! The registration payload of a connector.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::connector::any::AnyConnector;
use crate::connector::connector::{Common, Connector};
use crate::connector::kind::Kind;
use crate::value::connector_type::ConnectorType;
use crate::value::field::{Field, RegisterConnectorFields};
use crate::value::scope::ScopeEntries;
use crate::value::settings::EnrichmentResolution;

/// The registration payload of a connector: the variables of the platform's mutation
/// `registerConnector(input: RegisterConnectorInput)`.
///
/// Serializes as `{"input": {…}}`, with the same fields in the same order as pycti 7.261026.0,
/// except that unset `version` and `slug` are omitted. pycti writes them as null, which the
/// platform treats as unset and older platforms reject. An unset `listen_callback_uri` is null, as
/// in pycti since 6.5.7: null clears a URI that the platform stored, while a missing field would
/// keep it.
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

    /// Returns the payload with only these fields, i.e. those that a platform accepts.
    ///
    /// A GraphQL server rejects an input with an unknown field, even if its value is null: see
    /// [opencti#4811](https://github.com/OpenCTI-Platform/opencti/issues/4811), and
    /// [connectors#3682](https://github.com/OpenCTI-Platform/connectors/issues/3682) for a
    /// connector that could not start. [`left_out`](Self::left_out) returns the settings that this
    /// drops.
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
    /// assert_eq!(
    ///     input.to_json(),
    ///     concat!(
    ///         r#"{"input":{"id":"550e8400-e29b-41d4-a716-446655440000","name":"Splunk","#,
    ///         r#""type":"STREAM","scope":[],"auto":false}}"#,
    ///     )
    /// );
    /// assert_eq!(input.left_out(), [Field::PlaybookCompatible]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn restricted_to(mut self, fields: &RegisterConnectorFields) -> Self {
        self.fields = self.fields.intersection(*fields);
        self
    }

    /// Returns the omitted fields whose value is not the default, i.e. the settings that have no
    /// effect on this platform.
    #[must_use]
    pub fn left_out(&self) -> Vec<Field> {
        Field::ALL
            .iter()
            .copied()
            .filter(|field| !self.fields.contains(*field))
            .filter(|field| !self.is_default(*field))
            .collect()
    }

    /// Returns the payload as JSON.
    #[must_use]
    #[expect(
        clippy::missing_panics_doc,
        reason = "strings, booleans and lists of strings always serialize to JSON"
    )]
    // Inlined, so that a program shares one copy of `serde_json`'s code with its own calls.
    #[inline]
    pub fn to_json(&self) -> String {
        // Most payloads fit, so the buffer rarely grows.
        let mut json = Vec::with_capacity(512);
        serde_json::to_writer(&mut json, self).expect("a payload always serializes to JSON");
        String::from_utf8(json).expect("JSON text is UTF-8")
    }

    /// Returns whether a platform behaves the same without the field.
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

    fn serialize_fields<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let settings = &self.common.settings;
        let only_when_set = [
            (Field::Version, &settings.version),
            (Field::Slug, &settings.slug),
            (Field::XtmOneIntent, &settings.xtm_one_intent),
        ];
        let unset = only_when_set
            .iter()
            .filter(|(field, value)| self.fields.contains(*field) && value.is_none());
        let count = self.fields.len() - unset.count();

        let mut object = serializer.serialize_struct("RegisterConnectorInput", count)?;
        // Not a loop, so that each name is a constant where serde escapes and writes it.
        macro_rules! field {
            ($field:ident, $name:literal, $value:expr) => {
                debug_assert_eq!(Field::$field.as_str(), $name);
                if self.fields.contains(Field::$field) {
                    object.serialize_field($name, $value)?;
                }
            };
        }
        field!(Id, "id", self.common.id.as_str());
        field!(Name, "name", self.common.name.as_str());
        field!(Type, "type", self.connector_type.as_str());
        field!(Scope, "scope", &self.scope);
        field!(Auto, "auto", &settings.auto);
        field!(AutoUpdate, "auto_update", &settings.auto_update);
        field!(
            EnrichmentResolution,
            "enrichment_resolution",
            settings.enrichment_resolution.as_str()
        );
        field!(OnlyContextual, "only_contextual", &settings.only_contextual);
        field!(
            PlaybookCompatible,
            "playbook_compatible",
            &settings.playbook_compatible
        );
        field!(
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
    /// Returns the registration payload, which borrows from the connector. Does not allocate.
    #[must_use]
    pub fn to_input(&self) -> ConnectorInput<'_> {
        ConnectorInput::new(self.common(), self.connector_type(), self.scope_entries())
    }
}

impl AnyConnector {
    /// Returns the registration payload, which borrows from the connector. Does not allocate.
    #[must_use]
    pub fn to_input(&self) -> ConnectorInput<'_> {
        ConnectorInput::new(self.common(), self.connector_type(), self.scope_entries())
    }
}

impl<K: Kind> Serialize for Connector<K> {
    /// Serializes the inner object of the payload: `{"id":…}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_input().serialize_fields(serializer)
    }
}

impl Serialize for AnyConnector {
    /// Serializes the inner object of the payload: `{"id":…}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_input().serialize_fields(serializer)
    }
}

impl Serialize for ConnectorInput<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Fields<'a>(&'a ConnectorInput<'a>);

        impl Serialize for Fields<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize_fields(serializer)
            }
        }

        let mut payload = serializer.serialize_struct("ConnectorInput", 1)?;
        payload.serialize_field("input", &Fields(self))?;
        payload.end()
    }
}
