//! Files that go with an operation.

use std::fmt;

use mime::Mime;
use serde::Deserialize;

/// A file that goes with an operation: its name, its type and what is in it.
///
/// An operation with a file ([`Operation::upload`](crate::graphql::Operation::upload)) is sent by the
/// [GraphQL multipart request](https://github.com/jaydenseric/graphql-multipart-request-spec)
/// convention, as `multipart/form-data` with three parts in this order, and not as JSON:
///
/// | part | what it holds |
/// |---|---|
/// | `operations` | the operation as JSON, which has null in place of the file |
/// | `map` | [`Upload::MAP`] |
/// | [`Upload::PART`] | the bytes of the file, with its name and its type |
///
/// ```
/// use opencti_connector::graphql::{Operation, PushExport, Upload};
/// use opencti_connector::mime;
///
/// let file = Upload::new("report.csv", &mime::TEXT_CSV, b"name\nx\n");
/// let push = PushExport::new("report--9f0a2b4c-7a9b-4a51-9f5e-7d0d5a3a7a11", file, &[]);
///
/// let operations = serde_json::to_value(&push)?;
/// assert!(operations["variables"]["file"].is_null());
/// assert_eq!(Upload::MAP, r#"{"0":["variables.file"]}"#);
/// assert_eq!(push.upload().map(|file| file.content()), Some(&b"name\nx\n"[..]));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Upload<'a> {
    name: &'a str,
    mime: &'a Mime,
    content: &'a [u8],
}

impl<'a> Upload<'a> {
    /// The content of the part `map`: where in the operation the file belongs.
    pub const MAP: &'static str = r#"{"0":["variables.file"]}"#;

    /// The name of the part that holds the file.
    pub const PART: &'static str = "0";

    /// A file.
    #[must_use]
    pub const fn new(name: &'a str, mime: &'a Mime, content: &'a [u8]) -> Self {
        Self {
            name,
            mime,
            content,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// Its type.
    #[must_use]
    pub const fn mime(&self) -> &'a Mime {
        self.mime
    }

    /// What is in it.
    #[must_use]
    pub const fn content(&self) -> &'a [u8] {
        self.content
    }
}

/// The content, which is long and may be confidential, is shown by its length alone.
impl fmt::Debug for Upload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("name", &self.name)
            .field("mime", &self.mime.as_ref())
            .field("length", &self.content.len())
            .finish_non_exhaustive()
    }
}

/// A file as the platform has stored it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct UploadedFile {
    /// Its id, which is its path in the platform's storage.
    pub id: String,
    /// Its name.
    pub name: String,
}
