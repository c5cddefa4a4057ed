//! What the compiler decides: who listens, what handlers take, and what they answer.

use std::fmt::Display;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;

use crate::client::BoxError;
use crate::connector::connector::Connector;
use crate::connector::kind::{
    ExternalImport, InternalAnalysis, InternalEnrichment, InternalExportFile, InternalImportFile,
    Kind, Stream,
};
use crate::message::{
    AnalysisMessage, EnrichmentMessage, ExportFileMessage, ImportFileMessage, Message,
};
use crate::runtime::handler::analysis::{Analysis, Matches};
use crate::runtime::handler::enrichment::{Enrichment, EnrichmentRequest, Reply};
use crate::runtime::handler::export_file::{ExportFile, Exported};
use crate::runtime::handler::import_file::ImportFile;
use crate::runtime::handler::playbook;
use crate::runtime::handler::task::Task;
use crate::runtime::review::Review;
use crate::value::settings::EnrichmentResolution;

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The kinds that listen: the platform sends them messages.
///
/// Sealed; it is only written out in code that serves several kinds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` connectors have no queue to listen to",
    label = "nothing is ever sent to it",
    note = "an external import runs by itself: `registration.schedule(..)`",
    note = "a stream connector follows a live stream: `registration.follow(..)`"
)]
pub trait Listens: Kind + sealed::Listens {
    /// What the platform sends.
    type Message: Message<Kind = Self>;

    /// The type of the entity, if the message is about one outside of the scope.
    #[doc(hidden)]
    #[must_use]
    fn out_of_scope<'m>(_: &Connector<Self>, _: &'m Self::Message) -> Option<&'m str> {
        None
    }

    /// Where what is sent waits for a user's approval, if it does.
    #[doc(hidden)]
    fn review(_: &Self::Message, by_configuration: bool) -> Option<Review> {
        by_configuration.then(Review::by_configuration)
    }

    /// What a message is about, for the log.
    #[doc(hidden)]
    fn about(message: &Self::Message) -> Option<&str>;

    /// Answers a step of a playbook with the objects as they came; nothing for other messages.
    #[doc(hidden)]
    #[must_use]
    fn forward(_: &Task<Self>) -> BoxFuture<'_, Result<(), BoxError>> {
        Box::pin(async { Ok(()) })
    }
}

/// What a handler takes: the message of a kind.
///
/// Sealed; it is only written out in code that serves several kinds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what `{K}` connectors are sent",
    label = "the handler takes another message",
    note = "enrichment connectors are sent an `Enrichment` or `EnrichmentRequest`, import \
            connectors an `ImportFile`, export connectors an `ExportFile`, and analysis connectors \
            an `Analysis`"
)]
pub trait MessageOf<K: Kind>: Sized + Send + 'static {
    /// What a registration says that does not fit to such a handler, if anything.
    #[doc(hidden)]
    #[must_use]
    fn misfit(_: &Connector<K>) -> Option<&'static str> {
        None
    }

    /// The message with all that its handler needs.
    #[doc(hidden)]
    #[must_use]
    fn of(_: Arc<Task<K>>) -> BoxFuture<'static, Result<Self, BoxError>>
    where
        K: Listens,
    {
        Box::pin(async { Err("such connectors are sent nothing".into()) })
    }
}

/// What a handler of a message answers.
///
/// Sealed; `How` tells apart what answers in different ways, and is always inferred.
#[diagnostic::on_unimplemented(
    message = "a handler of `{M}` cannot answer with `{Self}`",
    label = "not an answer to `{M}`",
    note = "a handler of `Enrichment` or `EnrichmentRequest` answers with a `Reply`: \
            `enrichment.with(..)`, or `enrichment.unchanged(\"why\")`",
    note = "a handler of `ImportFile` answers with a text for the work, or with `()`; one of \
            `ExportFile` with `export.into_file(..)`, and one of `Analysis` with \
            `analysis.matches(..)`",
    note = "a handler of `Event` or `Events` answers with `()`"
)]
pub trait AnswerTo<M, How>: Sized + Send {
    /// Sends the answer; gives the message of the work.
    #[doc(hidden)]
    fn send(self) -> BoxFuture<'static, Result<String, BoxError>>;
}

mod sealed {
    pub trait Listens {}
}

/// A message with its handler: what is left is to run it.
pub(crate) type Handler<K> =
    Arc<dyn Fn(Arc<Task<K>>) -> BoxFuture<'static, Result<String, BoxError>> + Send + Sync>;

/// The handler of any message as one of tasks.
pub(crate) fn erased<K, M, A, E, How, F, R>(handler: F) -> Handler<K>
where
    K: Listens,
    M: MessageOf<K>,
    F: Fn(M) -> R + Send + Sync + 'static,
    R: Future<Output = Result<A, E>> + Send + 'static,
    A: AnswerTo<M, How> + 'static,
    E: Into<BoxError> + 'static,
{
    let handler = Arc::new(handler);
    Arc::new(move |task| {
        let handler = Arc::clone(&handler);
        Box::pin(async move {
            let message = M::of(task).await?;
            // In a block, so that no error that is not `Send` is held over an await.
            let answer = {
                let answer = handler(message).await;
                answer.map_err(Into::into)?
            };
            answer.send().await
        })
    })
}

macro_rules! listens {
    ($($kind:ident is sent $message:ident about $about:expr;)+) => {$(
        impl sealed::Listens for $kind {}

        #[diagnostic::do_not_recommend]
        impl Listens for $kind {
            type Message = $message;

            fn about(message: &$message) -> Option<&str> {
                let about: fn(&$message) -> &str = $about;
                Some(about(message))
            }
        }
    )+};
}

listens! {
    InternalExportFile is sent ExportFileMessage about |message| &message.file_name;
    InternalAnalysis is sent AnalysisMessage about |message| &message.entity_id;
}

impl sealed::Listens for InternalImportFile {}

#[diagnostic::do_not_recommend]
impl Listens for InternalImportFile {
    type Message = ImportFileMessage;

    fn review(message: &ImportFileMessage, by_configuration: bool) -> Option<Review> {
        Review::of_import(message, by_configuration)
    }

    fn about(message: &ImportFileMessage) -> Option<&str> {
        Some(&message.file.id)
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
        Box::pin(async { Ok(playbook::answer(task, Timestamp::now(), []).await?) })
    }
}

macro_rules! messages {
    ($($message:ty: $kind:ident;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl MessageOf<$kind> for $message {
            fn of(task: Arc<Task<$kind>>) -> BoxFuture<'static, Result<Self, BoxError>> {
                Box::pin(ready(Ok(Self::of(task))))
            }
        }
    )+};
}

messages! {
    ImportFile: InternalImportFile;
    ExportFile: InternalExportFile;
    Analysis: InternalAnalysis;
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

// Any, so that the one error is that these kinds do not listen.
#[diagnostic::do_not_recommend]
impl<M: Send + 'static> MessageOf<ExternalImport> for M {}

#[diagnostic::do_not_recommend]
impl<M: Send + 'static> MessageOf<Stream> for M {}

/// An answer of a type of this crate.
#[doc(hidden)]
#[derive(Debug)]
pub enum Answer {}

/// An answer that is the text of the work.
#[doc(hidden)]
#[derive(Debug)]
pub enum Text {}

macro_rules! answers {
    ($($answer:ident to $message:ident;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl AnswerTo<$message, Answer> for $answer {
            fn send(self) -> BoxFuture<'static, Result<String, BoxError>> {
                Box::pin($answer::send(self))
            }
        }
    )+};
}

answers! {
    Reply to Enrichment;
    Reply to EnrichmentRequest;
    Exported to ExportFile;
    Matches to Analysis;
}

#[diagnostic::do_not_recommend]
impl AnswerTo<ImportFile, Answer> for () {
    fn send(self) -> BoxFuture<'static, Result<String, BoxError>> {
        Box::pin(async { Ok(String::new()) })
    }
}

#[diagnostic::do_not_recommend]
impl<T: Display + Send> AnswerTo<ImportFile, Text> for T {
    fn send(self) -> BoxFuture<'static, Result<String, BoxError>> {
        let text = self.to_string();
        Box::pin(async { Ok(text) })
    }
}
