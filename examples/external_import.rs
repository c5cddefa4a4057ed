//! An external import connector: it fetches a list of malicious domains page by page, sends each
//! page and resumes after a crash where it stopped.
//!
//! `cargo run --package platform --example external_import` runs it once on an embedded platform,
//! which needs `RabbitMQ`. With the variables of a deployment set, it runs on that platform:
//! `OPENCTI_URL`, `OPENCTI_TOKEN`, `CONNECTOR_ID`, `CONNECTOR_NAME` and
//! `CONNECTOR_DURATION_PERIOD=PT1H`.

use std::env;

use opencti_connector::ConnectorId;
use opencti_connector::config::Config;
use opencti_connector::kind::ExternalImport;
use opencti_connector::runtime::{BoxError, Run};
use opencti_connector::stix::Bundle;
use platform::{Broker, Options, Platform};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The state: the next page of the list.
#[derive(Default, Serialize, Deserialize)]
struct Cursor {
    page: usize,
}

async fn import(run: Run<Cursor>) -> Result<(), BoxError> {
    let mut page = run.state().page;
    println!("starting with page {page}");
    while let Some(domains) = fetch(page) {
        let mut bundle = Bundle::new();
        for domain in domains {
            bundle.push(json!({"type": "domain-name", "value": domain}))?;
        }
        let sent = run.send(bundle).await?;
        println!("sent {} domains of page {page}", sent.parts());
        page += 1;
        run.commit(Cursor { page }).await?;
    }
    Ok(())
}

/// Returns a page of the list, as a service would. `None` after the last page.
fn fetch(page: usize) -> Option<&'static [&'static str]> {
    let pages: [&[_]; 2] = [&["a.example", "b.example"], &["c.example"]];
    pages.get(page).copied()
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let mut embedded = None;
    let config = if env::var_os("OPENCTI_URL").is_some() {
        Config::load()?
    } else {
        let Some(broker) = Broker::shared() else {
            println!("OPENCTI_URL is not set, and there is no RabbitMQ at 127.0.0.1:5672");
            return Ok(());
        };
        println!("OPENCTI_URL is not set: running once with an embedded platform");
        let options = Options {
            broker: Some(broker),
            ..Options::default()
        };
        let platform = embedded.insert(Platform::start(options));
        let id = ConnectorId::random();
        let variables = [
            ("OPENCTI_URL", platform.url()),
            ("OPENCTI_TOKEN", platform.token()),
            ("CONNECTOR_ID", id.as_str()),
            ("CONNECTOR_NAME", "Malicious domains"),
            ("CONNECTOR_RUN_AND_TERMINATE", "true"),
        ];
        Config::sources().variables(variables).load()?
    };

    let registration = config.start::<ExternalImport>().await?;
    let settings = registration.run_settings();
    let period = settings.and_then(|settings| settings.duration_period);
    registration.schedule(period, import).run().await?;

    for (_, work) in embedded.iter().flat_map(Platform::works) {
        println!("{}: {}", work["name"], work["messages"]);
    }
    Ok(())
}
