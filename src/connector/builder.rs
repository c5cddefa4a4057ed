//! The builder of connectors.

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
    /// A builder of an external import connector, which has no scope.
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
    /// The platform never looks at the scope of such a connector, so it cannot be given one:
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

    /// A builder of a file import connector, whose scope lists MIME types.
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

    /// A builder of an enrichment connector, whose scope lists entity types.
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
    /// Without a scope it would be called for everything, so it does not compile:
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

    /// A builder of an analysis connector, whose scope lists MIME types and may be left out.
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

    /// A builder of a file export connector, whose scope lists MIME types.
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

    /// A builder of a stream connector, which has no scope.
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

/// Setters that replace a value of the settings.
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

/// Setters of a text of the settings, and of one that there may not be.
macro_rules! text_setters {
    ($($(#[$doc:meta])+ $name:ident($value:ty), $name_opt:ident;)+) => {$(
        $(#[$doc])+
        #[inline]
        pub fn $name(self, $name: impl Into<$value>) -> Self {
            self.$name_opt(Some($name))
        }

        #[doc = concat!("As [`", stringify!($name), "`](Self::", stringify!($name), "), or unsets it.")]
        #[inline]
        pub fn $name_opt(mut self, $name: Option<impl Into<$value>>) -> Self {
            self.draft.settings.$name = $name.map(Into::into);
            self
        }
    )+};
}

/// The builder of a [`Connector`], by which the compiler enforces the rules of its kind.
///
/// It comes from one of the six entry points, such as [`Connector::internal_enrichment`]. Setters
/// can be called in any order; `id` and `name` are required and set once, as is `scope` where the
/// kind has one. Values that turn out faulty do not interrupt the chain: [`build`](Self::build)
/// lists all faults at once.
///
/// # Types
///
/// You seldom write the parameters out. `K` is the [kind](crate::kind) of connector. `Id`, `Name` and
/// `Scope` say what has been given so far: each is one of the states in [`state`](crate::state). All
/// start as [`Missing`], but for the scope of a kind that has none, which is [`Absent`] for good, and
/// that of an analysis connector, which is [`Optional`]; `<K as Kind>::Start` is that state. A helper
/// over builders in any state may call the optional setters:
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
/// The optional setters leave the type as it is, so that they can be called conditionally:
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
/// Those that are set once change the type, so that what they take is chosen before:
///
/// ```
/// use opencti_connector::Connector;
///
/// # let in_production = true;
/// let name = if in_production { "Splunk" } else { "Splunk (staging)" };
/// let builder = Connector::stream().name(name);
/// ```
///
/// A helper that sets some of them names the states before and after:
///
/// ```
/// use opencti_connector::kind::Kind;
/// use opencti_connector::state::{Given, Missing};
/// use opencti_connector::{Connector, ConnectorBuilder};
///
/// fn named<K: Kind, I, S>(
///     builder: ConnectorBuilder<K, I, Missing, S>,
/// ) -> ConnectorBuilder<K, I, Given, S> {
///     builder.name("Splunk")
/// }
///
/// let builder = named(Connector::stream());
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `.build()` is called"]
pub struct ConnectorBuilder<K: Kind, Id = Missing, Name = Missing, Scope = <K as Kind>::Start> {
    /// Boxed, so that each setter hands on a pointer.
    draft: Box<Draft<K::Scope>>,
    state: PhantomData<(Id, Name, Scope)>,
}

impl<K: Kind, Id, Name, Scope> fmt::Debug for ConnectorBuilder<K, Id, Name, Scope> {
    /// Shows what has been given so far, and is not faulty.
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
    /// A literal is checked at compile time with [`connector_id!`](crate::connector_id).
    ///
    /// ```
    /// use opencti_connector::{Connector, connector_id};
    ///
    /// let from_text = Connector::stream().id("550e8400-e29b-41d4-a716-446655440000");
    /// let checked = Connector::stream().id(connector_id!("550e8400-e29b-41d4-a716-446655440000"));
    /// ```
    #[inline]
    pub fn id(mut self, id: impl IdValue) -> ConnectorBuilder<K, Given, Name, Scope> {
        self.draft.id = self.draft.findings.valid(id.value());
        self.into_state()
    }
}

impl<K: Kind, Id, Scope> ConnectorBuilder<K, Id, Missing, Scope> {
    /// Sets the name: text or a [`ConnectorName`](crate::ConnectorName).
    ///
    /// ```
    /// use opencti_connector::Connector;
    ///
    /// let builder = Connector::stream().name("Splunk");
    /// ```
    #[inline]
    pub fn name(mut self, name: impl NameValue) -> ConnectorBuilder<K, Id, Given, Scope> {
        self.draft.name = self.draft.findings.valid(name.value());
        self.into_state()
    }
}

impl<K: Kind, Id, Name> ConnectorBuilder<K, Id, Name, Missing> {
    /// Sets the scope: a list of entity types for enrichment, of MIME types for files.
    ///
    /// An array, a `Vec` or a slice of items, owned or borrowed, or a ready
    /// [`EntityScope`](crate::EntityScope) or [`MimeScope`](crate::MimeScope), to which text is
    /// parsed. An empty list is refused by [`build`](Self::build); written out, it has to say of
    /// what, as in `Vec::<EntityType>::new()`.
    ///
    /// ```
    /// use opencti_connector::{Connector, EntityScope, EntityType};
    ///
    /// let listed = Connector::internal_enrichment().scope([EntityType::Report]);
    /// let parsed = Connector::internal_enrichment()
    ///     .scope("Report,Indicator".parse::<EntityScope>()?);
    /// # Ok::<(), opencti_connector::InvalidValue>(())
    /// ```
    ///
    /// What the platform cannot match does not compile:
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
    /// Sets the scope of an analysis connector, which may do without: a list of MIME types.
    ///
    /// ```
    /// use opencti_connector::{Connector, mime};
    ///
    /// let builder = Connector::internal_analysis().scope([mime::APPLICATION_PDF]);
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

impl<K: Kind, Id, Name, Scope> ConnectorBuilder<K, Id, Name, Scope> {
    setters! {
        /// Sets whether it runs without being asked; see [`Settings::auto`].
        auto(bool);
        /// Sets whether it imports files only into an entity; see [`Settings::only_contextual`].
        only_contextual(bool);
        /// Sets whether it can be a step of a playbook; see [`Settings::playbook_compatible`].
        playbook_compatible(bool);
        /// Sets whether it updates entities when they change; see [`Settings::auto_update`].
        auto_update(bool);
        /// Sets what the platform sends along with an entity; see
        /// [`Settings::enrichment_resolution`].
        enrichment_resolution(EnrichmentResolution);
    }

    text_setters! {
        /// Sets where messages are delivered over HTTP; see [`Settings::listen_callback_uri`].
        listen_callback_uri(CallbackUri), listen_callback_uri_opt;
        /// Sets the intent that it serves in XTM One; see [`Settings::xtm_one_intent`].
        xtm_one_intent(String), xtm_one_intent_opt;
        /// Sets its version; see [`Settings::version`].
        version(String), version_opt;
        /// Sets its name in the catalogue; see [`Settings::slug`].
        slug(String), slug_opt;
    }

    /// Replaces all the optional values; a setter after it changes one of them.
    #[inline]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.draft.settings = settings;
        self
    }

    /// The connector, once what its kind requires is given.
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
    /// When a value breaks the rules of its type; the error lists every fault of every field.
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

/// The calls that are not legal in a state, each with a bound that nothing meets and that words the
/// error.
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
