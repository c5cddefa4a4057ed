//! Traits that tie a kind of connector to its messages and answers, and the message in progress.

use std::pin::Pin;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::client::{BoxError, Client};
use crate::connector::connector::Connector;
use crate::connector::kind::{ExternalImport, Kind, Stream};
use crate::graphql::ReadStix;
use crate::message::Message;
use crate::runtime::publishing::approval::Approval;
use crate::runtime::publishing::context::Context;
use crate::runtime::publishing::send::{BundleSender, SendContext, SenderWork};
use crate::stix::Object;

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
    fn review(_: &Self::Message, by_configuration: bool) -> Option<Approval> {
        by_configuration.then(Approval::by_configuration)
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

pub(crate) mod sealed {
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

/// A message in progress, with all that its handler may need.
pub struct Task<K: Listens> {
    pub(crate) message: K::Message,
    pub(crate) attempt: u32,
    /// Where bundles go that belong to it.
    pub(in crate::runtime) sender: BundleSender,
    /// Cancelled when the handler is to come to an end.
    pub(crate) cancelled: CancellationToken,
    /// Cancelled when nobody waits for an answer any more.
    pub(crate) deleted: CancellationToken,
}

impl<K: Listens> std::fmt::Debug for Task<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Task")
            .field("about", &K::about(&self.message))
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

impl<K: Listens> Task<K> {
    pub(in crate::runtime) fn new(
        shared: Arc<Context>,
        message: K::Message,
        attempt: u32,
        cancelled: CancellationToken,
    ) -> Self {
        let internal = message.internal();
        let work = internal.work_id.as_ref().map_or(SenderWork::Nothing, |id| {
            SenderWork::Known(shared.session.work(id.as_str()), attempt)
        });
        let send_context = SendContext {
            applicant: internal.applicant_id.clone(),
            draft: internal.draft_id.clone(),
            review: K::review(&message, shared.is_reviewed),
        };
        let deleted = CancellationToken::new();
        Self {
            sender: BundleSender::new(shared, work, send_context, deleted.clone()),
            message,
            attempt,
            cancelled,
            deleted,
        }
    }

    /// The client, as the user on whose behalf the message is, in the draft that it belongs to.
    pub(crate) fn client(&self) -> Client {
        self.sender.client()
    }

    /// An entity of the platform.
    pub(crate) async fn read(&self, id: &str) -> Result<Object, BoxError> {
        let client = self.own_client().patient();
        let text = client.execute(&ReadStix::new(id)).await?;
        let text = text.ok_or_else(|| {
            format!("{id} cannot be read: it was deleted, or the connector's user may not see it")
        })?;
        Ok(serde_json::from_str(&text)?)
    }

    /// The client as the connector's own user, in the draft that the message belongs to.
    pub(crate) fn own_client(&self) -> Client {
        self.sender.own_client()
    }
}

/// What every handler can ask of a message, for a type that holds its task.
macro_rules! task_methods {
    ($this:ident => $task:expr) => {
        /// Which attempt this is, counted from 1: what earlier ones did elsewhere is done already.
        #[must_use]
        pub fn attempt(&self) -> u32 {
            let $this = self;
            $task.attempt
        }

        /// Resolves when the handler is to come to an end, because the connector stops.
        pub fn cancelled(&self) -> impl Future<Output = ()> + Send + '_ {
            let $this = self;
            $task.cancelled.cancelled()
        }

        /// A client that acts as the user on whose behalf the message is, in the draft that it
        /// belongs to.
        #[must_use]
        pub fn client(&self) -> crate::client::Client {
            let $this = self;
            $task.client()
        }
    };
}
pub(crate) use task_methods;
