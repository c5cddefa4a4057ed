//! Where a broker is.

use std::fmt;
use std::sync::Arc;

use rustls::ClientConfig;

use crate::value::secret::Secret;

/// Where a broker is, and as whom it is used.
#[derive(Clone)]
pub(crate) struct Address {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) vhost: String,
    pub(crate) user: String,
    pub(crate) password: Secret,
    pub(crate) tls: Option<Arc<ClientConfig>>,
    /// The name of the connection in the broker's management.
    pub(crate) name: String,
}

impl Address {
    /// `host:port`.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("vhost", &self.vhost)
            .field("user", &self.user)
            .field("password", &self.password)
            .field("tls", &self.tls.is_some())
            .field("name", &self.name)
            .finish()
    }
}
