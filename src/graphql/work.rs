//! Works.

pub(super) mod draft;
pub(super) mod report;
pub(super) mod status;
