//! The options of a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect;
use reqwest::tls::Certificate;
use url::Url;

use super::cached::Cached;
use super::context::Context;
use super::retry::RetryPolicy;
use super::{Client, Error, Inner};
use crate::value::chain::chain;
use crate::value::placeholder::is_placeholder;
use crate::value::secret::{Secret, Secrets};
use crate::value::text::Quoted;

/// How often an operation is tried again, unless the program says otherwise.
pub(crate) const RETRIES: usize = 5;

/// The options of a [`Client`]: what [`Client::builder`] returns.
///
/// Every option has a default, setters come in any order, and [`build`](Self::build) checks them
/// all.
///
/// ```
/// use std::time::Duration;
/// use opencti_connector::client::Client;
///
/// let mut builder = Client::builder("https://opencti.example.org", "8f6b1c5e")
///     .header("X-Forwarded-User", "shodan")
///     .timeout(Duration::from_secs(60));
/// if let Some(proxy) = std::env::var_os("MY_PROXY") {
///     builder = builder.proxy(proxy.to_string_lossy());
/// }
/// let client = builder.build()?;
/// # Ok::<(), opencti_connector::client::Error>(())
/// ```
///
/// `Debug` shows neither the token nor a header.
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    url: String,
    token: Secret,
    ca_certificates: Vec<u8>,
    verify_certificate: bool,
    proxy: Option<String>,
    headers: Vec<(String, Secret)>,
    pub(super) timeout: Duration,
    connect_timeout: Duration,
    user_agent: String,
    retries: usize,
    retry_delay: Duration,
    longest_retry_delay: Duration,
    largest_answer: usize,
}

impl ClientBuilder {
    pub(super) fn new(url: String, token: Secret) -> Self {
        Self {
            url,
            token,
            ca_certificates: Vec::new(),
            verify_certificate: true,
            proxy: None,
            headers: Vec::new(),
            timeout: Duration::from_secs(300),
            connect_timeout: Duration::from_secs(10),
            user_agent: concat!("opencti-connector/", env!("CARGO_PKG_VERSION")).to_owned(),
            retries: RETRIES,
            retry_delay: Duration::from_secs(1),
            longest_retry_delay: Duration::from_secs(60),
            largest_answer: 16 * 1024 * 1024,
        }
    }

    /// Trusts these authorities besides those of the system; the certificates are the text of a
    /// PEM file.
    pub fn ca_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.ca_certificates = pem.into();
        self
    }

    /// Whether the platform's certificate is verified; true by default.
    ///
    /// Without, anyone between the connector and the platform can read the token.
    #[doc(alias = "ssl_verify")]
    pub fn verify_certificate(mut self, verify: bool) -> Self {
        self.verify_certificate = verify;
        self
    }

    /// The URL of a proxy, in place of those that the environment names.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Adds a header that goes with each request.
    #[doc(alias = "custom_headers")]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds headers that go with each request, as a configuration has them.
    pub fn headers(mut self, headers: impl IntoIterator<Item = (String, Secret)>) -> Self {
        self.headers.extend(headers);
        self
    }

    /// How long a request may take from its start to the end of its answer; 300 seconds, as in
    /// pycti.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long a connection may take to be made; 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// What the client calls itself; `opencti-connector/` and the version of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// How often an operation is tried again; 5 times.
    pub fn retries(mut self, retries: usize) -> Self {
        self.retries = retries;
        self
    }

    /// How long to wait before the first retry; 1 second. Each further wait is twice as long, with
    /// a random part.
    pub fn retry_delay(mut self, delay: Duration) -> Self {
        self.retry_delay = delay;
        self
    }

    /// The longest wait; 60 seconds. When the platform asks for a longer one the error is returned.
    pub fn longest_retry_delay(mut self, delay: Duration) -> Self {
        self.longest_retry_delay = delay;
        self
    }

    /// The largest answer that is read, in bytes; 16 MiB.
    pub fn largest_answer(mut self, bytes: usize) -> Self {
        self.largest_answer = bytes;
        self
    }

    /// The client; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// When an option is wrong; the error names them all.
    pub fn build(self) -> Result<Client, Error> {
        Ok(Client {
            inner: Arc::new(self.inner()?),
            context: Context::default(),
            is_patient: false,
        })
    }

    pub(super) fn inner(self) -> Result<Inner, Error> {
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
            self.http(authorities.clone(), proxy.clone())
                .default_headers(headers.clone())
                .tls_danger_accept_invalid_certs(!self.verify_certificate)
        };
        let unpooled = http().pool_max_idle_per_host(0).build();
        let (http, unpooled) = http()
            .build()
            .and_then(|http| Ok((http, unpooled?)))
            .map_err(|error| no_client(&error))?;
        Ok(Inner {
            http,
            unpooled,
            endpoint,
            authorization,
            secrets,
            retry: RetryPolicy::new(self.retries, self.retry_delay, self.longest_retry_delay),
            largest_answer: self.largest_answer,
            version: Cached::new(None),
            platform: Cached::new(None),
            options: self,
        })
    }

    /// What every client of HTTP is that is made of these options.
    fn http(
        &self,
        authorities: Vec<Certificate>,
        proxy: Option<reqwest::Proxy>,
    ) -> reqwest::ClientBuilder {
        let http = reqwest::Client::builder()
            .user_agent(&self.user_agent)
            .timeout(self.timeout)
            .connect_timeout(self.connect_timeout)
            // A redirect could carry the token or a header to another host.
            .redirect(redirect::Policy::none())
            .tls_certs_merge(authorities);
        proxy.into_iter().fold(http, reqwest::ClientBuilder::proxy)
    }

    /// A client for another server: with none of the headers that are for the platform, and one that
    /// verifies certificates in any case.
    #[cfg(feature = "s3")]
    pub(super) fn for_others(&self) -> Result<reqwest::Client, Error> {
        let authorities = authorities(&self.ca_certificates).map_err(Error::of_options)?;
        let proxy = self.proxy.as_deref().map(proxy).transpose();
        let http = self.http(authorities, proxy.map_err(Error::of_options)?);
        http.build().map_err(|error| no_client(&error))
    }
}

fn no_client(error: &reqwest::Error) -> Error {
    Error::of_options(format!("no HTTP client can be made: {}", chain(error)))
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            // A URL that is refused may hold a password, as may that of a proxy and any part of a
            // header.
            .field("endpoint", &endpoint(&self.url).ok().map(String::from))
            .field("verify_certificate", &self.verify_certificate)
            .field("headers", &self.headers.len())
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("user_agent", &self.user_agent)
            .field("retries", &self.retries)
            .field("retry_delay", &self.retry_delay)
            .field("longest_retry_delay", &self.longest_retry_delay)
            .field("largest_answer", &self.largest_answer)
            .finish_non_exhaustive()
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
        Self::builder(platform.url.as_str(), platform.token.clone())
            .ca_certificates(certificates)
            .verify_certificate(platform.ssl_verify != SslVerify::Off)
            .headers(platform.custom_headers.clone())
            .build()
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
            "the platform's URL is not one ({error}); write it as in `https://opencti.example.org`"
        )
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("the platform's URL does not start with `http://` or `https://`".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the platform's URL holds a user name; remove all up to the `@`".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("the platform's URL holds a `?` or a `#`; remove it and what follows".into());
    }
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/graphql").unwrap_or(path).to_owned();
    url.set_path(&(path + "/graphql"));
    Ok(url)
}

/// The header that carries the token, without the white space around it.
fn authorization(token: &Secret) -> Result<HeaderValue, String> {
    let token = token.expose().trim();
    if token.is_empty() || is_placeholder(token) {
        return Err(
            "the token is missing or a placeholder; give that of the connector's user".into(),
        );
    }
    let scheme = token.split_whitespace().next().unwrap_or_default();
    if scheme.eq_ignore_ascii_case("Bearer") {
        return Err(
            "the token begins with `Bearer`, which the client writes itself; give the token alone"
                .into(),
        );
    }
    let quotes = ['"', '\''];
    if token.starts_with(quotes) || token.ends_with(quotes) || token.contains(char::is_whitespace) {
        return Err("the token holds quotes or white space; give the token alone".into());
    }
    let mut value = HeaderValue::try_from(format!("Bearer {token}"))
        .map_err(|_| "the token holds characters that no header can carry")?;
    value.set_sensitive(true);
    Ok(value)
}

fn headers(headers: &[(String, Secret)], secrets: &Secrets) -> Result<HeaderMap, Vec<String>> {
    let mut map = HeaderMap::new();
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
