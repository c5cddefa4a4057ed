//! Bundles in a bucket of an S3 server.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Bytes;
use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;
use reqwest::{RequestBuilder, Response, StatusCode};
use rusty_s3::actions::{ListObjectsV2, ListObjectsV2Response};
use rusty_s3::{Bucket, Credentials, S3Action as _, UrlStyle};
use url::{Host, Url};

use crate::client::{Session, is_of_tls};
use crate::graphql::S3;
use crate::runtime::backoff::Backoff;
use crate::runtime::error::{RunError, RunErrorKind};
use crate::runtime::send_error::{SendError, SendErrorKind};
use crate::runtime::storage::names::Names;
use crate::runtime::storage::retention;
use crate::value::chain::chain;
use crate::value::secret::Secrets;
use crate::value::send_to::S3Settings;
use crate::value::text::{Quoted, escaped};

/// For how long a signature holds: by as much the clocks may differ, as S3 has it.
const SIGNED_FOR: Duration = Duration::from_secs(15 * 60);
/// As boto3 does by default.
const ATTEMPTS: u32 = 5;
/// In bytes; a page of a listing holds at most 1,000 names of at most 1,024.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// A bucket into which bundles are put.
pub(crate) struct Store {
    http: reqwest::Client,
    bucket: Bucket,
    credentials: Credentials,
    secrets: Secrets,
    /// What stands in front of the names, with a slash at its end where it is not empty.
    folder: String,
    retention_days: u32,
    names: Arc<Names>,
}

/// Why a request was not answered as it should be.
struct Failure {
    message: String,
    /// Whether the same may succeed later.
    may_pass: bool,
}

impl Store {
    /// The bucket as the settings say, over what the platform says of its own storage.
    pub(crate) fn new(
        session: &Session,
        settings: &S3Settings,
        names: Arc<Names>,
    ) -> Result<Self, RunError> {
        let refused = |message: String| RunError::new(RunErrorKind::Options, message);
        let queues = session.registered.config.as_ref();
        let settings = over(
            settings.clone(),
            queues.and_then(|queues| queues.s3.as_ref()),
        );
        let (Some(endpoint), Some(port), Some(bucket), Some(access_key), Some(secret_key)) = (
            &settings.endpoint,
            settings.port,
            &settings.bucket,
            &settings.access_key,
            &settings.secret_key,
        ) else {
            return Err(refused(format!(
                "bundles are to go to S3, of which the platform does not tell all; set {}",
                missing(&settings).join(", ")
            )));
        };
        let use_ssl = settings.use_ssl.unwrap_or(false);
        let scheme = if use_ssl { "https" } else { "http" };
        // Where nothing is said S3 servers are in this one.
        let region = settings.bucket_region.as_deref().unwrap_or("us-east-1");
        let host = Host::parse(endpoint).ok();
        let url = host.and_then(|host| Url::parse(&format!("{scheme}://{host}:{port}")).ok());
        // By the path, as boto3 does with an endpoint: not each bucket is a name in the DNS.
        let at = |url| Bucket::new(url, UrlStyle::Path, bucket.clone(), region.to_owned()).ok();
        let bucket = url.and_then(at).ok_or_else(|| {
            let endpoint = Quoted(endpoint);
            refused(format!(
                "{endpoint} is not the name of a host; correct S3_ENDPOINT"
            ))
        })?;
        let http = session.client.http_for_others().map_err(|error| {
            RunError::new(RunErrorKind::Options, error.to_string()).with_source(error)
        })?;
        let folder = settings.folder.trim_end_matches('/');
        Ok(Self {
            http,
            bucket,
            credentials: Credentials::new(access_key.expose(), secret_key.expose()),
            secrets: Secrets::new([access_key, secret_key]),
            folder: match folder {
                "" | "." => String::new(),
                folder => format!("{folder}/"),
            },
            retention_days: settings.retention_days,
            names,
        })
    }

    /// Puts a bundle; what may pass is tried again.
    pub(crate) async fn put(&self, json: Vec<u8>) -> Result<(), SendError> {
        let key = format!("{}{}", self.folder, self.names.next());
        let bucket = self.bucket.name();
        // Context by the attempts, which write the same key.
        let json = Bytes::from(json);
        let mut backoff = Backoff::new();
        let mut attempt = 1;
        while let Err(failure) = self.try_put(&key, json.clone()).await {
            let Failure { message, may_pass } = failure;
            if !may_pass || attempt == ATTEMPTS {
                let message =
                    format!("the bundle cannot be put into S3 as {key} in {bucket}: {message}");
                return Err(SendError::new(SendErrorKind::Storage, message));
            }
            tracing::warn!(
                bucket,
                key,
                error = message,
                "cannot store a bundle in S3; retrying"
            );
            attempt += 1;
            backoff.wait().await;
        }
        tracing::info!(bucket, key, "stored a bundle in S3");
        Ok(())
    }

    async fn try_put(&self, key: &str, json: Bytes) -> Result<(), Failure> {
        const JSON: &str = "application/json";

        let mut put = self.bucket.put_object(Some(&self.credentials), key);
        put.headers_mut().insert("content-type", JSON);
        let request = self.http.put(put.sign(SIGNED_FOR));
        let request = request.header(CONTENT_TYPE, JSON).body(json);
        self.answer(request).await.map(drop)
    }

    /// Removes the objects of the connector that are older than the retention.
    pub(super) async fn prune(&self) {
        if let Err(Failure { message, .. }) = self.try_prune().await {
            let bucket = self.bucket.name();
            tracing::warn!(bucket, error = message, "cannot remove old bundles");
        }
    }

    async fn try_prune(&self) -> Result<(), Failure> {
        let days = retention(self.retention_days);
        let Some(oldest) = days.and_then(|days| Timestamp::now().checked_sub(days).ok()) else {
            return Ok(());
        };
        let prefix = format!("{}{}", self.folder, self.names.prefix());
        let mut next = None;
        loop {
            let page = self.list(&prefix, next.as_deref()).await?;
            for object in page.contents {
                let modified = object.last_modified.as_deref().map(str::parse::<Timestamp>);
                let is_old = modified.is_some_and(|at| at.is_ok_and(|at| at < oldest));
                let name = object.key.strip_prefix(&self.folder);
                if is_old && name.is_some_and(|name| self.names.is_own(name)) {
                    let delete = self
                        .bucket
                        .delete_object(Some(&self.credentials), &object.key);
                    self.answer(self.http.delete(delete.sign(SIGNED_FOR)))
                        .await?;
                    tracing::debug!(key = object.key, "removed an old bundle from S3");
                }
            }
            if page.next_continuation_token.is_none() || page.next_continuation_token == next {
                return Ok(());
            }
            next = page.next_continuation_token;
        }
    }

    async fn list(
        &self,
        prefix: &str,
        from: Option<&str>,
    ) -> Result<ListObjectsV2Response, Failure> {
        let mut list = self.bucket.list_objects_v2(Some(&self.credentials));
        list.with_prefix(prefix);
        if let Some(from) = from {
            list.with_continuation_token(from);
        }
        let answer = self.answer(self.http.get(list.sign(SIGNED_FOR))).await?;
        ListObjectsV2::parse_response(&answer).map_err(|error| Failure {
            message: format!("the list of objects is not one: {error}"),
            may_pass: false,
        })
    }

    /// Sends a request; gives the text of the answer.
    async fn answer(&self, request: RequestBuilder) -> Result<String, Failure> {
        let lost = |error: reqwest::Error| Failure {
            may_pass: !is_of_tls(&error),
            // The URL holds the access key and the signature.
            message: format!(
                "S3 cannot be reached: {}; look at S3_ENDPOINT, S3_PORT and S3_USE_SSL",
                chain(&error.without_url())
            ),
        };
        let response = request.send().await.map_err(lost)?;
        let status = response.status();
        let text = text(response).await.map_err(lost)?;
        if status.is_success() {
            return Ok(text);
        }
        let said = ["Code", "Message"].map(|name| member(&text, name).unwrap_or_default());
        let mut message = format!("S3 answered {status}");
        for said in said.into_iter().filter(|said| !said.is_empty()) {
            // Hidden before it is cut: half a secret is not found.
            let said = self.secrets.hide(said);
            // Writing to a text does not fail.
            let _ = write!(message, ", {}", escaped(&said, 200));
        }
        if let Some(advice) = advice(status, said) {
            let _ = write!(message, "; {advice}");
        }
        let may_pass = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
        Err(Failure { message, may_pass })
    }
}

/// The settings over what the platform says of its own storage.
fn over(settings: S3Settings, told: Option<&S3>) -> S3Settings {
    let Some(told) = told.cloned() else {
        return settings;
    };
    S3Settings {
        endpoint: settings.endpoint.or(Some(told.endpoint)),
        port: settings.port.or(told.port),
        use_ssl: settings.use_ssl.or(told.use_ssl),
        access_key: settings.access_key.or(told.access_key),
        secret_key: settings.secret_key.or(told.secret_key),
        bucket_region: settings.bucket_region.or(told.bucket_region),
        bucket: settings.bucket.or(told.bucket_name),
        folder: settings.folder,
        retention_days: settings.retention_days,
    }
}

/// The variables of what nobody says.
fn missing(settings: &S3Settings) -> Vec<&'static str> {
    let needed = [
        (settings.endpoint.is_some(), "S3_ENDPOINT"),
        (settings.port.is_some(), "S3_PORT"),
        (settings.bucket.is_some(), "CONNECTOR_SEND_TO_S3_BUCKET"),
        (settings.access_key.is_some(), "S3_ACCESS_KEY"),
        (settings.secret_key.is_some(), "S3_SECRET_KEY"),
    ];
    let missing = needed.into_iter().filter(|(is_there, _)| !is_there);
    missing.map(|(_, variable)| variable).collect()
}

/// What to do when S3 answers with this status, code and message.
fn advice(status: StatusCode, [code, message]: [&str; 2]) -> Option<&'static str> {
    // The second is how a request with a signed address, as those here, is refused.
    let is_of_time = code == "RequestTimeTooSkewed"
        || code == "AccessDenied"
            && ["Request has expired", "Request is not valid yet"].contains(&message);
    match status.as_u16() {
        403 if is_of_time => Some("check this machine's clock"),
        401 | 403 => {
            Some("look at S3_ACCESS_KEY and S3_SECRET_KEY, and at what they give rights to")
        }
        404 => Some("look at CONNECTOR_SEND_TO_S3_BUCKET"),
        300..=499 => Some("look at S3_ENDPOINT, S3_PORT, S3_USE_SSL and S3_BUCKET_REGION"),
        _ => None,
    }
}

/// The text of an answer, cut where it is longer than any should be.
async fn text(mut response: Response) -> Result<String, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await?
        && body.len() < LARGEST_ANSWER
    {
        body.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// A member of an error, which is `<Error><Code>..</Code><Message>..</Message>..</Error>`.
fn member<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    Some(rest.split_once('<')?.0)
}
