//! What every run has, whatever starts its work.
//!
//! A connector is registered by [`start`], or by a client. [`lifecycle`] begins a run: pings,
//! connections on the [`io_thread`] and probes, as the [`options`] say. Signals end it by [`shutdown`].

mod check;
pub(crate) mod io_thread;
pub(crate) mod lifecycle;
pub(crate) mod options;
pub(crate) mod shutdown;
#[cfg(feature = "config")]
pub(crate) mod start;
