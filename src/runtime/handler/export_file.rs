//! What a handler of a file export takes and answers.

use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;

use mime::Mime;
use tokio::io::AsyncRead;

use crate::client::{BoxError, Client, Error, ObjectPages};
use crate::connector::kind::InternalExportFile;
use crate::graphql::{Operation, PushExport, PushListExport, Upload};
use crate::message::{ExportFileMessage, ExportScope, ExportType};
use crate::runtime::handler::traits::{
    Answer, AnswerTo, BoxFuture, Listens, MessageOf, Task, sealed, task_methods,
};
use crate::stix::Object;

/// What is to be written into a file: what a handler of a file export connector takes.
///
/// ```
/// use opencti_connector::runtime::{BoxError, ExportFile, Exported};
///
/// async fn export(export: ExportFile) -> Result<Exported, BoxError> {
///     let mut csv = String::from("id,name\n");
///     let mut objects = export.objects();
///     while let Some(page) = objects.next_page().await? {
///         for object in page {
///             let name = object.text("name").unwrap_or_default();
///             csv.push_str(&format!("{},{name}\n", object.id()));
///         }
///     }
///     Ok(export.into_file(csv))
/// }
/// ```
pub struct ExportFile {
    task: Arc<Task<InternalExportFile>>,
}

impl ExportFile {
    pub(crate) fn of(task: Arc<Task<InternalExportFile>>) -> Self {
        Self { task }
    }

    fn message(&self) -> &ExportFileMessage {
        &self.task.message
    }

    /// The name under which the file is uploaded.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.message().file_name
    }

    /// The MIME type that the file is to have.
    #[must_use]
    pub fn format(&self) -> Option<&str> {
        self.message().format.as_deref()
    }

    /// Whether what the entities are connected with is to be written too.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.message().export_type == Some(ExportType::Full)
    }

    /// What is to be written: one entity, those that were selected, or those of a list.
    #[must_use]
    pub fn scope(&self) -> &ExportScope {
        &self.message().scope
    }

    /// The type of the entity, or of those in the list, in the platform's spelling.
    #[must_use]
    pub fn entity_type(&self) -> Option<&str> {
        self.message().entity_type.as_deref()
    }

    /// The internal ids of the markings that the file gets.
    #[must_use]
    pub fn markings(&self) -> &[String] {
        &self.message().file_markings
    }

    /// The objects that are to be written, page by page, as far as the user who asked for them may
    /// see them.
    ///
    /// An export that is [full](Self::is_full) goes on with what an entity refers to, such as its
    /// markings, its author and what a container holds, and with its relationships and sightings and
    /// their other ends. Each object comes once; what a user may not see, or the export may not
    /// hold, is left out.
    #[must_use]
    pub fn objects(&self) -> Objects {
        Objects {
            pages: ObjectPages::new(self.task.client(), self.message()),
        }
    }

    /// The answer: a file with this content.
    pub fn into_file(self, content: impl Into<Vec<u8>>) -> Exported {
        self.exported(Body::Bytes(content.into()))
    }

    /// The answer: a file whose content is read while it is uploaded, however large it is.
    ///
    /// Where the upload fails on the way the work ends in error, because a stream cannot be read
    /// for a second time.
    pub fn into_stream(self, content: impl AsyncRead + Send + 'static) -> Exported {
        self.exported(Body::Stream(Box::pin(content)))
    }

    fn exported(self, body: Body) -> Exported {
        Exported {
            task: self.task,
            body,
        }
    }

    task_methods!(this => this.task);
}

impl std::fmt::Debug for ExportFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExportFile")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

/// The objects that an export is to hold, page by page.
#[derive(Debug)]
pub struct Objects {
    pages: ObjectPages,
}

impl Objects {
    /// The next page, of at most 500 objects; `None` after the last one.
    ///
    /// # Errors
    ///
    /// When the platform cannot be asked.
    pub async fn next_page(&mut self) -> Result<Option<Vec<Object>>, Error> {
        self.pages.next().await
    }
}

/// The answer to an export: made by [`ExportFile::into_file`] or [`ExportFile::into_stream`].
#[must_use]
pub struct Exported {
    task: Arc<Task<InternalExportFile>>,
    body: Body,
}

enum Body {
    Bytes(Vec<u8>),
    Stream(Pin<Box<dyn AsyncRead + Send>>),
}

impl Exported {
    pub(crate) async fn send(self) -> Result<String, BoxError> {
        let Self { task, body } = self;
        let message = &task.message;
        let format = message.format.as_deref();
        let mime: Mime = format
            .and_then(|format| format.parse().ok())
            .unwrap_or(mime::APPLICATION_OCTET_STREAM);
        // As the connector: users who may ask for an export need not have the right to hand it in.
        let client = task.own_client();
        match body {
            Body::Bytes(content) => {
                let file = Upload::new(&message.file_name, &mime, &content);
                push(&client, message, file, None).await?;
            }
            Body::Stream(content) => {
                let file = Upload::new(&message.file_name, &mime, &[]);
                push(&client, message, file, Some(content)).await?;
            }
        }
        Ok(format!("{} was written", message.file_name))
    }
}

/// Uploads the file as what the message asks for.
async fn push(
    client: &Client,
    message: &ExportFileMessage,
    file: Upload<'_>,
    content: Option<Pin<Box<dyn AsyncRead + Send>>>,
) -> Result<(), Error> {
    let markings = &message.file_markings;
    let (container, list_params) = match &message.scope {
        ExportScope::Single { entity_id } => {
            let export = PushExport::new(entity_id, file, markings);
            return upload(client, &export, content).await;
        }
        ExportScope::Selection { list_params, .. } => (None, list_params),
        ExportScope::Query {
            list_params,
            container_id,
        } => (container_id.as_deref(), list_params),
    };
    let filters = serde_json::Value::from(list_params.clone()).to_string();
    let entity_type = message.entity_type.as_deref();
    let entity_type = entity_type.unwrap_or("Stix-Core-Object");
    let mut export = PushListExport::new(entity_type, file, markings).filters(&filters);
    if let Some(container) = container {
        export = export.within(container);
    }
    upload(client, &export, content).await
}

async fn upload<O: Operation>(
    client: &Client,
    export: &O,
    content: Option<Pin<Box<dyn AsyncRead + Send>>>,
) -> Result<(), Error> {
    match content {
        Some(content) => client.upload_stream(export, content).await.map(drop),
        None => client.patient().execute(export).await.map(drop),
    }
}

impl std::fmt::Debug for Exported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exported")
            .field("name", &self.task.message.file_name)
            .finish_non_exhaustive()
    }
}

impl sealed::Listens for InternalExportFile {}

#[diagnostic::do_not_recommend]
impl Listens for InternalExportFile {
    type Message = ExportFileMessage;

    fn about(message: &ExportFileMessage) -> Option<&str> {
        Some(&message.file_name)
    }
}

#[diagnostic::do_not_recommend]
impl MessageOf<InternalExportFile> for ExportFile {
    fn of(task: Arc<Task<InternalExportFile>>) -> BoxFuture<'static, Result<Self, BoxError>> {
        Box::pin(ready(Ok(Self::of(task))))
    }
}

#[diagnostic::do_not_recommend]
impl AnswerTo<ExportFile, Answer> for Exported {
    fn send(self) -> BoxFuture<'static, Result<String, BoxError>> {
        Box::pin(Self::send(self))
    }
}
