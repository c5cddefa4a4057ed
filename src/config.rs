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
//! | `CONNECTOR_ID` | [`id`](crate::Connector::id) |
//! | `CONNECTOR_NAME` | [`name`](crate::Connector::name) |
//! | `CONNECTOR_TYPE` | type, where the program does not fix it |
//! | `CONNECTOR_SCOPE` | scope: a text with commas, in the file also a list |
//! | `CONNECTOR_AUTO` | [`auto`](crate::Connector::auto) |
//! | `CONNECTOR_ONLY_CONTEXTUAL` | [`only_contextual`](crate::Connector::only_contextual) |
//! | `CONNECTOR_AUTO_UPDATE` | [`auto_update`](crate::Connector::auto_update) |
//! | `CONNECTOR_ENRICHMENT_RESOLUTION` | [`enrichment_resolution`](crate::Connector::enrichment_resolution) |
//! | `CONNECTOR_XTM_ONE_INTENT` | [`xtm_one_intent`](crate::Connector::xtm_one_intent) |
//!
//! The others stand at [`Platform`] (`OPENCTI_*`), and at [`RunSettings`] with its parts; from
//! [`ListenProtocol`] comes the [`listen_callback_uri`](crate::Connector::listen_callback_uri). As in pycti no
//! variable sets [`version`](crate::Connector::version) and [`slug`](crate::Connector::slug), which the build
//! knows ([`Sources::search_build_files`]), nor
//! [`playbook_compatible`](crate::Connector::playbook_compatible), which the program does.
//!
//! How the values differ from pycti's is on the page
//! [Coming from pycti](crate::coming_from_pycti#the-configuration).

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
