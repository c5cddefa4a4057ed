//! How an external import runs.

use std::time::Duration;

use crate::runtime::run::options::Options;

/// What happens after a run that has failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailedRun {
    /// The next run comes as planned.
    #[default]
    NextTime,
    /// The connector ends, with [`RunErrorKind::Handler`](crate::runtime::RunErrorKind::Handler).
    Stop,
    /// The run is begun again.
    Retry {
        /// After this time.
        after: Duration,
        /// This often in a row; then the next run comes as planned.
        at_most: u32,
    },
}

/// What is particular to a schedule.
#[derive(Clone, Debug)]
pub(crate) struct ScheduleOptions {
    pub(crate) common: Options,
    pub(crate) period: Option<Duration>,
    pub(crate) on_failed_run: FailedRun,
}
