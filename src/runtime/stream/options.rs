//! How a stream is followed.

use std::time::Duration;

use crate::runtime::run::options::Options;
use crate::runtime::stream::policy::FailedEvent;
use crate::runtime::stream::reader::ReadOptions;

/// What is particular to following.
#[derive(Clone, Debug)]
pub(crate) struct FollowOptions {
    pub(crate) common: Options,
    pub(crate) read: ReadOptions,
    pub(crate) on_failed_event: FailedEvent,
    pub(crate) rate: Option<(u32, Duration)>,
    pub(crate) at_most: usize,
    pub(crate) within: Duration,
    pub(crate) concurrency: usize,
}
