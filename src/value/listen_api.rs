//! Where a connector takes the platform's HTTP requests.

use super::callback_uri::CallbackUri;
use super::secret::Secret;

/// Where a connector takes HTTP requests of the platform.
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
    /// `CONNECTOR_LISTEN_PROTOCOL_API_PORT`: 7070 when unset.
    pub port: u16,
    /// `CONNECTOR_LISTEN_PROTOCOL_API_PATH`: `/api/callback` when unset.
    pub path: String,
    /// `CONNECTOR_LISTEN_PROTOCOL_API_URI`: the address under which the platform reaches the
    /// connector, without the path; `http://127.0.0.1:7070` when unset, or `https://…` with TLS.
    /// As in pycti it does not follow the port.
    pub uri: CallbackUri,
    /// `CONNECTOR_LISTEN_PROTOCOL_API_SSL`: whether it takes HTTPS.
    pub ssl: bool,
    /// `LISTEN_PROTOCOL_API_SSL_KEY`: the key for TLS, as PEM or as the path of a file.
    pub ssl_key: Option<Secret>,
    /// `LISTEN_PROTOCOL_API_SSL_CERT`: the certificate for TLS, as PEM or as the path of a file.
    pub ssl_cert: Option<String>,
    /// `LISTEN_PROTOCOL_API_SSL_PASSPHRASE`: the passphrase of the key.
    pub ssl_passphrase: Option<Secret>,
}

impl Default for ListenApi {
    fn default() -> Self {
        Self::default_with(false)
    }
}

impl ListenApi {
    /// What stands where nothing is said but whether it takes HTTPS.
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

    /// What the connector registers as its `listen_callback_uri`: the address and the path, as
    /// they stand.
    #[cfg(feature = "config")]
    pub(crate) fn callback_uri(&self) -> CallbackUri {
        format!("{}{}", self.uri.as_str(), self.path).into()
    }
}
