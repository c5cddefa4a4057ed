//! Reads of the platform's knowledge: one object, pages of a list, and the settings of a live
//! stream.

pub(super) mod list;
pub(super) mod object;
pub(super) mod stream;
