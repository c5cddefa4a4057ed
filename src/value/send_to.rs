//! What a deployment says of where bundles go.

use std::path::PathBuf;

use super::secret::Secret;

/// Days, as in pycti 7.261026.0.
const RETENTION: u32 = 7;

/// Where the bundles of a connector go: to its queue, and besides into a directory and into S3.
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
/// A program without a configuration says it itself:
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
    /// `CONNECTOR_SEND_TO_QUEUE`: whether the platform imports them; true when unset.
    pub queue: bool,
    /// `CONNECTOR_SEND_TO_DIRECTORY` and its parts: the directory into which they are written.
    pub directory: Option<DirectorySettings>,
    /// `CONNECTOR_SEND_TO_S3` and its parts: the bucket into which they are put.
    pub s3: Option<S3Settings>,
}

impl Default for SendTo {
    /// To the queue alone.
    fn default() -> Self {
        Self {
            queue: true,
            directory: None,
            s3: None,
        }
    }
}

/// A directory into which bundles are written.
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
    /// `CONNECTOR_SEND_TO_DIRECTORY_PATH`: the directory, which has to be there.
    pub path: PathBuf,
    /// `CONNECTOR_SEND_TO_DIRECTORY_RETENTION`: after how many days (of 24 hours) a file of the
    /// connector is removed; never for 0. 7 when unset.
    pub retention_days: u32,
}

impl DirectorySettings {
    /// This directory, with the retention of 7 days.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            retention_days: RETENTION,
        }
    }
}

/// A bucket of an S3 server into which bundles are put; needs the feature `s3`.
///
/// What is unset is as the platform says of its own storage in the answer to the registration
/// (platform 6.9.10).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct S3Settings {
    /// `S3_ENDPOINT`: the name or the IP address of the server.
    pub endpoint: Option<String>,
    /// `S3_PORT`: its port.
    pub port: Option<u16>,
    /// `S3_USE_SSL`: whether the connection is one of TLS.
    pub use_ssl: Option<bool>,
    /// `S3_ACCESS_KEY`: the access key.
    pub access_key: Option<Secret>,
    /// `S3_SECRET_KEY`: the secret key.
    pub secret_key: Option<Secret>,
    /// `S3_BUCKET_REGION`: the region of the bucket.
    pub bucket_region: Option<String>,
    /// `CONNECTOR_SEND_TO_S3_BUCKET`: the bucket, which has to be there.
    pub bucket: Option<String>,
    /// `CONNECTOR_SEND_TO_S3_FOLDER`: what stands in front of the names, without a slash at its end;
    /// nothing where it is empty or `.`. `connectors` when unset.
    pub folder: String,
    /// `CONNECTOR_SEND_TO_S3_RETENTION`: after how many days (of 24 hours) an object of the
    /// connector is removed; never for 0. 7 when unset.
    pub retention_days: u32,
}

impl Default for S3Settings {
    /// The storage of the platform, with the folder `connectors` and the retention of 7 days.
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
