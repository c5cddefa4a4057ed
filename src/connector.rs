//! A connector, from its builder or a configuration to the payload with which it registers.

pub(crate) mod any;
mod argument;
pub(crate) mod builder;
#[expect(
    clippy::module_inception,
    reason = "it holds the type of this name; the folder holds what leads to it and from it"
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
