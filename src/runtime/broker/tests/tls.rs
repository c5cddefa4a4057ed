//! TLS with a node whose certificates are made in the test, by the program `openssl`.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::node::{Node, node};
use super::*;
use crate::runtime::broker::tls::tls;
use crate::value::broker_settings::BrokerSettings;
use crate::value::secret::Secret;

/// An authority, and the certificates of the broker and of a connector, with its key in all forms.
pub(super) fn write_certificates(folder: &Path) {
    let run = |arguments: &str| {
        let output = Command::new("openssl")
            .current_dir(folder)
            .args(arguments.split_whitespace())
            .output()
            .expect("there is no `openssl`");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
    };
    let new = "req -x509 -newkey rsa:2048 -nodes -days 2";
    run(&format!(
        "{new} -keyout ca.key -out ca.pem -subj /CN=authority"
    ));
    run(&format!(
        "{new} -keyout other.key -out other.pem -subj /CN=other"
    ));
    let signed = "-CA ca.pem -CAkey ca.key -addext basicConstraints=critical,CA:FALSE";
    let host = "-subj /CN=broker -addext subjectAltName=IP:127.0.0.1";
    run(&format!(
        "{new} -keyout broker.key -out broker.pem {signed} {host}"
    ));
    run(&format!(
        "{new} -keyout pkcs8.key -out client.pem {signed} -subj /CN=connector"
    ));
    run("rsa -in pkcs8.key -traditional -out pkcs1.key");
    run("rsa -in pkcs8.key -aes256 -passout pass:pa55word -out encrypted.key");
    run("rsa -in pkcs8.key -traditional -aes256 -passout pass:pa55word -out old.key");
    run("ecparam -name prime256v1 -genkey -noout -out sec1.key");
    run(&format!(
        "req -x509 -key sec1.key -days 2 -out sec1.pem {signed} -subj /CN=connector"
    ));
}

/// What a connector with a certificate says, which trusts the node's authority.
fn settings(node: &Node) -> BrokerSettings {
    let path = |name: &str| node.folder.join(name).display().to_string();
    BrokerSettings {
        ssl_ca: Some(path("ca.pem")),
        ssl_cert: Some(path("client.pem")),
        ssl_key: Some(path("pkcs8.key").into()),
        ..BrokerSettings::default()
    }
}

async fn open(node: &Node, settings: &BrokerSettings) -> Result<Connection, BrokerError> {
    let tls = tls(settings).unwrap();
    let port = node.tls_port;
    let address = Address {
        port,
        tls: Some(tls),
        ..node.address()
    };
    Connection::open(&address).await
}

#[tokio::test]
async fn a_broker_is_trusted_by_its_authority_and_messages_pass() {
    let Some(node) = node().await else { return };
    let connection = open(&node, &settings(&node)).await.unwrap();
    let queue = declare(&connection, "classic", &[]).await;
    let publisher = connection.publisher().await.unwrap();
    let body = vec![b'a'; 60_000];
    let mut confirms = Vec::new();
    for _ in 0..100 {
        confirms.push(publisher.publish("", &queue, &body, None).await.unwrap());
    }
    for confirm in confirms {
        assert_eq!(confirm.outcome().await, Ok(Outcome::Confirmed));
    }
    let mut consumer = connection.consume(&queue, 10).await.unwrap();
    for _ in 0..100 {
        let delivery = next(&mut consumer).await;
        assert_eq!(delivery.body, body);
        delivery.acker.ack().await.unwrap();
    }
    until_counts(&connection, &queue, (0, 1)).await;
    connection.close().await;
}

#[tokio::test]
async fn a_broker_is_not_trusted_without_its_authority_unless_the_check_is_off() {
    let Some(node) = node().await else { return };
    let other = fs::read_to_string(node.folder.join("other.pem")).unwrap();
    for ssl_ca in [None, Some(other)] {
        let mut settings = BrokerSettings {
            ssl_ca,
            ..settings(&node)
        };
        for verified in [None, Some(true)] {
            settings.ssl_reject_unauthorized = verified;
            let error = open(&node, &settings).await.unwrap_err();
            assert_eq!(error.kind(), BrokerErrorKind::Tls, "{error}");
            for way_out in ["`MQ_USE_SSL_CA`", "`MQ_USE_SSL_REJECT_UNAUTHORIZED=false`"] {
                assert!(error.to_string().contains(way_out), "{error}");
            }
        }
        settings.ssl_reject_unauthorized = Some(false);
        open(&node, &settings).await.unwrap();
    }
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let Some(node) = node().await else { return };
    let tls = Some(tls(&settings(&node)).unwrap());
    let (host, port) = ("localhost".into(), node.tls_port);
    let address = Address {
        host,
        port,
        tls,
        ..node.address()
    };
    let error = Connection::open(&address).await.unwrap_err();
    assert_eq!(error.kind(), BrokerErrorKind::Tls, "{error}");
    assert!(error.to_string().contains("localhost"), "{error}");
}

#[tokio::test]
async fn a_connector_shows_the_certificate_that_the_broker_asks_for() {
    let Some(node) = node().await else { return };
    let read = |name: &str| fs::read_to_string(node.folder.join(name)).unwrap();
    for (certificate, key) in [
        ("client.pem", "pkcs8.key"),
        ("client.pem", "pkcs1.key"),
        ("sec1.pem", "sec1.key"),
    ] {
        let settings = BrokerSettings {
            ssl_cert: Some(read(certificate)),
            ssl_key: Some(read(key).into()),
            ..settings(&node)
        };
        open(&node, &settings).await.unwrap();
    }
    let without = BrokerSettings {
        ssl_cert: None,
        ssl_key: None,
        ..settings(&node)
    };
    // What the broker says of it is lost where it closes the connection too early.
    let error = open(&node, &without).await.unwrap_err();
    assert!(error.to_string().contains("`MQ_USE_SSL_CERT`"), "{error}");
}

#[tokio::test]
async fn a_port_that_does_not_speak_tls_is_told() {
    let Some(node) = node().await else { return };
    let tls = Some(tls(&settings(&node)).unwrap());
    let error = Connection::open(&Address {
        tls,
        ..node.address()
    })
    .await;
    let error = error.unwrap_err();
    assert!(error.to_string().contains("`MQ_USE_SSL`"), "{error}");
    let port = node.tls_port;
    let error = Connection::open(&Address {
        port,
        ..node.address()
    })
    .await;
    let error = error.unwrap_err();
    assert!(error.to_string().contains("`MQ_USE_SSL`"), "{error}");
}

#[test]
fn settings_that_make_no_tls_are_told_by_their_variable() {
    let folder = std::env::temp_dir().join(format!("opencti-connector-{}", Uuid::new_v4()));
    fs::create_dir(&folder).unwrap();
    write_certificates(&folder);
    let path = |name: &str| Some(folder.join(name).display().to_string());
    let key = |name: &str| path(name).map(Secret::from);
    let none = BrokerSettings::default;
    let cases = [
        (
            BrokerSettings {
                ssl_ca: path("none.pem"),
                ..none()
            },
            "`MQ_USE_SSL_CA`",
        ),
        (
            BrokerSettings {
                ssl_ca: path("ca.key"),
                ..none()
            },
            "`MQ_USE_SSL_CA`",
        ),
        (
            BrokerSettings {
                ssl_cert: path("client.pem"),
                ..none()
            },
            "`MQ_USE_SSL_KEY`",
        ),
        (
            BrokerSettings {
                ssl_key: key("pkcs8.key"),
                ..none()
            },
            "`MQ_USE_SSL_CERT`",
        ),
        (
            BrokerSettings {
                ssl_cert: path("client.pem"),
                ssl_key: key("client.pem"),
                ..none()
            },
            "`MQ_USE_SSL_KEY`",
        ),
        (
            BrokerSettings {
                ssl_cert: path("client.pem"),
                ssl_key: key("sec1.key"),
                ..none()
            },
            "`MQ_USE_SSL_KEY`",
        ),
        (
            BrokerSettings {
                ssl_cert: path("client.pem"),
                ssl_key: key("encrypted.key"),
                ssl_passphrase: Some("pa55word".into()),
                ..none()
            },
            "`MQ_USE_SSL_PASSPHRASE`",
        ),
        (
            BrokerSettings {
                ssl_cert: path("client.pem"),
                ssl_key: key("old.key"),
                ..none()
            },
            "openssl pkey",
        ),
        (
            BrokerSettings {
                ssl_cert: path("client.pem"),
                ssl_key: Some("pa55word".into()),
                ..none()
            },
            "`MQ_USE_SSL_KEY`",
        ),
    ];
    for (settings, said) in cases {
        let error = tls(&settings).unwrap_err();
        let shown = format!("{error} {error:?} {settings:?}");
        assert!(error.to_string().contains(said), "{error}");
        assert!(!shown.contains("pa55word"), "{shown}");
    }
    assert!(tls(&none()).is_ok());
    fs::remove_dir_all(folder).unwrap();
}
