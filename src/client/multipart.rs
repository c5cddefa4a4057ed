//! A request with a file, as `multipart/form-data` (RFC 7578).
//!
//! Written here because the one form that is needed takes less than the two crates that reqwest's
//! own feature brings.

use uuid::Uuid;

use crate::graphql::Upload;

/// A body that holds an operation and its file, as [`Upload`] says: the content of the file stands
/// between `head` and `tail`.
pub(super) struct Multipart {
    pub(super) content_type: String,
    pub(super) head: Vec<u8>,
    pub(super) tail: Vec<u8>,
}

impl Multipart {
    pub(super) fn of(operations: &[u8], file: &Upload<'_>) -> Self {
        // No file holds it, save by a chance of one in 2^122.
        let boundary = Uuid::new_v4().simple().to_string();
        let part = |disposition: &str| {
            format!("--{boundary}\r\nContent-Disposition: form-data; name={disposition}\r\n")
        };
        let head = [
            part("\"operations\"").as_bytes(),
            b"\r\n",
            operations,
            b"\r\n",
            part("\"map\"").as_bytes(),
            b"\r\n",
            Upload::MAP.as_bytes(),
            b"\r\n",
            part(&format!(
                "\"{}\"; filename=\"{}\"",
                Upload::PART,
                quoted(file.name())
            ))
            .as_bytes(),
            format!("Content-Type: {}\r\n\r\n", file.mime()).as_bytes(),
        ]
        .concat();
        Self {
            content_type: format!("multipart/form-data; boundary={boundary}"),
            head,
            tail: format!("\r\n--{boundary}--\r\n").into_bytes(),
        }
    }
}

/// The type and the bytes of such a body with the content that the file has.
pub(super) fn encode(operations: &[u8], file: &Upload<'_>) -> (String, Vec<u8>) {
    let multipart = Multipart::of(operations, file);
    let body = [&multipart.head, file.content(), &multipart.tail].concat();
    (multipart.content_type, body)
}

/// The name of a file as browsers write it, which cannot end its header: RFC 7578 leaves that open,
/// WHATWG's HTML (4.10.21.8) says it.
fn quoted(name: &str) -> String {
    name.replace('\r', "%0D")
        .replace('\n', "%0A")
        .replace('"', "%22")
}
