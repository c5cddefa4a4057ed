//! Registers a connector of each type, pings, reports a work and unregisters, step by step.
//!
//! `cargo run --package platform --example register` uses an embedded platform. With `OPENCTI_URL`
//! and `OPENCTI_TOKEN` set, it uses that platform.

use std::env;
use std::error::Error;

use opencti_connector::client::Client;
use opencti_connector::graphql::ConnectorInfo;
use opencti_connector::kind::Kind;
use opencti_connector::{Connector, ConnectorId, EntityType, mime};
use platform::{Options, Platform};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut embedded = None;
    let (url, token) =
        if let (Ok(url), Ok(token)) = (env::var("OPENCTI_URL"), env::var("OPENCTI_TOKEN")) {
            (url, token)
        } else {
            println!("OPENCTI_URL and OPENCTI_TOKEN are not set: starting an embedded platform");
            let platform = embedded.insert(Platform::start(Options::default()));
            (platform.url().to_owned(), platform.token().to_owned())
        };
    let client = Client::new(url, token)?;
    let platform = client.platform().await?;
    println!(
        "platform {} accepts {:?}",
        platform.version, platform.fields
    );

    let id = ConnectorId::random;
    live(
        &client,
        Connector::external_import()
            .id(id())
            .name("Sample import")
            .build()?,
    )
    .await?;
    live(
        &client,
        Connector::stream().id(id()).name("Sample stream").build()?,
    )
    .await?;
    let enrichment = Connector::internal_enrichment()
        .id(id())
        .name("Sample enrichment")
        .scope([EntityType::Ipv4Addr])
        .build()?;
    live(&client, enrichment).await?;
    let import = Connector::internal_import_file()
        .id(id())
        .name("Sample file import")
        .scope([mime::APPLICATION_JSON])
        .build()?;
    live(&client, import).await?;
    let analysis = Connector::internal_analysis()
        .id(id())
        .name("Sample analysis")
        .build()?;
    live(&client, analysis).await?;
    let export = Connector::internal_export_file()
        .id(id())
        .name("Sample file export")
        .scope([mime::TEXT_CSV])
        .build()?;
    live(&client, export).await
}

/// Runs through the life of a connector, from its registration to its removal.
async fn live<K: Kind>(client: &Client, connector: Connector<K>) -> Result<(), Box<dyn Error>> {
    println!("\n{} ({})", connector.name(), connector.connector_type());
    let registration = client.register(&connector).await?;
    println!("  registered as {}", registration.id());
    if let Some(queues) = registration.queues() {
        println!(
            "  queue to consume: {}, exchange for bundles: {}",
            queues.listen, queues.push_exchange
        );
    }

    let state = json!({ "last_run": 1_764_000_000 });
    let pong = registration
        .ping(Some(&state), &ConnectorInfo::default())
        .await?;
    println!(
        "  pinged; the platform stores the state {}",
        pong.state.unwrap_or_default()
    );

    let work = registration.add_work("Sample run").await?;
    work.received("Connector ready to process the operation")
        .await?;
    work.add_expectations(1).await?;
    work.report_expectation(None).await?;
    work.processed("Sent 1 object").await?;
    println!("  reported the work {}", work.id());
    work.delete().await?;

    registration.unregister().await?;
    println!("  unregistered");
    Ok(())
}
