//! Settings of metrics.

use crate::config::reader::{self, Reader};
use crate::config::sources::variables::{
    EXPOSE_METRICS, METRICS_NAMESPACE, METRICS_PORT, METRICS_SUBSYSTEM,
};

/// Whether a run exposes metrics, and under which names.
///
/// ```
/// use opencti_connector::config::Config;
///
/// let config = Config::sources()
///     .variables([("CONNECTOR_EXPOSE_METRICS", "true"), ("CONNECTOR_METRICS_NAMESPACE", "octi")])
///     .load()?;
///
/// let metrics = config.run_settings()?.metrics;
/// assert!(metrics.expose);
/// assert_eq!(metrics.port, 9095);
/// assert_eq!(metrics.namespace, "octi");
/// # Ok::<(), opencti_connector::config::Report>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetricsSettings {
    /// `CONNECTOR_EXPOSE_METRICS`: whether to serve metrics over HTTP, which needs the feature `http`.
    /// Default: false.
    pub expose: bool,
    /// `CONNECTOR_METRICS_PORT`: port to listen on, on all addresses. Default: 9095.
    pub port: u16,
    /// `CONNECTOR_METRICS_NAMESPACE`: first part of the names, before an underscore. Default: none.
    pub namespace: String,
    /// `CONNECTOR_METRICS_SUBSYSTEM`: part of the names after the namespace, before an underscore.
    /// Default: none.
    pub subsystem: String,
}

impl Default for MetricsSettings {
    /// Returns the settings of an empty configuration.
    fn default() -> Self {
        Self {
            expose: false,
            port: 9095,
            namespace: String::new(),
            subsystem: String::new(),
        }
    }
}

impl MetricsSettings {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let default = Self::default();
        let expose = reader.flag(&EXPOSE_METRICS).unwrap_or(default.expose);
        reader.switched(expose, |reader| Self {
            expose,
            port: reader
                .parsed(&METRICS_PORT, reader::port)
                .unwrap_or(default.port),
            namespace: reader
                .parsed(&METRICS_NAMESPACE, part_of_name)
                .unwrap_or_default(),
            subsystem: reader
                .parsed(&METRICS_SUBSYSTEM, part_of_name)
                .unwrap_or_default(),
        })
    }
}

/// Checks a part of a metric's name. Refuses a colon: as in pycti, the metric of the state has a label of
/// its own name, and a label cannot contain one.
fn part_of_name(text: &str) -> Result<String, String> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if text.starts_with(|first: char| first.is_ascii_digit()) || !text.chars().all(is_letter) {
        return Err(
            "cannot be a part of a metric's name; write letters, digits and underscores, and do not \
             start with a digit"
                .into(),
        );
    }
    Ok(text.to_owned())
}
