//! What waits for a user's approval before it is imported.

use crate::client::{Client, Error, Work};
use crate::graphql::{AddDraft, AddDraftContext, Upload, UploadPending};
use crate::message::{ImportFileMessage, ValidationMode};

/// Where what is sent waits for a user's approval.
#[derive(Clone, Debug)]
pub struct Approval {
    pub(crate) mode: ValidationMode,
    /// The entity that it is about.
    pub(crate) entity: Option<String>,
    pub(crate) markings: Vec<String>,
}

impl Approval {
    /// Of what a message asks for nothing special about, where the configuration says so: in a
    /// draft, as in pycti 7.261026.0.
    pub(crate) fn by_configuration() -> Self {
        Self {
            mode: ValidationMode::Draft,
            entity: None,
            markings: Vec::new(),
        }
    }

    /// Of the import of a file, if it is to be reviewed at all.
    pub(crate) fn of_import(message: &ImportFileMessage, by_configuration: bool) -> Option<Self> {
        let is_wanted = message.force_validation || by_configuration;
        (is_wanted && !message.bypass_validation).then(|| Self {
            mode: message.validation_mode.clone(),
            entity: message.entity_id.clone(),
            markings: message.file_markings.clone(),
        })
    }

    /// Hands a bundle in as a file of pending objects, for the workbench.
    pub(crate) async fn to_workbench(
        &self,
        client: &Client,
        work: &Work,
        bundle: &str,
    ) -> Result<(), Error> {
        let name = file_name(work);
        let file = Upload::new(&name, &mime::APPLICATION_JSON, bundle.as_bytes());
        let upload = UploadPending::new(file, self.entity.as_deref()).markings(&self.markings);
        client.patient().execute(&upload).await.map(drop)
    }

    /// Opens a draft for what belongs to a work; gives its id.
    pub(crate) async fn draft(&self, client: &Client, work: &Work) -> Result<String, Error> {
        let name = file_name(work);
        let add = AddDraft::new(&name, self.entity.as_deref());
        let draft = client.patient().execute(&add).await?;
        let link = AddDraftContext::new(work.id(), &draft);
        work.client.execute(&link).await?;
        Ok(draft)
    }
}

/// As pycti names it.
fn file_name(work: &Work) -> String {
    format!("{}.json", work.id())
}
