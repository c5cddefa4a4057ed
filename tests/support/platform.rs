//! An embedded platform: a GraphQL server on loopback with the connector part of the `OpenCTI`
//! schema, for the tests and the examples.
//!
//! Documents and variables are checked by a real engine against the schema of the version asked
//! for, so a client that sends a member or selects a field that this version lacks is refused as
//! the platform would refuse it. The schema is `platform/schema.rs`; what operations do is
//! `platform/store.rs`, after `src/domain/connector.ts` and `src/domain/work.js` of the platform.
#![allow(
    dead_code,
    reason = "each test binary that includes this module uses a part of it"
)]

#[path = "platform/document.rs"]
mod document;
#[path = "platform/operations.rs"]
mod operations;
#[path = "platform/refusal.rs"]
mod refusal;
#[path = "platform/schema.rs"]
mod schema;
#[path = "platform/server.rs"]
mod server;
#[path = "platform/store.rs"]
mod store;
#[path = "platform/tls.rs"]
mod tls;
#[path = "platform/types.rs"]
mod types;
#[path = "platform/version.rs"]
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

pub(crate) use server::Request;
/// Secrets in the answer to a registration, for tests that look for them where they must not be.
pub(crate) const RABBITMQ_PASSWORD: &str = "rabbitmq-password-of-the-embedded-platform";
pub(crate) const S3_SECRET_KEY: &str = "s3-secret-key-of-the-embedded-platform";

/// How a [`Platform`] is started.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The version whose schema is served, as in `6.5.7`.
    pub(crate) version: &'static str,
    pub(crate) introspection: Introspection,
    /// Serves HTTPS instead of HTTP.
    pub(crate) tls: Option<Tls>,
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

/// What happens to a query of the schema.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Introspection {
    Allowed,
    /// Refused by Apollo's own validation rule.
    RefusedByApollo,
    /// Refused by the platform's own plugin with `FORBIDDEN_ACCESS`, the code that a user without
    /// the capability gets too. Later plugins look for `__schema` only and let `__type` pass.
    RefusedByPlatform,
}

/// A certificate chain and its key, as PEM.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    pub(crate) certificates: String,
    pub(crate) key: String,
}

/// A running platform. Dropping it closes its port and its connections.
///
/// It runs on a thread of its own, so it answers whatever the runtime of the test is busy with.
pub(crate) struct Platform {
    url: String,
    token: String,
    powerless_token: String,
    store: Arc<Mutex<Store>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Platform {
    /// Starts a platform on a free port of 127.0.0.1.
    pub(crate) fn start(options: Options) -> Self {
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
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The token of a user who may do all that a connector does.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The token of a user without any capability.
    pub(crate) fn powerless_token(&self) -> &str {
        &self.powerless_token
    }

    /// The registered connectors by id, under the names of the schema's type `Connector`.
    pub(crate) fn connectors(&self) -> BTreeMap<String, Value> {
        self.store().connectors.clone()
    }

    /// The works by id; deleted ones are gone. Beside the members of the schema's type `Work` they
    /// have `messages` and `errors` as texts, `is_multipart` and the number of `pings`.
    pub(crate) fn works(&self) -> BTreeMap<String, Value> {
        self.store().works.clone()
    }

    /// The arguments of the accepted pings, oldest first. One that was not sent is absent.
    pub(crate) fn pings(&self) -> Vec<Value> {
        self.store().pings.clone()
    }

    /// How many HTTP requests came to the endpoint.
    pub(crate) fn requests(&self) -> usize {
        self.store().requests
    }

    /// The last HTTP request to the endpoint.
    pub(crate) fn last_request(&self) -> Option<Request> {
        self.store().last_request.clone()
    }

    /// Resets the state of a connector, as the button in the platform's interface does.
    pub(crate) fn reset_state(&self, id: &str) {
        self.set_state(id, Some(""));
    }

    /// Sets the state of a connector. The next ping does not overwrite it but is answered with it.
    pub(crate) fn set_state(&self, id: &str, state: Option<&str>) {
        self.store().set_state(id, state);
    }

    /// Answers the next `n` requests with this instead of executing them.
    pub(crate) fn fail_next(&self, n: usize, status: u16, headers: &[(&str, &str)], body: &str) {
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

impl Drop for Platform {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the server has been printed; another one here would hide the test's own.
            let _ = thread.join();
        }
    }
}
