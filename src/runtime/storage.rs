//! Where bundles are kept besides the queue: in a directory, and in S3.

mod content;
mod directory;
mod names;
#[cfg(feature = "s3")]
mod s3;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use self::content::{Sender, Stored};
use self::directory::Directory;
use self::names::Names;
#[cfg(feature = "s3")]
use self::s3::Store;
use crate::client::Session;
use crate::connector::any::AnyConnector;
use crate::runtime::error::RunError;
use crate::runtime::send_error::{SendError, SendErrorKind};
use crate::stix::Bundle;
use crate::value::send_to::SendTo;

/// Where bundles are kept besides the queue.
pub(super) struct Storage {
    sender: Arc<Sender>,
    /// The connector's own user, as whom bundles are kept that no one asked for.
    user: Option<String>,
    directory: Option<Arc<Directory>>,
    #[cfg(feature = "s3")]
    s3: Option<Store>,
}

impl Storage {
    /// An error when the settings cannot be right.
    pub(super) fn new(
        session: &Session,
        connector: &AnyConnector,
        send_to: &SendTo,
        is_reviewed: bool,
    ) -> Result<Self, RunError> {
        if !send_to.queue && send_to.directory.is_none() && send_to.s3.is_none() {
            tracing::warn!(
                connector = %connector.id(),
                "bundles go nowhere: neither to the queue, nor into a directory or S3"
            );
        }
        let names = Arc::new(Names::of(connector.name().as_str()));
        #[cfg(not(feature = "s3"))]
        if send_to.s3.is_some() {
            use crate::runtime::error::RunErrorKind;

            return Err(RunError::new(
                RunErrorKind::Options,
                "CONNECTOR_SEND_TO_S3 is true, and the connector was built without S3; build it \
                 with the feature `s3` of opencti-connector, or unset the variable",
            ));
        }
        Ok(Self {
            sender: Arc::new(Sender::of(connector, is_reviewed)),
            user: session.registered.user_id.clone(),
            #[cfg(feature = "s3")]
            s3: match &send_to.s3 {
                Some(settings) => Some(Store::new(session, settings, Arc::clone(&names))?),
                None => None,
            },
            directory: send_to
                .directory
                .clone()
                .map(|settings| Arc::new(Directory::new(settings, names))),
        })
    }

    /// Keeps a bundle wherever it is to be kept: into the directory first, as pycti does.
    pub(super) async fn keep(
        &self,
        bundle: &Bundle,
        applicant: Option<&str>,
        organizations: &[String],
    ) -> Result<(), SendError> {
        let stored = |bundle_type| Stored {
            bundle_type,
            applicant_id: applicant.map(str::to_owned).or_else(|| self.user.clone()),
            sender: Arc::clone(&self.sender),
            bundle: bundle.whole(),
            organizations: organizations.to_vec(),
            update: bundle.is_update(),
        };
        if let Some(directory) = &self.directory {
            let (directory, stored) = (Arc::clone(directory), stored("DIRECTORY_BUNDLE"));
            blocking(move || directory.write(&stored)).await?;
        }
        #[cfg(feature = "s3")]
        if let Some(s3) = &self.s3 {
            let stored = stored("S3_BUNDLE");
            let json = blocking(move || {
                serde_json::to_vec(&stored).map_err(|error| {
                    let message = format!("the bundle makes no JSON: {error}");
                    SendError::new(SendErrorKind::Storage, message)
                })
            });
            s3.put(json.await?).await?;
        }
        Ok(())
    }

    /// Removes old bundles now and then every hour. Dropping the future ends it.
    pub(super) async fn prune(&self) {
        loop {
            self.prune_directory().await;
            #[cfg(feature = "s3")]
            if let Some(s3) = &self.s3 {
                s3.prune().await;
            }
            sleep(PRUNE_PERIOD).await;
        }
    }

    async fn prune_directory(&self) {
        let Some(directory) = self.directory.clone() else {
            return;
        };
        let dropped = CancellationToken::new();
        // A blocking task runs on when the future is dropped, so it has to be told.
        let _guard = dropped.clone().drop_guard();
        let pruning = tokio::task::spawn_blocking(move || directory.prune(&dropped));
        if let Err(error) = pruning.await {
            tracing::warn!(%error, "cannot remove old bundles");
        }
    }
}

/// How often old bundles are removed: a listing can be long, and retention is counted in days.
const PRUNE_PERIOD: Duration = Duration::from_secs(60 * 60);

/// Does what may take long without a pause, where that holds up nothing else.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SendError> + Send + 'static,
) -> Result<T, SendError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| {
        let message = format!("the bundle could not be stored: {error}");
        Err(SendError::new(SendErrorKind::Storage, message))
    })
}

/// How long bundles are kept. `None` if forever.
fn retention(days: u32) -> Option<Duration> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    (days > 0).then(|| DAY.saturating_mul(days))
}
