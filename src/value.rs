//! The values of a connector and the validation rules of each.

#[cfg(any(feature = "config", feature = "runtime"))]
pub(crate) mod broker_settings;
pub(crate) mod callback_uri;
#[cfg(feature = "client")]
pub(crate) mod chain;
pub(crate) mod connector_type;
pub(crate) mod entity_type;
pub(crate) mod fault;
pub(crate) mod field;
pub(crate) mod id;
#[cfg(any(feature = "config", feature = "http"))]
pub(crate) mod listen_api;
pub(crate) mod mime_type;
pub(crate) mod name;
pub(crate) mod placeholder;
pub(crate) mod raw_scope;
pub(crate) mod scope;
pub(crate) mod secret;
#[cfg(any(feature = "config", feature = "runtime"))]
pub(crate) mod send_to;
pub(crate) mod settings;
pub(crate) mod since;
pub(crate) mod text;
pub(crate) mod version;
