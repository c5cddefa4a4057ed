//! Live streams: what is sent on each connection is up to the test.

use std::{
    fmt, io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::{
    Stream,
    stream::{self, StreamExt},
};
use serde_json::Value;

/// A connection that a connector makes to a live stream.
#[derive(Clone, Debug)]
pub struct StreamRequest {
    /// How many were made before it.
    pub number: usize,
    /// Such as `/stream/live`.
    pub path: String,
    /// Empty without one.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
}

impl StreamRequest {
    /// A header as text; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|it| it.to_str().ok()).unwrap_or_default()
    }

    /// The position after which it asks for events.
    pub fn last_event_id(&self) -> &str {
        self.header("last-event-id")
    }
}

/// What is sent on a connection.
#[derive(Clone, Debug)]
pub struct Script {
    status: StatusCode,
    chunks: Vec<Bytes>,
    end: End,
}

#[derive(Clone, Debug)]
enum End {
    Closed,
    Cut,
    Silent,
    /// Repeated in this time.
    Repeated(Bytes, Duration),
}

impl Script {
    /// These bytes, as one piece, and then the end of the answer.
    pub fn of(bytes: impl Into<Bytes>) -> Self {
        Self {
            status: StatusCode::OK,
            chunks: vec![bytes.into()],
            end: End::Closed,
        }
    }

    /// This status without a body.
    pub fn status(status: u16) -> Self {
        Self {
            status: StatusCode::from_u16(status).expect("an HTTP status"),
            chunks: Vec::new(),
            end: End::Closed,
        }
    }

    /// Another piece.
    #[must_use]
    pub fn then(mut self, bytes: impl Into<Bytes>) -> Self {
        self.chunks.push(bytes.into());
        self
    }

    /// The connection is cut after the pieces.
    #[must_use]
    pub fn cut(mut self) -> Self {
        self.end = End::Cut;
        self
    }

    /// The connection is left open, and nothing more is sent.
    #[must_use]
    pub fn silent(mut self) -> Self {
        self.end = End::Silent;
        self
    }

    /// The connection is left open, and these bytes are sent again and again.
    #[must_use]
    pub fn repeating(mut self, bytes: impl Into<Bytes>, every: Duration) -> Self {
        self.end = End::Repeated(bytes.into(), every);
        self
    }

    fn body(self) -> Body {
        type Pieces = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

        let rest: Pieces = match self.end {
            End::Closed => stream::empty().boxed(),
            End::Cut => stream::once(async {
                // What was sent is to arrive before the connection breaks.
                tokio::task::yield_now().await;
                Err(io::Error::other("cut"))
            })
            .boxed(),
            End::Silent => stream::pending().boxed(),
            End::Repeated(bytes, every) => stream::unfold((), move |()| {
                let bytes = bytes.clone();
                async move {
                    tokio::time::sleep(every).await;
                    Some((Ok(bytes), ()))
                }
            })
            .boxed(),
        };
        let pieces = stream::iter(self.chunks).map(Ok);
        Body::from_stream(pieces.chain(rest))
    }
}

/// An event as the platform writes it.
pub fn sse(id: &str, event: &str, data: &Value) -> String {
    format!("id: {id}\nevent: {event}\ndata: {data}\n\n")
}

type Answers = dyn Fn(&StreamRequest) -> Script + Send + Sync;

/// What is answered, and what came.
#[derive(Default)]
pub(super) struct Streams {
    answers: Mutex<Option<Arc<Answers>>>,
    requests: Mutex<Vec<StreamRequest>>,
}

impl Streams {
    pub(super) fn answer(
        &self,
        answers: impl Fn(&StreamRequest) -> Script + Send + Sync + 'static,
    ) {
        *lock(&self.answers) = Some(Arc::new(answers));
    }

    pub(super) fn requests(&self) -> Vec<StreamRequest> {
        lock(&self.requests).clone()
    }
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams").finish_non_exhaustive()
    }
}

struct Server {
    authorization: String,
    streams: Arc<Streams>,
}

/// The routes of the streams.
pub(super) fn app(token: &str, streams: &Arc<Streams>) -> Router {
    let server = Server {
        authorization: format!("Bearer {token}"),
        streams: Arc::clone(streams),
    };
    Router::new()
        .route("/stream", get(open))
        .route("/stream/{id}", get(open))
        .with_state(Arc::new(server))
}

async fn open(State(server): State<Arc<Server>>, request: Request) -> Response {
    let authorization = request.headers().get(header::AUTHORIZATION);
    if authorization.is_none_or(|it| it != &*server.authorization) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let script = {
        let mut requests = lock(&server.streams.requests);
        let request = StreamRequest {
            number: requests.len(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            headers: request.headers().clone(),
        };
        requests.push(request.clone());
        let answers = lock(&server.streams.answers).clone();
        // As the platform answers where the stream is stopped.
        answers.map_or_else(|| Script::status(410), |answers| answers(&request))
    };
    let content_type = [(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")];
    (script.status, content_type, script.body()).into_response()
}

/// A panic while the lock was held has failed its test.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
