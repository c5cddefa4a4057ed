//! Results that a connector hands to the platform over HTTP instead of the broker: bundles, files
//! and the answer to a playbook step.

pub(super) mod analysis;
pub(super) mod bundle;
pub(super) mod export;
pub(super) mod pending;
pub(super) mod playbook;
