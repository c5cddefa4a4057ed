//! A stream connector: it prints the events of a live stream until Ctrl-C.
//!
//! `cargo run --package platform --example stream` needs a platform with a live stream, and a token
//! whose user has the capability `TAXIIAPI`: set `OPENCTI_URL`, `OPENCTI_TOKEN` and
//! `CONNECTOR_LIVE_STREAM_ID`.

use std::env;

use opencti_connector::client::Client;
use opencti_connector::config::Config;
use opencti_connector::runtime::{Action, BoxError, Event};
use opencti_connector::{Connector, ConnectorId};

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    if env::var_os("OPENCTI_URL").is_none() {
        println!(
            "OPENCTI_URL is not set: set OPENCTI_URL, OPENCTI_TOKEN and CONNECTOR_LIVE_STREAM_ID"
        );
        return Ok(());
    }
    tracing_subscriber::fmt().init();
    let config = Config::load()?;
    let stream = config.run_settings()?.live_stream;
    let connector = Connector::stream()
        // A real connector keeps its id: the platform stores the position in the stream under it.
        .id(ConnectorId::random())
        .name("Event printer")
        .build()?;
    let client = Client::from_config(&config.platform()?)?;
    let registration = client.register(&connector).await?;
    registration.follow(stream, print).run().await?;
    Ok(())
}

async fn print(event: Event) -> Result<(), BoxError> {
    let object = event.object();
    let name = object.text("name").or_else(|| object.text("value"));
    let name = name.unwrap_or_else(|| object.id());
    match event.action() {
        Action::Update => {
            let before = event.previous();
            let before = before.as_ref().and_then(|before| before.text("name"));
            println!("update {name}, before: {before:?}");
        }
        action if event.is_recovery() => println!("{action} {name} (recovered)"),
        action => println!("{action} {name}"),
    }
    Ok(())
}
