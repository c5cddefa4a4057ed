//! Whether and how a run can be monitored.

use crate::config::reader::{self, Reader};
use crate::config::sources::variables::{
    EXPOSE_METRICS, METRICS_NAMESPACE, METRICS_PORT, METRICS_SUBSYSTEM,
};

/// Whether a run exposes what is counted of it, and under which names.
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
    /// `CONNECTOR_EXPOSE_METRICS`: whether they are served over HTTP, for which the feature `http`
    /// is needed; false when unset.
    pub expose: bool,
    /// `CONNECTOR_METRICS_PORT`: on which port, of all addresses; 9095 when unset.
    pub port: u16,
    /// `CONNECTOR_METRICS_NAMESPACE`: what the names begin with, before an underscore; nothing when
    /// unset.
    pub namespace: String,
    /// `CONNECTOR_METRICS_SUBSYSTEM`: what follows the namespace, before an underscore; nothing when
    /// unset.
    pub subsystem: String,
}

impl Default for MetricsSettings {
    /// What stands where nothing is configured.
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

/// A colon may stand in the name of a metric, but not in that of a label, and as in pycti the state
/// has one of its own name.
fn part_of_name(text: &str) -> Result<String, String> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if text.starts_with(|first: char| first.is_ascii_digit()) || !text.chars().all(is_letter) {
        return Err(
            "is not a part of a metric's name; write letters, digits and underscores, and no \
             digit first"
                .into(),
        );
    }
    Ok(text.to_owned())
}
