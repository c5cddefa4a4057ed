//! `--check`: a report for the operator on whether the connector can run.

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
/// How long to wait for the platform to come up.
const WITHIN: Duration = Duration::from_secs(10);

/// Checks everything that the connector depends on, and prints each result.
pub async fn check() -> Result<(), BoxError> {
    let config = Config::load()?;
    let (configured, settings) = config.read_with::<InternalEnrichment, Settings>(SECTION)?;
    println!("configuration: valid");
    for warning in &configured.warnings {
        println!("  warning: {warning}");
    }

    let started = config.start::<InternalEnrichment>().start_within(WITHIN);
    let started = started.await;
    let platform = print(
        "platform",
        started.as_ref().map(|_| "accepts the connector"),
    );
    let broker = match &started {
        Ok(registration) => {
            let checked = registration.check_broker().await;
            print("broker", checked.map(|()| "accepts the connector"))
        }
        Err(_) => print(
            "broker",
            Err("not checked, because the platform provides its address"),
        ),
    };
    let answer = InternetDb::new(settings.url)?.look_up(KNOWN).await;
    let service = print("service", answer.map(|_| "answers"));

    if platform && broker && service {
        return Ok(());
    }
    Err("the connector cannot run".into())
}

/// Prints a line of the report, and returns whether the check succeeded.
fn print(what: &str, result: Result<&str, impl Display>) -> bool {
    match &result {
        Ok(result) => println!("{what}: {result}"),
        Err(error) => println!("{what}: {error}"),
    }
    result.is_ok()
}
