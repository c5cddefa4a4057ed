//! A registered connector whose type is learnt at run time.

use serde_json::Value;

use super::registration::{Session, registration_methods};
use super::{Client, Error, Registration, Work};
use crate::connector::any::AnyConnector;
use crate::connector::kind::{self, Kind};
use crate::graphql::{
    AddWork, ConnectorInfo, ConnectorStatus, Pong, QueueConfig, RabbitMq, ReadConnector, S3,
    Unregister,
};
use crate::value::connector_type::ConnectorType;
use crate::value::field::Field;

/// A registered connector of any type, for code that learns the type at run time: what
/// [`Client::register`](super::Client::register) gives for an [`AnyConnector`].
///
/// What all kinds can do it does itself; the rest is done with the [`Registration`] within:
///
/// ```no_run
/// use opencti_connector::AnyConnector;
/// use opencti_connector::client::{AnyRegistration, Client, Error};
///
/// async fn run(client: &Client, connector: &AnyConnector) -> Result<(), Error> {
///     let registration = client.register(connector).await?;
///     println!("{} is registered", registration.id());
///     match registration {
///         AnyRegistration::ExternalImport(import) => {
///             import.add_work("First run").await?.processed("Nothing new").await
///         }
///         other => {
///             eprintln!("{} connectors are not served here", other.connector_type());
///             Ok(())
///         }
///     }
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AnyRegistration {
    /// Imports from a source outside.
    ExternalImport(Registration<kind::ExternalImport>),
    /// Reads files.
    InternalImportFile(Registration<kind::InternalImportFile>),
    /// Enriches entities.
    InternalEnrichment(Registration<kind::InternalEnrichment>),
    /// Analyses contents.
    InternalAnalysis(Registration<kind::InternalAnalysis>),
    /// Writes files.
    InternalExportFile(Registration<kind::InternalExportFile>),
    /// Follows a live stream.
    Stream(Registration<kind::Stream>),
}

/// Evaluates an expression on the registration within, of whatever kind.
macro_rules! within {
    ($any:expr, $registration:ident => $value:expr) => {
        match $any {
            AnyRegistration::ExternalImport($registration) => $value,
            AnyRegistration::InternalImportFile($registration) => $value,
            AnyRegistration::InternalEnrichment($registration) => $value,
            AnyRegistration::InternalAnalysis($registration) => $value,
            AnyRegistration::InternalExportFile($registration) => $value,
            AnyRegistration::Stream($registration) => $value,
        }
    };
}

impl AnyRegistration {
    pub(super) fn new(connector: AnyConnector, session: Session) -> Self {
        match connector {
            AnyConnector::ExternalImport(connector) => {
                Self::ExternalImport(Registration::new(connector, session))
            }
            AnyConnector::InternalImportFile(connector) => {
                Self::InternalImportFile(Registration::new(connector, session))
            }
            AnyConnector::InternalEnrichment(connector) => {
                Self::InternalEnrichment(Registration::new(connector, session))
            }
            AnyConnector::InternalAnalysis(connector) => {
                Self::InternalAnalysis(Registration::new(connector, session))
            }
            AnyConnector::InternalExportFile(connector) => {
                Self::InternalExportFile(Registration::new(connector, session))
            }
            AnyConnector::Stream(connector) => Self::Stream(Registration::new(connector, session)),
        }
    }

    fn session(&self) -> &Session {
        within!(self, registration => registration.session())
    }

    /// The type of the connector.
    #[must_use]
    pub fn connector_type(&self) -> ConnectorType {
        within!(self, registration => registration.connector_type())
    }

    registration_methods!();
}

impl<K: Kind> From<Registration<K>> for AnyRegistration {
    fn from(registration: Registration<K>) -> Self {
        let (connector, session) = registration.into_parts();
        Self::new(connector.into(), session)
    }
}
