//! What a run tells those who monitor it.
//!
//! Parts of a run count in [`metrics`] and report to [`liveness`] whether they make progress and are
//! connected. With the feature `http`, [`routes`] answers probes and scrapers from these two, on the
//! [`server`] that also takes the platform's requests.

#[cfg(feature = "http")]
pub(crate) mod connection_slots;
#[cfg(feature = "http")]
pub(crate) mod exposure;
pub(crate) mod liveness;
pub(crate) mod metrics;
#[cfg(feature = "http")]
mod metrics_text;
#[cfg(feature = "http")]
pub(crate) mod routes;
#[cfg(feature = "http")]
pub(crate) mod server;
