//! Messages on their way to a handler and back.
//!
//! A message comes from the queue or as a request of the platform ([`source`]). The [`dispatcher`]
//! decides which one is next and keeps what is in progress; [`process`] handles one message to its
//! end and says how to settle it; [`acknowledge`] settles its deliveries.

pub(crate) mod acknowledge;
pub(crate) mod dispatcher;
#[cfg(feature = "http")]
pub(crate) mod http;
pub(crate) mod incoming;
pub(crate) mod listen;
pub(crate) mod options;
pub(crate) mod prefetch;
pub(crate) mod process;
pub(crate) mod queue;
pub(crate) mod settled;
pub(crate) mod source;
