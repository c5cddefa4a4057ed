//! Reading a connector, its platform and its settings from a configuration.

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
    /// Loads the environment, `config.yml` if it exists, and the build files.
    ///
    /// # Errors
    ///
    /// If the file exists but cannot be read, is not YAML (the error names the line), or has no sections.
    pub fn load() -> Result<Self, Report> {
        Self::sources()
            .environment()
            .search_file()
            .search_build_files()
            .load()
    }

    /// Starts with no sources, to add them one by one.
    pub fn sources() -> Sources {
        Sources::default()
    }

    /// Reads everything that a connector of kind `K` needs to start: the connector, its platform, and
    /// how it runs.
    ///
    /// # Errors
    ///
    /// If a value is missing or invalid. The report lists all faults and all warnings.
    pub fn read<K: Kind>(&self) -> Result<Configured<K>, Report> {
        let (configured, report) = self.configured();
        self.judge(configured, report)
            .map(Configured::with_warnings)
    }

    /// Reads what [`read`](Self::read) does, and a section of the connector's own settings as `T`.
    ///
    /// One report lists the faults of both:
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
    /// See [`section`](Self::section) for where the settings come from. If a section has a key that `T`
    /// does not read, the [warnings](Configured::warnings) name it. A `T` with `#[serde(flatten)]` reads
    /// every key, so it gets no such warning.
    ///
    /// # Errors
    ///
    /// If there is a fault in any of it. The report lists all faults.
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

    /// Reads the connector alone, as kind `K`.
    ///
    /// # Errors
    ///
    /// If a value is missing or invalid. The report lists all faults of the connector, all malformed
    /// variables of the platform and the run, and all warnings. Unlike [`read`](Self::read) and
    /// [`platform`](Self::platform), it accepts a missing `OPENCTI_URL` and `OPENCTI_TOKEN`.
    pub fn connector<K: Kind>(&self) -> Result<Connector<K>, Report> {
        let (connector, report) = self.described(Some(K::TYPE));
        let connector = connector.and_then(|connector| connector.try_into().ok());
        self.finish(connector, report)
    }

    fn described(&self, fixed: Option<ConnectorType>) -> (Option<AnyConnector>, Report) {
        Reading::of(self, fixed, Needed::Connector).into_connector()
    }

    /// Reads a connector of the type that the configuration names, for a program that hosts several
    /// types.
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
    ///     // Each is a `Connector` of its kind.
    ///     AnyConnector::Stream(connector) => println!("{} follows a stream", connector.name()),
    ///     AnyConnector::ExternalImport(connector) => println!("{} imports", connector.name()),
    ///     other => eprintln!("{} connectors are not served here", other.connector_type()),
    /// }
    /// # Ok::<(), opencti_connector::config::Report>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`connector`](Self::connector), and if `CONNECTOR_TYPE` is missing or unknown.
    pub fn any_connector(&self) -> Result<AnyConnector, Report> {
        let (connector, report) = self.described(None);
        self.finish(connector, report)
    }

    /// Reads a section of the connector's own settings with serde: for `shodan`, the section `shodan`
    /// of the file, overridden by the variables `SHODAN_*`.
    ///
    /// The variable for a key is the section's name and the key in upper case, such as `SHODAN_TOKEN`.
    /// The type decides how a value is read:
    ///
    /// * `12e45678` stays that text for a `String`; a `u16` accepts `" 8080"` and refuses `8080.7` and
    ///   `true`.
    /// * In a variable, lists and sections are JSON, as in `["a", "b"]`.
    ///   [`comma_list`](crate::config::comma_list) also accepts a comma-separated list, and
    ///   [`duration`](crate::config::duration) reads a duration.
    /// * Behind `#[serde(flatten)]`, and for untagged enums, a value is tried as a text, then as a number,
    ///   boolean or list.
    /// * Use [`Secret`](crate::Secret) for a secret.
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
    /// No report shows a value of the section, unless its type is [`Shown`](crate::config::Shown).
    ///
    /// # Errors
    ///
    /// If the section is not what `T` expects. The report lists every setting that is missing or
    /// cannot be read. If no placeholder value satisfies the type of one, the settings read after it
    /// are reported only when that one is fixed.
    pub fn section<T: DeserializeOwned>(&self, section: &str) -> Result<T, Report> {
        self.section_with_prefix(section, section)
    }

    /// Reads a section as [`section`](Self::section) does, with another prefix for the variables: for
    /// `cofense` and `COFENSEINTEL`, the section `cofense`, overridden by the variables
    /// `COFENSEINTEL_*`.
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

    /// Reads how the connector reaches its platform.
    ///
    /// # Errors
    ///
    /// If the URL or the token is missing, or a value is malformed.
    pub fn platform(&self) -> Result<Platform, Report> {
        let mut reader = Reader::new(self);
        let platform = Platform::read(&mut reader, true);
        self.finish(platform, reader.report)
    }

    /// Reads how the connector runs.
    ///
    /// # Errors
    ///
    /// If a value is malformed.
    pub fn run_settings(&self) -> Result<RunSettings, Report> {
        let mut reader = Reader::new(self);
        let settings = RunSettings::read(&mut reader);
        self.finish(Some(settings), reader.report)
    }

    /// Returns the warnings for a program that calls [`any_connector`](Self::any_connector).
    ///
    /// Without `CONNECTOR_TYPE`, the warnings that depend on the type are missing.
    /// [`read`](Self::read) returns its own warnings.
    #[must_use]
    pub fn warnings(&self) -> Vec<Finding> {
        self.shown(self.described(None).1).warnings
    }

    /// Returns the warnings for a program that calls [`connector`](Self::connector).
    #[must_use]
    pub fn warnings_for<K: Kind>(&self) -> Vec<Finding> {
        self.shown(self.described(Some(K::TYPE)).1).warnings
    }

    fn finish<T>(&self, value: Option<T>, report: Report) -> Result<T, Report> {
        self.judge(value, report).map(|(value, _)| value)
    }

    /// Returns the value and its warnings, or the report if there is a fault.
    fn judge<T>(&self, value: Option<T>, report: Report) -> Result<(T, Vec<Finding>), Report> {
        let report = self.shown(report);
        match value {
            Some(value) if report.faults.is_empty() => Ok((value, report.warnings)),
            _ => Err(report),
        }
    }

    /// Hides secrets in a report. Every report about a loaded configuration goes through here.
    fn shown(&self, mut report: Report) -> Report {
        Hidden::of(self).hide_in(&mut report);
        report.file = self.file_read.clone();
        report
    }
}
