//! A message in hand.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::client::{BoxError, Client};
use crate::graphql::ReadStix;
use crate::message::Message as _;
use crate::runtime::handler::traits::Listens;
use crate::runtime::send::{Behalf, Outlet, WorkOf};
use crate::runtime::shared::{Shared, patiently};
use crate::stix::Object;

/// A message in hand, with all that its handler may need.
pub struct Task<K: Listens> {
    pub(crate) message: K::Message,
    pub(crate) attempt: u32,
    /// Where bundles go that belong to it.
    pub(in crate::runtime) outlet: Outlet,
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
        shared: Arc<Shared>,
        message: K::Message,
        attempt: u32,
        cancelled: CancellationToken,
    ) -> Self {
        let internal = message.internal();
        let work = internal.work_id.as_ref().map_or(WorkOf::Nothing, |id| {
            WorkOf::Known(shared.session.work(id.as_str()), attempt)
        });
        let behalf = Behalf {
            applicant: internal.applicant_id.clone(),
            draft: internal.draft_id.clone(),
            review: K::review(&message, shared.is_reviewed),
        };
        let deleted = CancellationToken::new();
        Self {
            outlet: Outlet::new(shared, work, behalf, deleted.clone()),
            message,
            attempt,
            cancelled,
            deleted,
        }
    }

    /// The client, as the user on whose behalf the message is, in the draft that it belongs to.
    pub(crate) fn client(&self) -> Client {
        self.outlet.client()
    }

    /// An entity of the platform.
    pub(crate) async fn read(&self, id: &str) -> Result<Object, BoxError> {
        let client = self.own_client();
        let read = ReadStix::new(id);
        let text = patiently("reading an entity", || client.execute(&read)).await?;
        let text = text.ok_or_else(|| {
            format!("{id} cannot be read: it was deleted, or the connector's user may not see it")
        })?;
        Ok(serde_json::from_str(&text)?)
    }

    /// The client as the connector's own user, in the draft that the message belongs to.
    pub(crate) fn own_client(&self) -> Client {
        self.outlet.own_client()
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
