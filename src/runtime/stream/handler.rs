//! What the compiler decides: who follows a stream, and what handlers take.

use std::sync::Arc;

use crate::client::BoxError;
use crate::connector::kind::{Kind, Stream};
use crate::runtime::handler::traits::{Answer, AnswerTo, BoxFuture};
use crate::runtime::stream::event::{Event, Events};

/// The kinds that follow a live stream.
///
/// Sealed; it is only written out in code that serves several kinds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` connectors follow no stream",
    label = "only a `Stream` connector does",
    note = "an external import runs by itself: `registration.schedule(..)`",
    note = "the other kinds are sent messages: `registration.listen(..)`"
)]
pub trait Follows: Kind + sealed::Follows {}

impl sealed::Follows for Stream {}

#[diagnostic::do_not_recommend]
impl Follows for Stream {}

/// What a handler takes of a stream: an [`Event`], or [`Events`].
///
/// Sealed; it is only written out in code that serves both.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a stream brings",
    label = "the handler takes something else",
    note = "a handler takes an `Event`, or `Events` where it wants several at a time"
)]
pub trait Brought: sealed::Brought + Send + 'static {}

/// What comes in batches: [`Events`].
///
/// Sealed.
#[diagnostic::on_unimplemented(
    message = "batches go to a handler of `Events`",
    label = "the handler takes one `{Self}` at a time",
    note = "have it take `Events`, or remove this call"
)]
pub trait Batched: Brought {}

/// What comes one at a time: [`Event`].
///
/// Sealed.
#[diagnostic::on_unimplemented(
    message = "concurrency needs a handler of `Event`",
    label = "the handler takes `{Self}`, which are handled one batch after the other",
    note = "have it take an `Event`, or do several things at once inside a batch"
)]
pub trait Single: Brought {}

pub(crate) mod sealed {
    use super::Event;

    pub trait Follows {}

    pub trait Brought: Sized {
        /// How many events it has at most by default.
        const AT_MOST: usize;

        /// Of events of which there is at least one, and no more than wanted.
        fn of(events: Vec<Event>) -> Option<Self>;
    }
}

#[diagnostic::do_not_recommend]
impl Brought for Event {}

#[diagnostic::do_not_recommend]
impl sealed::Brought for Event {
    const AT_MOST: usize = 1;

    fn of(mut events: Vec<Event>) -> Option<Self> {
        events.pop()
    }
}

#[diagnostic::do_not_recommend]
impl Single for Event {}

#[diagnostic::do_not_recommend]
impl Brought for Events {}

#[diagnostic::do_not_recommend]
impl sealed::Brought for Events {
    const AT_MOST: usize = 100;

    fn of(events: Vec<Event>) -> Option<Self> {
        Some(Self::new(events))
    }
}

#[diagnostic::do_not_recommend]
impl Batched for Events {}

macro_rules! answers {
    ($($brought:ty)+) => {$(
        #[diagnostic::do_not_recommend]
        impl AnswerTo<$brought, Answer> for () {
            fn send(self) -> BoxFuture<'static, Result<String, BoxError>> {
                Box::pin(async { Ok(String::new()) })
            }
        }
    )+};
}

answers! { Event Events }

/// A handler of events, whatever it takes.
pub(crate) type Handler =
    Arc<dyn Fn(Vec<Event>) -> BoxFuture<'static, Result<(), BoxError>> + Send + Sync>;

/// The handler of what a stream brings as one of lists of events.
pub(crate) fn erased<M, A, E, How, F, R>(handler: F) -> Handler
where
    M: Brought,
    F: Fn(M) -> R + Send + Sync + 'static,
    R: Future<Output = Result<A, E>> + Send + 'static,
    A: AnswerTo<M, How> + 'static,
    E: Into<BoxError> + 'static,
{
    let handler = Arc::new(handler);
    Arc::new(move |events| {
        let handler = Arc::clone(&handler);
        Box::pin(async move {
            let Some(brought) = M::of(events) else {
                return Ok(());
            };
            let answer = {
                let answer = handler(brought).await;
                answer.map_err(Into::into)?
            };
            answer.send().await.map(drop)
        })
    })
}
