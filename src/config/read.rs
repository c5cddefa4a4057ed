//! What a program reads of a configuration.

use serde::de::DeserializeOwned;

use crate::config::config::Config;
use crate::config::configured::{Configured, Needed, Reading};
use crate::config::findings::hidden::Hidden;
use crate::config::findings::report::{Finding, Report};
use crate::config::platform::Platform;
use crate::config::reader::Reader;
use crate::config::run::RunSettings;
use crate::config::section::own;
use crate::config::section::several::Sections;
use crate::config::sources::Sources;
use crate::connector::any::AnyConnector;
use crate::connector::connector::Connector;
use crate::connector::kind::Kind;
use crate::value::connector_type::ConnectorType;

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
    /// A tuple of types reads several sections:
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
    /// #[derive(serde::Deserialize)]
    /// struct Proxy {
    ///     host: String,
    /// }
    ///
    /// # fn read(config: &Config) -> Result<(), opencti_connector::config::Report> {
    /// let (configured, (splunk, proxy)) =
    ///     config.read_with::<Stream, (Splunk, Proxy)>(("splunk", "proxy"))?;
    /// # let _ = (configured.warnings, splunk.index, proxy.host);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// See [`section`](Self::section) for where the settings come from. A key of a section that `T`
    /// does not read is among the [warnings](Configured::warnings), unless `T` is flattened, so that
    /// nobody can tell.
    ///
    ///
    /// # Errors
    ///
    /// When there is a fault in any of it; one report lists them all.
    pub fn read_with<K: Kind, T>(
        &self,
        sections: impl Sections<T>,
    ) -> Result<(Configured<K>, T), Report> {
        let (configured, mut report) = self.configured();
        let (own, of_sections) = sections.read(self);
        report.append(of_sections);
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
    /// with commas by [`comma_list`](crate::config::comma_list). A period is read by [`duration`](crate::config::duration), and a secret is best a
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
    /// No report shows a value of the section, unless its type asks for it by [`Shown`](crate::config::Shown).
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
        let (own, report) = own::read(self, section, prefix, &[]);
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
}
