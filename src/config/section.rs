//! Sections of settings of the connector's own.
//!
//! A section is [`own`]: keys of the file, replaced by variables, which serde reads through
//! [`setting`]. [`faults`] finds everything that is wrong with it, each as a [`mismatch`], and
//! [`several`] reads more than one section into one report. [`comma_list`](mod@comma_list) and [`shown`]
//! are types of settings.

pub(crate) mod comma_list;
pub(crate) mod faults;
pub(crate) mod mismatch;
pub(crate) mod own;
pub(crate) mod setting;
pub(crate) mod several;
pub(crate) mod shown;
