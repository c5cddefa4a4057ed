//! `--check`: whether the connector could run, as one report for the operator.

use std::fmt::Display;
use std::net::Ipv4Addr;
use std::time::Duration;

use opencti_connector::config::Config;
use opencti_connector::kind::InternalEnrichment;
use opencti_connector::runtime::BoxError;

use crate::internet_db::InternetDb;
use crate::{SECTION, Settings};

/// An address that the service knows.
const KNOWN: Ipv4Addr = Ipv4Addr::new(1, 1, 1, 1);
/// How long a platform is waited for that is not up.
const WITHIN: Duration = Duration::from_secs(10);

/// Asks all that the connector depends on, and prints what each says.
pub async fn check() -> Result<(), BoxError> {
    let config = Config::load()?;
    let (configured, settings) = config.read_with::<InternalEnrichment, Settings>(SECTION)?;
    println!("configuration: fine");
    for warning in &configured.warnings {
        println!("  warning: {warning}");
    }

    let started = config.start::<InternalEnrichment>().start_within(WITHIN);
    let started = started.await;
    let platform = told("platform", started.as_ref().map(|_| "takes the connector"));
    let broker = match &started {
        Ok(registration) => {
            let checked = registration.check_broker().await;
            told("broker", checked.map(|()| "takes the connector"))
        }
        Err(_) => told("broker", Err("the platform would say where it is")),
    };
    let answer = InternetDb::new(settings.url)?.look_up(KNOWN).await;
    let service = told("service", answer.map(|_| "answers"));

    if platform && broker && service {
        return Ok(());
    }
    Err("the connector could not do its work".into())
}

/// Prints a line of the report; whether it is a good one.
fn told(what: &str, result: Result<&str, impl Display>) -> bool {
    match &result {
        Ok(good) => println!("{what}: {good}"),
        Err(error) => println!("{what}: {error}"),
    }
    result.is_ok()
}
