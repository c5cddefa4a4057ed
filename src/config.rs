//! A connector from the environment and `config.yml`, as operators run connectors today.
//!
//! A connector starts from the same variables and the same file as its predecessor in Python, and
//! tells the operator everything that is wrong with them in one go.
//!
//! ```no_run
//! use opencti_connector::config::{Config, Report};
//! use opencti_connector::kind::InternalEnrichment;
//!
//! #[derive(serde::Deserialize)]
//! struct Shodan {
//!     token: opencti_connector::Secret,
//!     #[serde(default)]
//!     create_indicators: bool,
//! }
//!
//! fn main() -> Result<(), Report> {
//!     let config = Config::load()?;
//!     // `SHODAN_TOKEN` or `shodan.token`, `SHODAN_CREATE_INDICATORS` or …
//!     let (configured, shodan) = config.read_with::<InternalEnrichment, Shodan>("shodan")?;
//!
//!     for warning in &configured.warnings {
//!         eprintln!("{warning}");
//!     }
//!     let (connector, platform) = (&configured.connector, &configured.platform);
//!     println!("{} registers with {}", connector.name(), platform.url);
//!     # let _ = shodan;
//!     Ok(())
//! }
//! ```
//!
//! # Sources
//!
//! A variable of the environment stands over the YAML file, the file over what the program says
//! ([`Sources::defaults`]), and that over pycti's default. The file is `config.yml` beside the
//! executable, else in the working directory, else one directory up. A variable `CONNECTOR_AUTO` is
//! `auto` in the section `connector` of the file. As in pycti an empty variable stands for the
//! default, and hides the file. Unknown variables and keys are left
//! alone, with a warning where they look like one that is read.
//!
//! A value is the text that stands there until its type asks for more: `12e45678` is a token, and
//! `8080.7` is not a port. `null`, and nothing at all, stand for the default. Anchors, aliases and
//! merges (`<<`) are followed; more than 48 levels within each other are a fault, and so are
//! aliases that repeat more than 4 MiB.
//!
//! # Variables
//!
//! | variable | the connector's |
//! |---|---|
//! | `CONNECTOR_ID` | [`id`](Connector::id) |
//! | `CONNECTOR_NAME` | [`name`](Connector::name) |
//! | `CONNECTOR_TYPE` | type, where the program does not fix it |
//! | `CONNECTOR_SCOPE` | scope: a text with commas, in the file also a list |
//! | `CONNECTOR_AUTO` | [`auto`](Connector::auto) |
//! | `CONNECTOR_ONLY_CONTEXTUAL` | [`only_contextual`](Connector::only_contextual) |
//! | `CONNECTOR_AUTO_UPDATE` | [`auto_update`](Connector::auto_update) |
//! | `CONNECTOR_ENRICHMENT_RESOLUTION` | [`enrichment_resolution`](Connector::enrichment_resolution) |
//! | `CONNECTOR_XTM_ONE_INTENT` | [`xtm_one_intent`](Connector::xtm_one_intent) |
//!
//! The others stand at [`Platform`] (`OPENCTI_*`), and at [`RunSettings`] with its parts; from
//! [`Listen`] comes the [`listen_callback_uri`](Connector::listen_callback_uri). As in pycti no
//! variable sets [`version`](Connector::version) and [`slug`](Connector::slug), which the build
//! knows ([`Sources::search_build_files`]), nor
//! [`playbook_compatible`](Connector::playbook_compatible), which the program does.
//!
//! How the values differ from pycti's is on the page
//! [Coming from pycti](crate::coming_from_pycti#the-configuration).

mod build_files;
mod connector;
mod duration;
mod hidden;
mod metrics;
mod mismatch;
mod platform;
mod reader;
mod reading;
mod report;
mod run;
mod section;
mod section_faults;
mod send_to;
mod setting;
mod shown;
mod sources;
mod tree;
mod unread;
mod variables;

use serde::de::DeserializeOwned;

use self::build_files::Build;
use self::hidden::Hidden;
use self::reader::Reader;
use self::reading::{Needed, Reading};
use self::report::FileRead;
use self::sources::Variables;
use self::tree::{Node, Section};
use self::variables::Variable;
use crate::connector::any::AnyConnector;
use crate::connector::connector::Connector;
use crate::connector::kind::Kind;
use crate::connector::raw::RawConnector;
use crate::value::connector_type::ConnectorType;

pub use self::duration::duration;
pub use self::metrics::MetricsSettings;
pub use self::platform::{Platform, SslVerify};
pub use self::reading::Configured;
pub use self::report::{Finding, Origin, Report};
pub use self::run::{Listen, LiveStream, LogLevel, QueueProtocol, RunSettings, StreamPosition};
pub use self::section::comma_list;
pub use self::shown::Shown;
pub use self::sources::Sources;
pub use crate::value::broker_settings::BrokerSettings;
pub use crate::value::listen_api::ListenApi;
pub use crate::value::send_to::{DirectorySettings, S3Settings, SendTo};
pub use url;

/// The configuration of a connector.
///
/// ```
/// use opencti_connector::config::Config;
/// use opencti_connector::kind::InternalEnrichment;
///
/// let config = Config::sources()
///     .variables([
///         ("CONNECTOR_ID", "82b58916-a654-4cd4-81de-700eb72a5c94"),
///         ("CONNECTOR_NAME", "Shodan"),
///         ("CONNECTOR_SCOPE", "ipv4-addr,indicator"),
///         ("CONNECTOR_AUTO", "yes"),
///     ])
///     .load()?;
///
/// let connector = config.connector::<InternalEnrichment>()?;
/// assert!(connector.auto());
/// # Ok::<(), opencti_connector::config::Report>(())
/// ```
///
/// `Debug` shows the names of the variables and none of their values.
#[derive(Clone)]
pub struct Config {
    variables: Variables,
    tree: Section,
    /// Where the tree comes from.
    file: Origin,
    file_read: FileRead,
    build: Option<Build>,
    defaults: RawConnector,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("variables", &self.variables)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Reads the environment, `config.yml` where there is one, and the files of the build.
    ///
    /// # Errors
    ///
    /// When there is a file that cannot be read, is not YAML (with the line), or holds no sections.
    pub fn load() -> Result<Self, Report> {
        Self::sources()
            .environment()
            .search_file()
            .search_build_files()
            .load()
    }

    /// Sources to choose one by one; none at first.
    pub fn sources() -> Sources {
        Sources::default()
    }

    /// The connector of the kind `K`, its platform, and how it runs: all that a connector starts
    /// with, in one reading.
    ///
    /// # Errors
    ///
    /// When a value is missing or breaks a rule. The report lists every fault of all of them, and
    /// all warnings.
    pub fn read<K: Kind>(&self) -> Result<Configured<K>, Report> {
        let (configured, report) = self.configured();
        self.judge(configured, report)
            .map(Configured::with_warnings)
    }

    /// As [`read`](Self::read), and the section of the connector's own settings as `T`.
    ///
    /// The settings stand beside the [`Configured`], because a program hands each to another part:
    ///
    /// ```
    /// use opencti_connector::config::Config;
    /// use opencti_connector::kind::Stream;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Splunk {
    ///     index: String,
    /// }
    ///
    /// let config = Config::sources()
    ///     .variables([("CONNECTOR_NAME", "Splunk"), ("OPENCTI_URL", "opencti")])
    ///     .load()?;
    ///
    /// let report = config.read_with::<Stream, Splunk>("splunk").err().unwrap();
    /// let variables = report.faults().iter().map(|fault| fault.variable().unwrap());
    /// assert!(variables.eq(["CONNECTOR_ID", "OPENCTI_URL", "OPENCTI_TOKEN", "SPLUNK_INDEX"]));
    /// # Ok::<(), opencti_connector::config::Report>(())
    /// ```
    ///
    /// See [`section`](Self::section) for where the settings come from.
    ///
    /// # Errors
    ///
    /// When there is a fault in any of it; one report lists them all.
    pub fn read_with<K: Kind, T: DeserializeOwned>(
        &self,
        section: &str,
    ) -> Result<(Configured<K>, T), Report> {
        let (configured, mut report) = self.configured();
        let (own, of_section) = section::read(self, section, section);
        report.append(of_section);
        let ((configured, own), warnings) = self.judge(configured.zip(own), report)?;
        Ok((Configured::with_warnings((configured, warnings)), own))
    }

    fn configured<K: Kind>(&self) -> (Option<Configured<K>>, Report) {
        Reading::of(self, Some(K::TYPE), Needed::ConnectorAndPlatform).into_configured()
    }

    /// The connector alone: of the kind `K`, whatever the configuration says.
    ///
    /// # Errors
    ///
    /// When a value is missing or breaks a rule. The report lists every fault of the connector and
    /// every malformed variable of the platform and the run, and all warnings. A missing
    /// `OPENCTI_URL` or `OPENCTI_TOKEN` is a fault for [`read`](Self::read) and
    /// [`platform`](Self::platform) alone.
    pub fn connector<K: Kind>(&self) -> Result<Connector<K>, Report> {
        let (connector, report) = self.described(Some(K::TYPE));
        let connector = connector.and_then(|connector| connector.try_into().ok());
        self.finish(connector, report)
    }

    fn described(&self, fixed: Option<ConnectorType>) -> (Option<AnyConnector>, Report) {
        Reading::of(self, fixed, Needed::Connector).into_connector()
    }

    /// The connector, of the type that the configuration says; for a host that serves several.
    ///
    /// What it does with each is a matter of its type:
    ///
    /// ```
    /// use opencti_connector::AnyConnector;
    /// use opencti_connector::config::Config;
    ///
    /// let config = Config::sources()
    ///     .variables([
    ///         ("CONNECTOR_ID", "550e8400-e29b-41d4-a716-446655440000"),
    ///         ("CONNECTOR_NAME", "Splunk"),
    ///         ("CONNECTOR_TYPE", "STREAM"),
    ///     ])
    ///     .load()?;
    ///
    /// match config.any_connector()? {
    ///     // Each is a `Connector` of its kind, to be registered as such.
    ///     AnyConnector::Stream(connector) => println!("{} follows a stream", connector.name()),
    ///     AnyConnector::ExternalImport(connector) => println!("{} imports", connector.name()),
    ///     other => eprintln!("{} connectors are not served here", other.connector_type()),
    /// }
    /// # Ok::<(), opencti_connector::config::Report>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`connector`](Self::connector), and when `CONNECTOR_TYPE` is missing or unknown.
    pub fn any_connector(&self) -> Result<AnyConnector, Report> {
        let (connector, report) = self.described(None);
        self.finish(connector, report)
    }

    /// A section of settings of the connector's own: for `shodan` the variables `SHODAN_*` over
    /// the section `shodan` of the file, deserialized with serde.
    ///
    /// A variable is a key of the section in upper case behind the section's name. Each value is
    /// kept as it is written and read as what its type asks for: `12e45678` is that text for a
    /// `String`, and `" 8080"` is the number 8080 for a `u16`, which refuses `8080.7` and `true`.
    /// Lists and sections are JSON in a variable, as in `["a", "b"]`; a list can also be one text
    /// with commas by [`comma_list`]. A period is read by [`duration`], and a secret is best a
    /// [`Secret`](crate::Secret). Behind `#[serde(flatten)]`, and for enums without a tag, a value
    /// is tried as a text and as a number, boolean or list.
    ///
    /// ```
    /// use opencti_connector::Secret;
    /// use opencti_connector::config::Config;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Shodan {
    ///     token: Secret,
    ///     max_tlp: Option<String>,
    ///     import_search_results: bool,
    /// }
    ///
    /// let config = Config::sources()
    ///     .variables([("SHODAN_TOKEN", "8f6b1c5e"), ("SHODAN_IMPORT_SEARCH_RESULTS", "true")])
    ///     .yaml("shodan:\n  max_tlp: TLP:AMBER\n")
    ///     .load()?;
    /// let shodan: Shodan = config.section("shodan")?;
    /// assert_eq!(shodan.max_tlp.as_deref(), Some("TLP:AMBER"));
    /// # Ok::<(), opencti_connector::config::Report>(())
    /// ```
    ///
    /// No report shows a value of the section, unless its type asks for it by [`Shown`].
    ///
    /// # Errors
    ///
    /// When the section is not what `T` expects. The report lists each setting that is missing or
    /// cannot be read; where one refuses all that can stand in for it, those read after it are
    /// listed once it is mended.
    pub fn section<T: DeserializeOwned>(&self, section: &str) -> Result<T, Report> {
        self.section_with_prefix(section, section)
    }

    /// As [`section`](Self::section), with variables that are named after another word: for
    /// `cofense` and `COFENSEINTEL` the variables `COFENSEINTEL_*` over the section `cofense`.
    ///
    /// ```
    /// use opencti_connector::config::Config;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Cofense {
    ///     interval: u32,
    /// }
    ///
    /// let config = Config::sources().variables([("COFENSEINTEL_INTERVAL", "5")]).load()?;
    /// let cofense: Cofense = config.section_with_prefix("cofense", "COFENSEINTEL")?;
    /// assert_eq!(cofense.interval, 5);
    /// # Ok::<(), opencti_connector::config::Report>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`section`](Self::section).
    pub fn section_with_prefix<T: DeserializeOwned>(
        &self,
        section: &str,
        prefix: &str,
    ) -> Result<T, Report> {
        let (own, report) = section::read(self, section, prefix);
        self.finish(own, report)
    }

    /// How the connector reaches its platform.
    ///
    /// # Errors
    ///
    /// When the URL or the token is missing, or a value is malformed.
    pub fn platform(&self) -> Result<Platform, Report> {
        let mut reader = Reader::new(self);
        let platform = Platform::read(&mut reader, true);
        self.finish(platform, reader.report)
    }

    /// How the connector runs.
    ///
    /// # Errors
    ///
    /// When a value is malformed.
    pub fn run_settings(&self) -> Result<RunSettings, Report> {
        let mut reader = Reader::new(self);
        let settings = RunSettings::read(&mut reader);
        self.finish(Some(settings), reader.report)
    }

    /// What is allowed but most likely wrong with a connector of the type that the configuration
    /// says, for a program that asks for [`any_connector`](Self::any_connector).
    ///
    /// Without `CONNECTOR_TYPE` the warnings that depend on the type are not among these. A program
    /// that [`read`](Self::read)s its configuration has its warnings already.
    #[must_use]
    pub fn warnings(&self) -> Vec<Finding> {
        self.shown(self.described(None).1).warnings
    }

    /// What is allowed but most likely wrong with a connector of the kind `K`, for a program that
    /// asks for the [`connector`](Self::connector) alone.
    #[must_use]
    pub fn warnings_for<K: Kind>(&self) -> Vec<Finding> {
        self.shown(self.described(Some(K::TYPE)).1).warnings
    }

    fn finish<T>(&self, value: Option<T>, report: Report) -> Result<T, Report> {
        self.judge(value, report).map(|(value, _)| value)
    }

    /// The value and the warnings about it, if there is no fault.
    fn judge<T>(&self, value: Option<T>, report: Report) -> Result<(T, Vec<Finding>), Report> {
        let report = self.shown(report);
        match value {
            Some(value) if report.faults.is_empty() => Ok((value, report.warnings)),
            _ => Err(report),
        }
    }

    /// The report as it may be seen. Every report about a loaded configuration goes through here.
    fn shown(&self, mut report: Report) -> Report {
        Hidden::of(self).hide_in(&mut report);
        report.file = self.file_read.clone();
        report
    }

    /// The value of a variable and where it comes from: the environment over the file. Nothing and
    /// an empty text stand for the default.
    fn lookup(&self, variable: &Variable) -> Option<(Node, Origin)> {
        if let Some(text) = self.variables.get(variable) {
            return (!text.is_empty())
                .then(|| (Node::text(text.to_string_lossy()), Origin::Environment));
        }
        self.in_file(variable)
            .map(|value| (value.clone(), self.file.clone()))
    }

    /// Where the value of a variable comes from, without a copy of it: each finding asks.
    fn origin(&self, variable: &Variable) -> Option<Origin> {
        match self.variables.get(variable) {
            Some(text) => (!text.is_empty()).then_some(Origin::Environment),
            None => self.in_file(variable).map(|_| self.file.clone()),
        }
    }

    fn in_file(&self, variable: &Variable) -> Option<&Node> {
        let Node::Section(section) = self.tree.get(variable.section)? else {
            return None;
        };
        section.get(variable.key).filter(|node| !node.is_unset())
    }

    /// The settings of the file with the sections they stand in; those outside of a section too.
    fn settings_of_file(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        let settings = self.tree.0.iter().map(|(name, node)| match node {
            Node::Section(Section(members)) => {
                let keys = members.iter().map(|(key, _)| key).collect();
                (Some(name.as_str()), keys)
            }
            Node::Null => (None, Vec::new()),
            Node::Scalar(_) | Node::List(_) => (None, vec![name]),
        });
        settings
            .flat_map(|(section, keys)| keys.into_iter().map(move |key| (section, key.as_str())))
    }
}
