//! How a connector listens.

use std::time::Duration;

use crate::runtime::delivery::source::Source;
use crate::runtime::options::Options;

/// Five minutes before the 30 after which RabbitMQ takes a message back.
const ACK_WITHIN: Duration = Duration::from_secs(25 * 60);
const MAX_ATTEMPTS: u32 = 3;

/// What becomes of a step of a playbook whose handler has failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailedStep {
    /// It is answered with the objects as they came, so that the playbook goes on.
    #[default]
    Forward,
    /// It has no answer, so that the playbook hangs, as with pycti.
    Stop,
}

/// What is particular to listening.
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
