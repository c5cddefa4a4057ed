//! The typestate builder of connectors.

use std::fmt;
use std::marker::PhantomData;

use crate::connector::argument::{IdValue, NameValue, ScopeItemOf, ScopeList};
use crate::connector::connector::Connector;
use crate::connector::draft::{Draft, InvalidConnector};
use crate::connector::kind::{self, Kind};
use crate::connector::stage::{
    Absent, Built, Given, HasScope, IdGiven, IdSetOnce, Missing, NameGiven, NameSetOnce, Optional,
    ScopeGiven, ScopeSetOnce,
};
use crate::value::callback_uri::CallbackUri;
use crate::value::settings::{EnrichmentResolution, Settings};

macro_rules! entry_points {
    ($($(#[$doc:meta])+ $name:ident: $kind:ident;)+) => {$(
        impl Connector<kind::$kind> {
            $(#[$doc])+
            pub fn $name() -> ConnectorBuilder<kind::$kind> {
                ConnectorBuilder::new()
            }
        }
    )+};
}

entry_points! {
    /// Creates a builder of an external import connector, which has no scope.
    ///
    /// ```
    /// use opencti_connector::Connector;
    ///
    /// let connector = Connector::external_import()
    ///     .id("fae73097-aa2c-4460-96ee-1aa975ce1945")
    ///     .name("MISP")
    ///     .build()?;
    /// # Ok::<(), opencti_connector::InvalidConnector>(())
    /// ```
    ///
    /// The platform never uses the scope of such a connector, so setting one does not compile:
    ///
    /// ```compile_fail,E0277
    /// use opencti_connector::{Connector, EntityType};
    ///
    /// let connector = Connector::external_import()
    ///     .id("fae73097-aa2c-4460-96ee-1aa975ce1945")
    ///     .name("MISP")
    ///     .scope([EntityType::Indicator]) // external import connectors have no scope
    ///     .build();
    /// ```
    external_import: ExternalImport;

    /// Creates a builder of a file import connector, whose scope lists MIME types.
    ///
    /// ```
    /// use opencti_connector::{Connector, mime};
    ///
    /// let connector = Connector::internal_import_file()
    ///     .id("f2637f59-2103-4e1b-b250-7825e3033122")
    ///     .name("ImportFileStix")
    ///     .scope([mime::APPLICATION_JSON, mime::TEXT_XML])
    ///     .build()?;
    /// # Ok::<(), opencti_connector::InvalidConnector>(())
    /// ```
    internal_import_file: InternalImportFile;

    /// Creates a builder of an enrichment connector, whose scope lists entity types.
    ///
    /// ```
    /// use opencti_connector::{Connector, EntityType};
    ///
    /// let connector = Connector::internal_enrichment()
    ///     .id("82b58916-a654-4cd4-81de-700eb72a5c94")
    ///     .name("Shodan")
    ///     .scope([EntityType::Ipv4Addr, EntityType::Indicator])
    ///     .build()?;
    /// # Ok::<(), opencti_connector::InvalidConnector>(())
    /// ```
    ///
    /// Without a scope the platform would call it for every entity, so that does not compile:
    ///
    /// ```compile_fail,E0277
    /// use opencti_connector::Connector;
    ///
    /// let connector = Connector::internal_enrichment()
    ///     .id("82b58916-a654-4cd4-81de-700eb72a5c94")
    ///     .name("Shodan")
    ///     .build(); // this enrichment connector has no scope
    /// ```
    internal_enrichment: InternalEnrichment;

    /// Creates a builder of an analysis connector, whose optional scope lists MIME types.
    ///
    /// ```
    /// use opencti_connector::{Connector, mime};
    ///
    /// let connector = Connector::internal_analysis()
    ///     .id("4dffd77c-ec11-4abe-bca7-fd997f79fa36")
    ///     .name("ImportDocumentAnalysis")
    ///     .scope([mime::APPLICATION_PDF, mime::TEXT_PLAIN, mime::TEXT_HTML])
    ///     .build()?;
    /// # Ok::<(), opencti_connector::InvalidConnector>(())
    /// ```
    internal_analysis: InternalAnalysis;

    /// Creates a builder of a file export connector, whose scope lists MIME types.
    ///
    /// ```
    /// use opencti_connector::{Connector, mime};
    ///
    /// let connector = Connector::internal_export_file()
    ///     .id("a7b2e6d1-3f4c-4d5e-8a9b-1c2d3e4f5a6b")
    ///     .name("ExportFileCsv")
    ///     .scope([mime::TEXT_CSV])
    ///     .build()?;
    /// # Ok::<(), opencti_connector::InvalidConnector>(())
    /// ```
    internal_export_file: InternalExportFile;

    /// Creates a builder of a stream connector, which has no scope.
    ///
    /// ```
    /// use opencti_connector::Connector;
    ///
    /// let connector = Connector::stream()
    ///     .id("9257254e-b4ef-4592-ab11-6d37d4aa321f")
    ///     .name("Google SecOps SIEM")
    ///     .build()?;
    /// # Ok::<(), opencti_connector::InvalidConnector>(())
    /// ```
    stream: Stream;
}

/// Defines setters of the settings.
macro_rules! setters {
    ($($(#[$doc:meta])+ $name:ident($value:ty);)+) => {$(
        $(#[$doc])+
        #[inline]
        pub fn $name(mut self, $name: $value) -> Self {
            self.draft.settings.$name = $name;
            self
        }
    )+};
}

/// Defines setters of the optional texts of the settings, each with a variant that accepts an
/// `Option`.
macro_rules! text_setters {
    ($($(#[$doc:meta])+ $name:ident($value:ty), $name_opt:ident;)+) => {$(
        $(#[$doc])+
        #[inline]
        pub fn $name(self, $name: impl Into<$value>) -> Self {
            self.$name_opt(Some($name))
        }

        #[doc = concat!("Like [`", stringify!($name), "`](Self::", stringify!($name), "), but `None` unsets the value.")]
        #[inline]
        pub fn $name_opt(mut self, $name: Option<impl Into<$value>>) -> Self {
            self.draft.settings.$name = $name.map(Into::into);
            self
        }
    )+};
}

/// The builder of a [`Connector`]. The compiler checks the rules of its kind.
///
/// Create one with any of the six entry points, e.g. [`Connector::internal_enrichment`]. Call the
/// setters in any order. `id` and `name` are required, as is `scope` if the kind requires one, and
/// each can be set only once. Setters accept invalid values without an error;
/// [`build`](Self::build) then reports all faults at once.
///
/// ```
/// use opencti_connector::{Connector, EnrichmentResolution, EntityScope, EntityType, connector_id};
///
/// let connector = Connector::internal_enrichment()
///     .id(connector_id!("550e8400-e29b-41d4-a716-446655440000")) // or any text
///     .name("Shodan InternetDB")
///     .scope("IPv4-Addr,Report".parse::<EntityScope>()?) // or an array, `Vec` or slice
///     .auto(true)
///     .auto_update(true)
///     .enrichment_resolution(EnrichmentResolution::StixBundle)
///     .playbook_compatible(true)
///     .version("1.4.0")
///     .slug_opt(None::<String>)
///     .build()?;
/// assert!(connector.scope().contains(&EntityType::Report));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Types
///
/// You rarely write the type parameters. `K` is the [kind](crate::kind) of connector. `Id`, `Name`
/// and `Scope` are [states](crate::state) that record which values are set. A value starts as
/// [`Missing`] and becomes [`Given`]. The scope starts as [`Absent`] if the kind has none, and as
/// [`Optional`] for an analysis connector; `<K as Kind>::Start` is its first state.
///
/// A helper for builders in any state can call the optional setters:
///
/// ```
/// use opencti_connector::{Connector, ConnectorBuilder, kind::Kind};
///
/// fn ours<K: Kind, I, N, S>(builder: ConnectorBuilder<K, I, N, S>) -> ConnectorBuilder<K, I, N, S> {
///     builder.playbook_compatible(true).version(env!("CARGO_PKG_VERSION"))
/// }
///
/// let connector = ours(Connector::stream())
///     .id("550e8400-e29b-41d4-a716-446655440000")
///     .name("Splunk")
///     .build()?;
/// assert!(connector.playbook_compatible());
/// # Ok::<(), opencti_connector::InvalidConnector>(())
/// ```
///
/// Optional setters do not change the type of the builder, so you can call them conditionally:
///
/// ```
/// use opencti_connector::Connector;
///
/// # let in_playbooks = true;
/// let mut builder = Connector::stream()
///     .id("550e8400-e29b-41d4-a716-446655440000")
///     .name("Splunk");
/// if in_playbooks {
///     builder = builder.playbook_compatible(true);
/// }
/// let connector = builder.build()?;
/// # Ok::<(), opencti_connector::InvalidConnector>(())
/// ```
///
/// `id`, `name` and `scope` change the type, so choose their argument instead of the call. A helper
/// that sets one of them names the states before and after:
///
/// ```
/// use opencti_connector::kind::Kind;
/// use opencti_connector::state::{Given, Missing};
/// use opencti_connector::{Connector, ConnectorBuilder};
///
/// fn named<K: Kind, I, S>(
///     builder: ConnectorBuilder<K, I, Missing, S>,
///     in_production: bool,
/// ) -> ConnectorBuilder<K, I, Given, S> {
///     builder.name(if in_production { "Splunk" } else { "Splunk (staging)" })
/// }
///
/// let builder = named(Connector::stream(), false);
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `.build()` is called"]
pub struct ConnectorBuilder<K: Kind, Id = Missing, Name = Missing, Scope = <K as Kind>::Start> {
    /// Boxed, so that each setter moves only a pointer.
    draft: Box<Draft<K::Scope>>,
    state: PhantomData<(Id, Name, Scope)>,
}

impl<K: Kind, Id, Name, Scope> fmt::Debug for ConnectorBuilder<K, Id, Name, Scope> {
    /// Prints the valid values set so far.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let draft = &*self.draft;
        f.debug_struct("ConnectorBuilder")
            .field("id", &draft.id)
            .field("name", &draft.name)
            .field("scope", &draft.scope)
            .field("settings", &draft.settings)
            .finish_non_exhaustive()
    }
}

impl<K: Kind> ConnectorBuilder<K> {
    #[inline]
    fn new() -> Self {
        Self {
            draft: Box::default(),
            state: PhantomData,
        }
    }
}

impl<K: Kind, Name, Scope> ConnectorBuilder<K, Missing, Name, Scope> {
    /// Sets the id: text, a [`ConnectorId`](crate::ConnectorId) or a [`Uuid`](crate::uuid::Uuid).
    ///
    /// The id is a hyphenated UUIDv4, e.g. `550e8400-e29b-41d4-a716-446655440000`. To check a
    /// literal at compile time, use [`connector_id!`](crate::connector_id).
    #[inline]
    pub fn id(mut self, id: impl IdValue) -> ConnectorBuilder<K, Given, Name, Scope> {
        self.draft.id = self.draft.findings.valid(id.value());
        self.into_state()
    }
}

impl<K: Kind, Id, Scope> ConnectorBuilder<K, Id, Missing, Scope> {
    /// Sets the name that analysts see: text of 2 to 512 characters, or a
    /// [`ConnectorName`](crate::ConnectorName).
    #[inline]
    pub fn name(mut self, name: impl NameValue) -> ConnectorBuilder<K, Id, Given, Scope> {
        self.draft.name = self.draft.findings.valid(name.value());
        self.into_state()
    }
}

impl<K: Kind, Id, Name> ConnectorBuilder<K, Id, Name, Missing> {
    /// Sets the scope: entity types for an enrichment connector, MIME types for a file connector.
    ///
    /// Accepts an array, `Vec` or slice of items, or an [`EntityScope`](crate::EntityScope) or
    /// [`MimeScope`](crate::MimeScope), each owned or borrowed. Parse text into one of the latter
    /// two first. For an empty list, [`build`](Self::build) returns an error.
    ///
    /// Items that the platform would never match do not compile:
    ///
    /// ```compile_fail,E0277
    /// use opencti_connector::{Connector, mime};
    ///
    /// // `Mime` cannot be listed in the scope of an enrichment connector
    /// let builder = Connector::internal_enrichment().scope([mime::TEXT_PLAIN]);
    /// ```
    #[inline]
    #[doc(alias = "mime")]
    pub fn scope<T>(self, list: impl ScopeList<Item = T>) -> ConnectorBuilder<K, Id, Name, Given>
    where
        T: ScopeItemOf<K>,
    {
        self.with_scope(list)
    }
}

impl<K: Kind, Id, Name> ConnectorBuilder<K, Id, Name, Optional> {
    /// Sets the optional scope of an analysis connector: the MIME types that it analyzes, e.g.
    /// `application/pdf`.
    #[inline]
    #[doc(alias = "mime")]
    pub fn scope<T>(self, list: impl ScopeList<Item = T>) -> ConnectorBuilder<K, Id, Name, Given>
    where
        T: ScopeItemOf<K>,
    {
        self.with_scope(list)
    }
}

impl<K: Kind, Id, Name, Scope> ConnectorBuilder<K, Id, Name, Scope> {
    setters! {
        /// Sets whether the platform runs the connector automatically. Default: false. See
        /// [`Settings::auto`].
        auto(bool);
        /// Sets whether the connector imports only files that belong to an entity. Default: false.
        /// See [`Settings::only_contextual`].
        only_contextual(bool);
        /// Sets whether playbooks can use the connector as a step. Default: false. See
        /// [`Settings::playbook_compatible`].
        playbook_compatible(bool);
        /// Sets whether the platform also runs the connector automatically on updates. Default:
        /// false. See [`Settings::auto_update`].
        auto_update(bool);
        /// Sets which STIX data the platform sends with an entity. Default:
        /// [`None`](EnrichmentResolution::None). See [`Settings::enrichment_resolution`].
        enrichment_resolution(EnrichmentResolution);
    }

    text_setters! {
        /// Sets the URI to which the platform sends messages over HTTP instead of RabbitMQ, e.g.
        /// `https://connector:7070/api/callback`. See [`Settings::listen_callback_uri`].
        listen_callback_uri(CallbackUri), listen_callback_uri_opt;
        /// Sets the intent that the connector serves in XTM One, e.g. `cti.stix_harvester`. See
        /// [`Settings::xtm_one_intent`].
        xtm_one_intent(String), xtm_one_intent_opt;
        /// Sets the connector's own version, e.g. `1.4.0`. See [`Settings::version`].
        version(String), version_opt;
        /// Sets the connector's name in the catalogue, e.g. `splunk`. See [`Settings::slug`].
        slug(String), slug_opt;
    }

    /// Replaces all optional values. Later setters override single ones.
    #[inline]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.draft.settings = settings;
        self
    }

    /// Validates the values and returns the connector.
    ///
    /// Compiles once all values that the kind requires are set.
    ///
    /// ```
    /// use opencti_connector::{Connector, Field};
    ///
    /// let error = Connector::stream().id("ChangeMe").name("X").build().unwrap_err();
    /// let fields: Vec<Field> = error.faults().iter().map(|fault| fault.field()).collect();
    /// assert_eq!(fields, [Field::Id, Field::Name]);
    /// ```
    ///
    /// # Errors
    ///
    /// If a value is invalid. The error lists every fault of every field.
    #[inline]
    pub fn build(self) -> Result<Connector<K>, InvalidConnector>
    where
        Id: IdGiven,
        Name: NameGiven,
        Scope: ScopeGiven<K>,
    {
        self.draft.into_connector()
    }

    #[inline]
    fn with_scope<T>(
        mut self,
        list: impl ScopeList<Item = T>,
    ) -> ConnectorBuilder<K, Id, Name, Given>
    where
        T: ScopeItemOf<K>,
    {
        let scope = T::scope_of(list.into_vec());
        self.draft.scope = self.draft.findings.valid(scope);
        self.into_state()
    }

    #[inline]
    fn into_state<I, N, S>(self) -> ConnectorBuilder<K, I, N, S> {
        ConnectorBuilder {
            draft: self.draft,
            state: PhantomData,
        }
    }
}

/// Defines the calls that are illegal in a state. Each has a bound that nothing satisfies and whose
/// message is the compile error.
macro_rules! illegal {
    ($(<$($state:ident),*> [$($given:ty),+] $name:ident: $bound:ident;)+) => {$(
        impl<K: Kind, $($state),*> ConnectorBuilder<K, $($given),+> {
            #[doc(hidden)]
            pub fn $name<T>(self, _value: T) -> Self
            where
                K: $bound,
            {
                self
            }
        }
    )+};
}

illegal! {
    <Name, Scope> [Given, Name, Scope] id: IdSetOnce;
    <Id, Scope> [Id, Given, Scope] name: NameSetOnce;
    <Id, Name> [Id, Name, Given] scope: ScopeSetOnce;
    <Id, Name> [Id, Name, Absent] scope: HasScope;
}

impl<K: Kind, Id, Name, Scope> ConnectorBuilder<K, Id, Name, Scope> {
    #[doc(hidden)]
    pub fn to_input(&self)
    where
        K: Built,
    {
    }
}
