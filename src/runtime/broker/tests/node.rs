//! A node of RabbitMQ of the tests' own, with TLS, and what disturbs a node.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Weak};

use tokio::sync::Mutex;

use super::*;

const PROGRAMS: &str = "/usr/lib/rabbitmq/bin";

/// A node that takes messages of at most 64 KiB, waits for an acknowledgement for 15 seconds, and a
/// minute until it looks, and takes over TLS only connectors with a certificate of
/// the authority `ca.pem`.
pub(super) struct Node {
    pub(super) folder: PathBuf,
    pub(super) port: u16,
    pub(super) tls_port: u16,
    name: String,
    process: Child,
}

/// One for all tests that are run at a time; `None`, and a line that says so, where there is no
/// RabbitMQ to start.
pub(super) async fn node() -> Option<Arc<Node>> {
    static NODE: Mutex<Weak<Node>> = Mutex::const_new(Weak::new());
    if !Path::new(PROGRAMS).exists() {
        assert!(std::env::var_os("CI").is_none(), "there is no {PROGRAMS}");
        eprintln!("left out: there is no {PROGRAMS}");
        return None;
    }
    let mut node = NODE.lock().await;
    if let Some(node) = node.upgrade() {
        return Some(node);
    }
    let started = Arc::new(Node::start());
    *node = Arc::downgrade(&started);
    let start = Instant::now();
    while Connection::open(&started.address()).await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(90), "no node starts");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Some(started)
}

impl Node {
    fn start() -> Self {
        let id = Uuid::new_v4().simple().to_string();
        let folder = std::env::temp_dir().join(format!("opencti-connector-{id}"));
        fs::create_dir(&folder).unwrap();
        super::tls::write_certificates(&folder);
        let ports = free_ports();
        let [port, tls_port, _] = ports;
        let path = |name: &str| folder.join(name).display().to_string();
        let configuration = [
            format!("listeners.tcp.1 = 127.0.0.1:{port}"),
            format!("listeners.ssl.1 = 127.0.0.1:{tls_port}"),
            format!("ssl_options.cacertfile = {}", path("ca.pem")),
            format!("ssl_options.certfile = {}", path("broker.pem")),
            format!("ssl_options.keyfile = {}", path("broker.key")),
            "ssl_options.verify = verify_peer".into(),
            "ssl_options.fail_if_no_peer_cert = true".into(),
            "max_message_size = 65536".into(),
            "consumer_timeout = 15000\n".into(),
        ];
        fs::write(folder.join("rabbitmq.conf"), configuration.join("\n")).unwrap();
        fs::write(folder.join("plugins"), "[].\n").unwrap();
        let name = format!("test-{id}@localhost");
        let process = command("rabbitmq-server", &folder, &name)
            .env("RABBITMQ_DIST_PORT", ports[2].to_string())
            .env("RABBITMQ_MNESIA_BASE", folder.join("mnesia"))
            .env("RABBITMQ_LOG_BASE", folder.join("log"))
            .env("RABBITMQ_CONFIG_FILE", folder.join("rabbitmq.conf"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", folder.join("plugins"))
            .env("RABBITMQ_PID_FILE", folder.join("pid"))
            .env("ERL_CRASH_DUMP", folder.join("erl_crash.dump"))
            .process_group(0)
            .spawn()
            .unwrap();
        Self {
            folder,
            port,
            tls_port,
            name,
            process,
        }
    }

    pub(super) fn address(&self) -> Address {
        Address {
            host: "127.0.0.1".into(),
            port: self.port,
            vhost: "/".into(),
            user: "guest".into(),
            password: "guest".into(),
            tls: None,
            name: "opencti-connector's tests".into(),
        }
    }

    /// What `rabbitmqctl` prints.
    fn control(&self, arguments: &[&str]) -> String {
        let output = command("rabbitmqctl", &self.folder, &self.name)
            .args(["--node", &self.name])
            .args(arguments)
            .stdout(Stdio::piped())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn command(program: &str, folder: &Path, name: &str) -> Command {
    let mut command = Command::new(Path::new(PROGRAMS).join(program));
    command
        .env("HOME", folder)
        .env("RABBITMQ_NODENAME", name)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn free_ports() -> [u16; 3] {
    let listeners = [(); 3].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

#[tokio::test]
async fn a_message_that_is_too_large_ends_its_channel() {
    let Some(node) = node().await else { return };
    let connection = open(&node.address()).await;
    let queue = declare(&connection, "classic", &[]).await;
    let publisher = connection.publisher().await.unwrap();
    let before = publisher.publish("", &queue, b"a", None).await.unwrap();
    assert_eq!(before.outcome().await, Ok(Outcome::Confirmed));
    let large = vec![b'a'; 65_537];
    let confirm = publisher.publish("", &queue, &large, None).await;
    let error = confirm.unwrap().outcome().await.unwrap_err();
    assert_eq!(error.kind(), BrokerErrorKind::TooLarge, "{error}");
    assert!(error.to_string().contains("`max_message_size`"), "{error}");
    let error = publisher.publish("", &queue, b"a", None).await;
    assert_eq!(error.unwrap_err().kind(), BrokerErrorKind::Lost);

    // A publisher of its own goes on.
    assert!(connection.is_open());
    assert_eq!(publish(&connection, &queue, "a").await, Outcome::Confirmed);
}

#[tokio::test]
async fn a_connection_is_listed_by_its_name_and_its_product() {
    let Some(node) = node().await else { return };
    let name = format!("connector {}", Uuid::new_v4());
    let _connection = open(&Address {
        name: name.clone(),
        ..node.address()
    })
    .await;
    let listed = node.control(&["list_connections", "client_properties", "timeout"]);
    let line = listed.lines().find(|line| line.contains(&name));
    let line = line.unwrap_or_else(|| panic!("{listed}"));
    for part in ["opencti-connector", env!("CARGO_PKG_VERSION")] {
        assert!(line.contains(part), "{line}");
    }
    assert!(line.trim().ends_with("\t10"), "{line}");
}

#[tokio::test]
async fn a_connection_that_the_broker_closes_is_lost() {
    let Some(node) = node().await else { return };
    let name = format!("connector {}", Uuid::new_v4());
    let connection = open(&Address {
        name: name.clone(),
        ..node.address()
    })
    .await;
    let queue = declare(&connection, "quorum", &[]).await;
    publish(&connection, &queue, "a").await;
    let publisher = connection.publisher().await.unwrap();
    let mut consumer = connection.consume(&queue, 1).await.unwrap();
    let delivery = next(&mut consumer).await;
    let listed = node.control(&["list_connections", "pid", "client_properties"]);
    let line = listed.lines().find(|line| line.contains(&name)).unwrap();
    let (pid, _) = line.split_once('\t').unwrap();
    node.control(&["close_connection", pid, "for a test"]);

    let error = timeout(DEADLINE, consumer.next())
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(error.kind(), BrokerErrorKind::Lost, "{error}");
    assert!(error.to_string().contains("for a test"), "{error}");
    assert!(!connection.is_open());
    let error = delivery.acker.ack().await.unwrap_err();
    assert_eq!(error.kind(), BrokerErrorKind::Lost, "{error}");
    let error = publisher.publish("", &queue, b"a", None).await;
    assert_eq!(error.unwrap_err().kind(), BrokerErrorKind::Lost);
    assert!(connection.consume(&queue, 1).await.is_err());
    connection.close().await;
}

#[tokio::test]
async fn a_publisher_waits_while_the_broker_is_short_of_memory() {
    // Apart, because it blocks all that publish.
    if node().await.is_none() {
        return;
    }
    let node = Node::start();
    let start = Instant::now();
    let connection = loop {
        if let Ok(connection) = Connection::open(&node.address()).await {
            break connection;
        }
        assert!(start.elapsed() < Duration::from_secs(90), "no node starts");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let queue = declare(&connection, "classic", &[]).await;
    let publisher = connection.publisher().await.unwrap();
    node.control(&["set_vm_memory_high_watermark", "0"]);
    // The broker says so to who publishes.
    let first = publisher.publish("", &queue, b"a", None).await.unwrap();
    let start = Instant::now();
    while !publisher.is_blocked() {
        assert!(start.elapsed() < DEADLINE, "it is not blocked");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let second = publisher.publish("", &queue, b"b", None);
    let mut second = std::pin::pin!(second);
    let waits = timeout(Duration::from_millis(500), &mut second).await;
    assert!(waits.is_err(), "it is sent");

    node.control(&["set_vm_memory_high_watermark", "0.9"]);
    let second = timeout(DEADLINE, second).await.unwrap().unwrap();
    for confirm in [first, second] {
        let outcome = timeout(DEADLINE, confirm.outcome()).await.unwrap();
        assert_eq!(outcome, Ok(Outcome::Confirmed));
    }
    assert!(!publisher.is_blocked());
}
