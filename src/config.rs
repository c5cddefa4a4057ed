//! A connector from the environment and `config.yml`.
//!
//! A connector reads the same variables and the same file as its predecessor in Python. If anything in
//! them is wrong, one [`Report`] lists all of it.
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
//! Each source overrides the next: environment variables, the YAML file, the program's defaults
//! ([`Sources::defaults`]), pycti's defaults. The file is `config.yml` beside the executable, otherwise
//! in the working directory, otherwise one directory up. The variable `CONNECTOR_AUTO` is the key `auto`
//! in the section `connector` of the file. As in pycti, an empty variable selects the default and hides
//! the file. Unknown variables and keys are ignored; if one looks like a misspelt setting, there is a
//! warning.
//!
//! A value stays the text that was written until its type asks for more: `12e45678` is a token, and
//! `8080.7` is not a port. `null` and a missing value select the default. YAML anchors, aliases and
//! merges (`<<`) work. More than 48 nested levels are a fault, and so are aliases that expand to more
//! than 4 MiB.
//!
//! # Variables
//!
//! | variable | sets |
//! |---|---|
//! | `CONNECTOR_ID` | [`id`](crate::Connector::id) |
//! | `CONNECTOR_NAME` | [`name`](crate::Connector::name) |
//! | `CONNECTOR_TYPE` | the type, if the program does not fix it |
//! | `CONNECTOR_SCOPE` | the scope: comma-separated; in the file also a list |
//! | `CONNECTOR_AUTO` | [`auto`](crate::Connector::auto) |
//! | `CONNECTOR_ONLY_CONTEXTUAL` | [`only_contextual`](crate::Connector::only_contextual) |
//! | `CONNECTOR_AUTO_UPDATE` | [`auto_update`](crate::Connector::auto_update) |
//! | `CONNECTOR_ENRICHMENT_RESOLUTION` | [`enrichment_resolution`](crate::Connector::enrichment_resolution) |
//! | `CONNECTOR_XTM_ONE_INTENT` | [`xtm_one_intent`](crate::Connector::xtm_one_intent) |
//!
//! [`Platform`] lists the variables `OPENCTI_*`, and [`RunSettings`] all others. [`ListenProtocol`]
//! determines the [`listen_callback_uri`](crate::Connector::listen_callback_uri). As in pycti, no
//! variable sets [`version`](crate::Connector::version) and [`slug`](crate::Connector::slug), which come
//! from the build ([`Sources::search_build_files`]), or
//! [`playbook_compatible`](crate::Connector::playbook_compatible), which the program decides.
//!
//! [Coming from pycti](crate::coming_from_pycti#the-configuration) lists the differences from pycti.

#[expect(
    clippy::module_inception,
    reason = "it holds the type of this name; the folder holds what leads to it and from it"
)]
mod config;
mod configured;
mod connector;
mod findings;
mod platform;
mod read;
mod reader;
mod run;
mod section;
mod sources;

pub use self::config::Config;
pub use self::configured::Configured;
pub use self::findings::report::{Finding, Origin, Report};
pub use self::platform::{Platform, SslVerify};
pub use self::reader::duration::duration;
pub use self::run::metrics::MetricsSettings;
pub use self::run::{
    ListenProtocol, LiveStream, LogLevel, QueueProtocol, RunSettings, StreamPosition,
};
pub use self::section::comma_list::comma_list;
pub use self::section::several::Sections;
pub use self::section::shown::Shown;
pub use self::sources::Sources;
pub use url;
