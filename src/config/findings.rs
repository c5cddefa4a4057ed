//! Faults and warnings about a configuration.
//!
//! Reading collects findings in a [`report`]. [`unread`] adds settings that nobody reads, and [`hidden`]
//! removes secrets before the report is shown.

pub(crate) mod hidden;
pub(crate) mod report;
pub(crate) mod unread;
