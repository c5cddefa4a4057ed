//! Works: what a connector is doing, for the users who watch it.

use super::{Client, Error};
use crate::graphql::{
    AddExpectations, DeleteWork, IsWorkAlive, PingWork, ReportExpectation, WorkError,
    WorkProcessed, WorkReceived,
};

/// What a connector is doing, for the users who watch it.
///
/// It comes from [`Registration::add_work`](super::Registration::add_work), or from
/// [`Registration::work`](super::Registration::work) where a message names it:
///
/// ```no_run
/// use opencti_connector::client::{Error, Registration};
/// use opencti_connector::graphql::WorkError;
/// use opencti_connector::kind::InternalImportFile;
///
/// # async fn import(
/// #     registration: Registration<InternalImportFile>,
/// #     work_id: &str,
/// # ) -> Result<(), Error> {
/// let work = registration.work(work_id);
/// work.received("Reading the file").await?;
/// work.add_expectations(2).await?;
/// work.report_expectation(None).await?;
/// work.report_expectation(Some(WorkError::new("no such sheet", "sheet 2"))).await?;
/// work.processed("Read one sheet of two").await?;
/// # Ok(())
/// # }
/// ```
///
/// A work that nobody ends stays in progress; [`run`](Self::run) sees to it that it is ended.
///
/// Its reports need the [right](super#rights) `CONNECTORAPI` or `MODULES_MODMANAGE`. They fail when
/// the platform cannot be reached, with [`ErrorKind::NotFound`](super::ErrorKind::NotFound) when the
/// work is done or deleted, and with
/// [`ErrorKind::PlatformTooOld`](super::ErrorKind::PlatformTooOld) on a platform before 4.0.3.
#[derive(Clone, Debug)]
pub struct Work {
    pub(crate) client: Client,
    id: String,
}

impl Work {
    pub(super) fn new(client: &Client, id: String) -> Self {
        let client = client.on_its_own();
        Self { client, id }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Reports that the connector has received it.
    ///
    /// # Errors
    ///
    /// See [`Work`].
    #[doc(alias = "to_received")]
    pub async fn received(&self, message: &str) -> Result<(), Error> {
        let message = self.client.hidden(message);
        self.client
            .execute(&WorkReceived::new(&self.id, &message))
            .await
    }

    /// Reports that it is done.
    ///
    /// # Errors
    ///
    /// See [`Work`].
    #[doc(alias = "to_processed")]
    pub async fn processed(&self, message: &str) -> Result<(), Error> {
        let message = self.client.hidden(message);
        let processed = WorkProcessed::new(&self.id, &message, false);
        self.client.execute(&processed).await
    }

    /// Reports that it has failed.
    ///
    /// # Errors
    ///
    /// See [`Work`].
    pub async fn failed(&self, message: &str) -> Result<(), Error> {
        let message = self.client.hidden(message);
        let failed = WorkProcessed::new(&self.id, &message, true);
        self.client.execute(&failed).await
    }

    /// Reports its end, with a message of at most 2,000 characters.
    pub(crate) async fn end(&self, message: &str, is_failure: bool) -> Result<(), Error> {
        const LONGEST: usize = 2_000;
        // Hidden before it is cut, so that no part of a secret stays.
        let message = self.client.hidden(message);
        let end = message.char_indices().nth(LONGEST).map(|(end, _)| end);
        let message = &message[..end.unwrap_or(message.len())];
        let processed = WorkProcessed::new(&self.id, message, is_failure);
        self.client.execute(&processed).await
    }

    /// Tells that the connector still works on it (platform 5.1.0).
    ///
    /// # Errors
    ///
    /// See [`Work`].
    pub async fn ping(&self) -> Result<(), Error> {
        self.client.execute(&PingWork::new(&self.id)).await
    }

    /// Announces a number of parts, each to be reported when it is done.
    ///
    /// The platform counts: when all that was announced has been reported, the work is done, unless
    /// it is a [multipart](super::Registration::add_multipart_work) one.
    ///
    /// # Errors
    ///
    /// See [`Work`]; and when there are more than [`i32::MAX`] at a time.
    pub async fn add_expectations(&self, expectations: u32) -> Result<(), Error> {
        let add = AddExpectations::new(&self.id, expectations).map_err(Error::of_input)?;
        self.client.execute(&add).await
    }

    /// Reports that one of the announced parts is done, or what went wrong with it.
    ///
    /// # Errors
    ///
    /// See [`Work`].
    pub async fn report_expectation(&self, error: Option<WorkError<'_>>) -> Result<(), Error> {
        let report = ReportExpectation::new(&self.id, error);
        self.client.execute(&report).await
    }

    /// Whether it is neither done nor deleted (platform 6.8.7).
    ///
    /// # Errors
    ///
    /// When the platform cannot be reached.
    #[doc(alias = "get_is_work_alive")]
    pub async fn is_alive(&self) -> Result<bool, Error> {
        self.client.execute(&IsWorkAlive::new(&self.id)).await
    }

    /// Deletes it.
    ///
    /// # Errors
    ///
    /// See [`Work`].
    #[doc(alias = "delete_work")]
    pub async fn delete(self) -> Result<(), Error> {
        self.client.execute(&DeleteWork::new(&self.id)).await
    }
}
