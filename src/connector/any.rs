//! A valid connector whose type is known only at run time.

use std::any::Any;

use crate::connector::connector::{Common, Connector, common_getters};
use crate::connector::kind::{self, Kind};
use crate::value::connector_type::ConnectorType;
use crate::value::scope::ScopeEntries;

/// A valid connector of any type, for code that learns the type only at run time.
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
///     "expected a connector of type STREAM, found INTERNAL_IMPORT_FILE"
/// );
/// # Ok::<(), opencti_connector::InvalidConnector>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnyConnector {
    /// Imports data from an external source.
    ExternalImport(Connector<kind::ExternalImport>),
    /// Imports files.
    InternalImportFile(Connector<kind::InternalImportFile>),
    /// Enriches entities.
    InternalEnrichment(Connector<kind::InternalEnrichment>),
    /// Analyzes the content of files and fields.
    InternalAnalysis(Connector<kind::InternalAnalysis>),
    /// Exports entities to files.
    InternalExportFile(Connector<kind::InternalExportFile>),
    /// Follows one of the platform's live streams.
    Stream(Connector<kind::Stream>),
}

/// Evaluates an expression on the inner connector, whatever its kind.
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

    /// Returns the connector type.
    #[must_use]
    pub fn connector_type(&self) -> ConnectorType {
        within!(self, connector => connector.connector_type())
    }

    /// Returns the scope entries as the payload contains them. Empty for a type without a scope.
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
    /// If the connector has another type. The error contains the connector.
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

/// Takes the inner connector as a `C`. The caller has compared the types at run time, and each type
/// belongs to exactly one kind, which the compiler cannot know.
fn taken<C: 'static>(connector: &mut dyn Any) -> C {
    let connector = connector.downcast_mut::<Option<C>>();
    connector
        .and_then(Option::take)
        .expect("a kind is the only one of its type")
}

/// The error for converting an [`AnyConnector`] to a [`Connector`] of another type.
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
#[error("expected a connector of type {expected}, found {}", self.found())]
pub struct WrongType {
    expected: ConnectorType,
    connector: Box<AnyConnector>,
}

impl WrongType {
    /// Returns the type that the conversion asked for.
    #[must_use]
    pub const fn expected(&self) -> ConnectorType {
        self.expected
    }

    /// Returns the type of the connector.
    #[must_use]
    pub fn found(&self) -> ConnectorType {
        self.connector.connector_type()
    }

    /// Returns the unchanged connector.
    #[must_use]
    pub fn into_connector(self) -> AnyConnector {
        *self.connector
    }
}
