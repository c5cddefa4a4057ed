//! What a handler takes and answers with, for each kind of connector that listens.
//!
//! [`traits`] ties a kind to its messages and answers; a file for each kind has both. What the call
//! of a handler came to is a [`result`], whichever kind it is of.

pub(crate) mod analysis;
pub(crate) mod enrichment;
pub(crate) mod export_file;
pub(crate) mod import_file;
pub(crate) mod playbook;
pub(crate) mod result;
pub(crate) mod traits;
