//! Connectors: from a builder or a configuration, through validation, to the registration payload.

pub(crate) mod any;
mod argument;
pub(crate) mod builder;
#[expect(
    clippy::module_inception,
    reason = "the file holds the type `Connector`; the folder holds its builder and its payload too"
)]
pub(crate) mod connector;
pub(crate) mod draft;
mod findings;
pub(crate) mod input;
pub mod kind;
pub(crate) mod raw;
pub(crate) mod scope_rule;
mod stage;
pub mod state;
pub(crate) mod warning;
