//! Files that wait for a user's validation.

use serde::Deserialize;
use serde_json::json;

use crate::graphql::operation::operation;
use crate::graphql::upload::{Upload, UploadedFile};
use crate::value::since::Part;

/// Uploads a bundle to the platform's analyst workbench, where a user validates it before it is
/// imported (platform 5.1.0). The answer is the stored file.
///
/// ```
/// use opencti_connector::graphql::{Upload, UploadPending};
/// use opencti_connector::mime;
///
/// let bundle = br#"{"type":"bundle","id":"bundle--1","objects":[]}"#;
/// let file = Upload::new("work_1.json", &mime::APPLICATION_JSON, bundle);
/// let upload = UploadPending::new(file, Some("9f0a2b4c-7a9b-4a51-9f5e-7d0d5a3a7a11"));
/// // Send it as a multipart request; see `Upload`.
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
    /// Creates the mutation from the bundle and the id of the entity it belongs to, if any.
    #[must_use]
    pub const fn new(file: Upload<'a>, entity_id: Option<&'a str>) -> Self {
        Self {
            file,
            entity_id,
            markings: &[],
        }
    }

    /// Sets the ids of the file's markings. Any marking requires platform 6.5.2.
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
