//! A connector on the platform.

pub(super) mod ping;
pub(super) mod register;
mod state;
pub(super) mod status;
