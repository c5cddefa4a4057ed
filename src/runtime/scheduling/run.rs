//! What a handler of an external import takes.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::runtime::error::CommitError;
use crate::runtime::publishing::send::Sent;
use crate::runtime::scheduling::scheduled_run::ScheduledRun;
use crate::runtime::scheduling::typed_state;
use crate::runtime::send_error::SendError;
use crate::stix::Bundle;

/// One run of an external import: what the handler of a schedule takes.
///
/// `S` is the state that the connector leaves for the next run: any type that serde turns into a
/// JSON object, with a default for the first run. A connector without one takes a `Run`.
///
/// ```
/// use opencti_connector::runtime::{BoxError, Run};
/// use opencti_connector::stix::Bundle;
/// use serde::{Deserialize, Serialize};
/// use serde_json::json;
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Cursor {
///     page: u32,
/// }
/// # async fn fetch(page: u32) -> Result<Option<Vec<String>>, std::io::Error> { Ok(None) }
///
/// async fn import(run: Run<Cursor>) -> Result<(), BoxError> {
///     let mut page = run.state().page;
///     while let Some(domains) = fetch(page).await? {
///         let mut bundle = Bundle::new();
///         for domain in domains {
///             bundle.push(json!({"type": "domain-name", "value": domain}))?;
///         }
///         let _ = run.send(bundle).await?;
///         page += 1;
///         // A crash from here on repeats none of these pages.
///         run.commit(Cursor { page }).await?;
///     }
///     Ok(())
/// }
/// ```
pub struct Run<S = ()> {
    run: Arc<ScheduledRun>,
    state: S,
}

impl<S> Run<S> {
    pub(crate) const fn new(run: Arc<ScheduledRun>, state: S) -> Self {
        Self { run, state }
    }

    /// The state as the last commit left it, be it one of an earlier process; the default where
    /// there is none, or where it was reset on the platform.
    pub const fn state(&self) -> &S {
        &self.state
    }

    /// When the last run began that succeeded, also one of an earlier process; none after a reset.
    ///
    /// A run that fails is not counted, so that the next one looks again at the time that it missed.
    #[must_use]
    pub fn previous(&self) -> Option<Timestamp> {
        self.run.previous()
    }

    /// Sends a bundle, and returns when the broker has all of it.
    ///
    /// The first one opens a work on the platform, which ends with the run.
    ///
    /// # Errors
    ///
    /// When the bundle cannot be sent; see [`SendErrorKind`](crate::runtime::SendErrorKind).
    pub async fn send(&self, bundle: Bundle) -> Result<Sent, SendError> {
        self.run.send(bundle).await
    }

    /// Keeps a state for the next run, or for this one if it is begun again after a crash, and
    /// returns when the platform has it.
    ///
    /// A process that is killed after that repeats at most what came after the commit. The call
    /// first waits for what is being [sent](Self::send), so the state never says more than the broker
    /// has confirmed. It then waits for the platform, however long that is away. Commits that wait at
    /// the same time share a request. Drop the future to stop waiting for the platform: a later
    /// ping tells it the state.
    ///
    /// If a user resets the state on the platform during the run, the reset wins: the commit is
    /// dropped, and the next run begins with what the platform says.
    ///
    /// # Errors
    ///
    /// If the state does not serialize to a JSON object, or the run ends first; see
    /// [`CommitErrorKind`](crate::runtime::CommitErrorKind).
    #[doc(alias = "set_state")]
    #[doc(alias = "force_ping")]
    pub async fn commit(&self, state: S) -> Result<(), CommitError>
    where
        S: Serialize,
    {
        self.run.commit(written(&state)?).await
    }

    /// Keeps a state as [`commit`](Self::commit) does, and does not wait for the platform.
    ///
    /// The platform is told within about a second. A process that is killed before that also repeats
    /// what came before this call.
    ///
    /// ```
    /// # use opencti_connector::runtime::{BoxError, Run};
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Default, Serialize, Deserialize)]
    /// # struct Cursor { line: u64 }
    /// async fn import(run: Run<Cursor>) -> Result<(), BoxError> {
    ///     for line in run.state().line..1_000_000 {
    ///         run.commit_later(Cursor { line }).await?;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`commit`](Self::commit).
    pub async fn commit_later(&self, state: S) -> Result<(), CommitError>
    where
        S: Serialize,
    {
        self.run.commit_later(written(&state)?).await
    }

    /// Resolves when the run is to come to an end, because the connector stops.
    ///
    /// A handler that breaks off should return an error: one that returns `Ok` has succeeded, and
    /// is counted by [`previous`](Self::previous).
    pub fn cancelled(&self) -> impl Future<Output = ()> + Send + '_ {
        self.run.cancelled()
    }

    /// A client of the platform.
    #[must_use]
    pub fn client(&self) -> Client {
        self.run.client()
    }
}

fn written<S: Serialize>(state: &S) -> Result<Map<String, Value>, CommitError> {
    typed_state::write(state).map_err(|error| CommitError::of_state(&error))
}

impl<S: std::fmt::Debug> std::fmt::Debug for Run<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run")
            .field("state", &self.state)
            .field("previous", &self.previous())
            .finish_non_exhaustive()
    }
}
