//! The states of a [`ConnectorBuilder`](crate::ConnectorBuilder), the arguments of its setters, and
//! the bounds that explain a wrong call.
//!
//! These items appear in the builder's signatures and in compile errors. You name them only to
//! write a generic helper over builders; see [`ConnectorBuilder`](crate::ConnectorBuilder#types).

pub use crate::connector::argument::{IdValue, NameValue, ScopeItemOf, ScopeList};
pub use crate::connector::stage::{
    Absent, Built, Given, HasScope, IdGiven, IdSetOnce, Missing, NameGiven, NameSetOnce, Optional,
    ScopeGiven, ScopeSetOnce,
};
