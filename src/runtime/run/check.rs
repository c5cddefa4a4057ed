//! Checks for a command that tells operators whether a connector could run.

use std::sync::Arc;

use tokio::runtime::Handle;

use crate::client::Registration;
use crate::connector::kind::Kind;
use crate::runtime::broker::reconnect::BrokerLink;
use crate::runtime::error::{RunError, RunErrorKind};
use crate::runtime::monitoring::liveness::Liveness;
use crate::runtime::run::options::Options;

impl<K: Kind> Registration<K> {
    /// Connects to the broker as a run does, once, and disconnects: for a command that tells operators
    /// whether the connector could run.
    ///
    /// ```no_run
    /// # use opencti_connector::client::Registration;
    /// # use opencti_connector::kind::InternalEnrichment;
    /// # async fn check(registration: Registration<InternalEnrichment>) {
    /// match registration.check_broker().await {
    ///     Ok(()) => println!("the broker takes the connector"),
    ///     Err(error) => println!("{error}"),
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the settings of TLS cannot be right, the broker cannot be reached within 30 seconds, its
    /// certificate is not trusted, or it refuses the credentials.
    pub async fn check_broker(&self) -> Result<(), RunError> {
        let session = self.session();
        let settings = Options::of(session).broker;
        let connector = self.connector().clone().into();
        let liveness = Arc::new(Liveness::new(None));
        let link = BrokerLink::new(
            Handle::current(),
            session.clone(),
            connector,
            settings,
            liveness,
        );
        match link.open(link.address("checks")?).await {
            Ok(connection) => {
                connection.close().await;
                Ok(())
            }
            Err(error) => Err(RunError::new(RunErrorKind::Broker, error.to_string())),
        }
    }
}
