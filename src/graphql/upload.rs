//! A file that an operation uploads.

use std::fmt;

use mime::Mime;
use serde::Deserialize;

/// A file that an operation uploads: name, MIME type and content.
///
/// Send an operation with a file ([`Operation::upload`](crate::graphql::Operation::upload)) as a
/// [GraphQL multipart request](https://github.com/jaydenseric/graphql-multipart-request-spec):
/// `multipart/form-data` with three parts in this order.
///
/// | part | content |
/// |---|---|
/// | `operations` | the operation as JSON; the variable `file` is null |
/// | `map` | [`Upload::MAP`] |
/// | [`Upload::PART`] | the bytes of the file, with its name and MIME type |
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
    /// Content of the part `map`: the variable that the file replaces.
    pub const MAP: &'static str = r#"{"0":["variables.file"]}"#;

    /// Name of the part that holds the file.
    pub const PART: &'static str = "0";

    /// Creates an upload from a file name, a MIME type and the bytes of the file.
    #[must_use]
    pub const fn new(name: &'a str, mime: &'a Mime, content: &'a [u8]) -> Self {
        Self {
            name,
            mime,
            content,
        }
    }

    /// Returns the file name.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// Returns the MIME type.
    #[must_use]
    pub const fn mime(&self) -> &'a Mime {
        self.mime
    }

    /// Returns the bytes of the file.
    #[must_use]
    pub const fn content(&self) -> &'a [u8] {
        self.content
    }
}

/// Shows the length in place of the content, which may be long or confidential.
impl fmt::Debug for Upload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("name", &self.name)
            .field("mime", &self.mime.as_ref())
            .field("length", &self.content.len())
            .finish_non_exhaustive()
    }
}

/// A file stored by the platform.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct UploadedFile {
    /// File id: the path in the platform's storage, e.g. `import/global/report.pdf`.
    pub id: String,
    /// File name, e.g. `report.pdf`.
    pub name: String,
}
