//! Objects that are sent together.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::stix::error::{Error, Refused};
use crate::stix::id::{StixId, id_of, imprecise_time};
use crate::stix::members::{Members, push_text, rewrite};
use crate::stix::order::{Edge, Kind, Vertex};
use crate::stix::supported::Support;
use crate::stix::texts::{Span, Texts};
use crate::stix::warning::BundleWarning;
use crate::value::version::PlatformVersion;

/// Objects that are sent together.
///
/// An object is whatever serializes as one: JSON, the types of this crate, those of any STIX crate.
/// It is kept as text; one without an `id` gets its [deterministic id](crate::stix::id_of), by
/// which others refer to it. The same object may be added again; it is sent once.
///
/// ```
/// use opencti_connector::stix::{self, Bundle, Tlp};
/// use serde_json::json;
///
/// let mut bundle = Bundle::new();
/// let address = bundle.push(json!({"type": "ipv4-addr", "value": "198.51.100.7"}))?;
/// bundle.push(json!({
///     "type": "note",
///     "content": "Seen in scans of port 22.",
///     "object_marking_refs": [Tlp::Green.id()],
///     "object_refs": [address],
/// }))?;
/// assert_eq!(bundle.len(), 2);
///
/// let split = bundle.split();
/// assert!(split.parts()[0].to_json().contains("198.51.100.7"), "what is referred to comes first");
/// # Ok::<(), stix::Error>(())
/// ```
#[derive(Clone)]
pub struct Bundle {
    id: String,
    pub(super) texts: Texts,
    pub(super) objects: Vec<Pushed>,
    /// As `objects`, for the order.
    pub(super) vertices: Vec<Vertex>,
    pub(super) edges: Vec<Edge>,
    names: HashMap<Box<str>, usize>,
    /// For each name whether the platform takes objects of its type.
    pub(super) support: Vec<Support>,
    /// Internal ids, as names, each with its object.
    pub(super) aliases: Vec<(usize, usize)>,
    /// What is wrong with times in ids.
    pub(super) imprecise: Option<BundleWarning>,
    pub(super) options: Options,
}

/// An object of a bundle.
#[derive(Clone, Debug)]
pub(super) struct Pushed {
    pub(super) text: Span,
    /// The number of its id.
    pub(super) name: usize,
    /// Whether more than references may have to be written anew.
    pub(super) is_rewritten: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Options {
    pub(super) update: bool,
    pub(super) cleaned_up: bool,
    pub(super) unsplit: bool,
    pub(super) platform: Option<PlatformVersion>,
}

impl Bundle {
    /// A bundle without objects.
    #[must_use]
    pub fn new() -> Self {
        Self::with_id(format!("bundle--{}", Uuid::new_v4()))
    }

    fn with_id(id: String) -> Self {
        Self {
            id,
            texts: Texts::default(),
            objects: Vec::new(),
            vertices: Vec::new(),
            edges: Vec::new(),
            names: HashMap::new(),
            support: Vec::new(),
            aliases: Vec::new(),
            imprecise: None,
            options: Options::default(),
        }
    }

    /// A bundle from its text, or from that of a list of objects.
    ///
    /// A `String` is taken over, not copied; its objects stay where they are in it.
    ///
    /// ```
    /// use opencti_connector::stix::{self, Bundle};
    ///
    /// let bundle = Bundle::from_json(r#"{
    ///     "type": "bundle",
    ///     "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d",
    ///     "objects": [{"type": "domain-name", "value": "example.org"}]
    /// }"#)?;
    /// assert_eq!(bundle.id(), "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d");
    /// assert_eq!(bundle.len(), 1);
    /// # Ok::<(), stix::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the text is not JSON, neither a bundle nor a list, or when one of its objects is not a
    /// STIX object or cannot be identified; all that are so are listed.
    pub fn from_json(text: impl Into<String>) -> Result<Self, Error> {
        #[derive(Deserialize)]
        #[serde(expecting = "a bundle")]
        struct Whole<'a> {
            #[serde(borrow)]
            id: Option<Cow<'a, str>>,
            #[serde(borrow)]
            objects: Option<Vec<&'a RawValue>>,
        }

        let mut texts = Texts::default();
        let chunk = texts.take(text.into());
        let text = texts.chunk(chunk);
        let (id, objects) = match text.trim_start().bytes().next() {
            Some(b'[') => (None, serde_json::from_str(&text)?),
            Some(b'{') => {
                let whole: Whole<'_> = serde_json::from_str(&text)?;
                (whole.id, whole.objects.ok_or(Error::NotABundle)?)
            }
            _ => {
                serde_json::from_str::<serde::de::IgnoredAny>(&text)?;
                return Err(Error::NotABundle);
            }
        };
        let mut bundle = match id {
            Some(id) => Self::with_id(id.into_owned()),
            None => Self::new(),
        };
        bundle.texts = texts;
        bundle.objects.reserve(objects.len());
        bundle.vertices.reserve(objects.len());
        bundle.names.reserve(objects.len());
        bundle.support.reserve(objects.len());
        bundle.all(objects.into_iter(), |bundle, object| {
            bundle.note(object.get(), |texts| texts.span_of(chunk, object.get()))
        })?;
        Ok(bundle)
    }

    /// Adds an object and gives its id: the one that it has, else the
    /// [deterministic](crate::stix::id_of) one.
    ///
    /// # Errors
    ///
    /// When the value is not an object with a `type`, or has no `id` and cannot be identified.
    pub fn push(&mut self, object: impl Serialize) -> Result<StixId, Error> {
        let text = serde_json::to_string(&object)?;
        self.note(&text, |texts| texts.add(&text))
    }

    /// Adds objects: all, or none if one is refused.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push); all objects that are refused are listed.
    pub fn extend<T: Serialize>(
        &mut self,
        objects: impl IntoIterator<Item = T>,
    ) -> Result<(), Error> {
        let before = (self.objects.len(), self.edges.len(), self.aliases.len());
        let imprecise = self.imprecise.clone();
        let added = self.all(objects.into_iter(), Self::push);
        if added.is_err() {
            let (objects, edges, aliases) = before;
            self.objects.truncate(objects);
            self.vertices.truncate(objects);
            self.edges.truncate(edges);
            self.aliases.truncate(aliases);
            self.imprecise = imprecise;
        }
        added
    }

    fn all<T>(
        &mut self,
        objects: impl Iterator<Item = T>,
        add: impl Fn(&mut Self, T) -> Result<StixId, Error>,
    ) -> Result<(), Error> {
        let mut refused = Vec::new();
        for (position, object) in objects.enumerate() {
            if let Err(error) = add(self, object) {
                refused.push(Refused { position, error });
            }
        }
        if refused.is_empty() {
            return Ok(());
        }
        Err(Error::Objects(refused))
    }

    /// Notes an object. Its text is kept where `place` says, unless it has no id yet.
    fn note(
        &mut self,
        text: &str,
        place: impl FnOnce(&mut Texts) -> Span,
    ) -> Result<StixId, Error> {
        if !text.starts_with('{') {
            return Err(Error::NotAnObject);
        }
        let members = Members::of(text)?;
        let object_type = members.object_type.as_deref().ok_or(Error::NoType)?;
        let given = members.id.as_deref().filter(|id| !id.is_empty());
        let (id, span) = if let Some(id) = given {
            (StixId::given(id), place(&mut self.texts))
        } else {
            let object = serde_json::from_str::<Value>(text)?;
            let id = id_of(&object)?;
            self.check_times(&object, &id);
            let span = self.texts.add(&identified(text, &id)?);
            (id, span)
        };
        for reference in &members.references {
            let name = self.name(&reference.target);
            self.edges.push(Edge {
                name,
                role: reference.role,
                is_first: reference.is_first,
            });
        }
        for alias in &members.aliases {
            let alias = self.name(alias);
            self.aliases.push((alias, self.objects.len()));
        }
        self.vertices.push(Vertex {
            kind: Kind::of(object_type),
            edges_end: self.edges.len(),
        });
        let name = self.name(id.as_str());
        self.objects.push(Pushed {
            text: span,
            name,
            is_rewritten: members.has_repeats || members.has_sequence,
        });
        Ok(id)
    }

    /// Notes a time in an id that the platform writes otherwise.
    fn check_times(&mut self, object: &Value, id: &StixId) {
        let Some(member) = object.as_object().and_then(imprecise_time) else {
            return;
        };
        if let Some(BundleWarning::Imprecise { more, .. }) = &mut self.imprecise {
            *more += 1;
        } else {
            let id = id.clone();
            self.imprecise = Some(BundleWarning::Imprecise {
                id,
                member,
                more: 0,
            });
        }
    }

    /// The number of an id.
    fn name(&mut self, id: &str) -> usize {
        if let Some(name) = self.names.get(id) {
            return *name;
        }
        let name = self.names.len();
        self.names.insert(id.into(), name);
        self.support.push(Support::of(id));
        name
    }

    pub(super) fn id_of(&self, object: &Pushed) -> StixId {
        let id = Members::of(self.text(object))
            .ok()
            .and_then(|members| members.id);
        StixId::given(&id.unwrap_or_default())
    }

    /// The text of an object.
    pub(super) fn text(&self, object: &Pushed) -> &str {
        self.texts.get(&object.text)
    }

    /// The id of the bundle itself, which means nothing to the platform.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How many objects were added.
    #[must_use]
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether no object was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Whether the platform overwrites what it knows better already; it does not by default.
    #[must_use]
    pub const fn update(mut self, update: bool) -> Self {
        self.options.update = update;
        self
    }

    /// What [`update`](Self::update) was set to.
    #[must_use]
    pub const fn is_update(&self) -> bool {
        self.options.update
    }

    /// Drops references to objects that are not in the bundle. By default they stay, for the
    /// platform may know the objects.
    #[must_use]
    pub const fn cleaned_up(mut self) -> Self {
        self.options.cleaned_up = true;
        self
    }

    /// Sends the bundle as one part, as it is; a platform takes that since 7.260430.0.
    #[must_use]
    pub const fn unsplit(mut self) -> Self {
        self.options.unsplit = true;
        self
    }

    /// Whether it is sent [as one part](Self::unsplit).
    #[must_use]
    pub const fn is_unsplit(&self) -> bool {
        self.options.unsplit
    }

    /// Sends only what a platform of this version takes; by default the newest one known.
    #[must_use]
    pub const fn for_platform(mut self, version: PlatformVersion) -> Self {
        self.options.platform = Some(version);
        self
    }
}

impl Default for Bundle {
    /// As [`new`](Self::new).
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Bundle {
    /// Shows the id, the number of objects and the options, but no object.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundle")
            .field("id", &self.id)
            .field("len", &self.len())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// The text of an object with its id in front.
fn identified(text: &str, id: &StixId) -> Result<String, Error> {
    let mut object = String::with_capacity(text.len() + 64);
    object.push_str("{\"id\":");
    push_text(id.as_str(), &mut object);
    let mut rest = String::with_capacity(text.len());
    rewrite(text, "id", &[], &mut rest)?;
    // There is a member more, since an object without a type is refused.
    object.push(',');
    object.push_str(&rest[1..]);
    Ok(object)
}
