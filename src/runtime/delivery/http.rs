//! Messages that the platform delivers as HTTP requests.
//!
//! The [`callback`] checks each request against the [`key_set`] and passes its message on.

pub(crate) mod callback;
pub(crate) mod key_set;
