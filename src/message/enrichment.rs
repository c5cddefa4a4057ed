//! What enrichment connectors are sent.

use serde_json::{Map, Value};

use crate::connector::kind::InternalEnrichment;
use crate::message::error::MessageReason;
use crate::message::internal::Internal;
use crate::message::members::Members;
use crate::message::message;
use crate::message::parts::Parts;

/// What an enrichment connector is sent: an entity, by itself, by hand or as a step of a playbook.
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
/// What comes with the entity depends on the connector's
/// [resolution](crate::EnrichmentResolution), the type of the entity and the platform (platform
/// sources of 2026, `askElementEnrichmentForConnectors`):
///
/// | resolution | `stix_entity` | `stix_objects` |
/// |---|---|---|
/// | `none` | text | none |
/// | `stix_bundle`, or nothing registered | text | text, or none: few types have them |
/// | `deferred` | none; older platforms send it | none |
///
/// Platforms before 6.8 send neither, so that a connector has to be ready to read both.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnrichmentMessage {
    /// On whose behalf, and where the answer belongs.
    pub internal: Internal,
    /// The entity: its STIX id, or the platform's own id when it is for IOC validation.
    pub entity_id: String,
    /// Its type in the platform's spelling; platforms before 2026 send none in playbooks.
    pub entity_type: Option<String>,
    /// The entity as JSON text of a STIX object.
    pub stix_entity: Option<String>,
    /// The entity and what belongs to it, as JSON text: a list of STIX objects, or a whole bundle
    /// (IOC validation). `stix::Bundle::from_json` takes both.
    pub stix_objects: Option<String>,
    /// The bundle that a playbook hands on, with a list `objects`; it is there in a step of a
    /// playbook, and there only.
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

    /// Whether it is a step of a playbook, whose answer is one bundle for the next step.
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
