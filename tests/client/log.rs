//! What a registration logs. A binary of its own: whether an event is of interest to anyone is
//! remembered for the whole process, so that a test beside it could switch the events off.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opencti_connector::client::Client;
use opencti_connector::kind::InternalEnrichment;
use opencti_connector::{Connector, EntityType};
use platform::{Options, Platform};
use tracing::instrument::WithSubscriber;

#[tokio::test]
async fn the_warnings_of_a_connector_and_what_is_left_out_are_logged_and_no_secret() {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);
    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let platform = Platform::start(Options {
        version: "4.0.4",
        ..Options::default()
    });
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
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
        .with_subscriber(subscriber)
        .await;

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for part in [
        "did you mean StixFile?",
        "playbook_compatible",
        "trying again",
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
