//! Files that wait for a user to look at them.

use serde::Deserialize;
use serde_json::json;

use crate::graphql::operation::operation;
use crate::graphql::upload::{Upload, UploadedFile};
use crate::value::since::Part;

/// Puts a bundle, as a file, where a user validates it before it is imported: the platform's
/// analyst workbench (platform 5.1.0).
///
/// ```
/// use opencti_connector::graphql::{Upload, UploadPending};
/// use opencti_connector::mime;
///
/// let bundle = br#"{"type":"bundle","id":"bundle--1","objects":[]}"#;
/// let file = Upload::new("work_1.json", &mime::APPLICATION_JSON, bundle);
/// let upload = UploadPending::new(file, Some("9f0a2b4c-7a9b-4a51-9f5e-7d0d5a3a7a11"));
/// // It is sent as `Upload` says.
/// # let _ = upload;
/// ```
#[doc(alias = "upload_pending_file")]
#[derive(Clone, Copy, Debug)]
pub struct UploadPending<'a> {
    file: Upload<'a>,
    entity_id: Option<&'a str>,
    markings: &'a [String],
}

impl<'a> UploadPending<'a> {
    /// For the entity with this id, if there is one.
    #[must_use]
    pub const fn new(file: Upload<'a>, entity_id: Option<&'a str>) -> Self {
        Self {
            file,
            entity_id,
            markings: &[],
        }
    }

    /// Under these markings; if there are any, the platform must be 6.5.2 or later.
    #[must_use]
    pub const fn markings(mut self, markings: &'a [String]) -> Self {
        self.markings = markings;
        self
    }
}

operation! {
    UploadPending<'_>, "UploadPending", idempotent: false,
    since: |this| if this.markings.is_empty() {
        Part::UploadPending
    } else {
        Part::PendingMarkings
    },
    document: |this| if this.markings.is_empty() {
        "mutation UploadPending($file: Upload!, $entityId: String) { \
         uploadPending(file: $file, entityId: $entityId) { id name } }"
    } else {
        "mutation UploadPending($file: Upload!, $entityId: String, $file_markings: [String!]) { \
         uploadPending(file: $file, entityId: $entityId, file_markings: $file_markings) { \
         id name } }"
    },
    variables: |this| {
        let mut variables = json!({ "file": null, "entityId": this.entity_id });
        if !this.markings.is_empty() {
            variables["file_markings"] = this.markings.into();
        }
        variables
    },
    upload: |this| this.file,
    answer: |data: Data| -> UploadedFile { data.uploaded }
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "uploadPending")]
    uploaded: UploadedFile,
}
