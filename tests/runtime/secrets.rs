//! No secret is logged, reported or part of an error. A binary of its own: the subscriber is that of
//! the process, which connections on other threads log to as well.

#[path = "../support/log.rs"]
mod log;

use log::Log;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use opencti_connector::client::{BoxError, Client, Registration};
use opencti_connector::kind::InternalEnrichment;
use opencti_connector::runtime::{Enrichment, Fatal, Reply, Run, RunError};
use opencti_connector::stix::Bundle;
use opencti_connector::{BrokerSettings, Connector, ConnectorId, EntityType, S3Settings, SendTo};
use platform::{Broker, NodeOptions, Options, Platform, or_skip};
use serde_json::json;
use tracing_subscriber::util::SubscriberInitExt as _;

const PASSWORD: &str = "password-of-the-broker";
const WRONG_PASSWORD: &str = "password-of-nobody";
const S3_ACCESS_KEY: &str = "access-key-of-the-storage";
const S3_SECRET_KEY: &str = "secret-key-of-the-storage";

async fn register(platform: &Platform, id: &ConnectorId) -> Registration<InternalEnrichment> {
    let connector = Connector::internal_enrichment()
        .id(id)
        .name("Sample")
        .scope([EntityType::Ipv4Addr])
        .build()
        .unwrap();
    let client = Client::new(platform.url(), platform.token()).unwrap();
    client.register(&connector).await.unwrap()
}

/// Sends a bundle to S3.
async fn store(platform: &Platform, settings: S3Settings) -> RunError {
    let connector = Connector::external_import()
        .id(ConnectorId::random())
        .name("Sample")
        .build()
        .unwrap();
    let client = Client::new(platform.url(), platform.token()).unwrap();
    let registration = client.register(&connector).await.unwrap();
    let import = async |run: Run| {
        let mut bundle = Bundle::new();
        bundle.push(json!({"type": "domain-name", "value": "a.example"}))?;
        run.send(bundle).await?;
        Ok::<_, BoxError>(())
    };
    let mut send_to = SendTo::default();
    send_to.s3 = Some(settings);
    let scheduler = registration.schedule(Duration::ZERO, import);
    scheduler.send_to(send_to).run().await.unwrap_err()
}

/// A server that refuses a request, and says with which keys it came.
fn s3_that_repeats_secrets() -> S3Settings {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let mut settings = S3Settings::default();
    settings.endpoint = Some("127.0.0.1".into());
    settings.port = Some(listener.local_addr().unwrap().port());
    settings.access_key = Some(S3_ACCESS_KEY.into());
    settings.secret_key = Some(S3_SECRET_KEY.into());
    std::thread::spawn(move || {
        // The bundle, and a list of the old ones.
        for connection in listener.incoming() {
            refuse_by_secrets(connection.unwrap());
        }
    });
    settings
}

fn refuse_by_secrets(mut connection: TcpStream) {
    let mut request = Vec::new();
    // Up to the end of the body, whose last member is this.
    while !request.ends_with(b"\"update\":false}") && !request.starts_with(b"GET ") {
        let mut chunk = [0; 4096];
        let read = connection.read(&mut chunk).unwrap();
        assert_ne!(read, 0, "the request is cut");
        request.extend_from_slice(&chunk[..read]);
    }
    // Where what is shown of it ends.
    let cut = "-".repeat(170);
    let body = format!(
        "<Error><Code>Refused</Code><Message>{cut}{S3_ACCESS_KEY} is not {S3_SECRET_KEY}\
         </Message></Error>"
    );
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 403 Forbidden\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    connection.write_all(answer.as_bytes()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_told_to_anyone() {
    let broker: Broker = or_skip!(Broker::own(NodeOptions::default()));
    broker.ctl(&["add_user", "connector", PASSWORD]);
    broker.ctl(&["set_permissions", "connector", ".*", ".*", ".*"]);
    let log = Log::default();
    log.subscriber().init();
    let platform = Platform::start(Options {
        broker: Some(broker.clone()),
        ..Options::default()
    });
    let id = ConnectorId::random();
    register(&platform, &id).await;
    platform.tell_login(id.as_str(), "connector", PASSWORD);

    let secrets = format!("{} is refused", platform.token());
    let queue = format!("listen_{id}");
    broker.publish(&queue, format!("no JSON: {secrets}").as_bytes());
    // Where what is shown of it ends.
    let cut = format!("{}{secrets}", "-".repeat(180));
    broker.publish(&queue, cut.as_bytes());
    let work = |kind: &str| {
        let work = platform.add_work(id.as_str());
        let entity = json!({"type": "ipv4-addr", "id": "ipv4-addr--1", "value": kind});
        let message = json!({
            "internal": {"work_id": work},
            "event": {"entity_id": "ipv4-addr--1", "entity_type": "IPv4-Addr",
                      "stix_entity": entity.to_string()},
        });
        platform.send(id.as_str(), &message);
        work
    };
    let misfit = platform.add_work(id.as_str());
    let message = json!({"internal": {"work_id": misfit}, "event": {"entity_id": [secrets]}});
    platform.send(id.as_str(), &message);
    let works = [
        misfit,
        work("error"),
        work("panic"),
        work("answer"),
        work("end"),
    ];

    let handler = move |enrichment: Enrichment| {
        let secrets = secrets.clone();
        async move {
            match enrichment.entity().text("value") {
                Some("error") => Err(secrets.into()),
                Some("panic") => panic!("{secrets}"),
                Some("end") => Err(Fatal(secrets).into()),
                _ => Ok::<Reply, BoxError>(enrichment.unchanged(secrets)),
            }
        }
    };
    let ended = register(&platform, &id).await.listen(handler).run().await;
    let error = ended.unwrap_err();
    let mut told = format!(
        "{error} {error:?} {:?}",
        works.map(|it| platform.works()[&it].clone())
    );

    let mut settings = BrokerSettings::default();
    settings.password = Some(WRONG_PASSWORD.into());
    let listen = register(&platform, &id)
        .await
        .listen(async |enrichment: Enrichment| {
            Ok::<Reply, BoxError>(enrichment.unchanged("never called"))
        });
    let begun = Instant::now();
    let refused = async {
        while !log.text().contains("ACCESS_REFUSED") {
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "it is not refused"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let stopped = listen.broker(settings).run_until(refused).await;
    told.extend([format!("{stopped:?}")]);

    let settings = s3_that_repeats_secrets();
    told.extend([format!("{settings:?}")]);
    let stopped = store(&platform, settings).await;
    assert!(stopped.to_string().contains("S3 answered 403"), "{stopped}");
    told.extend([format!("{stopped} {stopped:?}")]);

    let log = log.text();
    for logged in [
        "cannot parse a message",
        "the handler failed",
        "the handler panicked",
        "cannot reach the broker; retrying",
    ] {
        assert!(log.contains(logged), "{logged}");
    }
    let token = &platform.token()[..8];
    let of_storage = [S3_ACCESS_KEY, S3_SECRET_KEY, "X-Amz-Signature"];
    for secret in [token, PASSWORD, WRONG_PASSWORD]
        .into_iter()
        .chain(of_storage)
    {
        assert!(!told.contains(secret), "{told}");
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None);
    }
}
