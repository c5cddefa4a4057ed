//! What a connector reads of the platform's knowledge.

pub(super) mod list;
pub(super) mod object;
pub(super) mod stream;
