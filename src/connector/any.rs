//! A valid connector whose type is learnt at run time.

use std::any::Any;

use crate::connector::connector::{Common, Connector, common_getters};
use crate::connector::kind::{self, Kind};
use crate::value::connector_type::ConnectorType;
use crate::value::scope::ScopeEntries;

/// A valid connector of any type, for code that learns the type at run time.
///
/// ```
/// use opencti_connector::{AnyConnector, Connector, RawConnector, kind};
///
/// let connector = RawConnector::builder()
///     .id("550e8400-e29b-41d4-a716-446655440000")
///     .name("ImportFileStix")
///     .connector_type("INTERNAL_IMPORT_FILE")
///     .scope("application/json,text/xml")
///     .build()
///     .validate()?;
///
/// match &connector {
///     AnyConnector::InternalImportFile(connector) => assert_eq!(connector.scope().len().get(), 2),
///     other => println!("a {} connector", other.connector_type()),
/// }
///
/// let wrong = Connector::<kind::Stream>::try_from(connector).unwrap_err();
/// assert_eq!(
///     wrong.to_string(),
///     "the connector is INTERNAL_IMPORT_FILE where STREAM is expected"
/// );
/// # Ok::<(), opencti_connector::InvalidConnector>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnyConnector {
    /// Imports from a source outside.
    ExternalImport(Connector<kind::ExternalImport>),
    /// Reads files.
    InternalImportFile(Connector<kind::InternalImportFile>),
    /// Enriches entities.
    InternalEnrichment(Connector<kind::InternalEnrichment>),
    /// Analyses contents.
    InternalAnalysis(Connector<kind::InternalAnalysis>),
    /// Writes files.
    InternalExportFile(Connector<kind::InternalExportFile>),
    /// Follows a live stream.
    Stream(Connector<kind::Stream>),
}

/// Evaluates an expression on the connector within, of whatever kind.
macro_rules! within {
    ($any:expr, $connector:ident => $value:expr) => {
        match $any {
            AnyConnector::ExternalImport($connector) => $value,
            AnyConnector::InternalImportFile($connector) => $value,
            AnyConnector::InternalEnrichment($connector) => $value,
            AnyConnector::InternalAnalysis($connector) => $value,
            AnyConnector::InternalExportFile($connector) => $value,
            AnyConnector::Stream($connector) => $value,
        }
    };
}

impl AnyConnector {
    common_getters!();

    pub(crate) fn common(&self) -> &Common {
        within!(self, connector => &connector.common)
    }

    /// The type.
    #[must_use]
    pub fn connector_type(&self) -> ConnectorType {
        within!(self, connector => connector.connector_type())
    }

    /// The entries of the scope as they are sent; none for a type without a scope.
    #[must_use]
    pub fn scope_entries(&self) -> ScopeEntries<'_> {
        within!(self, connector => connector.scope_entries())
    }
}

impl<K: Kind> From<Connector<K>> for AnyConnector {
    fn from(connector: Connector<K>) -> Self {
        let mut connector = Some(connector);
        macro_rules! of {
            ($kind:ident) => {
                Self::$kind(taken(&mut connector))
            };
        }
        match K::TYPE {
            ConnectorType::ExternalImport => of!(ExternalImport),
            ConnectorType::InternalImportFile => of!(InternalImportFile),
            ConnectorType::InternalEnrichment => of!(InternalEnrichment),
            ConnectorType::InternalAnalysis => of!(InternalAnalysis),
            ConnectorType::InternalExportFile => of!(InternalExportFile),
            ConnectorType::Stream => of!(Stream),
        }
    }
}

impl<K: Kind> TryFrom<AnyConnector> for Connector<K> {
    type Error = WrongType;

    /// # Errors
    ///
    /// When the connector is of another type; the error gives it back.
    fn try_from(connector: AnyConnector) -> Result<Self, WrongType> {
        if connector.connector_type() == K::TYPE {
            Ok(within!(connector, connector => taken(&mut Some(connector))))
        } else {
            Err(WrongType {
                expected: K::TYPE,
                connector: Box::new(connector),
            })
        }
    }
}

/// The connector within, as what it is. Its kind is known from its type, which the compiler cannot
/// tell: only one kind has each type.
fn taken<C: 'static>(connector: &mut dyn Any) -> C {
    let connector = connector.downcast_mut::<Option<C>>();
    connector
        .and_then(Option::take)
        .expect("a kind is the only one of its type")
}

/// A connector is of another type than the one it was to be converted to.
///
/// ```
/// use opencti_connector::{AnyConnector, Connector, ConnectorType, kind};
///
/// let connector = Connector::stream()
///     .id("550e8400-e29b-41d4-a716-446655440000")
///     .name("Splunk")
///     .build()?;
///
/// let wrong = Connector::<kind::ExternalImport>::try_from(AnyConnector::from(connector.clone()));
/// let wrong = wrong.unwrap_err();
/// assert_eq!(wrong.expected(), ConnectorType::ExternalImport);
/// assert_eq!(wrong.found(), ConnectorType::Stream);
/// assert_eq!(wrong.into_connector(), connector.into());
/// # Ok::<(), opencti_connector::InvalidConnector>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connector is {} where {expected} is expected", self.found())]
pub struct WrongType {
    expected: ConnectorType,
    connector: Box<AnyConnector>,
}

impl WrongType {
    /// The type that was asked for.
    #[must_use]
    pub const fn expected(&self) -> ConnectorType {
        self.expected
    }

    /// The type of the connector.
    #[must_use]
    pub fn found(&self) -> ConnectorType {
        self.connector.connector_type()
    }

    /// The connector, unchanged.
    #[must_use]
    pub fn into_connector(self) -> AnyConnector {
        *self.connector
    }
}
