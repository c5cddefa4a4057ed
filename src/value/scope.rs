//! Validated scopes: lists of entity types or MIME types.

use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::num::NonZeroUsize;
use std::slice;
use std::str::FromStr;

use mime::Mime;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::entity_type::EntityType;
use crate::value::fault::{Fault, InvalidValue, Reason};
use crate::value::field::Field;
use crate::value::mime_type;
use crate::value::raw_scope::{RawScope, is_filler};
use crate::value::text::IgnoringCase;

/// The entity types that an enrichment connector handles.
///
/// ```
/// use opencti_connector::{EntityScope, EntityType};
///
/// let scope: EntityScope = "ipv4-addr, Domain-Name, IPv4-Addr".parse()?;
/// assert_eq!(scope.to_string(), "IPv4-Addr,Domain-Name");
/// assert!(scope.contains(&EntityType::DomainName));
/// # Ok::<(), opencti_connector::InvalidValue>(())
/// ```
pub type EntityScope = ScopeOf<EntityType>;

/// The MIME types of the files that a connector imports, analyzes or exports.
///
/// ```
/// use opencti_connector::MimeScope;
/// use opencti_connector::mime::{APPLICATION_PDF, TEXT_PLAIN};
///
/// let scope = MimeScope::try_from(vec![APPLICATION_PDF, TEXT_PLAIN])?;
/// assert_eq!(scope, "application/pdf,text/plain".parse()?);
/// # Ok::<(), opencti_connector::InvalidValue>(())
/// ```
pub type MimeScope = ScopeOf<Mime>;

/// A list of entity types or MIME types: never empty, without duplicates, in the original order.
///
/// Use it as [`EntityScope`] or [`MimeScope`]. Entries that are equal ignoring ASCII case, as the
/// platform compares them, are duplicates; the first one is kept.
///
/// Text is comma-separated. Parsing trims each entry, because the platform does not and ` Report`
/// would never match. An empty list is an error, because an empty scope matches everything. So is
/// `not-applicable` alone, which pycti (since 6.6.10) sends if no scope is configured.
///
/// A MIME type needs a subtype, and neither its type nor its subtype may contain a `*`: otherwise
/// it would match no file. It must not contain a comma, e.g. in a quoted parameter, because the
/// platform would split it there. Other parameters are valid. [`EntityType::custom`] lists the
/// rules for entity types, and [`kind`](crate::kind#sources) the sources of all these rules.
///
/// ```
/// use opencti_connector::{EntityScope, EntityType};
///
/// let scope = EntityScope::try_from([EntityType::Report, EntityType::Url, EntityType::Report])?;
/// assert_eq!(scope.len().get(), 2);
/// assert!(scope.iter().eq([&EntityType::Report, &EntityType::Url]));
/// assert!(scope.contains(&EntityType::Url));
///
/// let nothing = EntityScope::try_from(Vec::new()).unwrap_err();
/// assert!(nothing.to_string().starts_with("scope is missing"));
/// # Ok::<(), opencti_connector::InvalidValue>(())
/// ```
#[derive(Clone, Debug)]
pub struct ScopeOf<E>(Vec<E>);

/// The types that a [`ScopeOf`] can list: [`EntityType`] and [`Mime`].
///
/// Sealed: you cannot implement it and never need to call it.
pub trait ScopeEntry: sealed::Entry {}

impl ScopeEntry for EntityType {}
impl ScopeEntry for Mime {}

mod sealed {
    use crate::value::fault::InvalidValue;
    use crate::value::scope::ScopeEntries;

    pub trait Entry: AsRef<str> + Clone + std::fmt::Debug + Send + Sync + 'static {
        /// Parses an entry, which must be trimmed and not empty.
        fn parsed(text: &str) -> Result<Self, InvalidValue>;

        /// Checks that the entry is valid in a scope, and normalizes it to the form the payload
        /// uses.
        fn check(&mut self) -> Result<(), InvalidValue>;

        fn entries(list: &[Self]) -> ScopeEntries<'_>;
    }
}

impl sealed::Entry for EntityType {
    fn parsed(text: &str) -> Result<Self, InvalidValue> {
        text.parse()
    }

    fn check(&mut self) -> Result<(), InvalidValue> {
        Ok(())
    }

    fn entries(list: &[Self]) -> ScopeEntries<'_> {
        ScopeEntries(Entries::EntityTypes(list.iter()))
    }
}

impl sealed::Entry for Mime {
    fn parsed(text: &str) -> Result<Self, InvalidValue> {
        mime_type::parse(text)
    }

    fn check(&mut self) -> Result<(), InvalidValue> {
        mime_type::check(self)
    }

    fn entries(list: &[Self]) -> ScopeEntries<'_> {
        ScopeEntries(Entries::MimeTypes(list.iter()))
    }
}

impl<E: ScopeEntry> ScopeOf<E> {
    /// Returns the entries in order.
    pub fn iter(&self) -> slice::Iter<'_, E> {
        self.0.iter()
    }

    /// Returns the number of entries.
    #[must_use]
    pub fn len(&self) -> NonZeroUsize {
        // `new` refuses an empty list.
        NonZeroUsize::new(self.0.len()).unwrap_or(NonZeroUsize::MIN)
    }

    /// Always returns false: an empty scope is invalid, because it would match everything.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// Returns whether the scope contains the entry, ignoring ASCII case.
    #[must_use]
    pub fn contains(&self, entry: &E) -> bool {
        let entry = IgnoringCase(entry);
        self.texts().any(|text| text == entry)
    }

    fn texts(&self) -> impl Iterator<Item = IgnoringCase<&E>> {
        self.0.iter().map(IgnoringCase)
    }

    /// Creates a scope from entries that are valid one by one.
    fn new(mut entries: Vec<E>) -> Result<Self, InvalidValue> {
        drop_repeats(&mut entries);
        match entries.first() {
            None => Err(Fault::without_value(Field::Scope, Reason::NoScope).into()),
            Some(filler) if is_filler(&entries) => Err(InvalidValue::new(
                Field::Scope,
                Reason::Filler,
                filler.as_ref(),
            )),
            Some(_) => Ok(Self(entries)),
        }
    }

    /// Returns the entries as the payload contains them.
    pub(crate) fn entries(&self) -> ScopeEntries<'_> {
        E::entries(&self.0)
    }

    /// Parses each text as one entry. Unlike `FromStr`, it does not split at commas.
    ///
    /// ```
    /// use opencti_connector::EntityScope;
    ///
    /// let scope = EntityScope::from_texts(["report", "ipv4-addr"])?;
    /// assert_eq!(scope.to_string(), "Report,IPv4-Addr");
    ///
    /// let error = EntityScope::from_texts(["a,b", "Report", "text/csv"]).unwrap_err();
    /// assert_eq!(error.faults().len(), 2);
    /// # Ok::<(), opencti_connector::InvalidValue>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no text, an entry is empty or invalid, or the only entry is pycti's
    /// `not-applicable`. The error lists the faults of all entries.
    pub fn from_texts<T: AsRef<str>>(
        texts: impl IntoIterator<Item = T>,
    ) -> Result<Self, InvalidValue> {
        let texts: Vec<T> = texts.into_iter().collect();
        let texts: Vec<&str> = texts.iter().map(|text| text.as_ref().trim()).collect();
        Self::from_trimmed(&texts)
    }

    pub(crate) fn from_raw(raw: &RawScope) -> Result<Self, InvalidValue> {
        Self::from_trimmed(&raw.entries())
    }

    fn from_trimmed(texts: &[&str]) -> Result<Self, InvalidValue> {
        if is_filler(texts) {
            return Err(InvalidValue::new(Field::Scope, Reason::Filler, texts[0]));
        }
        let mut entries = Vec::with_capacity(texts.len());
        let mut faults = Vec::new();
        for (text, position) in texts.iter().zip(1..) {
            if text.is_empty() {
                faults.push(Fault::without_value(
                    Field::Scope,
                    Reason::EmptyEntry(position),
                ));
                continue;
            }
            match E::parsed(text) {
                Ok(entry) => entries.push(entry),
                Err(error) => faults.extend(error.into_faults()),
            }
        }
        InvalidValue::refuse_for(faults)?;
        Self::new(entries)
    }
}

/// Removes entries that equal an earlier one ignoring ASCII case.
fn drop_repeats<E: AsRef<str>>(entries: &mut Vec<E>) {
    /// Up to this many entries, comparing all pairs is faster than hashing.
    const FEW: usize = 16;

    if entries.len() <= FEW {
        let mut position = 1;
        while let Some((entry, earlier)) = entries.get(..=position).and_then(<[E]>::split_last) {
            if earlier
                .iter()
                .any(|earlier| IgnoringCase(earlier) == IgnoringCase(entry))
            {
                entries.remove(position);
            } else {
                position += 1;
            }
        }
        return;
    }
    let mut seen = HashSet::with_capacity(entries.len());
    let is_first: Vec<bool> = entries
        .iter()
        .map(|entry| seen.insert(IgnoringCase(entry)))
        .collect();
    let mut is_first = is_first.into_iter();
    entries.retain(|_| is_first.next().unwrap_or_default());
}

impl<E: ScopeEntry> FromStr for ScopeOf<E> {
    type Err = InvalidValue;

    /// Parses comma-separated text, trimming each entry.
    ///
    /// # Errors
    ///
    /// If there is no entry, an entry is empty or invalid, or the only entry is pycti's
    /// `not-applicable`. The error lists the faults of all entries.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::from_raw(&RawScope::from(text))
    }
}

impl<E: ScopeEntry> From<ScopeOf<E>> for RawScope {
    fn from(scope: ScopeOf<E>) -> Self {
        Self::List(scope.iter().map(|entry| entry.as_ref().into()).collect())
    }
}

impl<E: ScopeEntry> TryFrom<&str> for ScopeOf<E> {
    type Error = InvalidValue;

    /// # Errors
    ///
    /// Fails like `FromStr`.
    fn try_from(text: &str) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl<E: ScopeEntry> TryFrom<String> for ScopeOf<E> {
    type Error = InvalidValue;

    /// # Errors
    ///
    /// Fails like `FromStr`.
    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl<E: ScopeEntry> TryFrom<Vec<E>> for ScopeOf<E> {
    type Error = InvalidValue;

    /// # Errors
    ///
    /// If the list is empty, its only entry is pycti's `not-applicable`, or a MIME type has no
    /// subtype, a `*` in its type or subtype, or a comma. The error lists the faults of all
    /// entries.
    fn try_from(mut entries: Vec<E>) -> Result<Self, InvalidValue> {
        let mut faults = Vec::new();
        for entry in &mut entries {
            if let Err(error) = entry.check() {
                faults.extend(error.into_faults());
            }
        }
        InvalidValue::refuse_for(faults)?;
        Self::new(entries)
    }
}

impl<E: ScopeEntry, const N: usize> TryFrom<[E; N]> for ScopeOf<E> {
    type Error = InvalidValue;

    /// # Errors
    ///
    /// Fails like the conversion from a `Vec`.
    fn try_from(items: [E; N]) -> Result<Self, InvalidValue> {
        Vec::from(items).try_into()
    }
}

impl<E> From<ScopeOf<E>> for Vec<E> {
    fn from(scope: ScopeOf<E>) -> Self {
        scope.0
    }
}

impl<E> IntoIterator for ScopeOf<E> {
    type Item = E;
    type IntoIter = std::vec::IntoIter<E>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, E> IntoIterator for &'a ScopeOf<E> {
    type Item = &'a E;
    type IntoIter = slice::Iter<'a, E>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<E: ScopeEntry> fmt::Display for ScopeOf<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, entry) in self.0.iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            write!(f, "{comma}{}", entry.as_ref())?;
        }
        Ok(())
    }
}

impl<E: ScopeEntry> PartialEq for ScopeOf<E> {
    fn eq(&self, other: &Self) -> bool {
        self.texts().eq(other.texts())
    }
}

impl<E: ScopeEntry> Eq for ScopeOf<E> {}

impl<E: ScopeEntry> Hash for ScopeOf<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.0.len());
        self.texts().for_each(|text| text.hash(state));
    }
}

impl<E: ScopeEntry> Serialize for ScopeOf<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(AsRef::as_ref))
    }
}

impl<'de, E: ScopeEntry> Deserialize<'de> for ScopeOf<E> {
    /// Deserializes a list of strings or one comma-separated string.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_raw(&RawScope::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// An iterator over a connector's scope entries as the payload contains them.
///
/// Empty for a connector without a scope.
///
/// ```
/// use opencti_connector::{Connector, mime};
///
/// let connector = Connector::internal_export_file()
///     .id("550e8400-e29b-41d4-a716-446655440000")
///     .name("ExportFileCsv")
///     .scope([mime::TEXT_CSV])
///     .build()?;
/// let entries: Vec<&str> = connector.scope_entries().collect();
/// assert_eq!(entries, ["text/csv"]);
/// # Ok::<(), opencti_connector::InvalidConnector>(())
/// ```
#[derive(Clone, Debug)]
pub struct ScopeEntries<'a>(Entries<'a>);

#[derive(Clone, Debug)]
enum Entries<'a> {
    EntityTypes(slice::Iter<'a, EntityType>),
    MimeTypes(slice::Iter<'a, Mime>),
}

impl<'a> ScopeEntries<'a> {
    pub(crate) fn none() -> Self {
        Self(Entries::EntityTypes([].iter()))
    }

    /// Returns whether there are no entries left, e.g. because the connector has no scope.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the entity types. Empty for MIME types.
    pub(crate) fn entity_types(&self) -> &'a [EntityType] {
        match &self.0 {
            Entries::EntityTypes(entries) => entries.as_slice(),
            Entries::MimeTypes(_) => &[],
        }
    }
}

impl<'a> Iterator for ScopeEntries<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        match &mut self.0 {
            Entries::EntityTypes(entries) => entries.next().map(EntityType::as_str),
            Entries::MimeTypes(entries) => entries.next().map(AsRef::as_ref),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Entries::EntityTypes(entries) => entries.size_hint(),
            Entries::MimeTypes(entries) => entries.size_hint(),
        }
    }
}

impl Serialize for ScopeEntries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.clone())
    }
}

impl ExactSizeIterator for ScopeEntries<'_> {}
impl std::iter::FusedIterator for ScopeEntries<'_> {}
