//! Everything that a connector starts with, read at once.

use crate::config::config::Config;
use crate::config::connector;
use crate::config::findings::report::{Finding, Report};
use crate::config::findings::unread;
use crate::config::platform::Platform;
use crate::config::reader::Reader;
use crate::config::run::RunSettings;
use crate::connector::any::AnyConnector;
use crate::connector::connector::Connector;
use crate::connector::kind::Kind;
use crate::value::connector_type::ConnectorType;

/// Everything that a connector of kind `K` needs to start, as [`Config::read`] returns it.
///
/// ```
/// use opencti_connector::config::{Config, LogLevel};
/// use opencti_connector::kind::Stream;
///
/// let config = Config::sources()
///     .variables([
///         ("OPENCTI_URL", "https://opencti.example.org/graphql"),
///         ("OPENCTI_TOKEN", "88ec0c6a-13ce-5e39-b486-354fe4a7084f"),
///         ("CONNECTOR_ID", "550e8400-e29b-41d4-a716-446655440000"),
///         ("CONNECTOR_NAME", "Splunk"),
///     ])
///     .load()?;
///
/// let configured = config.read::<Stream>()?;
/// assert_eq!(configured.connector.name().as_str(), "Splunk");
/// assert_eq!(configured.platform.url.as_str(), "https://opencti.example.org/");
/// assert_eq!(configured.run.log_level, LogLevel::Error);
/// // `/graphql` is removed, with a warning.
/// assert_eq!(configured.warnings[0].variable(), Some("OPENCTI_URL"));
/// # Ok::<(), opencti_connector::config::Report>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Configured<K: Kind> {
    /// The connector to register.
    pub connector: Connector<K>,
    /// The platform to register with.
    pub platform: Platform,
    /// How the connector runs.
    pub run: RunSettings,
    /// Values that are allowed but most likely wrong. Log them at the start.
    pub warnings: Vec<Finding>,
}

impl<K: Kind> Configured<K> {
    pub(crate) fn with_warnings((configured, warnings): (Self, Vec<Finding>)) -> Self {
        Self {
            warnings,
            ..configured
        }
    }
}

/// Every variable of a start, read once, with everything that is wrong.
pub(crate) struct Reading {
    connector: Option<AnyConnector>,
    platform: Option<Platform>,
    run: RunSettings,
    report: Report,
}

/// Which parts are required. A malformed value is a fault in any part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needed {
    Connector,
    ConnectorAndPlatform,
}

impl Reading {
    /// Reads the connector, the platform and the run. `fixed` is the type that the program requires;
    /// without it, the configuration names the type.
    pub(crate) fn of(config: &Config, fixed: Option<ConnectorType>, needed: Needed) -> Self {
        let mut reader = Reader::new(config);
        let described = connector::Described::read(&mut reader, fixed);
        let run = RunSettings::read(&mut reader);
        let platform = Platform::read(&mut reader, needed == Needed::ConnectorAndPlatform);
        let connector = described.judge(&run.listen, &mut reader);
        unread::suggest(&mut reader);
        Self {
            connector,
            platform,
            run,
            report: reader.report,
        }
    }

    pub(crate) fn into_connector(self) -> (Option<AnyConnector>, Report) {
        (self.connector, self.report)
    }

    /// Returns all parts; the warnings are still in the report.
    pub(crate) fn into_configured<K: Kind>(self) -> (Option<Configured<K>>, Report) {
        let connector = self.connector.and_then(|it| it.try_into().ok());
        let configured = connector.zip(self.platform).map(|(connector, platform)| {
            let (run, warnings) = (self.run, Vec::new());
            Configured {
                connector,
                platform,
                run,
                warnings,
            }
        });
        (configured, self.report)
    }
}
