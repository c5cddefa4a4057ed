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
pub(crate) mod warning;

/// The states of a [`ConnectorBuilder`](crate::ConnectorBuilder), what its setters take, and the words
/// in which the compiler refuses a wrong call.
///
/// You never write any of this out, except in a helper over builders: the builder's methods name it,
/// and the errors explain it. It is public so that the docs can show it and such a helper can be
/// generic.
pub mod state {
    pub use super::argument::{IdValue, NameValue, ScopeItemOf, ScopeList};
    pub use super::stage::{
        Absent, Built, Given, HasScope, IdGiven, IdSetOnce, Missing, NameGiven, NameSetOnce,
        Optional, ScopeGiven, ScopeSetOnce,
    };
}
