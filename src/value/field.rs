//! The members of a registration.

use std::fmt;

use crate::value::text::text_value;

/// A member of the platform's `RegisterConnectorInput`: what a fault is about, and what a payload
/// holds.
///
/// ```
/// use opencti_connector::Field;
///
/// assert_eq!(Field::ListenCallbackUri.as_str(), "listen_callback_uri");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Field {
    /// The id (platform 2.0.0): `id`.
    Id,
    /// The name (platform 2.0.0): `name`.
    Name,
    /// The type (platform 2.0.0): `type`.
    Type,
    /// The scope (platform 2.0.0): `scope`.
    Scope,
    /// Whether it runs without being asked (platform 4.0.0): `auto`.
    Auto,
    /// Whether it updates entities by itself (platform 6.8.9): `auto_update`.
    AutoUpdate,
    /// What is sent along with an entity (platform 6.8.9): `enrichment_resolution`.
    EnrichmentResolution,
    /// Whether it imports files only into an entity (platform 4.5.0): `only_contextual`.
    OnlyContextual,
    /// Whether it can be a step of a playbook (platform 5.11.0): `playbook_compatible`.
    PlaybookCompatible,
    /// Where messages are delivered over HTTP (platform 6.5.7): `listen_callback_uri`.
    ListenCallbackUri,
    /// Its version (platform 7.261008.0): `version`.
    Version,
    /// Its name in the catalogue (platform 7.261008.0): `slug`.
    Slug,
    /// The intent that it serves in XTM One (platform 7.260527.0): `xtm_one_intent`.
    XtmOneIntent,
}

impl Field {
    /// All members, in the order in which pycti 7.261026.0 sends them.
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

    /// The member's name in the payload.
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

    /// The member of this name, if there is one.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut members = Self::ALL.iter().copied();
        members.find(|field| field.as_str() == name)
    }
}

text_value!(Field: prints);

/// The members of `RegisterConnectorInput` that a platform accepts.
///
/// `id`, `name` and `type` are always among them.
///
/// ```
/// use opencti_connector::{Field, RegisterConnectorFields};
///
/// let fields = RegisterConnectorFields::for_version("6.5.7")?;
/// assert!(fields.contains(Field::ListenCallbackUri));
/// assert!(!fields.contains(Field::AutoUpdate));
/// # Ok::<(), opencti_connector::InvalidVersion>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RegisterConnectorFields(u16);

impl RegisterConnectorFields {
    /// All members that this crate can send: those of platform 7.261008.0 and later.
    pub const ALL: Self = Self::NONE.with_each(Field::ALL);

    const NONE: Self = Self(0);
    const ALWAYS: Self = Self::NONE.with_each(&[Field::Id, Field::Name, Field::Type]);

    /// The members of these names, as an introspection of `RegisterConnectorInput` lists them;
    /// names that are not members are ignored.
    ///
    /// ```
    /// use opencti_connector::{Field, RegisterConnectorFields};
    ///
    /// let fields = RegisterConnectorFields::from_names(["id", "name", "type", "scope", "later"]);
    /// assert!(fields.iter().eq([Field::Id, Field::Name, Field::Type, Field::Scope]));
    /// ```
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

    /// Whether the platform accepts the member.
    #[must_use]
    pub const fn contains(&self, field: Field) -> bool {
        self.0 & Self::NONE.with(field).0 != 0
    }

    pub(crate) const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The members, in the order of the payload.
    pub fn iter(&self) -> impl Iterator<Item = Field> + use<> {
        let fields = *self;
        let members = Field::ALL.iter().copied();
        members.filter(move |field| fields.contains(*field))
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
