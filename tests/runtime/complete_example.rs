//! The complete connector of `examples/shodan-internetdb`, as its program runs.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderMap, StatusCode, header::RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use opencti_connector::stix::{Tlp, id_of};
use platform::{QueueType, or_skip};
use serde_json::{Value, json};

use crate::stage::{SOON, Stage, until};

const KNOWN: &str = "198.51.100.7";
const UNKNOWN: &str = "198.51.100.8";
const LIMITED: &str = "198.51.100.9";
const SECRET: &str = "198.51.100.10";

/// The addresses that the service was asked for.
type Asked = Arc<Mutex<Vec<String>>>;

/// A service that knows one address, and refuses another the first time.
async fn look_up(State(asked): State<Asked>, UrlPath(address): UrlPath<String>) -> Response {
    let mut asked = asked.lock().unwrap();
    asked.push(address.clone());
    let is_first = asked.iter().filter(|it| **it == address).count() == 1;
    if address == UNKNOWN {
        return StatusCode::NOT_FOUND.into_response();
    }
    if address == LIMITED && is_first {
        let later = HeaderMap::from_iter([(RETRY_AFTER, "0".parse().unwrap())]);
        return (StatusCode::TOO_MANY_REQUESTS, later).into_response();
    }
    let known = json!({
        "ip": address, "ports": [53, 443], "hostnames": ["a.example.org"], "tags": ["cloud"],
        "cpes": ["cpe:/a:f5:nginx:1.18.0"], "vulns": ["CVE-2021-23017"],
    });
    known.to_string().into_response()
}

async fn service() -> (String, Asked) {
    let asked = Asked::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let app = Router::new().route("/{address}", get(look_up));
    let app = app.with_state(Arc::clone(&asked));
    tokio::spawn(async { axum::serve(listener, app).await });
    (url, asked)
}

/// The program, configured for this stage and service. It is built with the dependencies that are
/// built already.
fn program(stage: &Stage, service: &str) -> tokio::process::Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--locked", "--manifest-path"])
        .arg(root.join("examples/shodan-internetdb/Cargo.toml"))
        .env("CARGO_TARGET_DIR", &target)
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{log}");

    let mut program = tokio::process::Command::new(target.join("debug/shodan-internetdb"));
    program
        .env_clear()
        .env("OPENCTI_URL", stage.platform.url())
        .env("OPENCTI_TOKEN", stage.platform.token())
        .env("CONNECTOR_ID", stage.id.as_str())
        .env("CONNECTOR_NAME", "Shodan InternetDB")
        .env("CONNECTOR_SCOPE", "IPv4-Addr")
        .env("CONNECTOR_LOG_LEVEL", "info")
        .env("SHODAN_INTERNETDB_MAX_TLP", "TLP:GREEN")
        .env("SHODAN_INTERNETDB_URL", service)
        .stdin(Stdio::null());
    program
}

impl Stage {
    /// Asks for an enrichment of this address; gives the id of its work.
    fn ask_for(&self, address: &str, marking: Option<Tlp>) -> String {
        let mut entity = json!({"type": "ipv4-addr", "value": address});
        entity["id"] = id_of(&entity).unwrap().to_string().into();
        if let Some(marking) = marking {
            entity["object_marking_refs"] = json!([marking.id()]);
        }
        let work = self.platform.add_work(self.id.as_str());
        let message = json!({
            "internal": {"work_id": work, "applicant_id": null},
            "event": {"entity_id": entity["id"], "entity_type": "IPv4-Addr",
                      "stix_entity": entity.to_string()},
        });
        self.platform.send(self.id.as_str(), &message);
        work
    }
}

/// What the work says it came to.
fn message_of(work: &Value) -> &str {
    let messages = work["messages"].as_array().unwrap();
    messages
        .last()
        .and_then(|message| message.as_str())
        .unwrap_or_default()
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_complete_connector_enriches_addresses_until_it_is_stopped() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (url, asked) = service().await;
    let mut child = program(&stage, &url)
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let is_registered = || !stage.platform.connectors().is_empty();
    until("it is registered", is_registered).await;
    let worker = stage.worker();

    let known = stage
        .completed(&stage.ask_for(KNOWN, Some(Tlp::Green)))
        .await;
    assert_eq!(known["errors"], json!([]));
    let parts = worker.wait_for(8, SOON);
    let mut types: Vec<_> = parts
        .iter()
        .map(|part| part["content"]["objects"][0]["type"].as_str().unwrap())
        .collect();
    types.sort_unstable();
    let expected = [
        "domain-name",
        "identity",
        "note",
        "relationship",
        "relationship",
        "relationship",
        "software",
        "vulnerability",
    ];
    assert_eq!(types, expected);

    let unknown = stage.completed(&stage.ask_for(UNKNOWN, None)).await;
    assert_eq!(message_of(&unknown), "InternetDB has no data about it");
    let limited = stage.completed(&stage.ask_for(LIMITED, None)).await;
    assert_eq!(limited["errors"], json!([]));
    let secret = stage
        .completed(&stage.ask_for(SECRET, Some(Tlp::Amber)))
        .await;
    assert_eq!(
        message_of(&secret),
        "marked above TLP:GREEN, so it is not looked up"
    );
    assert_eq!(*asked.lock().unwrap(), [KNOWN, UNKNOWN, LIMITED, LIMITED]);

    let pid = child.id().unwrap().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    let ended = tokio::time::timeout(SOON, child.wait())
        .await
        .unwrap()
        .unwrap();
    assert!(ended.success(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_complete_connector_tells_whether_it_could_run() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (url, _) = service().await;
    let mut program = program(&stage, &url);
    program.arg("--check");
    let report = async |program: &mut tokio::process::Command| {
        let output = program.output().await.unwrap();
        let report = String::from_utf8(output.stdout).unwrap();
        (output.status.success(), report)
    };

    let (is_fine, told) = report(&mut program).await;
    assert_eq!(
        told,
        "configuration: valid\nplatform: accepts the connector\nbroker: accepts the connector\n\
         service: answers\n"
    );
    assert!(is_fine);

    let broken = program
        .env("MQ_PASS", "wrong")
        .env("SHODAN_INTERNETDB_URL", "http://127.0.0.1:1");
    let (is_fine, told) = report(broken).await;
    assert!(
        told.contains("\nplatform: accepts the connector\n"),
        "{told}"
    );
    assert!(!told.contains("broker: accepts"), "{told}");
    assert!(!told.contains("service: answers"), "{told}");
    assert!(!is_fine);
}
