//! The message to an enrichment connector.

use serde_json::{Map, Value};

use crate::connector::kind::InternalEnrichment;
use crate::message::error::MessageReason;
use crate::message::internal::Internal;
use crate::message::members::Members;
use crate::message::message;
use crate::message::parts::Parts;

/// The message to an enrichment connector: an entity, sent automatically, by a user or by a
/// playbook.
///
/// ```
/// use opencti_connector::message::EnrichmentMessage;
///
/// let message = EnrichmentMessage::parse(br#"{
///     "internal": {"work_id": "work_1", "applicant_id": null, "trigger": "create", "mode": "auto"},
///     "event": {"event_type": "INTERNAL_ENRICHMENT", "entity_id": "ipv4-addr--1",
///               "entity_type": "IPv4-Addr", "stix_entity": "{\"type\":\"ipv4-addr\"}",
///               "stix_objects": null}
/// }"#)?;
/// assert_eq!(message.entity_id, "ipv4-addr--1");
/// assert_eq!(message.stix_entity.as_deref(), Some(r#"{"type":"ipv4-addr"}"#));
/// assert!(message.stix_objects.is_none(), "they have to be read from the platform");
/// # Ok::<(), opencti_connector::message::MessageError>(())
/// ```
///
/// Which data comes with the entity depends on the connector's
/// [resolution](crate::EnrichmentResolution), the type of the entity and the platform's version
/// (platform sources of 2026, `askElementEnrichmentForConnectors`):
///
/// | resolution | `stix_entity` | `stix_objects` |
/// |---|---|---|
/// | `none` | text | none |
/// | `stix_bundle`, or nothing registered | text | text, or none: few types have them |
/// | `deferred` | none; older platforms send it | none |
///
/// Platforms before 6.8 send neither, so a connector must be able to read both.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnrichmentMessage {
    /// Work, user, draft and playbook step of the message.
    pub internal: Internal,
    /// STIX id of the entity, or its internal id for an IOC validation.
    pub entity_id: String,
    /// Type of the entity, e.g. `IPv4-Addr`. `None` in playbooks before 2026.
    pub entity_type: Option<String>,
    /// The entity as the JSON text of a STIX object.
    pub stix_entity: Option<String>,
    /// The entity and its related objects as JSON text: a list of STIX objects, or a whole bundle
    /// (IOC validation). `stix::Bundle::from_json` accepts both.
    pub stix_objects: Option<String>,
    /// The playbook's bundle, with a list `objects`. `Some` exactly in a playbook step.
    pub bundle: Option<Map<String, Value>>,
}

message! {
    EnrichmentMessage of InternalEnrichment
}

impl EnrichmentMessage {
    pub(super) fn of(parts: Parts<'_>) -> Self {
        let Parts {
            internal,
            mut event,
            ..
        } = parts;
        // One entity of a batch in hand would leave the others without an answer.
        let entity_id = if event.has("enrichment_batch") {
            event.note("enrichment_batch", MessageReason::Batch);
            String::new()
        } else {
            event.required("entity_id", "the id of the entity")
        };
        let bundle = internal.playbook.as_ref().and_then(|_| bundle(&mut event));
        Self {
            internal,
            entity_id,
            entity_type: event.text("entity_type"),
            stix_entity: event.object_text("stix_entity"),
            stix_objects: event.objects_text("stix_objects"),
            bundle,
        }
    }

    /// Returns whether the message is a playbook step, whose answer is one bundle for the next
    /// step.
    #[must_use]
    pub const fn is_playbook(&self) -> bool {
        self.internal.playbook.is_some()
    }
}

/// The bundle that a playbook hands on.
fn bundle(event: &mut Members<'_>) -> Option<Map<String, Value>> {
    event.need("bundle", "a bundle");
    let bundle = event.object("bundle")?;
    let reason = match bundle.get("objects") {
        Some(Value::Array(_)) => return Some(bundle),
        None | Some(Value::Null) => MessageReason::MissingMember("a list of objects"),
        Some(other) => MessageReason::wrong_type(other, "a list of objects"),
    };
    event.note("bundle.objects", reason);
    None
}
