//! A live stream as the platform's settings have it.

use serde::Deserialize;
use serde_json::json;

use crate::graphql::operation::operation;
use crate::value::since::Part;

/// Reads what users have set of a live stream (platform 5.7.0); `None` if there is no such stream,
/// or the user may not see it.
///
/// It needs the right to follow streams (`TAXIIAPI` in the platform's schema of 2026; the right to
/// manage them, `TAXIIAPI_SETCOLLECTIONS`, on platforms of 2023). `live` and `raw`, which a platform
/// has without anyone having set them up, are none of these: the answer is `None`.
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
/// let stream = ReadStream::parse(answer)?.expect("it is there");
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
    /// The stream with this id.
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

/// What users have set of a live stream, which the platform calls a stream collection.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct StreamCollection {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it is started: one that is not refuses who follows it.
    #[serde(rename = "stream_live")]
    pub live: Option<bool>,
    /// Whether everyone may follow it, without a token.
    #[serde(rename = "stream_public")]
    pub public: Option<bool>,
}
