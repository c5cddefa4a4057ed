//! The platform's storage of files, after `initHttpPlatform`'s `/storage/get/`.

use std::sync::{Arc, Mutex};

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    server::{Caller, Request},
    store::{self, Store},
};

/// A file in the storage.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) mime: String,
    pub(super) bytes: Vec<u8>,
}

/// Any user may read, and nobody else.
pub(super) fn get(
    store: &Arc<Mutex<Store>>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let mut store = store::lock(store);
    store.last_request = Some(Request {
        headers,
        body: serde_json::Value::Null,
    });
    if let Some(canned) = store.canned.pop_front() {
        return (canned.status, canned.headers, canned.body).into_response();
    }
    if caller == Caller::Anonymous {
        return StatusCode::FORBIDDEN.into_response();
    }
    match store.storage.get(&id) {
        Some(file) => {
            let content_type = [(header::CONTENT_TYPE, file.mime.clone())];
            (content_type, file.bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
