//! Sections of settings of the connector's own.
//!
//! [`own`] merges the keys of the file with the variables, and serde reads them through [`setting`],
//! which takes [`notes`] of the keys that nobody reads. [`faults`] finds everything that is wrong, each
//! as a [`mismatch`]. [`several`] reads more than one section into one report.
//! [`comma_list`](mod@comma_list) and [`shown`] are types of settings.

pub(crate) mod comma_list;
pub(crate) mod faults;
pub(crate) mod mismatch;
pub(crate) mod notes;
pub(crate) mod number;
pub(crate) mod own;
pub(crate) mod setting;
pub(crate) mod several;
pub(crate) mod shown;
