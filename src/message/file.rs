//! A file stored by the platform.

use crate::message::members::Members;

/// A file stored by the platform that a message is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// File id, a path, e.g. `import/global/threats.pdf`: `file_id`.
    pub id: String,
    /// MIME type, e.g. `application/pdf`: `file_mime`.
    pub mime: Option<String>,
    /// Path below the platform's URL to download the file from, not percent-encoded: `file_fetch`,
    /// or else `/storage/get/` and the id (as pycti 7.261026.0).
    pub fetch: String,
}

impl File {
    pub(super) fn of(event: &mut Members<'_>) -> Self {
        let id = event.required("file_id", "the id of the file");
        let fetch = event.text("file_fetch");
        Self {
            mime: event.text("file_mime"),
            fetch: fetch.unwrap_or_else(|| format!("/storage/get/{id}")),
            id,
        }
    }

    /// Returns the file name: the id after its last slash.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.rsplit_once('/').map_or(&*self.id, |(_, name)| name)
    }
}
