//! What a handler of a file import takes.

use std::fmt::Display;
use std::future::ready;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};

use crate::client::{BoxError, Download};
use crate::connector::kind::InternalImportFile;
use crate::message::{ImportFileMessage, ValidationMode};
use crate::runtime::handler::traits::{
    Answer, AnswerTo, BoxFuture, Listens, MessageOf, Task, Text, sealed, task_methods,
};
use crate::runtime::publishing::approval::Approval;
use crate::runtime::publishing::send::Sent;
use crate::runtime::send_error::SendError;
use crate::stix::Bundle;

/// A file to import: what a handler of a file import connector takes.
///
/// ```
/// use opencti_connector::runtime::{BoxError, ImportFile};
/// use opencti_connector::stix::Bundle;
/// use serde_json::json;
///
/// async fn import(file: ImportFile) -> Result<String, BoxError> {
///     let mut lines = file.lines().await?;
///     let mut bundle = Bundle::new();
///     while let Some(line) = lines.next_line().await? {
///         bundle.push(json!({"type": "domain-name", "value": line}))?;
///     }
///     let sent = file.send(bundle).await?;
///     Ok(format!("{} domains in {}", sent.parts(), file.name()))
/// }
/// ```
pub struct ImportFile {
    task: Arc<Task<InternalImportFile>>,
}

impl ImportFile {
    pub(crate) fn of(task: Arc<Task<InternalImportFile>>) -> Self {
        Self { task }
    }

    /// The name of the file.
    #[must_use]
    pub fn name(&self) -> &str {
        self.task.message.file.name()
    }

    /// The MIME type of the file, as the platform tells it.
    #[must_use]
    pub fn mime(&self) -> Option<&str> {
        self.task.message.file.mime.as_deref()
    }

    /// The internal ids of the markings of the file.
    #[must_use]
    pub fn markings(&self) -> &[String] {
        &self.task.message.file_markings
    }

    /// The entity that the file belongs to; none for one that was imported by itself.
    #[must_use]
    pub fn entity_id(&self) -> Option<&str> {
        self.task.message.entity_id.as_deref()
    }

    /// Where the user wants what is imported to be looked through.
    #[must_use]
    pub fn validation_mode(&self) -> &ValidationMode {
        &self.task.message.validation_mode
    }

    /// What the user chose in the form of the import; none where the connector defines no form.
    ///
    /// # Errors
    ///
    /// When it is not what `T` expects.
    pub fn configuration<T: DeserializeOwned>(&self) -> Result<Option<T>, serde_json::Error> {
        let text = self.task.message.configuration.as_deref();
        text.map(serde_json::from_str).transpose()
    }

    /// The whole file, in memory.
    ///
    /// # Errors
    ///
    /// When it cannot be fetched, or not to its end.
    pub async fn bytes(&self) -> Result<Vec<u8>, BoxError> {
        Ok(self.stream().await?.bytes().await?)
    }

    /// The file as it comes in, however large it is.
    ///
    /// # Errors
    ///
    /// When it cannot be fetched. Where the connection is lost on the way the stream has an error,
    /// and never ends early.
    pub async fn stream(&self) -> Result<Download, BoxError> {
        let path = &self.task.message.file.fetch;
        Ok(self.task.client().download(path).await?)
    }

    /// The lines of a text file, one after the other.
    ///
    /// # Errors
    ///
    /// As [`stream`](Self::stream).
    pub async fn lines(&self) -> Result<Lines<BufReader<Download>>, BoxError> {
        Ok(BufReader::new(self.stream().await?).lines())
    }

    /// Sends a bundle, and returns when the broker has all of it. A large file is best sent in
    /// several.
    ///
    /// # Errors
    ///
    /// When the bundle cannot be sent; see [`SendErrorKind`](crate::runtime::SendErrorKind).
    pub async fn send(&self, bundle: Bundle) -> Result<Sent, SendError> {
        self.task.sender.send(bundle).await
    }

    task_methods!(this => this.task);
}

impl std::fmt::Debug for ImportFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImportFile")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

impl sealed::Listens for InternalImportFile {}

#[diagnostic::do_not_recommend]
impl Listens for InternalImportFile {
    type Message = ImportFileMessage;

    fn review(message: &ImportFileMessage, by_configuration: bool) -> Option<Approval> {
        Approval::of_import(message, by_configuration)
    }

    fn about(message: &ImportFileMessage) -> Option<&str> {
        Some(&message.file.id)
    }
}

#[diagnostic::do_not_recommend]
impl MessageOf<InternalImportFile> for ImportFile {
    fn of(task: Arc<Task<InternalImportFile>>) -> BoxFuture<'static, Result<Self, BoxError>> {
        Box::pin(ready(Ok(Self::of(task))))
    }
}

#[diagnostic::do_not_recommend]
impl AnswerTo<ImportFile, Answer> for () {
    fn send(self) -> BoxFuture<'static, Result<String, BoxError>> {
        Box::pin(ready(Ok(String::new())))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display + Send> AnswerTo<ImportFile, Text> for T {
    fn send(self) -> BoxFuture<'static, Result<String, BoxError>> {
        Box::pin(ready(Ok(self.to_string())))
    }
}
