//! The options of a client.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect;
use reqwest::tls::Certificate;
use tokio::sync::OnceCell;
use typed_builder::TypedBuilder;
use url::Url;

use super::retry::RetryPolicy;
use super::{Client, Error, Inner};
use crate::value::secret::{Secret, Secrets};
use crate::value::text::Quoted;

/// The options of a [`Client`]; its builder checks them all when the client is built.
#[derive(Clone, TypedBuilder)]
#[builder(
    doc,
    builder_type(
        name = ClientBuilder,
        doc = "The builder of a [`Client`]: one setter for each option.\n\n`url` and `token` are required."
    ),
    build_method(
        into = Result<Client, Error>,
        doc = "The client.\n\n# Errors\n\nWhen an option is wrong; the error names them all."
    ),
    field_defaults(setter(into))
)]
#[expect(
    missing_debug_implementations,
    reason = "it holds secrets and is never kept"
)]
pub struct ClientOptions {
    /// The address of the platform, as in `OPENCTI_URL`: without `/graphql`.
    url: String,
    /// The token of the connector's user.
    token: Secret,
    /// Certificates of authorities to trust besides those of the system, as PEM.
    #[builder(default)]
    ca_certificates: Vec<u8>,
    /// Whether the platform's certificate is verified. Without, anyone between the connector and
    /// the platform can read the token.
    #[builder(default = true)]
    verify_certificate: bool,
    /// The URL of a proxy, in place of those that the environment names.
    #[builder(default, setter(strip_option(fallback = proxy_opt)))]
    proxy: Option<String>,
    /// Headers that go with each request.
    #[builder(default)]
    headers: Vec<(String, Secret)>,
    /// How long a request may take from its start to the end of its answer; 300 seconds, as in
    /// pycti.
    #[builder(default = Duration::from_secs(300))]
    timeout: Duration,
    /// How long a connection may take to be made; 10 seconds.
    #[builder(default = Duration::from_secs(10))]
    connect_timeout: Duration,
    /// What the client calls itself.
    #[builder(default = concat!("opencti-connector/", env!("CARGO_PKG_VERSION")).to_owned())]
    user_agent: String,
    /// How often an operation that can be repeated is tried again; 5 times.
    #[builder(default = 5)]
    retries: usize,
    /// How long to wait before the first retry; 1 second. Each further wait is twice as long, with
    /// a random part.
    #[builder(default = Duration::from_secs(1))]
    retry_delay: Duration,
    /// The longest wait; 60 seconds. When the platform asks for a longer one the error is returned.
    #[builder(default = Duration::from_secs(60))]
    longest_retry_delay: Duration,
    /// The largest answer that is read, in bytes; 16 MiB.
    #[builder(default = 16 * 1024 * 1024)]
    largest_answer: usize,
}

impl From<ClientOptions> for Result<Client, Error> {
    fn from(options: ClientOptions) -> Self {
        options.into_client()
    }
}

#[cfg(feature = "config")]
impl Client {
    /// A client of the platform that a configuration names; the other options are the defaults.
    ///
    /// ```
    /// use opencti_connector::client::Client;
    /// use opencti_connector::config::Config;
    ///
    /// let config = Config::sources()
    ///     .variables([
    ///         ("OPENCTI_URL", "https://opencti.example.org"),
    ///         ("OPENCTI_TOKEN", "88ec0c6a-13ce-5e39-b486-354fe4a7084f"),
    ///     ])
    ///     .load()?;
    /// let client = Client::from_config(&config.platform()?)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the file of certificates cannot be read or is none, or an option is wrong.
    pub fn from_config(platform: &crate::config::Platform) -> Result<Self, Error> {
        use crate::config::SslVerify;

        let certificates = match &platform.ssl_verify {
            SslVerify::CaFile(path) => std::fs::read(path).map_err(|error| {
                Error::of_options(format!("{} cannot be read: {error}", path.display()))
            })?,
            _ => Vec::new(),
        };
        Self::builder()
            .url(platform.url.as_str())
            .token(platform.token.clone())
            .ca_certificates(certificates)
            .verify_certificate(platform.ssl_verify != SslVerify::Off)
            .headers(platform.custom_headers.clone())
            .build()
    }
}

impl ClientOptions {
    fn into_client(self) -> Result<Client, Error> {
        let mut faults = Vec::new();
        let endpoint = endpoint(&self.url).map_err(|fault| faults.push(fault));
        let authorization = authorization(&self.token).map_err(|fault| faults.push(fault));
        let secrets = Secrets::new(
            self.headers
                .iter()
                .map(|(_, value)| value)
                .chain([&self.token]),
        );
        let headers = headers(&self.headers, &secrets).map_err(|fault| faults.extend(fault));
        let authorities = authorities(&self.ca_certificates).map_err(|fault| faults.push(fault));
        let proxy = self.proxy.as_deref().map(proxy).transpose();
        let proxy = proxy.map_err(|fault| faults.push(fault));
        let (Ok(endpoint), Ok(authorization), Ok(headers), Ok(authorities), Ok(proxy)) =
            (endpoint, authorization, headers, authorities, proxy)
        else {
            return Err(Error::of_options(faults.join("; ")));
        };

        let http = || {
            let http = reqwest::Client::builder()
                .user_agent(&self.user_agent)
                .default_headers(headers.clone())
                .timeout(self.timeout)
                .connect_timeout(self.connect_timeout)
                // A redirect could carry the token or a header to another host.
                .redirect(redirect::Policy::none())
                .tls_danger_accept_invalid_certs(!self.verify_certificate)
                .tls_certs_merge(authorities.clone());
            proxy
                .clone()
                .into_iter()
                .fold(http, reqwest::ClientBuilder::proxy)
        };
        let unpooled = http().pool_max_idle_per_host(0).build();
        let (http, unpooled) = http()
            .build()
            .and_then(|http| Ok((http, unpooled?)))
            .map_err(|error| {
                Error::of_options(format!("no HTTP client can be made: {}", chain(&error)))
            })?;
        Ok(Client(Arc::new(Inner {
            http,
            unpooled,
            endpoint,
            authorization,
            secrets,
            retry: RetryPolicy::new(self.retries, self.retry_delay, self.longest_retry_delay),
            largest_answer: self.largest_answer,
            version: OnceCell::new(),
            platform: OnceCell::new(),
        })))
    }
}

fn authorities(pem: &[u8]) -> Result<Vec<Certificate>, String> {
    match Certificate::from_pem_bundle(pem) {
        Ok(certificates) if pem.is_empty() || !certificates.is_empty() => Ok(certificates),
        _ => Err("the CA certificates are not PEM; give the text of a PEM file".into()),
    }
}

fn proxy(url: &str) -> Result<reqwest::Proxy, String> {
    reqwest::Proxy::all(url)
        .map_err(|_| "the proxy is not a URL; write it as in `http://proxy:3128`".into())
}

fn endpoint(url: &str) -> Result<Url, String> {
    let mut url = Url::parse(url).map_err(|error| {
        format!(
            "the platform's URL is none ({error}); write it as in `https://opencti.example.org`"
        )
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("the platform's URL does not start with `http://` or `https://`".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the platform's URL holds a user name; remove all up to the `@`".into());
    }
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/graphql").unwrap_or(path).to_owned();
    url.set_path(&(path + "/graphql"));
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

fn authorization(token: &Secret) -> Result<HeaderValue, String> {
    let token = token.expose();
    if token.is_empty() || token.to_ascii_lowercase().contains("changeme") {
        return Err(
            "the token is missing or a placeholder; give that of the connector's user".into(),
        );
    }
    let mut value = HeaderValue::try_from(format!("Bearer {token}"))
        .map_err(|_| "the token holds characters that no header can carry")?;
    value.set_sensitive(true);
    Ok(value)
}

fn headers(headers: &[(String, Secret)], secrets: &Secrets) -> Result<HeaderMap, Vec<String>> {
    let mut map = HeaderMap::new();
    map.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut faults = Vec::new();
    for (name, value) in headers {
        let value = HeaderValue::try_from(value.expose());
        match (HeaderName::try_from(name.as_str()), value) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                map.append(name, value);
            }
            (Err(_), _) => faults.push(format!(
                "{} is not a name of a header",
                Quoted(&secrets.hide(name))
            )),
            (Ok(name), Err(_)) => {
                let name = secrets.hide(name.as_str());
                faults.push(format!("the header {name} has a value that none can carry"));
            }
        }
    }
    if faults.is_empty() {
        Ok(map)
    } else {
        Err(faults)
    }
}

/// An error with its causes.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
