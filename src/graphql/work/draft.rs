//! Drafts: where what is imported waits for a user's approval.

use serde::Deserialize;
use serde_json::json;

use crate::graphql::operation::operation;
use crate::value::since::Part;

/// Creates a draft (platform 6.4.0); the answer is its id.
///
/// [`AddDraftContext`](crate::graphql::AddDraftContext) tells which work writes into it.
///
/// ```
/// use opencti_connector::graphql::AddDraft;
///
/// let add = AddDraft::new("threats.pdf", None);
/// // POST it as JSON.
/// # let _ = serde_json::to_vec(&add)?;
///
/// let id = AddDraft::parse(br#"{"data":{"draftWorkspaceAdd":{"id":"d1"}}}"#)?;
/// assert_eq!(id, "d1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "create_draft")]
#[derive(Clone, Copy, Debug)]
pub struct AddDraft<'a> {
    name: &'a str,
    entity_id: Option<&'a str>,
}

impl<'a> AddDraft<'a> {
    /// Under this name, about this entity if there is one.
    #[must_use]
    pub const fn new(name: &'a str, entity_id: Option<&'a str>) -> Self {
        Self { name, entity_id }
    }
}

operation! {
    AddDraft<'_>, "AddDraft", idempotent: false,
    since: |_this| Part::AddDraft,
    document: |_this| "mutation AddDraft($input: DraftWorkspaceAddInput!) { \
        draftWorkspaceAdd(input: $input) { id } }",
    variables: |this| json!({ "input": { "name": this.name, "entity_id": this.entity_id } }),
    answer: |data: Data| -> String { data.added.id }
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "draftWorkspaceAdd")]
    added: Added,
}

#[derive(Deserialize)]
struct Added {
    id: String,
}
