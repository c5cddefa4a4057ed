//! An embedded platform: a GraphQL server on loopback with the connector part of the `OpenCTI`
//! schema, for the tests and the examples; as the program of this package for any connector.
//!
//! Documents and variables are checked by a real engine against the schema of the version asked
//! for, so a client that sends a member or selects a field that this version lacks is refused as
//! the platform would refuse it. The schema is `schema.rs`; what operations do is
//! `store.rs`, after `src/domain/connector.ts` and `src/domain/work.js` of the platform.
#![allow(
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "it serves the tests of this workspace alone, which fail where it panics"
)]

pub mod broker;
mod document;
mod gate;
mod knowledge;
mod list;
mod operations;
mod proxy;
mod refusal;
mod schema;
mod server;
mod storage;
mod store;
mod stream;
mod tls;
mod topology;
mod types;
mod version;
mod worker;
mod works;

use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex, MutexGuard},
    thread::{self, JoinHandle},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use server::Canned;
use store::Store;
use stream::Streams;
use topology::Topology;
use version::Version;

pub use broker::{Broker, NodeOptions};
pub use gate::{Gate, Hold};
pub use proxy::{Direction, Proxy};
pub use server::Request;
pub use stream::{Script, StreamRequest, sse};
pub use topology::QueueType;
pub use worker::Worker;

/// A secret in the answer to a registration, for tests that look for it where it must not be.
pub const RABBITMQ_PASSWORD: &str = "rabbitmq-password-of-the-embedded-platform";
/// As [`RABBITMQ_PASSWORD`].
pub const S3_SECRET_KEY: &str = "s3-secret-key-of-the-embedded-platform";

/// How a [`Platform`] is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The version whose schema is served, as in `6.5.7`.
    pub version: &'static str,
    /// What happens to a query of the schema.
    pub introspection: Introspection,
    /// Serves HTTPS instead of HTTP.
    pub tls: Option<Tls>,
    /// The broker on which registrations and pings declare the queues of a connector. They are
    /// deleted with the platform, so on a shared broker ids have to be random. Without one, a
    /// registration is answered with a broker that is not there.
    pub broker: Option<Broker>,
    /// The kind of these queues.
    pub queue_type: QueueType,
    /// The address that connectors are told in place of the broker's own, such as a proxy's.
    pub told: Option<SocketAddr>,
    /// Whether connectors are told to use TLS, and then the broker's port for it.
    pub told_tls: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            version: "7.261008.0",
            introspection: Introspection::Allowed,
            tls: None,
            broker: None,
            queue_type: QueueType::default(),
            told: None,
            told_tls: false,
        }
    }
}

impl Options {
    /// The broker as connectors are told of it.
    fn connection(&self) -> Value {
        let Some(broker) = &self.broker else {
            return json!({
                "host": "127.0.0.1",
                "vhost": "/",
                "use_ssl": false,
                "port": 5672,
                "user": "opencti",
                "pass": RABBITMQ_PASSWORD,
            });
        };
        let tls_port = || broker.tls_port().expect("a broker with TLS");
        let port = if self.told_tls {
            tls_port()
        } else {
            broker.port()
        };
        let told = self.told;
        json!({
            "host": told.map_or_else(|| broker.host().to_owned(), |told| told.ip().to_string()),
            "vhost": broker.vhost(),
            "use_ssl": self.told_tls,
            "port": told.map_or(port, |told| told.port()),
            "user": broker.user(),
            "pass": broker.password(),
        })
    }
}

/// Whether a platform of this version can be started: three numbers with dots between.
pub fn is_version(text: &str) -> bool {
    Version::parse(text).is_some()
}

/// What happens to a query of the schema.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Introspection {
    /// Answered.
    Allowed,
    /// Refused by Apollo's own validation rule.
    RefusedByApollo,
    /// Refused by the platform's own plugin with `FORBIDDEN_ACCESS`, the code that a user without
    /// the capability gets too. Later plugins look for `__schema` only and let `__type` pass.
    RefusedByPlatform,
}

/// A certificate chain and its key, as PEM.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The chain.
    pub certificates: String,
    /// Its private key.
    pub key: String,
}

/// A running platform. Dropping it closes its port and its connections.
///
/// It runs on a thread of its own, so it answers whatever the runtime of the test is busy with.
pub struct Platform {
    url: String,
    token: String,
    powerless_token: String,
    store: Arc<Mutex<Store>>,
    streams: Arc<Streams>,
    topology: Option<Arc<Topology>>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Platform {
    /// Starts a platform on a free port of 127.0.0.1.
    pub fn start(options: Options) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound socket");
        let scheme = options.tls.as_ref().map_or("http", |_| "https");
        let token = uuid::Uuid::new_v4().to_string();
        let powerless_token = uuid::Uuid::new_v4().to_string();
        let store = Arc::new(Mutex::new(Store::new(
            options.version,
            options.connection(),
        )));
        let broker = options.broker.clone();
        let topology = broker.map(|broker| Arc::new(Topology::new(broker, options.queue_type)));
        let streams = Arc::new(Streams::default());
        let app = server::app(&options, &token, &powerless_token, &store, topology.clone())
            .merge(stream::app(&token, &streams));
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || server::run(listener, options.tls, app, stopped));
        Self {
            url: format!("{scheme}://{address}"),
            token,
            powerless_token,
            store,
            streams,
            topology,
            address,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// The URL that a connector is configured with; the endpoint is `/graphql` below it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL by way of a proxy that listens there.
    pub fn url_at(&self, proxy: SocketAddr) -> String {
        self.url
            .replace(&self.address.to_string(), &proxy.to_string())
    }

    /// The token of a user who may do all that a connector does.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The token of a user without any capability.
    pub fn powerless_token(&self) -> &str {
        &self.powerless_token
    }

    /// The registered connectors by id, under the names of the schema's type `Connector`.
    pub fn connectors(&self) -> BTreeMap<String, Value> {
        self.store().connectors.clone()
    }

    /// The works by id; deleted ones are gone. Beside the members of the schema's type `Work` they
    /// have `messages` and `errors` as texts, `is_multipart` and the number of `pings`.
    pub fn works(&self) -> BTreeMap<String, Value> {
        self.store().works.clone()
    }

    /// The arguments of the accepted pings, oldest first. One that was not sent is absent.
    pub fn pings(&self) -> Vec<Value> {
        self.store().pings.clone()
    }

    /// Stores an entity, under an id that it is read by; it is no STIX object that is checked.
    pub fn add_entity(&self, id: &str, entity: Value) {
        self.store().entities.insert(id.to_owned(), entity);
    }

    /// Sets up a live stream as users do, under the names of the schema's type `StreamCollection`.
    /// What is sent on it is [another matter](Self::on_stream).
    pub fn add_stream(&self, id: &str, mut stream: Value) {
        stream["id"] = id.into();
        self.store().streams.insert(id.to_owned(), stream);
    }

    /// Hides an entity from a user, who is one that requests are made on behalf of.
    pub fn hide(&self, id: &str, user: &str) {
        self.store().hidden.insert((id.to_owned(), user.to_owned()));
    }

    /// The arguments of the lists that were asked for, oldest first, with the name of the `list`.
    pub fn listings(&self) -> Vec<Value> {
        self.store().listings.clone()
    }

    /// Puts a file into the storage; its id is its path there.
    pub fn add_file(&self, id: &str, mime: &str, bytes: Vec<u8>) {
        let mime = mime.to_owned();
        let file = storage::Stored { mime, bytes };
        self.store().storage.insert(id.to_owned(), file);
    }

    /// The arguments of the playbook steps that were ended, oldest first.
    pub fn playbook_steps(&self) -> Vec<Value> {
        self.store().playbook_steps.clone()
    }

    /// The arguments of the bundles that came over HTTP, oldest first.
    pub fn bundles(&self) -> Vec<Value> {
        self.store().bundles.clone()
    }

    /// The drafts, oldest first, under the names of the schema's type `DraftWorkspace`.
    pub fn drafts(&self) -> Vec<Value> {
        self.store().drafts.clone()
    }

    /// The files that came, oldest first: the `operation` and its arguments, where `file` has
    /// `name`, `mime` and, as text, `content`.
    pub fn files(&self) -> Vec<Value> {
        self.store().files.clone()
    }

    /// How many HTTP requests came to the endpoint.
    pub fn requests(&self) -> usize {
        self.store().requests
    }

    /// The last HTTP request to the endpoint.
    pub fn last_request(&self) -> Option<Request> {
        self.store().last_request.clone()
    }

    /// Resets the state of a connector, as the button in the platform's interface does: with a
    /// broker, its queues are purged too.
    pub fn reset_state(&self, id: &str) {
        self.set_state(id, Some(""));
        if let Some(topology) = &self.topology {
            topology.purge(id);
        }
    }

    /// Sends a message to a registered connector, as the platform does: persistent, to the exchange
    /// of the listen queues.
    ///
    /// # Panics
    ///
    /// If it has no broker, or the message reaches no queue.
    pub fn send(&self, connector_id: &str, message: &Value) {
        let sent = self.topology().send(connector_id, message);
        sent.unwrap_or_else(|error| panic!("{connector_id}: {error}"));
    }

    /// Adds a work that waits for the connector, as the platform does before it sends a message, and
    /// returns its id.
    pub fn add_work(&self, connector_id: &str) -> String {
        let work = self
            .store()
            .create_work(connector_id, &json!("From the platform"));
        work["id"].as_str().unwrap_or_default().to_owned()
    }

    /// Deletes a work, as the button in the platform's interface does.
    pub fn delete_work(&self, id: &str) {
        self.store().works.remove(id);
    }

    /// Sets what a connector is told of the bytes in its push queue, in place of what is there.
    pub fn set_queue_size(&self, connector_id: &str, bytes: u64) {
        self.store().set_queue_size(connector_id, bytes);
    }

    /// Sets with which login connectors are told to reach the broker, from the next registration of
    /// this one on.
    pub fn tell_login(&self, connector_id: &str, user: &str, password: &str) {
        self.store().tell_login(connector_id, user, password);
    }

    /// Sets the keys that registrations tell from now on, as the text of a JWK set.
    pub fn set_jwks(&self, jwks: &str) {
        self.store().set_jwks(jwks);
    }

    /// How often connectors were registered.
    pub fn registrations(&self) -> usize {
        self.store().registrations
    }

    /// Holds the next request whose document names this field, such as `toProcessed`. Others go on.
    pub fn hold(&self, field: &str, hold: Hold) -> Gate {
        let gate = Gate::new(field, hold);
        self.store().gates.push(Arc::clone(&gate.0));
        gate
    }

    /// Answers connections to live streams, which are refused with 410 until then.
    pub fn on_stream(&self, answers: impl Fn(&StreamRequest) -> Script + Send + Sync + 'static) {
        self.streams.answer(answers);
    }

    /// The connections to live streams, oldest first.
    pub fn stream_requests(&self) -> Vec<StreamRequest> {
        self.streams.requests()
    }

    /// Sets the state of a connector. The next ping does not overwrite it but is answered with it.
    pub fn set_state(&self, id: &str, state: Option<&str>) {
        self.store().set_state(id, state);
    }

    /// Answers the next `n` requests with this instead of executing them.
    pub fn fail_next(&self, n: usize, status: u16, headers: &[(&str, &str)], body: &str) {
        let canned = Canned {
            status: StatusCode::from_u16(status).expect("an HTTP status"),
            headers: headers
                .iter()
                .map(|(name, value)| {
                    let name: HeaderName = name.parse().expect("a header name");
                    let value: HeaderValue = value.parse().expect("a header value");
                    (name, value)
                })
                .collect::<HeaderMap>(),
            body: body.to_owned(),
        };
        let mut store = self.store();
        store.canned.extend(std::iter::repeat_n(canned, n));
    }

    /// Answers each request whose document names this field with this code instead of executing it,
    /// as in `INTERNAL_SERVER_ERROR`; executes them again for `None`.
    pub fn fail(&self, field: &str, code: Option<&str>) {
        let failing = &mut self.store().failing;
        match code {
            Some(code) => drop(failing.insert(field.to_owned(), code.to_owned())),
            None => drop(failing.remove(field)),
        }
    }

    /// How many requests named this field.
    pub fn asked(&self, field: &str) -> usize {
        self.store().asked.get(field).copied().unwrap_or_default()
    }

    fn topology(&self) -> &Arc<Topology> {
        let topology = self.topology.as_ref();
        topology.expect("a platform that was given a broker")
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        store::lock(&self.store)
    }
}

impl std::fmt::Debug for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Platform")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the server has been printed; another one here would hide the test's own.
            let _ = thread.join();
        }
    }
}

#[cfg(doctest)]
#[doc = include_str!("../../../src/guide.md")]
struct Guide;

#[cfg(doctest)]
#[doc = include_str!("../../../src/coming_from_pycti.md")]
struct ComingFromPycti;

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
