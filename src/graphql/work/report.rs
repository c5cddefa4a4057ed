//! Creating a work, reporting its progress and deleting it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::graphql::number::InvalidNumber;
use crate::graphql::operation::operation;
use crate::value::since::Part;

/// Creates a work (platform 4.0.0). The answer is its id.
///
/// Only connectors that start runs themselves need it; a message from the platform names its work.
///
/// ```
/// use opencti_connector::graphql::AddWork;
///
/// let add = AddWork::new("550e8400-e29b-41d4-a716-446655440000", "MISP run of 2026-11-24");
/// // POST it as JSON.
/// # let _ = serde_json::to_vec(&add)?;
///
/// let id = AddWork::parse(br#"{"data":{"workAdd":{"id":"work_550e8400_2026-11-24"}}}"#)?;
/// assert_eq!(id, "work_550e8400_2026-11-24");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AddWork<'a> {
    connector_id: &'a str,
    friendly_name: &'a str,
    is_multipart: bool,
}

impl<'a> AddWork<'a> {
    /// Creates the mutation from the connector's id and a name shown to users.
    #[must_use]
    pub const fn new(connector_id: &'a str, friendly_name: &'a str) -> Self {
        Self {
            connector_id,
            friendly_name,
            is_multipart: false,
        }
    }

    /// Sets whether only [`WorkProcessed`] completes the work (platform 7.260422.0).
    ///
    /// Otherwise the platform also completes it once all announced parts are reported.
    #[must_use]
    pub const fn multipart(mut self, is_multipart: bool) -> Self {
        self.is_multipart = is_multipart;
        self
    }
}

operation! {
    AddWork<'_>, "AddWork", idempotent: false,
    since: |this| if this.is_multipart { Part::MultipartWork } else { Part::AddWork },
    document: |this| if this.is_multipart {
        "mutation AddWork($connectorId: String!, $friendlyName: String, \
         $isMultiPartWork: Boolean) { workAdd(connectorId: $connectorId, \
         friendlyName: $friendlyName, isMultiPartWork: $isMultiPartWork) { id } }"
    } else {
        "mutation AddWork($connectorId: String!, $friendlyName: String) { \
         workAdd(connectorId: $connectorId, friendlyName: $friendlyName) { id } }"
    },
    variables: |this| {
        let mut variables = json!({
            "connectorId": this.connector_id,
            "friendlyName": this.friendly_name,
        });
        if this.is_multipart {
            variables["isMultiPartWork"] = true.into();
        }
        variables
    },
    answer: |data: AddData| -> String { data.work_add.id }
}

#[derive(Deserialize)]
struct AddData {
    #[serde(rename = "workAdd")]
    work_add: Added,
}

#[derive(Deserialize)]
struct Added {
    id: String,
}

macro_rules! edits {
    ($(
        $(#[$doc:meta])+
        $edit:ident { $($field:ident: $type:ty),* }, $name:literal, idempotent: $idempotent:literal,
        since: $part:ident, ($($declared:literal)?) { $selection:literal }, |$this:ident| $variables:expr;
    )+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug)]
        pub struct $edit<'a> {
            id: &'a str,
            $($field: $type,)*
        }

        impl<'a> $edit<'a> {
            /// Creates the mutation for the work with this id.
            #[must_use]
            pub const fn new(id: &'a str $(, $field: $type)*) -> Self {
                Self { id $(, $field)* }
            }
        }

        operation! {
            $edit<'_>, $name, idempotent: $idempotent,
            since: |_this| Part::$part,
            document: |_this| concat!(
                "mutation ", $name, "($id: ID!" $(, ", ", $declared)?, ") { workEdit(id: $id) { ",
                $selection, " } }"
            ),
            variables: |$this| $variables,
            answer: |_data: EditData| -> () { () }
        }
    )+};
}

// Repeating `toReceived` or `toProcessed` sets the same values again; at worst the work shows the
// message twice.
edits! {
    /// Reports that the connector has received the work (platform 4.0.3).
    ///
    /// ```
    /// use opencti_connector::graphql::WorkReceived;
    ///
    /// let received = WorkReceived::new("work_550e8400_2026-11-24", "Fetching events");
    /// let body = serde_json::to_value(&received)?;
    /// assert_eq!(body["variables"]["message"], "Fetching events");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    WorkReceived { message: &'a str }, "ReportReceived", idempotent: true,
    since: EditWork, ("$message: String") { "toReceived(message: $message)" },
    |this| json!({ "id": this.id, "message": this.message });

    /// Completes the work, successfully or in error (platform 4.0.3).
    ///
    /// ```
    /// use opencti_connector::graphql::WorkProcessed;
    ///
    /// let failed = WorkProcessed::new("work_550e8400_2026-11-24", "The feed is down", true);
    /// let body = serde_json::to_value(&failed)?;
    /// assert_eq!(body["variables"]["inError"], true);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    WorkProcessed { message: &'a str, in_error: bool }, "ReportProcessed", idempotent: true,
    since: EditWork, ("$message: String, $inError: Boolean") { "toProcessed(message: $message, inError: $inError)" },
    |this| json!({ "id": this.id, "message": this.message, "inError": this.in_error });

    /// Reports that the connector is still processing the work (platform 5.1.0).
    ///
    /// ```
    /// use opencti_connector::graphql::PingWork;
    ///
    /// let body = serde_json::to_value(PingWork::new("work_550e8400_2026-11-24"))?;
    /// assert_eq!(body["variables"]["id"], "work_550e8400_2026-11-24");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    PingWork { }, "PingWork", idempotent: true,
    since: PingWork, () { "ping" },
    |this| json!({ "id": this.id });

    /// Reports one announced part as processed, successfully or in error (platform 4.0.3).
    ///
    /// ```
    /// use opencti_connector::graphql::{ReportExpectation, WorkError};
    ///
    /// let error = WorkError::new("no such event", "event 7");
    /// let report = ReportExpectation::new("work_550e8400_2026-11-24", Some(error));
    /// let body = serde_json::to_value(&report)?;
    /// assert_eq!(body["variables"]["error"]["source"], "event 7");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ReportExpectation { error: Option<WorkError<'a>> }, "ReportExpectation", idempotent: false,
    since: EditWork, ("$error: WorkErrorInput") { "reportExpectation(error: $error)" },
    |this| json!({ "id": this.id, "error": this.error });

    /// Makes the work import into a draft (platform 6.5.1).
    ///
    /// ```
    /// use opencti_connector::graphql::AddDraftContext;
    ///
    /// let context = AddDraftContext::new("work_550e8400_2026-11-24", "d1");
    /// let body = serde_json::to_value(&context)?;
    /// assert_eq!(body["variables"]["draftContext"], "d1");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    AddDraftContext { draft_id: &'a str }, "AddDraftContext", idempotent: true,
    since: AddDraftContext, ("$draftContext: String") { "addDraftContext(draftContext: $draftContext)" },
    |this| json!({ "id": this.id, "draftContext": this.draft_id });

    /// Deletes the work (platform 4.0.3).
    ///
    /// ```
    /// use opencti_connector::graphql::DeleteWork;
    ///
    /// let body = serde_json::to_value(DeleteWork::new("work_550e8400_2026-11-24"))?;
    /// assert_eq!(body["variables"]["id"], "work_550e8400_2026-11-24");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    DeleteWork { }, "DeleteWork", idempotent: false,
    since: EditWork, () { "delete" },
    |this| json!({ "id": this.id });
}

/// Announces parts of a work, each of which is reported once processed (platform 4.0.3).
///
/// ```
/// use opencti_connector::graphql::AddExpectations;
///
/// let body = serde_json::to_value(AddExpectations::new("work_550e8400_2026-11-24", 12)?)?;
/// assert_eq!(body["variables"]["expectations"], 12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AddExpectations<'a> {
    id: &'a str,
    expectations: u32,
}

impl<'a> AddExpectations<'a> {
    /// Creates the mutation from the work's id and the number of parts to add.
    ///
    /// # Errors
    ///
    /// Fails if the number exceeds [`i32::MAX`], the largest value of GraphQL's `Int`.
    pub const fn new(id: &'a str, expectations: u32) -> Result<Self, InvalidNumber> {
        if expectations > i32::MAX.unsigned_abs() {
            return Err(InvalidNumber::TooLarge(expectations));
        }
        Ok(Self { id, expectations })
    }
}

operation! {
    AddExpectations<'_>, "AddExpectations", idempotent: false,
    since: |_this| Part::EditWork,
    document: |_this| "mutation AddExpectations($id: ID!, $expectations: Int) { \
        workEdit(id: $id) { addExpectations(expectations: $expectations) } }",
    variables: |this| json!({ "id": this.id, "expectations": this.expectations }),
    answer: |_data: EditData| -> () { () }
}

#[derive(Deserialize)]
struct EditData {
    #[serde(rename = "workEdit")]
    _edited: serde::de::IgnoredAny,
}

/// The error of one part of a work; see [`ReportExpectation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WorkError<'a> {
    error: &'a str,
    source: &'a str,
}

impl<'a> WorkError<'a> {
    /// Creates an error from its text and the part it occurred in, e.g. a STIX id.
    #[must_use]
    pub const fn new(error: &'a str, source: &'a str) -> Self {
        Self { error, source }
    }
}
