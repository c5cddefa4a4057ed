//! What a handler of an analysis takes and answers.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::Arc;

use crate::client::{BoxError, Download};
use crate::connector::kind::InternalAnalysis;
use crate::graphql::{AnalysedContent, PushAnalysis, Upload};
use crate::message::{AnalysisMessage, Content};
use crate::runtime::handler::traits::{
    Answer, AnswerTo, BoxFuture, Listens, MessageOf, Task, sealed, task_methods,
};
use crate::stix::Object;

/// The content of an entity, to be looked through for others: what a handler of an analysis
/// connector takes.
///
/// ```
/// use opencti_connector::runtime::{Analysis, BoxError, Matches};
///
/// async fn analyse(analysis: Analysis) -> Result<Matches, BoxError> {
///     let text = analysis.text().await?;
///     let found = text.contains("APT28").then_some((
///         "APT28",
///         "intrusion-set--4e9b2b2c-6d2a-5f5c-9d3e-0b3f6a1c7d21",
///     ));
///     Ok(analysis.matches(found))
/// }
/// ```
pub struct Analysis {
    task: Arc<Task<InternalAnalysis>>,
}

impl Analysis {
    pub(crate) fn of(task: Arc<Task<InternalAnalysis>>) -> Self {
        Self { task }
    }

    /// The id of the entity.
    #[must_use]
    pub fn entity_id(&self) -> &str {
        &self.task.message.entity_id
    }

    /// The type of the entity in the platform's spelling.
    #[must_use]
    pub fn entity_type(&self) -> Option<&str> {
        self.task.message.entity_type.as_deref()
    }

    /// What is to be looked through: fields of the entity, by their names, or a file.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.task.message.content
    }

    /// What is to be looked through as text: the fields one after the other, those that are empty
    /// left out, or the whole file.
    ///
    /// # Errors
    ///
    /// When the entity or the file cannot be read, or when the file is not text in UTF-8.
    pub async fn text(&self) -> Result<String, BoxError> {
        match self.content() {
            Content::File(file) => {
                let bytes = self
                    .task
                    .client()
                    .download(&file.fetch)
                    .await?
                    .bytes()
                    .await?;
                let not_text = |_| format!("{} is not text in UTF-8", file.name());
                Ok(String::from_utf8(bytes).map_err(not_text)?)
            }
            Content::Fields(fields) => {
                let entity = self.task.read(self.entity_id()).await?;
                let texts = fields.iter().filter_map(|field| field_of(&entity, field));
                Ok(texts.collect::<Vec<_>>().join("\n"))
            }
        }
    }

    /// The file that is to be looked through, as it comes in; none for fields.
    ///
    /// # Errors
    ///
    /// When it cannot be fetched.
    pub async fn stream(&self) -> Result<Option<Download>, BoxError> {
        match self.content() {
            Content::File(file) => Ok(Some(self.task.client().download(&file.fetch).await?)),
            Content::Fields(_) => Ok(None),
        }
    }

    /// The answer: each text that was found, with the id of the entity that it means, be it the
    /// platform's or the STIX one. Of a text that comes twice the last id counts.
    pub fn matches<T: Into<String>, I: Into<String>>(
        &self,
        found: impl IntoIterator<Item = (T, I)>,
    ) -> Matches {
        let found = found.into_iter();
        Matches {
            task: Arc::clone(&self.task),
            found: found.map(|(text, id)| (text.into(), id.into())).collect(),
        }
    }

    task_methods!(this => this.task);
}

/// A text of an entity, by the platform's name of the field: what STIX does not have is in the
/// platform's extension.
fn field_of<'e>(entity: &'e Object, field: &str) -> Option<&'e str> {
    let text = entity.text(field);
    let text = text.or_else(|| entity.extension(field)?.as_str());
    text.filter(|text| !text.is_empty())
}

impl std::fmt::Debug for Analysis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analysis")
            .field("entity", &self.entity_id())
            .finish_non_exhaustive()
    }
}

/// The answer to an analysis: made by [`Analysis::matches`].
#[must_use]
pub struct Matches {
    task: Arc<Task<InternalAnalysis>>,
    found: BTreeMap<String, String>,
}

impl Matches {
    pub(crate) async fn send(self) -> Result<String, BoxError> {
        let message = &self.task.message;
        let json = serde_json::to_vec(&self.found)?;
        let file = Upload::new(&message.analysis_name, &mime::APPLICATION_JSON, &json);
        let content = match message.content {
            Content::File(_) => AnalysedContent::File,
            Content::Fields(_) => AnalysedContent::Fields,
        };
        let source = &message.content_source;
        let push = PushAnalysis::new(&message.entity_id, file, content, source);
        self.task.own_client().patient().execute(&push).await?;
        Ok(format!("{} matches were found", self.found.len()))
    }
}

impl std::fmt::Debug for Matches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Matches")
            .field("found", &self.found.len())
            .finish_non_exhaustive()
    }
}

impl sealed::Listens for InternalAnalysis {}

#[diagnostic::do_not_recommend]
impl Listens for InternalAnalysis {
    type Message = AnalysisMessage;

    fn about(message: &AnalysisMessage) -> Option<&str> {
        Some(&message.entity_id)
    }
}

#[diagnostic::do_not_recommend]
impl MessageOf<InternalAnalysis> for Analysis {
    fn of(task: Arc<Task<InternalAnalysis>>) -> BoxFuture<'static, Result<Self, BoxError>> {
        Box::pin(ready(Ok(Self::of(task))))
    }
}

#[diagnostic::do_not_recommend]
impl AnswerTo<Analysis, Answer> for Matches {
    fn send(self) -> BoxFuture<'static, Result<String, BoxError>> {
        Box::pin(Self::send(self))
    }
}
