//! A request with a file, as `multipart/form-data` (RFC 7578).
//!
//! Written here because the one form that is needed takes less than the two crates that reqwest's
//! own feature brings.

use uuid::Uuid;

use crate::graphql::Upload;

/// The type and the bytes of a body that holds the operation and its file, as [`Upload`] says.
pub(super) fn encode(operations: &[u8], file: &Upload<'_>) -> (String, Vec<u8>) {
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
    let tail = format!("\r\n--{boundary}--\r\n");
    let body = [&head, file.content(), tail.as_bytes()].concat();
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// The name of a file as browsers write it, which cannot end its header: RFC 7578 leaves that open,
/// WHATWG's HTML (4.10.21.8) says it.
fn quoted(name: &str) -> String {
    name.replace('\r', "%0D")
        .replace('\n', "%0A")
        .replace('"', "%22")
}
