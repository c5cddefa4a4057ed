//! Works, which show users what a connector is doing: a connector creates one, reports its progress
//! and reads its status; a draft keeps the work's objects for approval.

pub(super) mod draft;
pub(super) mod report;
pub(super) mod status;
