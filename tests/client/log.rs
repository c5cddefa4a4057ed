//! What a registration logs. A binary of its own: whether an event is of interest to anyone is
//! remembered for the whole process, so that a test beside it could switch the events off.

#[path = "../support/log.rs"]
mod log;

use log::Log;

use std::time::Duration;

use opencti_connector::client::Client;
use opencti_connector::kind::InternalEnrichment;
use opencti_connector::{Connector, EntityType};
use platform::{Options, Platform};
use tracing::instrument::WithSubscriber;

#[tokio::test]
async fn a_platform_that_is_not_there_is_told_before_the_first_retry() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let log = Log::default();
    let client = Client::builder(format!("http://{address}"), "8f6b1c5e")
        .retry_delay(Duration::from_secs(5_001))
        .longest_retry_delay(Duration::from_secs(9_001))
        .build()
        .unwrap();
    let is_told = async {
        while !log.text().contains("Connection refused") {
            tokio::task::yield_now().await;
        }
    };
    let is_told = tokio::time::timeout(Duration::from_secs(20), is_told);
    tokio::select! {
        biased;
        answer = client.platform().with_subscriber(log.subscriber()) => panic!("{answer:?}"),
        told = is_told => told.unwrap(),
    }
    let log = log.text();
    assert_eq!(log.matches("trying again").count(), 1, "{log}");
    assert!(log.contains("the platform cannot be reached"), "{log}");
}

#[tokio::test]
async fn the_warnings_of_a_connector_and_what_is_left_out_are_logged_and_no_secret() {
    let platform = Platform::start(Options {
        version: "4.0.4",
        ..Options::default()
    });
    let log = Log::default();
    let connector: Connector<InternalEnrichment> = Connector::internal_enrichment()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Sample")
        .scope([EntityType::custom("File").unwrap()])
        .playbook_compatible(true)
        .build()
        .unwrap();
    platform.fail_next(1, 503, &[], "");
    let client = Client::builder(platform.url(), platform.token())
        .retry_delay(Duration::from_millis(1))
        .build()
        .unwrap();
    async { client.register(&connector).await.unwrap() }
        .with_subscriber(log.subscriber())
        .await;

    let log = log.text();
    for part in [
        "did you mean StixFile?",
        "playbook_compatible",
        "trying again",
        "503 Service Unavailable",
        "RegisterConnector",
    ] {
        assert!(log.contains(part), "{part} is not in {log}");
    }
    for secret in [
        platform.token(),
        platform::RABBITMQ_PASSWORD,
        platform::S3_SECRET_KEY,
    ] {
        assert!(!log.contains(secret), "{log}");
    }
}
