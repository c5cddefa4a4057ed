//! A connector's own record on the platform: it registers, pings with its state, reads its status
//! and unregisters.

pub(super) mod ping;
pub(super) mod register;
mod state;
pub(super) mod status;
