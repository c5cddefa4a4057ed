//! The identity of a connector.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use uuid::{Uuid, Variant};

use crate::value::fault::{InvalidValue, Reason};
use crate::value::field::Field;
use crate::value::placeholder::is_placeholder;
use crate::value::text::text_value;

/// The id of a connector: the 36 characters of a hyphenated UUID of version 4.
///
/// The platform documentation asks for a UUIDv4; the platform itself takes any text. The text is
/// kept as it was written, because the platform names the connector's queues after it (until pycti 5.4.0
/// the clients did) and would take another spelling for another connector. Two ids are equal when
/// their UUIDs are.
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
/// An id that stands in the code is checked by the compiler with
/// [`connector_id!`](crate::connector_id).
#[derive(Clone, Copy)]
pub struct ConnectorId {
    text: [u8; Self::LENGTH],
    uuid: Uuid,
}

impl ConnectorId {
    const LENGTH: usize = 36;

    /// A new random id.
    ///
    /// A connector keeps its id for life: the platform stores state and queues under it. Make one
    /// once and write it down, do not draw one at each start.
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
        // Only the ASCII text of a UUID is ever stored.
        std::str::from_utf8(&self.text).unwrap_or_default()
    }

    /// The id as a UUID.
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
        Self { text, uuid }
    }

    /// For [`connector_id!`](crate::connector_id); elsewhere the text is parsed, which explains.
    #[doc(hidden)]
    #[must_use]
    pub const fn __from_hyphenated(text: &str) -> Option<Self> {
        let Some((text, [])) = text.as_bytes().split_first_chunk() else {
            return None;
        };
        match Uuid::try_parse_ascii(text) {
            Ok(uuid) if is_v4(&uuid) => Some(Self { text: *text, uuid }),
            _ => None,
        }
    }
}

const fn is_v4(uuid: &Uuid) -> bool {
    uuid.get_version_num() == 4 && matches!(uuid.get_variant(), Variant::RFC4122)
}

/// A [`ConnectorId`](crate::ConnectorId) from a literal or a constant, checked at compile time.
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

    /// Takes the 36 characters of a hyphenated UUIDv4, in either case.
    ///
    /// # Errors
    ///
    /// When the text is a placeholder (such as `ChangeMe`), another spelling of a UUID, a UUID of
    /// another version, or no UUID at all.
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

    /// Takes a UUID of version 4; its text is the hyphenated one in lower case.
    ///
    /// # Errors
    ///
    /// When the UUID is of another version or variant.
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

text_value!(ConnectorId: prints, equals_ignoring_case, parses);
