//! How to reach RabbitMQ.

use super::secret::Secret;

/// How to reach RabbitMQ: the variables `MQ_*`.
///
/// A value that is not set defaults to the one in the platform's answer to the registration.
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
    /// `MQ_HOST`: name or IP address of the broker.
    pub host: Option<String>,
    /// `MQ_PORT`: port of the broker.
    pub port: Option<u16>,
    /// `MQ_VHOST`: virtual host with the platform's queues.
    pub vhost: Option<String>,
    /// `MQ_USE_SSL`: whether to connect with TLS.
    pub use_ssl: Option<bool>,
    /// `MQ_USER`: user name.
    pub user: Option<String>,
    /// `MQ_PASS`: password.
    pub password: Option<Secret>,
    /// `MQ_USE_SSL_CA`: certificates of authorities to trust in addition to those of the system, as PEM or
    /// as the path of a file.
    pub ssl_ca: Option<String>,
    /// `MQ_USE_SSL_CERT`: client certificate, as PEM or as the path of a file.
    pub ssl_cert: Option<String>,
    /// `MQ_USE_SSL_KEY`: key of the client certificate, as PEM or as the path of a file.
    pub ssl_key: Option<Secret>,
    /// `MQ_USE_SSL_PASSPHRASE`: passphrase of the key.
    pub ssl_passphrase: Option<Secret>,
    /// `MQ_USE_SSL_REJECT_UNAUTHORIZED`: whether to verify the broker's certificate. Default: true;
    /// pycti does not verify it by default.
    pub ssl_reject_unauthorized: Option<bool>,
}
