//! The settings of a live stream.

use serde::Deserialize;
use serde_json::json;

use crate::graphql::operation::operation;
use crate::value::since::Part;

/// Reads the settings of a live stream (platform 5.7.0).
///
/// The answer is `None` if there is no such stream, if the user may not see it, and for the
/// platform's built-in streams `live` and `raw`, which have no settings.
///
/// The user needs the capability `TAXIIAPI` (platform schema of 2026); platforms of 2023 require
/// `TAXIIAPI_SETCOLLECTIONS`.
///
/// ```
/// use opencti_connector::graphql::ReadStream;
///
/// let read = ReadStream::new("0f8a4c5e-2b1d-4c7a-9a35-6f2a8f8b7c10");
/// // POST it as JSON.
/// # let _ = serde_json::to_vec(&read)?;
///
/// let answer = br#"{"data":{"streamCollection":{"id":"0f8a4c5e-2b1d-4c7a-9a35-6f2a8f8b7c10",
///     "name":"Indicators for the SIEM","description":"","stream_live":true,
///     "stream_public":false}}}"#;
/// let stream = ReadStream::parse(answer)?.expect("the stream exists");
/// assert_eq!(stream.name.as_deref(), Some("Indicators for the SIEM"));
/// assert_eq!(stream.live, Some(true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "get_stream_collection")]
#[derive(Clone, Copy, Debug)]
pub struct ReadStream<'a> {
    id: &'a str,
}

impl<'a> ReadStream<'a> {
    /// Creates the query from the stream's id.
    #[must_use]
    pub const fn new(id: &'a str) -> Self {
        Self { id }
    }
}

operation! {
    ReadStream<'_>, "StreamCollection", idempotent: true,
    since: |_this| Part::ReadStream,
    document: |_this| "query StreamCollection($id: String!) { streamCollection(id: $id) { \
        id name description stream_live stream_public } }",
    variables: |this| json!({ "id": this.id }),
    answer: |data: Data| -> Option<StreamCollection> { data.stream }
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "streamCollection")]
    stream: Option<StreamCollection>,
}

/// Settings of a live stream, which the platform calls a stream collection.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct StreamCollection {
    /// Stream id.
    pub id: String,
    /// Name shown in the platform.
    pub name: Option<String>,
    /// Description shown in the platform.
    pub description: Option<String>,
    /// Whether the stream is started. The platform rejects followers of a stopped stream.
    #[serde(rename = "stream_live")]
    pub live: Option<bool>,
    /// Whether anyone may follow the stream without a token.
    #[serde(rename = "stream_public")]
    pub public: Option<bool>,
}
