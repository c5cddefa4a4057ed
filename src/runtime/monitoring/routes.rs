//! Routes by which a run is watched.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::json;

use crate::runtime::monitoring::metrics_text;
use crate::runtime::run::lifecycle::Shared;

/// Of the version that is written, and of every scraper.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Whether the run makes progress, and whether it has what it works with.
pub(crate) fn health(shared: &Arc<Shared>) -> Router {
    let (for_health, for_ready) = (Arc::clone(shared), Arc::clone(shared));
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
pub(crate) fn metrics(shared: &Arc<Shared>, prefix: String) -> Router {
    let shared = Arc::clone(shared);
    let text = async move || {
        let text = metrics_text::text(&shared.metrics, is_stopping(&shared), &prefix);
        ([(CONTENT_TYPE, TEXT_FORMAT)], text)
    };
    Router::new().route("/metrics", get(text))
}

/// What a restart may help against.
fn stuck(shared: &Shared) -> Vec<&'static str> {
    let mut reasons = shared.vitals.stuck();
    if shared.stopping.is_cancelled() {
        reasons.push("the run has ended with an error, which is in the log");
    }
    reasons
}

/// Why no work can be done now.
fn unready(shared: &Shared) -> Vec<&'static str> {
    let mut reasons = stuck(shared);
    if shared.vitals.is_stopping() {
        reasons.push("the connector stops");
    }
    if !shared.metrics.is_ping_answered() {
        reasons.push("the platform has not answered the last ping");
    }
    if shared.link.is_lost() {
        reasons.push("the broker cannot be reached");
    }
    reasons.extend(shared.vitals.missing());
    reasons
}

fn is_stopping(shared: &Shared) -> bool {
    shared.vitals.is_stopping() || shared.stopping.is_cancelled()
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
