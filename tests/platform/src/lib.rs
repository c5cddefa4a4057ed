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

mod document;
mod knowledge;
mod operations;
mod refusal;
mod schema;
mod server;
mod store;
mod tls;
mod types;
mod version;

use std::{
    collections::BTreeMap,
    net::TcpListener,
    sync::{Arc, Mutex, MutexGuard},
    thread::{self, JoinHandle},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;
use tokio::sync::oneshot;

use server::Canned;
use store::Store;
use version::Version;

pub use server::Request;

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
}

impl Default for Options {
    fn default() -> Self {
        Self {
            version: "7.261008.0",
            introspection: Introspection::Allowed,
            tls: None,
        }
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
        let store = Arc::new(Mutex::new(Store::new(options.version)));
        let app = server::app(&options, &token, &powerless_token, &store);
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || server::run(listener, options.tls, app, stopped));
        Self {
            url: format!("{scheme}://{address}"),
            token,
            powerless_token,
            store,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// The URL that a connector is configured with; the endpoint is `/graphql` below it.
    pub fn url(&self) -> &str {
        &self.url
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

    /// Resets the state of a connector, as the button in the platform's interface does.
    pub fn reset_state(&self, id: &str) {
        self.set_state(id, Some(""));
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
#[doc = include_str!("../../../README.md")]
struct Readme;
