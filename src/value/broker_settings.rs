//! What a deployment says of the broker.

use super::secret::Secret;

/// What `MQ_*` say of RabbitMQ, over what the platform answers to a registration.
///
/// What is unset is as the platform says.
///
/// ```
/// # #[cfg(feature = "config")] {
/// use opencti_connector::config::Config;
///
/// let config = Config::sources()
///     .variables([("MQ_HOST", "rabbitmq.example.org"), ("MQ_USE_SSL", "true")])
///     .load()?;
///
/// let broker = config.run_settings()?.broker;
/// assert_eq!(broker.host.as_deref(), Some("rabbitmq.example.org"));
/// assert_eq!(broker.use_ssl, Some(true));
/// assert_eq!(broker.port, None);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BrokerSettings {
    /// `MQ_HOST`: the name or the IP address of the broker.
    pub host: Option<String>,
    /// `MQ_PORT`: its port.
    pub port: Option<u16>,
    /// `MQ_VHOST`: the virtual host that the platform's queues are in.
    pub vhost: Option<String>,
    /// `MQ_USE_SSL`: whether the connection is one of TLS.
    pub use_ssl: Option<bool>,
    /// `MQ_USER`: the user name.
    pub user: Option<String>,
    /// `MQ_PASS`: the password.
    pub password: Option<Secret>,
    /// `MQ_USE_SSL_CA`: certificates of authorities to trust beside those of the system, as PEM or
    /// as the path of a file.
    pub ssl_ca: Option<String>,
    /// `MQ_USE_SSL_CERT`: the certificate that the connector shows, as PEM or as the path of a file.
    pub ssl_cert: Option<String>,
    /// `MQ_USE_SSL_KEY`: the key of that certificate, as PEM or as the path of a file.
    pub ssl_key: Option<Secret>,
    /// `MQ_USE_SSL_PASSPHRASE`: the passphrase of the key.
    pub ssl_passphrase: Option<Secret>,
    /// `MQ_USE_SSL_REJECT_UNAUTHORIZED`: whether the broker's certificate is verified, which it is
    /// when unset. pycti does not verify it by default.
    pub ssl_reject_unauthorized: Option<bool>,
}
