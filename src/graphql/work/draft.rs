//! Drafts, in which imported objects wait for a user's approval.

use serde::Deserialize;
use serde_json::json;

use crate::graphql::operation::operation;
use crate::value::since::Part;

/// Creates a draft (platform 6.4.0). The answer is its id.
///
/// [`AddDraftContext`](crate::graphql::AddDraftContext) makes a work import into the draft.
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
    /// Creates the mutation from a name for users and the id of the entity that the draft is about.
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
