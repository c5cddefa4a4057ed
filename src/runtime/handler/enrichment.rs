//! What a handler of an enrichment takes and answers.

use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize as _, Serialize};
use serde_json::Value;

use crate::client::BoxError;
use crate::connector::connector::Connector;
use crate::connector::kind::InternalEnrichment;
use crate::message::{EnrichmentMessage, PlaybookStep, Trigger};
use crate::runtime::handler::playbook;
use crate::runtime::handler::traits::{
    Answer, AnswerTo, BoxFuture, Listens, MessageOf, Task, sealed, task_methods,
};
use crate::runtime::publishing::send::Sent;
use crate::runtime::send_error::{SendError, SendErrorKind};
use crate::stix::sharing;
use crate::stix::{self, Bundle, Entity, Object};
use crate::value::settings::EnrichmentResolution;

/// An entity to enrich: what a handler of an enrichment connector takes.
///
/// The entity is read from the platform where the message does not bring it.
///
/// ```
/// use opencti_connector::runtime::{BoxError, Enrichment, Reply};
/// use opencti_connector::stix::Tlp;
/// use serde_json::json;
///
/// async fn enrich(enrichment: Enrichment) -> Result<Reply, BoxError> {
///     let entity = enrichment.entity();
///     if !entity.is_at_most(Tlp::Amber) {
///         return Ok(enrichment.unchanged("marked above TLP:AMBER, so it is not looked up"));
///     }
///     let address = entity.text("value").ok_or("the address has no value")?;
///     let note = json!({
///         "type": "note", "created": "2026-11-24T00:00:00.000Z",
///         "content": format!("{address} is in use"), "object_refs": [entity.id()],
///     });
///     Ok(enrichment.with([note]))
/// }
/// ```
pub struct Enrichment {
    request: EnrichmentRequest,
    entity: Entity,
    objects: Vec<Object>,
}

/// An entity to enrich of which only the id is known yet: for a handler that decides by the type
/// whether it is worth reading.
///
/// ```
/// use opencti_connector::runtime::{BoxError, EnrichmentRequest, Reply};
///
/// async fn enrich(request: EnrichmentRequest) -> Result<Reply, BoxError> {
///     if request.entity_type() == Some("Domain-Name") {
///         return Ok(request.unchanged("domains are looked up on Mondays"));
///     }
///     let enrichment = request.resolve().await?;
///     println!("{}", enrichment.entity().id());
///     Ok(enrichment.unchanged("nothing is known of it"))
/// }
/// ```
pub struct EnrichmentRequest {
    task: Arc<Task<InternalEnrichment>>,
    begun: Timestamp,
    /// What was sent in a step of a playbook, which is answered as a whole.
    sent: Arc<Mutex<Vec<playbook::Text>>>,
}

impl EnrichmentRequest {
    pub(crate) fn of(task: Arc<Task<InternalEnrichment>>) -> Self {
        Self {
            task,
            begun: Timestamp::now(),
            sent: Arc::default(),
        }
    }

    /// The id of the entity: its STIX id, or the platform's own id in a request for IOC validation.
    #[must_use]
    pub fn entity_id(&self) -> &str {
        &self.task.message.entity_id
    }

    /// The type of the entity in the platform's spelling; some platforms tell none in playbooks.
    #[must_use]
    pub fn entity_type(&self) -> Option<&str> {
        self.task.message.entity_type.as_deref()
    }

    /// The entity with what belongs to it: as the message brings it, else read from the platform.
    ///
    /// # Errors
    ///
    /// When the entity cannot be read: it was deleted, or the connector's user may not see it.
    pub async fn resolve(self) -> Result<Enrichment, BoxError> {
        let message = &self.task.message;
        let (entity, objects) = if message.bundle.is_some() {
            self.of_playbook()?
        } else {
            let entity: Entity = match &message.stix_entity {
                Some(text) => serde_json::from_str(text)?,
                None => self.task.read(self.entity_id()).await?.into(),
            };
            let objects = match &message.stix_objects {
                Some(text) => objects_of(text)?,
                None => vec![Object::clone(&entity)],
            };
            (entity, objects)
        };
        self.task.sender.share_with(sharing::of(&entity));
        Ok(Enrichment {
            request: self,
            entity,
            objects,
        })
    }

    fn of_playbook(&self) -> Result<(Entity, Vec<Object>), BoxError> {
        let message = &self.task.message;
        let objects = message
            .bundle
            .as_ref()
            .and_then(|bundle| bundle.get("objects"));
        let objects = objects
            .map(Vec::<Object>::deserialize)
            .transpose()?
            .unwrap_or_default();
        let entity = objects
            .iter()
            .find(|object| object.id() == message.entity_id);
        let entity = entity.cloned().map(Entity::from).ok_or_else(|| {
            format!(
                "the playbook's bundle does not hold the entity {}",
                message.entity_id
            )
        })?;
        Ok((entity, objects))
    }

    /// Whether it is a step of a playbook, whose answer is one bundle for the next step.
    #[must_use]
    pub fn is_playbook(&self) -> bool {
        self.step().is_some()
    }

    fn step(&self) -> Option<&PlaybookStep> {
        self.task.message.internal.playbook.as_ref()
    }

    /// What it was sent for; older platforms do not tell.
    #[must_use]
    pub fn trigger(&self) -> Option<&Trigger> {
        self.task.message.internal.trigger.as_ref()
    }

    task_methods!(this => this.task);

    /// The answer that there is nothing to add; the work says why.
    pub fn unchanged(&self, why: impl Into<String>) -> Reply {
        self.reply(Content::Unchanged(why.into()))
    }

    fn reply(&self, content: Content) -> Reply {
        Reply {
            request: Self {
                task: Arc::clone(&self.task),
                begun: self.begun,
                sent: Arc::clone(&self.sent),
            },
            content,
        }
    }
}

impl Enrichment {
    pub(crate) async fn of(task: Arc<Task<InternalEnrichment>>) -> Result<Self, BoxError> {
        EnrichmentRequest::of(task).resolve().await
    }

    /// The entity.
    #[must_use]
    pub const fn entity(&self) -> &Entity {
        &self.entity
    }

    /// The entity and what came with it: all that a playbook hands on, or what the connector's
    /// [resolution](crate::EnrichmentResolution) brings; often the entity alone.
    #[must_use]
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// What it was sent for; older platforms do not tell.
    #[must_use]
    pub fn trigger(&self) -> Option<&Trigger> {
        self.request.trigger()
    }

    /// Whether it is a step of a playbook, whose answer is one bundle for the next step.
    #[must_use]
    pub fn is_playbook(&self) -> bool {
        self.request.is_playbook()
    }

    task_methods!(this => this.request.task);

    /// Sends a bundle ahead of the answer, and returns when the broker has all of it.
    ///
    /// In a step of a playbook it becomes part of the answer.
    ///
    /// # Errors
    ///
    /// When the bundle cannot be sent; see [`SendErrorKind`](crate::runtime::SendErrorKind).
    pub async fn send(&self, bundle: Bundle) -> Result<Sent, SendError> {
        if !self.is_playbook() {
            return self.request.task.sender.send(bundle).await;
        }
        let objects = playbook::objects(&bundle);
        let objects =
            objects.map_err(|error| SendError::new(SendErrorKind::Refused, error.to_string()))?;
        let parts = objects.len();
        let sent = self.request.sent.lock();
        // A panic while the lock was held leaves nothing half done.
        sent.unwrap_or_else(PoisonError::into_inner).extend(objects);
        Ok(Sent::whole(parts))
    }

    /// The answer with what was found. In a playbook the objects that came go along with it; those
    /// of the same id are replaced.
    ///
    /// An object without an id gets its [deterministic one](crate::stix::id_of).
    pub fn with<T: Serialize>(&self, objects: impl IntoIterator<Item = T>) -> Reply {
        let mut bundle = Bundle::new();
        let filled = bundle.extend(objects).map(|()| bundle);
        self.request.reply(Content::With(Box::new(filled)))
    }

    /// As [`with`](Self::with), of a bundle with its options.
    pub fn with_bundle(&self, bundle: Bundle) -> Reply {
        self.request.reply(Content::With(Box::new(Ok(bundle))))
    }

    /// The answer that there is nothing to add; the work says why.
    pub fn unchanged(&self, why: impl Into<String>) -> Reply {
        self.request.unchanged(why)
    }
}

impl std::fmt::Debug for Enrichment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Enrichment")
            .field("entity", &self.entity.id())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for EnrichmentRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnrichmentRequest")
            .field("entity", &self.entity_id())
            .finish_non_exhaustive()
    }
}

/// The answer to an enrichment: made by [`Enrichment::with`] or [`Enrichment::unchanged`].
#[must_use]
pub struct Reply {
    request: EnrichmentRequest,
    content: Content,
}

enum Content {
    Unchanged(String),
    With(Box<Result<Bundle, stix::Error>>),
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let content = match &self.content {
            Content::Unchanged(why) => why,
            Content::With(_) => "with objects",
        };
        f.debug_tuple("Reply").field(&content).finish()
    }
}

impl Reply {
    pub(crate) async fn send(self) -> Result<String, BoxError> {
        let Self { request, content } = self;
        let (bundle, why) = match content {
            Content::Unchanged(why) => (None, why),
            Content::With(bundle) => (Some((*bundle)?), String::new()),
        };
        if request.is_playbook() {
            let mut answer =
                std::mem::take(&mut *request.sent.lock().unwrap_or_else(PoisonError::into_inner));
            if let Some(bundle) = &bundle {
                answer.extend(playbook::objects(bundle)?);
            }
            playbook::answer(&request.task, request.begun, answer).await?;
            return Ok(why);
        }
        let Some(bundle) = bundle else {
            return Ok(why);
        };
        let sent = request.task.sender.send(bundle).await?;
        Ok(format!("{} objects were sent", sent.parts()))
    }
}

/// The objects in the text of a list or of a bundle.
fn objects_of(text: &str) -> Result<Vec<Object>, serde_json::Error> {
    match serde_json::from_str(text)? {
        Value::Object(mut bundle) => {
            let objects = bundle.remove("objects").unwrap_or_default();
            serde_json::from_value(objects)
        }
        list => serde_json::from_value(list),
    }
}

impl sealed::Listens for InternalEnrichment {}

#[diagnostic::do_not_recommend]
impl Listens for InternalEnrichment {
    type Message = EnrichmentMessage;

    fn out_of_scope<'m>(
        connector: &Connector<Self>,
        message: &'m EnrichmentMessage,
    ) -> Option<&'m str> {
        // A message that does not say its type is of a platform which has looked at the scope.
        let entity_type = message.entity_type.as_deref()?;
        let mut scope = connector.scope().iter();
        let is_in = scope.any(|entry| entry.as_str().eq_ignore_ascii_case(entity_type));
        (!is_in).then_some(entity_type)
    }

    fn about(message: &EnrichmentMessage) -> Option<&str> {
        Some(&message.entity_id)
    }

    fn forward(task: &Task<Self>) -> BoxFuture<'_, Result<(), BoxError>> {
        Box::pin(playbook::answer(task, Timestamp::now(), Vec::new()))
    }
}

#[diagnostic::do_not_recommend]
impl MessageOf<InternalEnrichment> for Enrichment {
    fn misfit(connector: &Connector<InternalEnrichment>) -> Option<&'static str> {
        let is_deferred = *connector.enrichment_resolution() == EnrichmentResolution::Deferred;
        is_deferred.then_some(
            "the connector registers the enrichment resolution `deferred`, and its handler takes an \
             `Enrichment`: each entity is read from the platform; take an `EnrichmentRequest`, or \
             register `none`",
        )
    }

    fn of(task: Arc<Task<InternalEnrichment>>) -> BoxFuture<'static, Result<Self, BoxError>> {
        Box::pin(Self::of(task))
    }
}

#[diagnostic::do_not_recommend]
impl MessageOf<InternalEnrichment> for EnrichmentRequest {
    fn misfit(connector: &Connector<InternalEnrichment>) -> Option<&'static str> {
        let is_deferred = *connector.enrichment_resolution() == EnrichmentResolution::Deferred;
        (!is_deferred).then_some(
            "the handler takes an `EnrichmentRequest`, and the connector does not register the \
             enrichment resolution `deferred`: the platform sends entities that may not be looked \
             at; register it, or take an `Enrichment`",
        )
    }

    fn of(task: Arc<Task<InternalEnrichment>>) -> BoxFuture<'static, Result<Self, BoxError>> {
        Box::pin(ready(Ok(Self::of(task))))
    }
}

#[diagnostic::do_not_recommend]
impl AnswerTo<Enrichment, Answer> for Reply {
    fn send(self) -> BoxFuture<'static, Result<String, BoxError>> {
        Box::pin(Self::send(self))
    }
}

#[diagnostic::do_not_recommend]
impl AnswerTo<EnrichmentRequest, Answer> for Reply {
    fn send(self) -> BoxFuture<'static, Result<String, BoxError>> {
        Box::pin(Self::send(self))
    }
}
