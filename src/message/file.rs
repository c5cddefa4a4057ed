//! A file of the platform.

use crate::message::members::Members;

/// A file of the platform that a message is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// Its id, a path: `file_id`.
    pub id: String,
    /// Its MIME type: `file_mime`.
    pub mime: Option<String>,
    /// Where to GET it, a path below the platform's URL that is not percent-encoded: `file_fetch`,
    /// else `/storage/get/` and the id (as pycti 7.261026.0 fetches by id).
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

    /// Its name: what follows the last slash of its id.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.rsplit_once('/').map_or(&*self.id, |(_, name)| name)
    }
}
