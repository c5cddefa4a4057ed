//! The id of a connector.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer};
use uuid::{Uuid, Variant};

use crate::value::fault::{Fault, InvalidValue, Reason};
use crate::value::field::Field;
use crate::value::placeholder::is_placeholder;
use crate::value::text::text_value;

/// The id of a connector: a hyphenated UUIDv4, 36 characters long.
///
/// The platform's documentation asks for a UUIDv4; the platform itself accepts any text. The id keeps
/// the text as it was written, because the platform names the connector's queues after it (clients
/// did until pycti 5.4.0) and would treat another spelling as another connector. Two ids are equal
/// if their UUIDs are.
///
/// ```
/// use opencti_connector::ConnectorId;
///
/// let id: ConnectorId = "34936E68-9C5B-4AA9-A1DE-372D9134C534".parse()?;
/// assert_eq!(id.as_str(), "34936E68-9C5B-4AA9-A1DE-372D9134C534");
/// assert_eq!(id, "34936e68-9c5b-4aa9-a1de-372d9134c534");
///
/// let placeholder = "ChangeMe".parse::<ConnectorId>().unwrap_err();
/// assert_eq!(
///     placeholder.to_string(),
///     "id \"ChangeMe\" is a placeholder; generate a UUIDv4 for this connector, e.g. with `uuidgen`"
/// );
/// # Ok::<(), opencti_connector::InvalidValue>(())
/// ```
///
/// [`connector_id!`](crate::connector_id) checks an id in the code at compile time.
///
/// # A name in front of the UUID
///
/// Some of the samples that OpenCTI ships have an id such as
/// `mitre--c9dacf68-b0e6-476d-a24f-4269b1b9cd25`. A connector that is deployed with one has its queues
/// and its state under this id. `Deserialize`, [`RawConnector::validate`](crate::RawConnector::validate)
/// and the configuration accept it, and [`warnings`](crate::Connector::warnings) report it. The
/// builder, `FromStr` and `connector_id!` refuse it.
///
/// ```
/// use opencti_connector::ConnectorId;
///
/// let text = "mitre--c9dacf68-b0e6-476d-a24f-4269b1b9cd25";
/// let id: ConnectorId = serde_json::from_str(&format!("\"{text}\""))?;
/// assert_eq!(id.as_str(), text);
/// assert_eq!(id.as_uuid().to_string(), "c9dacf68-b0e6-476d-a24f-4269b1b9cd25");
///
/// assert!(text.parse::<ConnectorId>().is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct ConnectorId {
    text: [u8; Self::LONGEST],
    length: usize,
    uuid: Uuid,
}

impl ConnectorId {
    const LENGTH: usize = 36;
    const LONGEST_NAME: usize = 64;
    const SEPARATOR: &str = "--";
    const LONGEST: usize = Self::LONGEST_NAME + Self::SEPARATOR.len() + Self::LENGTH;

    /// Creates a random id.
    ///
    /// A connector keeps its id for life: the platform stores its state and queues under it. Create
    /// an id once and write it down; do not create one at each start.
    ///
    /// ```
    /// use opencti_connector::ConnectorId;
    ///
    /// assert_ne!(ConnectorId::random(), ConnectorId::random());
    /// ```
    #[must_use]
    pub fn random() -> Self {
        Self::of(Uuid::new_v4())
    }

    /// The id as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let text = self.text.get(..self.length).unwrap_or_default();
        // Only ASCII is ever stored.
        std::str::from_utf8(text).unwrap_or_default()
    }

    /// The UUID of the id.
    ///
    /// ```
    /// use opencti_connector::connector_id;
    ///
    /// let id = connector_id!("550e8400-e29b-41d4-a716-446655440000");
    /// assert_eq!(id.as_uuid().get_version_num(), 4);
    /// ```
    #[must_use]
    pub const fn as_uuid(&self) -> &Uuid {
        &self.uuid
    }

    fn of(uuid: Uuid) -> Self {
        let mut text = [0; Self::LENGTH];
        uuid.hyphenated().encode_lower(&mut text);
        Self::written(&text, uuid)
    }

    /// Keeps the text, of which there are at most `LONGEST` bytes.
    const fn written(text: &[u8], uuid: Uuid) -> Self {
        let mut kept = [0; Self::LONGEST];
        let (kept_text, _) = kept.split_at_mut(text.len());
        kept_text.copy_from_slice(text);
        Self {
            text: kept,
            length: text.len(),
            uuid,
        }
    }

    /// Parses an id from a configuration, which may have a name in front of the UUID.
    pub(crate) fn from_configuration(text: &str) -> Result<Self, InvalidValue> {
        let parsed = text.parse::<Self>();
        let is_named = |(name, _): &(&str, &str)| {
            let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            (1..=Self::LONGEST_NAME).contains(&name.len())
                && name.chars().all(is_allowed)
                && !is_placeholder(name)
        };
        let named = text.rsplit_once(Self::SEPARATOR).filter(is_named);
        parsed.or_else(|error| {
            let (_, uuid) = named.ok_or(error)?;
            let id = uuid.parse::<Self>().map_err(|error| {
                let reason = error.faults().first().map(Fault::reason);
                let reason = reason.filter(|reason| **reason == Reason::UuidVersion);
                let reason = reason.cloned().unwrap_or(Reason::NotUuid);
                InvalidValue::new(Field::Id, reason, text)
            })?;
            Ok(Self::written(text.as_bytes(), id.uuid))
        })
    }

    /// Whether a name stands in front of the UUID.
    pub(crate) const fn is_named(&self) -> bool {
        self.length > Self::LENGTH
    }

    /// Checks the literal of [`connector_id!`](crate::connector_id); `FromStr` explains what is wrong.
    #[doc(hidden)]
    #[must_use]
    pub const fn __from_hyphenated(text: &str) -> Option<Self> {
        let Some((text, [])) = text.as_bytes().split_first_chunk::<{ Self::LENGTH }>() else {
            return None;
        };
        match Uuid::try_parse_ascii(text) {
            Ok(uuid) if is_v4(&uuid) => Some(Self::written(text, uuid)),
            _ => None,
        }
    }
}

const fn is_v4(uuid: &Uuid) -> bool {
    uuid.get_version_num() == 4 && matches!(uuid.get_variant(), Variant::RFC4122)
}

/// Creates a [`ConnectorId`](crate::ConnectorId) from a literal or a constant, checked at compile time.
///
/// ```
/// use opencti_connector::{Connector, connector_id};
///
/// let connector = Connector::stream()
///     .id(connector_id!("550e8400-e29b-41d4-a716-446655440000"))
///     .name("Splunk")
///     .build()?;
/// # Ok::<(), opencti_connector::InvalidConnector>(())
/// ```
///
/// A wrong id does not compile:
///
/// ```compile_fail,E0080
/// # use opencti_connector::connector_id;
/// let id = connector_id!("ChangeMe");
/// ```
#[macro_export]
macro_rules! connector_id {
    ($id:expr) => {{
        // A named constant, which `cargo check` evaluates too.
        const __CONNECTOR_ID: $crate::ConnectorId = match $crate::ConnectorId::__from_hyphenated($id) {
            Some(id) => id,
            None => panic!(
                "a connector id is the 36 characters of a hyphenated UUIDv4, such as `uuidgen` prints"
            ),
        };
        __CONNECTOR_ID
    }};
}

impl FromStr for ConnectorId {
    type Err = InvalidValue;

    /// Parses a hyphenated UUIDv4, in either case.
    ///
    /// # Errors
    ///
    /// If the text is a placeholder (such as `ChangeMe`), another spelling of a UUID, a UUID of
    /// another version, or not a UUID.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::__from_hyphenated(text)
            .ok_or_else(|| InvalidValue::new(Field::Id, diagnose(text), text))
    }
}

fn diagnose(text: &str) -> Reason {
    if is_placeholder(text) {
        return Reason::Placeholder;
    }
    let bare = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    match Uuid::try_parse(bare) {
        Ok(uuid) if is_v4(&uuid) => Reason::UuidSpelling(uuid),
        Ok(_) => Reason::UuidVersion,
        Err(_) => Reason::NotUuid,
    }
}

impl TryFrom<Uuid> for ConnectorId {
    type Error = InvalidValue;

    /// Converts a UUIDv4; the text is hyphenated and in lower case.
    ///
    /// # Errors
    ///
    /// If the UUID has another version or variant.
    fn try_from(uuid: Uuid) -> Result<Self, InvalidValue> {
        let id = Self::of(uuid);
        if is_v4(&uuid) {
            Ok(id)
        } else {
            Err(InvalidValue::new(
                Field::Id,
                Reason::UuidVersion,
                id.as_str(),
            ))
        }
    }
}

impl From<ConnectorId> for Uuid {
    fn from(id: ConnectorId) -> Self {
        id.uuid
    }
}

impl std::fmt::Debug for ConnectorId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ConnectorId").field(&self.as_str()).finish()
    }
}

impl PartialEq for ConnectorId {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}

impl Eq for ConnectorId {}

impl PartialOrd for ConnectorId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ConnectorId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}

impl Hash for ConnectorId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl TryFrom<&str> for ConnectorId {
    type Error = InvalidValue;

    /// # Errors
    ///
    /// As `FromStr`.
    fn try_from(text: &str) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl TryFrom<String> for ConnectorId {
    type Error = InvalidValue;

    /// # Errors
    ///
    /// As `FromStr`.
    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl<'de> Deserialize<'de> for ConnectorId {
    /// Reads an id, which may have a name in front of the UUID.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_configuration(&text).map_err(de::Error::custom)
    }
}

text_value!(ConnectorId: prints, equals_ignoring_case);
