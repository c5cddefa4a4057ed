//! What is stored of a bundle.

use std::sync::Arc;

use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::connector::any::AnyConnector;
use crate::stix::Part;
use crate::stix::sharing;

/// A bundle with who sends it, as pycti 7.261026.0 stores it: member for member, in its order.
///
/// It serializes object by object, so that a file needs no copy of the bundle.
pub(crate) struct Stored {
    pub(crate) bundle_type: &'static str,
    pub(crate) applicant_id: Option<String>,
    pub(crate) sender: Arc<Sender>,
    /// The whole bundle.
    pub(crate) bundle: Part,
    /// With whom its objects are shared as well.
    pub(crate) organizations: Vec<String>,
    pub(crate) update: bool,
}

/// The connector that sends it.
#[derive(Serialize)]
pub(crate) struct Sender {
    id: String,
    name: String,
    #[serde(rename = "type")]
    connector_type: &'static str,
    scope: String,
    auto: bool,
    validate_before_import: bool,
}

impl Sender {
    pub(crate) fn of(connector: &AnyConnector, validate_before_import: bool) -> Self {
        let scope: Vec<_> = connector.scope_entries().collect();
        Self {
            id: connector.id().to_string(),
            name: connector.name().to_string(),
            connector_type: connector.connector_type().as_str(),
            // A text as in the configuration, and pycti's filler where there is none.
            scope: if scope.is_empty() {
                "not-applicable".into()
            } else {
                scope.join(",")
            },
            auto: connector.auto(),
            validate_before_import,
        }
    }
}

impl Serialize for Stored {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Message<'a> {
            bundle_type: &'static str,
            applicant_id: Option<&'a str>,
            connector: &'a Sender,
            /// What no connector sets.
            entities_types: (),
            bundle: Bundle<'a>,
            update: bool,
        }
        #[derive(Serialize)]
        struct Bundle<'a> {
            #[serde(rename = "type")]
            object_type: &'static str,
            id: &'a str,
            spec_version: &'static str,
            objects: Objects<'a>,
        }

        let message = Message {
            bundle_type: self.bundle_type,
            applicant_id: self.applicant_id.as_deref(),
            connector: &self.sender,
            entities_types: (),
            bundle: Bundle {
                object_type: "bundle",
                id: self.bundle.bundle_id(),
                spec_version: "2.1",
                objects: Objects(self),
            },
            update: self.update,
        };
        message.serialize(serializer)
    }
}

struct Objects<'a>(&'a Stored);

impl Serialize for Objects<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Stored {
            bundle,
            organizations,
            ..
        } = self.0;
        let mut objects = serializer.serialize_seq(None)?;
        for text in bundle.texts() {
            let object = sharing::object_with(text, organizations);
            let object: &RawValue = serde_json::from_str(&object).map_err(S::Error::custom)?;
            objects.serialize_element(object)?;
        }
        objects.end()
    }
}
