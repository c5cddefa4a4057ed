//! Messages that the platform delivers by requests.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::Request;
use axum::http::header::{ALLOW, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use futures_util::StreamExt as _;
use rustls::ServerConfig;
use serde_json::json;
use tokio::sync::{Semaphore, SemaphorePermit, mpsc, oneshot};
use tokio::time::timeout;

use crate::client::Session;
use crate::message::work_id;
use crate::runtime::broker::tls;
use crate::runtime::delivery::acknowledge::{Acker, Settle};
use crate::runtime::delivery::http::key_set::Keys;
use crate::runtime::delivery::incoming::{Attempt, Incoming, Key};
use crate::runtime::error::{RunError, RunErrorKind};
use crate::runtime::monitoring::connection_slots::ConnectionSlot;
use crate::runtime::monitoring::metrics::Outcome;
use crate::runtime::monitoring::routes;
use crate::runtime::monitoring::server::serve;
use crate::runtime::publishing::context::{Context, end_work};
use crate::value::listen_api::ListenApi;
use crate::value::text::{Quoted, escaped};

/// In bytes: brokers carry no more unless they are told to, and what the platform sends was in a
/// queue before.
const LARGEST_BODY: usize = 128 << 20;
/// In bytes, of a body that is larger: the id of the work stands at the beginning.
const BEGINNING: usize = 64 << 10;
/// In kilobytes, of all the bodies that are held at a time.
const HELD: usize = (2 * LARGEST_BODY) >> 10;
/// How long a client may send nothing of a body.
const BODY_STALLS: Duration = Duration::from_secs(30);
/// Of a message that is larger than [`LARGEST_BODY`].
const TOO_LARGE: &str = "the message is larger than 128 MiB";
/// When a request is answered at the latest, because the platform waits for 300 seconds.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(240);

/// Why a message is not taken for now. The platform sends it again, as after every answer but 202:
/// what can never succeed is not refused.
type Refused = (StatusCode, &'static str);

const STALLED: Refused = (StatusCode::REQUEST_TIMEOUT, "The body did not arrive");
const BUSY: Refused = (StatusCode::SERVICE_UNAVAILABLE, "Too much is in progress");
const UNREACHABLE: Refused = (
    StatusCode::SERVICE_UNAVAILABLE,
    "The work cannot be ended now",
);
const STOPPING: Refused = (StatusCode::SERVICE_UNAVAILABLE, "The connector stops");

/// How requests are taken.
#[derive(Clone, Debug)]
pub(crate) struct Requests {
    api: ListenApi,
    /// In place of one on the port.
    listener: Option<Arc<TcpListener>>,
}

/// [`Requests`] that can be taken.
pub(crate) struct Open {
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    keys: Keys,
    path: String,
}

impl Requests {
    /// On the port of the configuration.
    #[cfg(feature = "config")]
    pub(crate) fn by(api: ListenApi) -> Self {
        Self {
            api,
            listener: None,
        }
    }

    pub(crate) fn on(listener: TcpListener, api: ListenApi) -> Self {
        Self {
            api,
            listener: Some(Arc::new(listener)),
        }
    }

    pub(crate) fn open(&self, session: &Session) -> Result<Open, RunError> {
        let failed = |why: String| RunError::new(RunErrorKind::Options, why);
        let Self { api, listener } = self;
        let keys = Keys::of(session.registered.jwks.as_deref()).map_err(|why| {
            failed(format!(
                "requests of the platform cannot be told from others: {why}; update the platform to \
                 7.260224.0 or later, or set `CONNECTOR_LISTEN_PROTOCOL` to `AMQP`"
            ))
        })?;
        let path = format!("/{}", api.path.trim_start_matches('/'));
        if ["/health", "/ready"].contains(&&*path) || path.contains(['?', '#']) {
            return Err(failed(format!(
                "messages cannot come to {}: `/health` and `/ready` are for probes, and a path \
                 cannot contain `?` or `#`; correct `CONNECTOR_LISTEN_PROTOCOL_API_PATH`",
                Quoted(&path)
            )));
        }
        if !api.ssl && (api.ssl_key.is_some() || api.ssl_cert.is_some()) {
            tracing::warn!(
                "there is a certificate or a key for requests of the platform, which come without \
                 TLS; set `CONNECTOR_LISTEN_PROTOCOL_API_SSL` to `true`"
            );
        }
        let tls = api.ssl.then(|| tls::serving(api)).transpose();
        let listener = match listener {
            Some(listener) => listener.try_clone(),
            None => TcpListener::bind((Ipv4Addr::UNSPECIFIED, api.port)),
        };
        let listener = listener.map_err(|error| {
            failed(format!(
                "requests cannot be received on port {}: {error}; look at \
                 `CONNECTOR_LISTEN_PROTOCOL_API_PORT`",
                api.port
            ))
        })?;
        Ok(Open {
            listener,
            tls: tls.map_err(|error| failed(error.to_string()))?,
            keys,
            path,
        })
    }
}

impl Open {
    /// Passes messages on to the dispatcher until the run is over.
    pub(crate) async fn receive(
        self,
        shared: Arc<Context>,
        incoming: mpsc::UnboundedSender<Incoming>,
    ) -> Option<RunError> {
        let Self {
            listener,
            tls,
            keys,
            path,
        } = self;
        tracing::info!(path, "listens for requests of the platform");
        let over = shared.over.clone();
        let callback = Arc::new(Callback {
            shared,
            keys,
            path,
            held: Semaphore::new(HELD),
            incoming,
        });
        let health = routes::health(&callback.shared.probes());
        callback.shared.liveness.connected(true);
        let router = health.fallback(move |request| {
            let callback = Arc::clone(&callback);
            async move { callback.answer(request).await }
        });
        let served = serve(listener, router, tls, over).await;
        let end = |error| {
            let why = format!("requests cannot be received: {error}");
            RunError::new(RunErrorKind::Options, why)
        };
        served.err().map(end)
    }
}

/// What answers a request.
struct Callback {
    shared: Arc<Context>,
    keys: Keys,
    path: String,
    /// In kilobytes.
    held: Semaphore,
    incoming: mpsc::UnboundedSender<Incoming>,
}

impl Callback {
    async fn answer(&self, request: Request) -> Response {
        if request.uri().path() != self.path {
            return refusal(StatusCode::NOT_FOUND, "Not found");
        }
        if request.method() != Method::POST {
            let mut answer = refusal(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed");
            let headers = answer.headers_mut();
            headers.insert(ALLOW, HeaderValue::from_static("POST"));
            return answer;
        }
        let (head, body) = request.into_parts();
        // Before anything of the body is read.
        if !self.is_of_platform(&head.headers).await {
            return refusal(StatusCode::UNAUTHORIZED, "Invalid credentials");
        }
        let place = head.extensions.get::<Arc<ConnectionSlot>>();
        if !place.is_some_and(|place| place.verify()) {
            return refusal(BUSY.0, BUSY.1);
        }
        match self.deliver(&head.headers, body).await {
            Ok(()) => answer(
                StatusCode::ACCEPTED,
                &json!({"message": "Message successfully received"}),
            ),
            Err((status, why)) => refusal(status, why),
        }
    }

    async fn is_of_platform(&self, headers: &HeaderMap) -> bool {
        let Some(token) = bearer(headers) else {
            tracing::warn!("a request without a token is refused");
            return false;
        };
        let checked = self.keys.check(token, &self.shared.link).await;
        if let Err(why) = &checked {
            // It may repeat a part of the token.
            let why = escaped(&why.to_string(), 200);
            tracing::warn!(why, "a request is refused by its token");
        }
        checked.is_ok()
    }

    /// Passes a message on, and waits for what becomes of it.
    async fn deliver(&self, headers: &HeaderMap, body: Body) -> Result<(), Refused> {
        let length = headers.get(CONTENT_LENGTH);
        let length: Option<usize> = length.and_then(|length| length.to_str().ok()?.parse().ok());
        let most = match length {
            Some(length) if length > LARGEST_BODY => BEGINNING,
            Some(length) => length,
            None => LARGEST_BODY,
        };
        // Held until the request is answered, when the message is done or taken for granted.
        let mut held = self.hold(most).await?;
        let mut stream = body.into_data_stream();
        let bytes = Vec::with_capacity(length.map_or(0, |_| most));
        let read = timeout(ANSWER_WITHIN, read(&mut stream, bytes, most)).await;
        let (body, is_whole) = read.map_err(|_| STALLED)??;
        if !is_whole {
            let beginning = body[..body.len().min(BEGINNING)].to_vec();
            drop((body, held));
            return self.give_up(&beginning, stream).await;
        }
        // What was held for more than came.
        held.split(held.num_permits().saturating_sub(kilobytes(body.len())));
        let body = Bytes::from(body);
        let key = key(body.clone()).await?;
        let (answer, answered) = oneshot::channel();
        let incoming = Incoming {
            body,
            key,
            attempt: Attempt::Number(1),
            acker: Acker::Request(answer),
        };
        self.incoming.send(incoming).map_err(|_| STOPPING)?;
        match answered.await {
            Ok(Settle::Ack | Settle::Reject) => Ok(()),
            Ok(Settle::Requeue) | Err(_) => Err(STOPPING),
        }
    }

    /// Drops a message that is too large, and ends its work, if that is named at the beginning.
    async fn give_up(&self, beginning: &[u8], mut rest: BodyDataStream) -> Result<(), Refused> {
        let work = work_id(beginning);
        tracing::error!(work, "{TOO_LARGE}; it is dropped");
        let mut in_progress = self.shared.metrics.message(1);
        let ending = async {
            if let Some(work) = work {
                end_work(&self.shared.session.work(work), TOO_LARGE, true).await;
            }
            in_progress.outcome = Outcome::Rejected;
        };
        // A client that is still sending would not read the answer.
        let draining =
            async { while let Ok(Some(Ok(_))) = timeout(BODY_STALLS, rest.next()).await {} };
        let ended = timeout(ANSWER_WITHIN, ending);
        let (ended, _) = tokio::join!(ended, timeout(ANSWER_WITHIN, draining));
        ended.map_err(|_| UNREACHABLE)
    }

    /// Waits until there is room for a body.
    async fn hold(&self, bytes: usize) -> Result<SemaphorePermit<'_>, Refused> {
        let kilobytes = u32::try_from(kilobytes(bytes)).map_err(|_| BUSY)?;
        let held = timeout(ANSWER_WITHIN, self.held.acquire_many(kilobytes)).await;
        held.ok().and_then(Result::ok).ok_or(BUSY)
    }
}

fn kilobytes(bytes: usize) -> usize {
    bytes.div_ceil(1 << 10)
}

/// The token of a request, whatever the case of the scheme.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Reads a body; false with what came of one that is larger than it may be.
async fn read(
    body: &mut BodyDataStream,
    mut bytes: Vec<u8>,
    most: usize,
) -> Result<(Vec<u8>, bool), Refused> {
    loop {
        let Ok(chunk) = timeout(BODY_STALLS, body.next()).await else {
            return Err(STALLED);
        };
        match chunk {
            None => return Ok((bytes, true)),
            Some(Ok(chunk)) if bytes.len() + chunk.len() <= most => bytes.extend_from_slice(&chunk),
            Some(Ok(chunk)) => {
                bytes.extend_from_slice(&chunk[..most - bytes.len()]);
                return Ok((bytes, false));
            }
            // The connection is lost, so that nobody reads the answer.
            Some(Err(_)) => return Err((StatusCode::BAD_REQUEST, "The body is not whole")),
        }
    }
}

/// The key of a message: the id of its work, which is another's never, else a digest of it.
async fn key(body: Bytes) -> Result<Key, Refused> {
    // A large one takes its time, in which pings have to go on.
    let reading = tokio::task::spawn_blocking(move || match work_id(&body) {
        Some(work) => Key::of(work.as_bytes()),
        None => Key::of(&body),
    });
    reading.await.map_err(|_| STOPPING)
}

fn refusal(status: StatusCode, why: &str) -> Response {
    answer(status, &json!({"error": why}))
}

fn answer(status: StatusCode, json: &serde_json::Value) -> Response {
    let mut answer = Response::new(Body::from(json.to_string()));
    *answer.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    answer.headers_mut().insert(CONTENT_TYPE, json);
    answer
}
