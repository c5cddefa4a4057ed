//! An S3 server on loopback that checks signatures, with one bucket in memory.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures_util::TryStreamExt as _;
use opencti_connector::S3Settings;
use s3s::auth::SimpleAuth;
use s3s::dto::{
    DeleteObjectInput, DeleteObjectOutput, ListObjectsV2Input, ListObjectsV2Output, Object,
    PutObjectInput, PutObjectOutput,
};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{S3, S3Request, S3Response, S3Result, s3_error};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) const ACCESS_KEY: &str = "access-key-of-the-test";
pub(crate) const SECRET_KEY: &str = "secret-key-of-the-test";
pub(crate) const BUCKET: &str = "bundles";
/// How many objects a page of a listing holds at most, as on AWS.
const PAGE: usize = 1_000;

/// What is in the bucket, and what came to the server.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) objects: BTreeMap<String, Stored>,
    /// The headers of all requests.
    pub(crate) headers: Vec<HeaderMap>,
    pub(crate) listings: usize,
    /// Whether requests for a listing wait forever.
    pub(crate) are_listings_held: bool,
    /// Answers in place of the server's own, for the next requests.
    pub(crate) canned: VecDeque<(StatusCode, &'static str)>,
}

pub(crate) struct Stored {
    pub(crate) body: Vec<u8>,
    pub(crate) content_type: String,
    pub(crate) modified: SystemTime,
}

/// The server; it ends when it is dropped.
pub(crate) struct Server {
    seen: Arc<Mutex<Seen>>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_after(0).await
    }

    /// One that breaks so many connections before it works.
    pub(crate) async fn start_after(broken: usize) -> Self {
        let seen = Arc::<Mutex<Seen>>::default();
        let mut builder = S3ServiceBuilder::new(Memory(Arc::clone(&seen)));
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = builder.build();
        let shared = Arc::clone(&seen);
        let app = Router::new().fallback(move |request| answer(shared, service, request));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            for _ in 0..broken {
                drop(listener.accept().await.unwrap());
            }
            axum::serve(listener, app).await.unwrap();
        });
        Self {
            seen,
            address,
            task,
        }
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How a connector reaches it.
    pub(crate) fn settings(&self) -> S3Settings {
        let mut settings = S3Settings::default();
        settings.endpoint = Some(self.address.ip().to_string());
        settings.port = Some(self.address.port());
        settings.access_key = Some(ACCESS_KEY.into());
        settings.secret_key = Some(SECRET_KEY.into());
        settings.bucket = Some(BUCKET.into());
        // Without requests beside those of the bundles.
        settings.retention_days = 0;
        settings
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    seen: Arc<Mutex<Seen>>,
    service: S3Service,
    request: axum::extract::Request,
) -> Response {
    let (canned, is_held) = {
        let mut seen = seen.lock().unwrap();
        seen.headers.push(request.headers().clone());
        let is_held = seen.are_listings_held && request.method() == Method::GET;
        (seen.canned.pop_front(), is_held)
    };
    if is_held {
        return std::future::pending().await;
    }
    if let Some(canned) = canned {
        return canned.into_response();
    }
    let request = request.map(s3s::Body::http_body_unsync);
    service.call(request).await.unwrap().map(Body::new)
}

struct Memory(Arc<Mutex<Seen>>);

impl Memory {
    fn bucket(&self, name: &str) -> S3Result<MutexGuard<'_, Seen>> {
        if name == BUCKET {
            Ok(self.0.lock().unwrap())
        } else {
            Err(s3_error!(NoSuchBucket, "there is no such bucket"))
        }
    }
}

#[async_trait::async_trait]
impl S3 for Memory {
    async fn put_object(
        &self,
        request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let input = request.input;
        let chunks: Vec<_> = input.body.unwrap().try_collect().await.unwrap();
        let stored = Stored {
            body: chunks.concat(),
            content_type: input.content_type.unwrap_or_default(),
            modified: SystemTime::now(),
        };
        self.bucket(&input.bucket)?
            .objects
            .insert(input.key, stored);
        Ok(S3Response::new(PutObjectOutput::default()))
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = request.input;
        let mut seen = self.bucket(&input.bucket)?;
        seen.listings += 1;
        let prefix = input.prefix.unwrap_or_default();
        let after = input.continuation_token.unwrap_or_default();
        let objects = seen.objects.iter();
        let mut rest = objects.filter(|(key, _)| key.starts_with(&prefix) && **key > after);
        let contents: Vec<_> = rest
            .by_ref()
            .take(PAGE)
            .map(|(key, stored)| Object {
                key: Some(key.clone()),
                last_modified: Some(stored.modified.into()),
                ..Object::default()
            })
            .collect();
        let is_truncated = rest.next().is_some();
        let last = contents.last().and_then(|object| object.key.clone());
        Ok(S3Response::new(ListObjectsV2Output {
            next_continuation_token: last.filter(|_| is_truncated),
            is_truncated: Some(is_truncated),
            contents: Some(contents),
            ..ListObjectsV2Output::default()
        }))
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let input = request.input;
        self.bucket(&input.bucket)?.objects.remove(&input.key);
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }
}
