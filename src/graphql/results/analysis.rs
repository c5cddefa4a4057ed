//! The result of an analysis connector.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::graphql::operation::operation;
use crate::graphql::upload::{Upload, UploadedFile};
use crate::value::since::Part;

/// The kind of content that was analysed; see [`PushAnalysis`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AnalysedContent {
    /// A file attached to the entity.
    File,
    /// Text fields of the entity.
    Fields,
}

/// Uploads the analysis of an entity (platform 6.2.0).
///
/// The answer is the stored file, or `None` if the platform returns none.
///
/// The file holds one JSON object that maps each text found to the id of the entity it denotes.
///
/// ```
/// use opencti_connector::graphql::{AnalysedContent, PushAnalysis, Upload};
/// use opencti_connector::mime;
///
/// let found = br#"{"APT28":"intrusion-set--4e9b2b2c-6d2a-5f5c-9d3e-0b3f6a1c7d21"}"#;
/// let name = "fields_analysis_content_mapping.analysis";
/// let file = Upload::new(name, &mime::APPLICATION_JSON, found);
/// let push = PushAnalysis::new(
///     "report--9f0a2b4c-7a9b-4a51-9f5e-7d0d5a3a7a11",
///     file,
///     AnalysedContent::Fields,
///     "content_mapping",
/// );
/// // Send it as a multipart request; see `Upload`.
/// # let _ = push;
/// ```
#[doc(alias = "push_analysis")]
#[derive(Clone, Copy, Debug)]
pub struct PushAnalysis<'a> {
    id: &'a str,
    file: Upload<'a>,
    content: AnalysedContent,
    source: &'a str,
}

impl<'a> PushAnalysis<'a> {
    /// Creates the mutation from the entity's id, the file, and the kind and source of the content.
    ///
    /// An analysis message holds the file name as `analysis_name`, and the kind and source as
    /// `content_type` and `content_source`.
    #[must_use]
    pub const fn new(
        id: &'a str,
        file: Upload<'a>,
        content: AnalysedContent,
        source: &'a str,
    ) -> Self {
        Self {
            id,
            file,
            content,
            source,
        }
    }
}

operation! {
    PushAnalysis<'_>, "StixCoreObjectEdit", idempotent: false,
    since: |_this| Part::PushAnalysis,
    document: |_this| "mutation StixCoreObjectEdit($id: ID!, $file: Upload!, \
        $contentSource: String!, $contentType: AnalysisContentType!, $analysisType: String!) { \
        stixCoreObjectEdit(id: $id) { analysisPush(file: $file, contentSource: $contentSource, \
        contentType: $contentType, analysisType: $analysisType) { id name } } }",
    variables: |this| json!({
        "id": this.id,
        "file": null,
        "contentSource": this.source,
        "contentType": this.content,
        // The platform reads back only analyses of this type.
        "analysisType": "mapping_analysis",
    }),
    upload: |this| this.file,
    answer: |data: Data| -> Option<UploadedFile> { data.edited.pushed }
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "stixCoreObjectEdit")]
    edited: Edited,
}

#[derive(Deserialize)]
struct Edited {
    #[serde(rename = "analysisPush")]
    pushed: Option<UploadedFile>,
}
