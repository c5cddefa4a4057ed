//! The message that publishes a part of a bundle.

use serde::Serialize;

/// A part of a bundle, published to the platform's workers. Serializes as the body of the message.
///
/// The members and their order are those of pycti 7.261026.0, recorded from a run.
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
    /// Creates a part from its number, counted from 1 over the parts of a bundle, and its content.
    ///
    /// The content is the part's JSON text **in base64** (standard alphabet, padded). It is not
    /// checked: the default build has no base64 encoder, and a publisher keeps the encoded text for
    /// retries.
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

    /// Sets the id of the user to import as: the message's applicant, or else the connector's user.
    pub const fn applicant_id(mut self, applicant_id: Option<&'a str>) -> Self {
        self.applicant_id = applicant_id;
        self
    }

    /// Restricts the import to entity types, e.g. `Report`. An empty list, the default, imports
    /// all.
    pub const fn entities_types(mut self, entities_types: &'a [&'a str]) -> Self {
        self.entities_types = entities_types;
        self
    }

    /// Sets whether the platform overwrites existing data, even data it considers better.
    pub const fn update(mut self, update: bool) -> Self {
        self.update = update;
        self
    }

    /// Sets the id of the draft to import into (platform 6.4.0).
    pub const fn draft_id(mut self, draft_id: Option<&'a str>) -> Self {
        self.draft_id = draft_id;
        self
    }

    /// Sets whether a worker imports the part unsplit, however many objects it holds.
    pub const fn no_split(mut self, no_split: bool) -> Self {
        self.no_split = no_split;
        self
    }

    /// Sets the id of the work to report to. `None` omits the member.
    pub const fn work_id(mut self, work_id: Option<&'a str>) -> Self {
        self.work_id = work_id;
        self
    }
}
