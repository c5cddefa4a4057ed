//! How a connector listens.

use std::time::Duration;

use crate::runtime::delivery::source::Source;
use crate::runtime::run::options::Options;

/// RabbitMQ requeues a message that is not settled within 30 minutes.
const ACK_WITHIN: Duration = Duration::from_secs(25 * 60);
const MAX_ATTEMPTS: u32 = 3;

/// What to answer to a playbook step whose handler failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailedStep {
    /// Answer with the objects as they came, so the playbook goes on.
    #[default]
    Forward,
    /// Do not answer, so the playbook hangs, as with pycti.
    Stop,
}

/// Options of a connector that listens.
#[derive(Clone, Debug)]
pub(crate) struct ListenOptions {
    pub(crate) common: Options,
    pub(crate) concurrency: u16,
    pub(crate) timeout: Option<Duration>,
    pub(crate) ack_within: Duration,
    pub(crate) max_attempts: u32,
    pub(crate) any_scope: bool,
    pub(crate) on_failed_step: FailedStep,
    pub(crate) source: Source,
}

impl ListenOptions {
    /// The defaults, with what the configuration says.
    pub(crate) const fn new(common: Options, source: Source) -> Self {
        Self {
            common,
            concurrency: 1,
            timeout: None,
            ack_within: ACK_WITHIN,
            max_attempts: MAX_ATTEMPTS,
            any_scope: false,
            on_failed_step: FailedStep::Forward,
            source,
        }
    }
}
