//! The HTTP side: the endpoint, who asks, and the check of introspection.

use std::sync::{Arc, Mutex};

use async_graphql::{
    Error, Response as Answer, ServerError,
    dynamic::Schema,
    http::{MultipartOptions, receive_body},
    parser::types::ExecutableDocument,
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot};

use super::{
    Introspection, Options, Tls,
    document::{field_names, introspects, misplaced_variable},
    gate::{self, Hold},
    refusal::{coded, forbidden_access, introspection_disabled, shape},
    schema, storage,
    store::{self, Store},
    tls::TlsListener,
    topology::Topology,
    version::Version,
};

/// An HTTP request as it came in.
#[derive(Clone, Debug)]
pub struct Request {
    /// The headers.
    pub headers: HeaderMap,
    /// The body, null if it was no JSON.
    pub body: Value,
}

/// An answer that takes the place of the platform's.
#[derive(Clone)]
pub(super) struct Canned {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// Who asks.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Caller {
    Anonymous,
    Powerless,
    Connector,
}

/// On whose behalf it is asked, if not the connector's own.
pub(super) struct Applicant(pub(super) Option<String>);

struct Server {
    schema: Schema,
    version: Version,
    introspection: Introspection,
    authorizations: [(String, Caller); 2],
    store: Arc<Mutex<Store>>,
}

pub(super) fn app(
    options: &Options,
    token: &str,
    powerless_token: &str,
    store: &Arc<Mutex<Store>>,
    topology: Option<Arc<Topology>>,
) -> Router {
    let version = Version::new(options.version);
    let server = Server {
        schema: schema::schema(version, store, topology),
        version,
        introspection: options.introspection,
        authorizations: [
            (format!("Bearer {token}"), Caller::Connector),
            (format!("Bearer {powerless_token}"), Caller::Powerless),
        ],
        store: Arc::clone(store),
    };
    Router::new()
        .route("/graphql", post(graphql))
        .route("/storage/get/{*path}", get(stored))
        .with_state(Arc::new(server))
}

/// Serves until `stopped` is dropped. The runtime ends with this function, and every connection
/// with the runtime.
pub(super) fn run(
    listener: std::net::TcpListener,
    tls: Option<Tls>,
    app: Router,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        listener.set_nonblocking(true).expect("a socket");
        let listener = TcpListener::from_std(listener).expect("a socket");
        if let Some(tls) = tls {
            let listener = TlsListener::new(listener, &tls).expect("a socket");
            tokio::spawn(axum::serve(listener, app).into_future());
        } else {
            tokio::spawn(axum::serve(listener, app).into_future());
        }
        let _ = stopped.await;
    });
}

const JSON: [(header::HeaderName, &str); 1] =
    [(header::CONTENT_TYPE, "application/json; charset=utf-8")];

async fn graphql(State(server): State<Arc<Server>>, headers: HeaderMap, body: Bytes) -> Response {
    let caller = server.caller(&headers);
    let applicant = headers.get("opencti-applicant-id");
    let applicant = applicant.and_then(|id| Some(id.to_str().ok()?.to_owned()));
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|it| Some(it.to_str().ok()?.to_owned()));
    {
        let mut store = store::lock(&server.store);
        store.requests += 1;
        store.last_request = Some(Request {
            headers,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        });
        if let Some(canned) = store.canned.pop_front() {
            return (canned.status, canned.headers, canned.body).into_response();
        }
    }
    let limits = MultipartOptions::default();
    let Ok(mut request) = receive_body(content_type, body.as_ref(), limits).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let fields = request.parsed_query().map(field_names).unwrap_or_default();
    let (gate, failure) = {
        let mut store = store::lock(&server.store);
        for field in &fields {
            *store.asked.entry(field.clone()).or_default() += 1;
        }
        let failure = fields.iter().find_map(|field| store.failing.get(field));
        let failure = failure.cloned();
        (gate::take(&mut store.gates, &fields), failure)
    };
    if let Some(code) = failure {
        let mut answer = json!({
            "data": null,
            "errors": [{"message": "the test says so", "extensions": {"code": code}}],
        });
        shape(&mut answer, server.version);
        return (JSON, answer.to_string()).into_response();
    }
    if let Some(gate) = gate.as_ref().filter(|gate| gate.hold == Hold::Before) {
        gate.stand().await;
    }
    let request = request.data(Applicant(applicant));
    let answer = server.answer(request, caller).await;
    if let Some(gate) = gate.filter(|gate| gate.hold == Hold::After) {
        gate.stand().await;
    }
    // The platform's `httpResponsePlugin` makes every answer with errors a 200.
    (JSON, answer.to_string()).into_response()
}

async fn stored(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    id: Path<String>,
) -> Response {
    let caller = server.caller(&headers);
    storage::get(&server.store, caller, headers, id)
}

impl Server {
    fn caller(&self, headers: &HeaderMap) -> Caller {
        let known = self.authorizations.iter().find(|(authorization, _)| {
            headers
                .get(header::AUTHORIZATION)
                .is_some_and(|header| header == authorization)
        });
        known.map_or(Caller::Anonymous, |&(_, caller)| caller)
    }

    async fn answer(&self, mut request: async_graphql::Request, caller: Caller) -> Value {
        let refusal = match request.parsed_query() {
            Ok(document) => self.refusal(document),
            Err(error) => Some(coded("GRAPHQL_PARSE_FAILED", &error.message)),
        };
        let answer = match refusal {
            Some(refusal) => Answer::from_errors(vec![ServerError {
                extensions: refusal.extensions,
                ..ServerError::new(refusal.message, None)
            }]),
            None => self.schema.execute(request.data(caller)).await,
        };
        let mut answer = serde_json::to_value(answer).unwrap_or_default();
        shape(&mut answer, self.version);
        answer
    }

    /// Why the document is refused before the engine looks at it.
    fn refusal(&self, document: &ExecutableDocument) -> Option<Error> {
        match self.introspection {
            Introspection::RefusedByApollo if introspects(document) => {
                Some(introspection_disabled())
            }
            Introspection::RefusedByPlatform if introspects(document) => {
                Some(forbidden_access("GraphQL introspection not authorized!"))
            }
            _ => misplaced_variable(document),
        }
    }
}
