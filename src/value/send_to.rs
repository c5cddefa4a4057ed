//! Destinations of bundles.

use std::path::PathBuf;

use super::secret::Secret;

/// Default retention in days, as in pycti 7.261026.0.
const RETENTION: u32 = 7;

/// Where a connector's bundles go: to the platform, to a directory, to S3.
///
/// ```
/// # #[cfg(feature = "config")] {
/// use opencti_connector::config::Config;
///
/// let config = Config::sources()
///     .variables([
///         ("CONNECTOR_SEND_TO_DIRECTORY", "true"),
///         ("CONNECTOR_SEND_TO_DIRECTORY_PATH", "/var/lib/bundles"),
///     ])
///     .load()?;
///
/// let send_to = config.run_settings()?.send_to;
/// assert!(send_to.queue);
/// assert_eq!(send_to.directory.unwrap().path.to_str(), Some("/var/lib/bundles"));
/// assert_eq!(send_to.s3, None);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A program without a configuration sets it in code:
///
/// ```
/// # #[cfg(feature = "runtime")] {
/// use opencti_connector::client::Registration;
/// use opencti_connector::kind::ExternalImport;
/// use opencti_connector::runtime::{BoxError, Run};
/// use opencti_connector::{DirectorySettings, SendTo};
/// use std::time::Duration;
///
/// # async fn import(run: Run) -> Result<(), BoxError> { Ok(()) }
/// # async fn start(registration: Registration<ExternalImport>) -> Result<(), BoxError> {
/// let mut send_to = SendTo::default();
/// send_to.queue = false;
/// send_to.directory = Some(DirectorySettings::new("/var/lib/bundles"));
/// registration.schedule(Duration::from_secs(3600), import).send_to(send_to).run().await?;
/// # Ok(())
/// # }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendTo {
    /// `CONNECTOR_SEND_TO_QUEUE`: whether to send bundles to the platform. Default: true.
    pub queue: bool,
    /// `CONNECTOR_SEND_TO_DIRECTORY` and its parts: directory to write bundles to. Default: none.
    pub directory: Option<DirectorySettings>,
    /// `CONNECTOR_SEND_TO_S3` and its parts: bucket to store bundles in. Default: none.
    pub s3: Option<S3Settings>,
}

impl Default for SendTo {
    /// Sends bundles to the platform only.
    fn default() -> Self {
        Self {
            queue: true,
            directory: None,
            s3: None,
        }
    }
}

/// A directory to write bundles to.
///
/// ```
/// # #[cfg(feature = "runtime")] {
/// use opencti_connector::DirectorySettings;
///
/// let mut directory = DirectorySettings::new("/var/lib/bundles");
/// directory.retention_days = 30;
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectorySettings {
    /// `CONNECTOR_SEND_TO_DIRECTORY_PATH`: the directory, which must exist.
    pub path: PathBuf,
    /// `CONNECTOR_SEND_TO_DIRECTORY_RETENTION`: days (of 24 hours) to keep the connector's files; 0 keeps
    /// them forever. Default: 7.
    pub retention_days: u32,
}

impl DirectorySettings {
    /// Creates the settings of a directory, with a retention of 7 days.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            retention_days: RETENTION,
        }
    }
}

/// A bucket of an S3 server to store bundles in; needs the feature `s3`.
///
/// A value that is not set defaults to that of the platform's own storage, which the platform sends in
/// its answer to the registration (since 6.9.10).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct S3Settings {
    /// `S3_ENDPOINT`: name or IP address of the server.
    pub endpoint: Option<String>,
    /// `S3_PORT`: port of the server.
    pub port: Option<u16>,
    /// `S3_USE_SSL`: whether to connect with TLS.
    pub use_ssl: Option<bool>,
    /// `S3_ACCESS_KEY`: access key.
    pub access_key: Option<Secret>,
    /// `S3_SECRET_KEY`: secret key.
    pub secret_key: Option<Secret>,
    /// `S3_BUCKET_REGION`: region of the bucket, e.g. `us-east-1`.
    pub bucket_region: Option<String>,
    /// `CONNECTOR_SEND_TO_S3_BUCKET`: the bucket, which must exist.
    pub bucket: Option<String>,
    /// `CONNECTOR_SEND_TO_S3_FOLDER`: prefix of the object names, without a slash at the end. Empty or `.`
    /// for none. Default: `connectors`.
    pub folder: String,
    /// `CONNECTOR_SEND_TO_S3_RETENTION`: days (of 24 hours) to keep the connector's objects; 0 keeps them
    /// forever. Default: 7.
    pub retention_days: u32,
}

impl Default for S3Settings {
    /// Returns the platform's storage, with the folder `connectors` and a retention of 7 days.
    fn default() -> Self {
        Self {
            endpoint: None,
            port: None,
            use_ssl: None,
            access_key: None,
            secret_key: None,
            bucket_region: None,
            bucket: None,
            folder: "connectors".into(),
            retention_days: RETENTION,
        }
    }
}
