//! What a connector hands in.

pub(super) mod analysis;
pub(super) mod bundle;
pub(super) mod export;
pub(super) mod pending;
pub(super) mod playbook;
