//! What is found to be wrong with a configuration, and what is most likely wrong.
//!
//! A reading gathers findings in a [`report`]; settings that nobody reads ([`unread`]) are added to
//! it, and secrets are [`hidden`] before anybody sees it.

pub(crate) mod hidden;
pub(crate) mod report;
pub(crate) mod unread;
