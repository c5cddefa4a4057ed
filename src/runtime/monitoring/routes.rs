//! Routes by which a run is watched.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::json;

use crate::runtime::monitoring::liveness::Liveness;
use crate::runtime::monitoring::metrics::Metrics;
use crate::runtime::monitoring::metrics_text;

/// What the routes of a run answer from.
#[derive(Clone)]
pub(crate) struct Probes {
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) liveness: Arc<Liveness>,
}

/// Of the version that is written, and of every scraper.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Whether the run makes progress, and whether it has what it works with.
pub(crate) fn health(probes: &Probes) -> Router {
    let (for_health, for_ready) = (probes.clone(), probes.clone());
    Router::new()
        .route(
            "/health",
            get(async move || answer("ok", "stuck", &stuck(&for_health))),
        )
        .route(
            "/ready",
            get(async move || answer("ready", "not ready", &unready(&for_ready))),
        )
}

/// What is counted of the run, with names behind a prefix.
pub(crate) fn metrics(probes: &Probes, prefix: String) -> Router {
    let probes = probes.clone();
    let text = async move || {
        let text = metrics_text::text(&probes.metrics, is_stopping(&probes), &prefix);
        ([(CONTENT_TYPE, TEXT_FORMAT)], text)
    };
    Router::new().route("/metrics", get(text))
}

/// What a restart may help against.
fn stuck(probes: &Probes) -> Vec<&'static str> {
    let mut reasons = probes.liveness.stuck();
    if probes.liveness.stopping.is_cancelled() {
        reasons.push("the run has ended with an error, which is in the log");
    }
    reasons
}

/// Why no work can be done now.
fn unready(probes: &Probes) -> Vec<&'static str> {
    let mut reasons = stuck(probes);
    if probes.liveness.is_stopping() {
        reasons.push("the connector stops");
    }
    if !probes.metrics.is_ping_answered() {
        reasons.push("the platform has not answered the last ping");
    }
    if probes.liveness.is_broker_lost() {
        reasons.push("the broker cannot be reached");
    }
    reasons.extend(probes.liveness.missing());
    reasons
}

fn is_stopping(probes: &Probes) -> bool {
    probes.liveness.is_stopping() || probes.liveness.stopping.is_cancelled()
}

fn answer(good: &str, bad: &str, reasons: &[&str]) -> impl IntoResponse + use<> {
    let (status, body) = if reasons.is_empty() {
        (StatusCode::OK, json!({"status": good}))
    } else {
        let body = json!({"status": bad, "reasons": reasons});
        (StatusCode::SERVICE_UNAVAILABLE, body)
    };
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
}
