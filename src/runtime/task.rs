//! A message in hand.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::client::Client;
use crate::message::Message as _;
use crate::runtime::handler::Listens;
use crate::runtime::send::{Behalf, Outlet, WorkOf};
use crate::runtime::shared::Shared;

/// A message in hand, with all that its handler may need.
pub struct Task<K: Listens> {
    pub(super) message: K::Message,
    pub(super) attempt: u32,
    /// Where bundles go that belong to it.
    pub(super) outlet: Outlet,
    /// Cancelled when the handler is to come to an end.
    pub(super) cancelled: CancellationToken,
    /// Cancelled when nobody waits for an answer any more.
    pub(super) deleted: CancellationToken,
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
    pub(super) fn new(
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
    pub(super) fn client(&self) -> Client {
        self.outlet.client()
    }

    /// The client as the connector's own user, in the draft that the message belongs to.
    pub(super) fn own_client(&self) -> Client {
        self.outlet.own_client()
    }
}
