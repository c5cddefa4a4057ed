//! Objects as the platform sends them.

use std::ops::Deref;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::stix::tlp::Tlp;

const OPENCTI: &str = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba";
const OPENCTI_OBSERVABLE: &str = "extension-definition--f93e2c80-4231-4f9a-af8b-95c9bd566a82";
const MITRE: &str = "extension-definition--322b8f77-262a-4cb8-a915-1e441e00329b";

/// `OpenCTI`'s own extensions: of every object, and of observables.
pub(super) const OPENCTI_EXTENSIONS: [&str; 2] = [OPENCTI, OPENCTI_OBSERVABLE];
/// The extensions that the platform writes: its own, and MITRE's.
pub(super) const PLATFORM_EXTENSIONS: [&str; 3] = [OPENCTI, OPENCTI_OBSERVABLE, MITRE];

/// A STIX object, as JSON.
///
/// What it holds is read by name, or all at once as a type of any STIX crate
/// ([`deserialize`](Self::deserialize)).
///
/// ```
/// use opencti_connector::stix::{Object, Tlp};
/// use serde_json::json;
///
/// let object: Object = serde_json::from_value(json!({
///     "type": "ipv4-addr",
///     "id": "ipv4-addr--12592121-be4c-5a93-a813-5a5af16e50db",
///     "value": "198.51.100.7",
///     "object_marking_refs": ["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"],
///     "extensions": {"extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba": {"score": 80}},
/// }))?;
/// assert_eq!(object.text("value"), Some("198.51.100.7"));
/// assert_eq!(object.extension("score"), Some(&json!(80)));
/// assert!(object.is_at_most(Tlp::Amber) && !object.is_at_most(Tlp::Green));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Object(Map<String, Value>);

impl Object {
    /// The `id`; empty when the object has none.
    #[must_use]
    pub fn id(&self) -> &str {
        self.text("id").unwrap_or_default()
    }

    /// The `type`, such as `ipv4-addr`; empty when the object has none.
    #[must_use]
    pub fn object_type(&self) -> &str {
        self.text("type").unwrap_or_default()
    }

    /// A member that is text.
    #[must_use]
    pub fn text(&self, member: &str) -> Option<&str> {
        self.get(member)?.as_str()
    }

    /// A member that is there and not null.
    #[must_use]
    pub fn get(&self, member: &str) -> Option<&Value> {
        self.0.get(member).filter(|value| !value.is_null())
    }

    /// A member of an extension: `OpenCTI`'s, for all objects or for observables, then MITRE's.
    ///
    /// What is in none of them is looked for under its older name, with `x_opencti_` or `x_mitre_`
    /// in front, on the object itself.
    #[must_use]
    pub fn extension(&self, member: &str) -> Option<&Value> {
        let extensions = self.0.get("extensions");
        PLATFORM_EXTENSIONS
            .iter()
            .find_map(|extension| extensions?.get(extension)?.get(member))
            .filter(|value| !value.is_null())
            .or_else(|| self.get(&format!("x_opencti_{member}")))
            .or_else(|| self.get(&format!("x_mitre_{member}")))
    }

    /// The ids of the markings.
    pub fn markings(&self) -> impl Iterator<Item = &str> {
        let refs = self.0.get("object_marking_refs").and_then(Value::as_array);
        refs.into_iter().flatten().filter_map(Value::as_str)
    }

    /// The strictest of its TLP markings; `None` when it has none.
    #[must_use]
    pub fn tlp(&self) -> Option<Tlp> {
        self.markings().filter_map(Tlp::of).max()
    }

    /// Whether no TLP marking is stricter than this, so that the object may go to a service which
    /// is trusted up to it; an object without a TLP marking may, as in pycti (`check_max_tlp`).
    #[must_use]
    pub fn is_at_most(&self, most: Tlp) -> bool {
        self.tlp().is_none_or(|tlp| tlp <= most)
    }

    /// The object as a type of the caller's.
    ///
    /// # Errors
    ///
    /// When the object is not of this type.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(&self.0)
    }
}

impl From<Map<String, Value>> for Object {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

impl From<Object> for Map<String, Value> {
    fn from(object: Object) -> Self {
        object.0
    }
}

/// The object that a message is about.
///
/// It is an [`Object`], with all that an object has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Entity(Object);

impl From<Object> for Entity {
    fn from(object: Object) -> Self {
        Self(object)
    }
}

impl From<Entity> for Object {
    fn from(entity: Entity) -> Self {
        entity.0
    }
}

impl Deref for Entity {
    type Target = Object;

    fn deref(&self) -> &Object {
        &self.0
    }
}
