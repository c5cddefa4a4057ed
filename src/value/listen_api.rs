//! Where a connector listens for the platform's HTTP requests.

use super::callback_uri::CallbackUri;
use super::secret::Secret;

/// Where a connector listens for the platform's HTTP requests.
///
/// The [default](Self::default) is that of pycti 7.261026.0, without TLS.
///
#[cfg_attr(feature = "http", doc = "```")]
#[cfg_attr(not(feature = "http"), doc = "```ignore")]
/// use opencti_connector::ListenApi;
///
/// let mut api = ListenApi::default();
/// assert_eq!((api.port, &*api.path), (7070, "/api/callback"));
/// api.path = "/messages".into();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListenApi {
    /// `CONNECTOR_LISTEN_PROTOCOL_API_PORT`: port to listen on. Default: 7070.
    pub port: u16,
    /// `CONNECTOR_LISTEN_PROTOCOL_API_PATH`: path of the requests. Default: `/api/callback`.
    pub path: String,
    /// `CONNECTOR_LISTEN_PROTOCOL_API_URI`: address at which the platform reaches the connector, without
    /// the path. Default: `http://127.0.0.1:7070`, or `https://127.0.0.1:7070` with TLS. As in pycti, it
    /// does not follow the port.
    pub uri: CallbackUri,
    /// `CONNECTOR_LISTEN_PROTOCOL_API_SSL`: whether to serve HTTPS. Default: false.
    pub ssl: bool,
    /// `LISTEN_PROTOCOL_API_SSL_KEY`: key for TLS, as PEM or as the path of a file.
    pub ssl_key: Option<Secret>,
    /// `LISTEN_PROTOCOL_API_SSL_CERT`: certificate for TLS, as PEM or as the path of a file.
    pub ssl_cert: Option<String>,
    /// `LISTEN_PROTOCOL_API_SSL_PASSPHRASE`: passphrase of the key.
    pub ssl_passphrase: Option<Secret>,
}

impl Default for ListenApi {
    fn default() -> Self {
        Self::default_with(false)
    }
}

impl ListenApi {
    /// Returns the defaults, for HTTP or HTTPS.
    pub(crate) fn default_with(ssl: bool) -> Self {
        let scheme = if ssl { "https" } else { "http" };
        Self {
            port: 7070,
            path: "/api/callback".into(),
            uri: format!("{scheme}://127.0.0.1:7070").into(),
            ssl,
            ssl_key: None,
            ssl_cert: None,
            ssl_passphrase: None,
        }
    }

    /// Returns the `listen_callback_uri` to register: the address followed by the path.
    #[cfg(feature = "config")]
    pub(crate) fn callback_uri(&self) -> CallbackUri {
        format!("{}{}", self.uri.as_str(), self.path).into()
    }
}
