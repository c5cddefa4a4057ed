//! Bundles on their way from a handler to the platform.
//!
//! [`send`] waits for [`back_pressure`], asks for [`approval`] where it is wanted, stores the bundle,
//! and splits it. Its parts are announced as [`expectations`] of the work and go through a [`window`]
//! of unconfirmed parts to the broker.

pub(crate) mod approval;
pub(crate) mod back_pressure;
pub(crate) mod context;
pub(crate) mod expectations;
pub(crate) mod send;
pub(crate) mod window;
