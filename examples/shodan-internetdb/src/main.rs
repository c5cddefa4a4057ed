//! A complete enrichment connector: it adds data from Shodan's `InternetDB` to IPv4 addresses.
//!
//! `internet_db` queries the service, `knowledge` converts the answer to STIX objects, and this
//! file connects the two. With `--check`, the program checks whether it can run (`check`).

mod check;
mod internet_db;
mod knowledge;

use std::net::Ipv4Addr;
use std::sync::Arc;

use opencti_connector::config::{Config, LogLevel, RunSettings, Shown};
use opencti_connector::kind::InternalEnrichment;
use opencti_connector::runtime::{BoxError, Enrichment, Reply};
use opencti_connector::stix::Tlp;
use serde::Deserialize;
use tracing::Level;

use internet_db::InternetDb;

/// Section of `config.yml` with this connector's settings; its variables start with
/// `SHODAN_INTERNETDB_`.
const SECTION: &str = "shodan_internetdb";

/// This connector's settings.
#[derive(Deserialize)]
struct Settings {
    /// Highest TLP level of addresses to send to Shodan. `TLP:AMBER` by default.
    max_tlp: Option<Shown<Tlp>>,
    /// URL of the service, if it is not Shodan's own.
    url: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    match std::env::args().nth(1).as_deref() {
        None => {}
        Some("--check") => return check::check().await,
        Some(_) => return Err("usage: shodan-internetdb [--check]".into()),
    }
    let config = Config::load()?;
    start_log(&config.run_settings()?);
    let (registration, settings) = config
        .start_with::<InternalEnrichment, Settings>(SECTION)
        .await?;
    let max_tlp = settings.max_tlp.map_or(Tlp::Amber, Shown::into_inner);
    let internet_db = Arc::new(InternetDb::new(settings.url)?);

    registration
        .listen(move |enrichment| enrich(enrichment, Arc::clone(&internet_db), max_tlp))
        .concurrency(4)
        .run()
        .await?;
    Ok(())
}

async fn enrich(
    enrichment: Enrichment,
    internet_db: Arc<InternetDb>,
    max_tlp: Tlp,
) -> Result<Reply, BoxError> {
    let entity = enrichment.entity();
    if !entity.is_at_most(max_tlp) {
        let why = format!("marked above {max_tlp}, so it is not looked up");
        return Ok(enrichment.unchanged(why));
    }
    let address = entity.text("value").ok_or("the address has no value")?;
    let address: Ipv4Addr = address.parse()?;
    let Some(host) = internet_db.look_up(address).await? else {
        return Ok(enrichment.unchanged("InternetDB has no data about it"));
    };
    Ok(enrichment.with_bundle(knowledge::of(address, &host)?))
}

/// Sets up the log by `CONNECTOR_LOG_LEVEL` and `OPENCTI_JSON_LOGGING`.
fn start_log(run: &RunSettings) {
    let level = match run.log_level {
        LogLevel::Debug => Level::DEBUG,
        LogLevel::Info => Level::INFO,
        LogLevel::Warning => Level::WARN,
        _ => Level::ERROR,
    };
    let log = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr);
    if run.json_logging {
        log.json().init();
    } else {
        log.init();
    }
}
