//! The connection to the platform while a connector runs.
//!
//! [`pings`] keep the connector and its works alive, carry the [`state`] there, and bring back resets.

pub(crate) mod pings;
pub(crate) mod state;
