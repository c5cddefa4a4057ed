//! Reading one object as STIX.

use serde::Deserialize;
use serde_json::json;

use crate::graphql::operation::operation;
use crate::value::since::Part;

/// Reads an entity as a STIX object (platform 5.3.0).
///
/// The answer is the JSON text of the object, without the objects it refers to. It is `None` if the
/// user cannot see an entity with this id.
///
/// ```
/// use opencti_connector::graphql::ReadStix;
///
/// let read = ReadStix::new("ipv4-addr--cbd67181-b9f8-595b-8bc3-3971e34fa1cc");
/// // POST it as JSON.
/// # let _ = serde_json::to_vec(&read)?;
///
/// let object = ReadStix::parse(br#"{"data":{"stix":"{\"type\":\"ipv4-addr\"}"}}"#)?;
/// assert_eq!(object.as_deref(), Some(r#"{"type":"ipv4-addr"}"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "get_stix_content")]
#[derive(Clone, Copy, Debug)]
pub struct ReadStix<'a> {
    id: &'a str,
}

impl<'a> ReadStix<'a> {
    /// Creates the query from the entity's internal id or STIX id.
    #[must_use]
    pub const fn new(id: &'a str) -> Self {
        Self { id }
    }
}

operation! {
    ReadStix<'_>, "StixQuery", idempotent: true,
    since: |_this| Part::ReadStix,
    document: |_this| "query StixQuery($id: String!) { stix(id: $id) }",
    variables: |this| json!({ "id": this.id }),
    answer: |data: Data| -> Option<String> { data.stix }
}

#[derive(Deserialize)]
struct Data {
    stix: Option<String>,
}
