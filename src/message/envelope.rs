//! A part of a bundle on its way to the platform.

use serde::Serialize;

/// A part of a bundle as it is published for the platform's workers: serializes to the message's
/// body.
///
/// Members and their order are those of pycti 7.261026.0, as recorded from a run of it.
///
/// ```
/// use opencti_connector::message::PushedPart;
///
/// let part = PushedPart::new(1, "eyJ0eXBlIjoiYnVuZGxlIn0=")
///     .applicant_id(Some("88ec0c6a-13ce-5e39-b486-354fe4a7084f"))
///     .work_id(Some("work_1"))
///     .update(true);
/// assert_eq!(
///     serde_json::to_string(&part)?,
///     r#"{"bundle_type":"QUEUE_BUNDLE","applicant_id":"88ec0c6a-13ce-5e39-b486-354fe4a7084f","#
///         .to_owned()
///         + r#""action_sequence":1,"entities_types":[],"content":"eyJ0eXBlIjoiYnVuZGxlIn0=","#
///         + r#""update":true,"draft_id":null,"no_split":false,"work_id":"work_1"}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Serialize)]
#[must_use]
pub struct PushedPart<'a> {
    bundle_type: &'static str,
    applicant_id: Option<&'a str>,
    action_sequence: u64,
    entities_types: &'a [&'a str],
    content: &'a str,
    update: bool,
    draft_id: Option<&'a str>,
    no_split: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    work_id: Option<&'a str>,
}

impl<'a> PushedPart<'a> {
    /// The part of this number, counted from 1 over the parts of a bundle. Its content is the
    /// part's JSON text **in base64** (the standard alphabet, padded), which is not checked: the
    /// default build has no encoder, and who publishes keeps the encoded text for a second try.
    pub const fn new(action_sequence: u64, content: &'a str) -> Self {
        Self {
            bundle_type: "QUEUE_BUNDLE",
            applicant_id: None,
            action_sequence,
            entities_types: &[],
            content,
            update: false,
            draft_id: None,
            no_split: false,
            work_id: None,
        }
    }

    /// The user to import as: the message's applicant, else the connector's user.
    pub const fn applicant_id(mut self, applicant_id: Option<&'a str>) -> Self {
        self.applicant_id = applicant_id;
        self
    }

    /// The only types of entities to import; all when the list is empty, as it is by default.
    pub const fn entities_types(mut self, entities_types: &'a [&'a str]) -> Self {
        self.entities_types = entities_types;
        self
    }

    /// Whether the platform overwrites what it knows better already.
    pub const fn update(mut self, update: bool) -> Self {
        self.update = update;
        self
    }

    /// The draft to import into (platform 6.4.0).
    pub const fn draft_id(mut self, draft_id: Option<&'a str>) -> Self {
        self.draft_id = draft_id;
        self
    }

    /// Whether a worker is to import the part as it is, however many objects it holds.
    pub const fn no_split(mut self, no_split: bool) -> Self {
        self.no_split = no_split;
        self
    }

    /// The work to report to; the member is left out when there is none.
    pub const fn work_id(mut self, work_id: Option<&'a str>) -> Self {
        self.work_id = work_id;
        self
    }
}
