//! The fields of a registration, and the set of them that a platform accepts.

use std::fmt;

use crate::value::text::text_value;

/// A field of the platform's `RegisterConnectorInput`, as named in faults and in the payload.
///
/// ```
/// use opencti_connector::Field;
///
/// assert_eq!(Field::ListenCallbackUri.as_str(), "listen_callback_uri");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Field {
    /// `id` (since platform 2.0.0): the connector's UUIDv4.
    Id,
    /// `name` (since platform 2.0.0): the name that analysts see.
    Name,
    /// `type` (since platform 2.0.0): the connector type, e.g. `INTERNAL_ENRICHMENT`.
    Type,
    /// `scope` (since platform 2.0.0): the entity types or MIME types that the connector handles.
    Scope,
    /// `auto` (since platform 4.0.0): whether the connector runs automatically.
    Auto,
    /// `auto_update` (since platform 6.8.9): whether the connector runs again when an entity
    /// changes.
    AutoUpdate,
    /// `enrichment_resolution` (since platform 6.8.9): the STIX data that the platform sends with
    /// an entity.
    EnrichmentResolution,
    /// `only_contextual` (since platform 4.5.0): whether the connector imports only files that
    /// belong to an entity.
    OnlyContextual,
    /// `playbook_compatible` (since platform 5.11.0): whether playbooks can use the connector.
    PlaybookCompatible,
    /// `listen_callback_uri` (since platform 6.5.7): the URI that receives messages over HTTP.
    ListenCallbackUri,
    /// `version` (since platform 7.261008.0): the connector's own version, e.g. `1.4.0`.
    Version,
    /// `slug` (since platform 7.261008.0): the connector's name in the catalogue, e.g. `splunk`.
    Slug,
    /// `xtm_one_intent` (since platform 7.260527.0): the XTM One intent that the connector serves.
    XtmOneIntent,
}

impl Field {
    /// All fields, in the order in which pycti 7.261026.0 sends them.
    pub const ALL: &'static [Self] = &[
        Self::Id,
        Self::Name,
        Self::Type,
        Self::Scope,
        Self::Auto,
        Self::AutoUpdate,
        Self::EnrichmentResolution,
        Self::OnlyContextual,
        Self::PlaybookCompatible,
        Self::ListenCallbackUri,
        Self::Version,
        Self::Slug,
        Self::XtmOneIntent,
    ];

    /// Returns the field's name in the payload.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Type => "type",
            Self::Scope => "scope",
            Self::Auto => "auto",
            Self::AutoUpdate => "auto_update",
            Self::EnrichmentResolution => "enrichment_resolution",
            Self::OnlyContextual => "only_contextual",
            Self::PlaybookCompatible => "playbook_compatible",
            Self::ListenCallbackUri => "listen_callback_uri",
            Self::Version => "version",
            Self::Slug => "slug",
            Self::XtmOneIntent => "xtm_one_intent",
        }
    }

    /// Returns the field with this name. `None` if the payload has no such field.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut fields = Self::ALL.iter().copied();
        fields.find(|field| field.as_str() == name)
    }
}

text_value!(Field: prints);

/// The fields of `RegisterConnectorInput` that a platform accepts.
///
/// Always contains `id`, `name` and `type`. Get the set from the platform itself
/// ([`from_names`](Self::from_names)) or from its version ([`for_version`](Self::for_version)).
///
/// ```
/// use opencti_connector::{Field, RegisterConnectorFields};
///
/// let fields = RegisterConnectorFields::for_version("7.260527.0")?;
/// assert!(fields.contains(Field::XtmOneIntent));
/// assert!(!fields.contains(Field::Slug));
///
/// let fields = RegisterConnectorFields::from_names(["id", "name", "type", "scope", "later"]);
/// assert!(fields.iter().eq([Field::Id, Field::Name, Field::Type, Field::Scope]));
/// # Ok::<(), opencti_connector::InvalidVersion>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RegisterConnectorFields(u16);

impl RegisterConnectorFields {
    /// All fields that this crate can send, i.e. those of platform 7.261008.0 and later.
    pub const ALL: Self = Self::NONE.with_each(Field::ALL);

    const NONE: Self = Self(0);
    const ALWAYS: Self = Self::NONE.with_each(&[Field::Id, Field::Name, Field::Type]);

    /// Returns the fields with these names, as listed by an introspection of
    /// `RegisterConnectorInput`.
    ///
    /// Ignores names that this crate does not know.
    #[must_use]
    pub fn from_names<I>(names: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        names
            .into_iter()
            .filter_map(|name| Field::named(name.as_ref()))
            .fold(Self::ALWAYS, Self::with)
    }

    /// Returns whether the platform accepts the field.
    #[must_use]
    pub const fn contains(&self, field: Field) -> bool {
        self.0 & Self::NONE.with(field).0 != 0
    }

    pub(crate) const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Returns the fields in the order of the payload.
    pub fn iter(&self) -> impl Iterator<Item = Field> + use<> {
        let accepted = *self;
        let fields = Field::ALL.iter().copied();
        fields.filter(move |field| accepted.contains(*field))
    }

    const fn with(self, field: Field) -> Self {
        Self(self.0 | 1 << field as u16)
    }

    const fn with_each(mut self, mut fields: &[Field]) -> Self {
        while let [first, rest @ ..] = fields {
            self = self.with(*first);
            fields = rest;
        }
        self
    }

    pub(crate) const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl fmt::Debug for RegisterConnectorFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(Field::as_str))
            .finish()
    }
}
