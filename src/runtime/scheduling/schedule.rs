//! The schedule of an external import, which runs by itself.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::{BoxError, Registration};
use crate::connector::kind::{ExternalImport, Kind};
use crate::runtime::error::{RunError, RunErrorKind};
use crate::runtime::run::lifecycle::Running;
use crate::runtime::run::options::{Options, broker_methods, run_methods};
use crate::runtime::scheduling::options::{FailedRun, ScheduleOptions};
use crate::runtime::scheduling::run::Run;
use crate::runtime::scheduling::scheduled_run::Import;
use crate::runtime::scheduling::timetable::Timetable;
use crate::runtime::scheduling::typed_state;

/// The kinds that run on a schedule of their own.
///
/// Sealed; it is only written out in code that serves several kinds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` connectors run when the platform asks, not on a schedule",
    label = "only an external import has a schedule",
    note = "a connector with a queue listens to it: `registration.listen(..)`",
    note = "a stream connector follows a live stream, which brings what happens: \
            `registration.follow(..)`"
)]
pub trait Scheduled: Kind + sealed::Scheduled {}

#[diagnostic::do_not_recommend]
impl Scheduled for ExternalImport {}

/// The time between two runs: a `Duration`, or what the configuration says of it.
///
/// Sealed; it is only written out in code that serves both.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the time between two runs",
    label = "neither a `Duration` nor an `Option<Duration>`",
    note = "give a `Duration`, or what the configuration says: \
            `registration.run_settings().and_then(|run| run.duration_period)`"
)]
pub trait Schedule: sealed::Schedule {
    #[doc(hidden)]
    fn period(self) -> Option<Duration>;
}

#[diagnostic::do_not_recommend]
impl Schedule for Duration {
    fn period(self) -> Option<Duration> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl Schedule for Option<Duration> {
    fn period(self) -> Self {
        self
    }
}

mod sealed {
    use std::time::Duration;

    use crate::connector::kind::ExternalImport;

    pub trait Scheduled {}
    impl Scheduled for ExternalImport {}

    pub trait Schedule {}
    impl Schedule for Duration {}
    impl Schedule for Option<Duration> {}
}

/// An external import with a schedule: what [`Registration::schedule`] gives.
///
/// Options are set, then it [`run`](Self::run)s:
///
/// ```no_run
/// use std::time::Duration;
/// use opencti_connector::client::Registration;
/// use opencti_connector::kind::ExternalImport;
/// use opencti_connector::runtime::{BoxError, FailedRun, Run};
///
/// async fn import(run: Run) -> Result<(), BoxError> {
///     Ok(())
/// }
///
/// # async fn start(registration: Registration<ExternalImport>) -> Result<(), BoxError> {
/// let hourly = registration.schedule(Duration::from_secs(60 * 60), import);
/// let retry = FailedRun::Retry { after: Duration::from_secs(60), at_most: 3 };
/// hourly.on_failed_run(retry).run().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is imported until it runs"]
pub struct Scheduler<K: Scheduled> {
    registration: Registration<K>,
    import: Import,
    has_last_run: bool,
    options: ScheduleOptions,
}

impl<K: Kind> Registration<K> {
    /// Runs a handler again and again, with this time between the end of a run and the next.
    ///
    /// The time is a `Duration`, or what the configuration says of it. Zero, and
    /// `CONNECTOR_RUN_AND_TERMINATE`, run it once.
    ///
    /// The handler is an async function of a [`Run`]; the type of its state is the handler's choice.
    /// Its error is of any type that becomes a [`BoxError`]: the run has failed, which is logged and
    /// shown at its work.
    ///
    /// ```no_run
    /// use opencti_connector::client::Registration;
    /// use opencti_connector::kind::ExternalImport;
    /// use opencti_connector::runtime::{BoxError, Run};
    /// # use std::time::Duration;
    ///
    /// async fn import(run: Run) -> Result<(), BoxError> {
    ///     println!("all since {:?}", run.previous());
    ///     Ok(())
    /// }
    ///
    /// # async fn start(registration: Registration<ExternalImport>) -> Result<(), BoxError> {
    /// # #[cfg(feature = "config")]
    /// let period = registration.run_settings().and_then(|run| run.duration_period);
    /// # #[cfg(not(feature = "config"))]
    /// # let period = Duration::ZERO;
    /// registration.schedule(period, import).run().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// What is promised of each run is said at [the module](crate::runtime#schedule).
    #[doc(alias = "schedule_iso")]
    #[doc(alias = "schedule_process")]
    #[doc(alias = "schedule_unit")]
    pub fn schedule<S, E, F, R>(self, schedule: impl Schedule, handler: F) -> Scheduler<K>
    where
        K: Scheduled,
        S: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
        F: Fn(Run<S>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError> + 'static,
    {
        let common = Options::of(self.session());
        let has_last_run = typed_state::has_last_run::<S>();
        Scheduler {
            registration: self,
            import: erased(handler, has_last_run),
            has_last_run,
            options: ScheduleOptions {
                common,
                period: schedule.period(),
                on_failed_run: FailedRun::default(),
            },
        }
    }
}

/// The handler as one of runs with any state.
fn erased<S, E, F, R>(handler: F, has_last_run: bool) -> Import
where
    S: Default + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Fn(Run<S>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), E>> + Send + 'static,
    E: Into<BoxError> + 'static,
{
    let handler = Arc::new(handler);
    Arc::new(move |run| {
        let handler = Arc::clone(&handler);
        let state = typed_state::read::<S>(run.members(), has_last_run)?;
        Ok(Box::pin(async move {
            let done = handler(Run::new(run, state)).await;
            done.map_err(Into::into)
        }))
    })
}

impl<K: Scheduled> Scheduler<K> {
    /// What happens after a run that has failed; the next one comes as planned by default.
    pub const fn on_failed_run(mut self, what: FailedRun) -> Self {
        self.options.on_failed_run = what;
        self
    }

    const fn common(&mut self) -> &mut Options {
        &mut self.options.common
    }

    broker_methods!();

    run_methods!(
        "Runs on the schedule",
        "A connector that runs once ends with the error of its run, when that has failed."
    );

    async fn run_with(
        self,
        stop: impl Future<Output = ()>,
        force_stop: impl Future<Output = ()>,
    ) -> Result<(), RunError> {
        let Self {
            registration,
            import,
            has_last_run,
            mut options,
        } = self;
        if options.period.is_none() && !options.common.run_and_terminate {
            return Err(RunError::new(
                RunErrorKind::Options,
                "no period is configured; set CONNECTOR_DURATION_PERIOD",
            ));
        }
        options.common.run_and_terminate |= options.period == Some(Duration::ZERO);
        let (connector, session) = registration.into_parts();
        let name = connector.name().to_string();
        let mut running = Running::start(session, connector.into(), &options.common)?;
        let shared = Arc::clone(&running.shared);
        let timetable = Timetable::new(&mut running, import, name, has_last_run, &options);
        let liveness = &shared.liveness;
        let stop = shared.stopped_by(stop);
        liveness.run.of(timetable.keep(stop, force_stop)).await;
        running.finish().await
    }
}

impl<K: Scheduled> std::fmt::Debug for Scheduler<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scheduler")
            .field("registration", &self.registration)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
