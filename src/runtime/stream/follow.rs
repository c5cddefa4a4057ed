//! Following: a connector that is told of what happens on the platform.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

use crate::client::{BoxError, Registration, Session};
use crate::connector::any::AnyConnector;
use crate::connector::kind::Kind;
use crate::runtime::error::RunError;
use crate::runtime::handler::traits::AnswerTo;
use crate::runtime::monitoring::liveness::WorkSource;
use crate::runtime::run::lifecycle::Running;
use crate::runtime::run::options::{Options, run_methods};
use crate::runtime::stream::checkpoint::ping_changes;
use crate::runtime::stream::follower::Follower;
use crate::runtime::stream::handler::{Batched, Brought, Follows, Handler, Single, erased};
use crate::runtime::stream::live_stream::{Source, StreamSource};
use crate::runtime::stream::options::FollowOptions;
use crate::runtime::stream::policy::FailedEvent;
use crate::runtime::stream::reader::ReadOptions;
use crate::value::send_to::SendTo;

/// As pycti; the platform sends a heartbeat every 5 seconds.
const WATCHDOG: Duration = Duration::from_secs(45);
const LARGEST_EVENT: usize = 64 * 1024 * 1024;
/// As pycti.
const RECONNECT_AFTER: Duration = Duration::from_secs(3);
const BATCH_WITHIN: Duration = Duration::from_secs(1);

/// A connector that is to follow a live stream: what [`Registration::follow`] gives.
///
/// Options are set, then it [`run`](Self::run)s:
///
/// ```no_run
/// use std::time::Duration;
/// use opencti_connector::client::Registration;
/// use opencti_connector::kind::Stream;
/// use opencti_connector::runtime::{BoxError, Events, FailedEvent};
///
/// # async fn forward(events: &[opencti_connector::runtime::Event]) -> Result<(), BoxError> { Ok(()) }
/// # async fn start(registration: Registration<Stream>) -> Result<(), BoxError> {
/// let stream = "99ec0c6a-13ce-5e39-b486-354fe4a7084f";
/// let follow = registration
///     .follow(stream, async |events: Events| forward(&events).await)
///     .batches(500, Duration::from_secs(5))
///     .rate(60, Duration::from_secs(60))
///     .on_failed_event(FailedEvent::Stop);
/// follow.run().await?;
/// # Ok(())
/// # }
/// ```
///
/// `M` is what the handler takes.
#[must_use = "nothing is followed until it runs"]
pub struct Follow<M: Brought> {
    connector: AnyConnector,
    session: Session,
    source: Source,
    handler: Handler,
    options: FollowOptions,
    takes: PhantomData<fn(M)>,
}

impl<K: Kind> Registration<K> {
    /// Follows a live stream of the platform, and has each of its events handled.
    ///
    /// The stream is given by its id, or as the configuration has it (`run.live_stream`), with where
    /// to start and what to leave out. The handler is an async function of one argument, an
    /// [`Event`] or [`Events`], that answers with `()`:
    ///
    /// ```no_run
    /// use opencti_connector::client::Registration;
    /// use opencti_connector::kind::Stream;
    /// use opencti_connector::runtime::{BoxError, Event};
    ///
    /// async fn handle(event: Event) -> Result<(), BoxError> {
    ///     println!("{} {}", event.action(), event.object().id());
    ///     Ok(())
    /// }
    ///
    /// # async fn start(registration: Registration<Stream>) -> Result<(), BoxError> {
    /// registration.follow("99ec0c6a-13ce-5e39-b486-354fe4a7084f", handle).run().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// What is promised of each event is said at [the module](crate::runtime#streams).
    ///
    /// [`Event`]: crate::runtime::Event
    /// [`Events`]: crate::runtime::Events
    #[doc(alias = "listen_stream")]
    pub fn follow<S, M, A, E, How, F, R>(self, stream: S, handler: F) -> Follow<M>
    where
        K: Follows,
        S: StreamSource,
        M: Brought,
        F: Fn(M) -> R + Send + Sync + 'static,
        R: Future<Output = Result<A, E>> + Send + 'static,
        A: AnswerTo<M, How> + 'static,
        E: Into<BoxError> + 'static,
    {
        let common = Options {
            // It sends no bundles.
            send_to: SendTo::default(),
            work_source: Some(WorkSource::Stream),
            ..Options::of(self.session())
        };
        let (connector, session) = self.into_parts();
        Follow {
            connector: connector.into(),
            session,
            source: stream.source(),
            handler: erased(handler),
            options: FollowOptions {
                common,
                read: ReadOptions {
                    watchdog: WATCHDOG,
                    largest: LARGEST_EVENT,
                    reconnect_after: RECONNECT_AFTER,
                },
                on_failed_event: FailedEvent::default(),
                rate: None,
                at_most: M::AT_MOST,
                within: BATCH_WITHIN,
                concurrency: 1,
            },
            takes: PhantomData,
        }
    }
}

impl<M: Brought> Follow<M> {
    /// What becomes of an event whose handler has failed; by default it is handled again five times
    /// and then ends the run, so that nothing is lost.
    ///
    /// A batch fails as a whole, unless the handler says by [`Events::failed_at`] which event it is.
    ///
    /// [`Events::failed_at`]: crate::runtime::Events::failed_at
    pub fn on_failed_event(mut self, what: FailedEvent) -> Self {
        self.options.on_failed_event = what;
        self
    }

    /// How often the handler is called at most: `n` times in any time of this length. 0 counts as 1.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use opencti_connector::runtime::{Event, Follow};
    /// # fn example(follow: Follow<Event>) -> Follow<Event> {
    /// follow.rate(100, Duration::from_secs(60))
    /// # }
    /// ```
    #[doc(alias = "max_per_minute")]
    pub fn rate(mut self, n: u32, per: Duration) -> Self {
        self.options.rate = Some((n, per));
        self
    }

    /// How many events the handler is given at a time, and how long the first of them waits for
    /// others; 100 and a second by default. 0 events count as 1.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use opencti_connector::runtime::{Events, Follow};
    /// # fn example(follow: Follow<Events>) -> Follow<Events> {
    /// follow.batches(1000, Duration::from_secs(10))
    /// # }
    /// ```
    pub fn batches(mut self, at_most: usize, within: Duration) -> Self
    where
        M: Batched,
    {
        self.options.at_most = at_most.max(1);
        self.options.within = within;
        self
    }

    /// How many events are handled at a time; 1 by default. 0 counts as 1.
    ///
    /// Events of different objects are handled side by side, those of one object in the order of
    /// the stream; a merge is an event of its sources, too. The position moves only past events
    /// that are all handled. While one event is slow or retried, up to 1,024 later ones are
    /// handled; if the connector ends meanwhile, they are known to be handled in the next run.
    ///
    /// Batches are handled one at a time: see [`Events`](crate::runtime::Events) for concurrency
    /// inside a batch.
    ///
    /// ```no_run
    /// use opencti_connector::client::Registration;
    /// use opencti_connector::kind::Stream;
    /// use opencti_connector::runtime::{BoxError, Event};
    ///
    /// async fn handle(event: Event) -> Result<(), BoxError> {
    ///     println!("{} {}", event.action(), event.object().id());
    ///     Ok(())
    /// }
    ///
    /// # async fn start(registration: Registration<Stream>) -> Result<(), BoxError> {
    /// let stream = "99ec0c6a-13ce-5e39-b486-354fe4a7084f";
    /// registration.follow(stream, handle).concurrency(8).run().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn concurrency(mut self, most: u16) -> Self
    where
        M: Single,
    {
        self.options.concurrency = usize::from(most.max(1));
        self
    }

    /// How long to wait before a lost connection is made again, unless the platform asks for
    /// another time; 3 seconds by default, as in pycti.
    ///
    /// The wait doubles, up to 30 seconds, while connections bring nothing new and end soon. The
    /// platform cannot ask for less than a second.
    pub fn reconnect_after(mut self, wait: Duration) -> Self {
        self.options.read.reconnect_after = wait;
        self
    }

    /// How long the platform may be silent before the stream is opened again; 45 seconds, as in
    /// pycti.
    ///
    /// Silence is that of the connection: a handler may take as long as it likes. The platform sends
    /// a heartbeat every 5 seconds, unless it is told otherwise (`app:live_stream:heartbeat_period`).
    pub fn watchdog(mut self, silence: Duration) -> Self {
        self.options.read.watchdog = silence;
        self
    }

    /// The largest event that is read, in bytes; 64 MiB. A larger one is skipped, and logged with
    /// its id.
    pub fn largest_event(mut self, bytes: usize) -> Self {
        self.options.read.largest = bytes;
        self
    }

    const fn common(&mut self) -> &mut Options {
        &mut self.options.common
    }

    run_methods!(
        "Follows",
        "A stream that the platform refuses is an error of [`Authentication`](crate::runtime::RunErrorKind::Authentication), an event that [stops](FailedEvent::Stop) the run one of [`Handler`](crate::runtime::RunErrorKind::Handler)."
    );

    async fn run_with(
        self,
        stop: impl Future<Output = ()>,
        force_stop: impl Future<Output = ()>,
    ) -> Result<(), RunError> {
        self.source.check()?;
        if self.source.id.is_none() {
            tracing::error!(
                connector = self.session.registered.id,
                "no live stream is configured (CONNECTOR_LIVE_STREAM_ID), so the connector follows \
                 the raw stream: everything that happens on the platform, for which its user has to \
                 bypass all restrictions; create a live stream and configure its id"
            );
        }
        let mut running = Running::start(self.session, self.connector, &self.options.common)?;
        let (kept, changes) = watch::channel(Value::Null);
        running.spawn(async move |shared| {
            ping_changes(&shared.pings, changes).await;
            None
        });
        let (shared, client) = (running.shared.clone(), running.client.clone());
        match Follower::new(
            Arc::clone(&shared),
            client,
            self.source,
            self.handler,
            self.options,
            kept,
        ) {
            Ok((follower, reader)) => {
                running.spawn(async move |_| Some(reader.run().await));
                let stop = shared.stopped_by(stop);
                shared
                    .liveness
                    .run
                    .of(follower.work(stop, force_stop))
                    .await;
            }
            Err(error) => running.shared.end(error),
        }
        running.finish().await
    }
}

impl<M: Brought> fmt::Debug for Follow<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follow")
            .field("connector", &self.connector)
            .field("source", &self.source)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
