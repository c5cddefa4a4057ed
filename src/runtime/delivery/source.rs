//! Where a connector gets its messages from: its queue, or requests of the platform.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::client::Session;
#[cfg(feature = "http")]
use crate::runtime::delivery::http::callback::{ANSWER_WITHIN, Open, Requests};
use crate::runtime::delivery::incoming::Incoming;
use crate::runtime::delivery::prefetch::Asking;
use crate::runtime::delivery::queue;
use crate::runtime::error::RunError;
use crate::runtime::run::lifecycle::Running;

/// Where messages come from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// The connector's queue.
    Queue,
    /// Requests of the platform.
    #[cfg(feature = "http")]
    Requests(Requests),
    /// Requests of the platform, which need the feature `http`.
    #[cfg(not(feature = "http"))]
    #[cfg_attr(
        not(feature = "config"),
        expect(dead_code, reason = "only a configuration asks for them")
    )]
    Missing,
}

/// A [`Source`] that is ready to receive from.
pub(crate) enum Origin {
    Queue,
    #[cfg(feature = "http")]
    Requests(Open),
}

impl Source {
    /// As configured, if the connector was started from a configuration.
    pub(crate) fn of(session: &Session) -> Self {
        #[cfg(feature = "config")]
        if let Some(run) = &session.run {
            return match &run.listen {
                crate::config::ListenProtocol::Amqp => Self::Queue,
                #[cfg(feature = "http")]
                crate::config::ListenProtocol::Api(api) => {
                    Self::Requests(Requests::by(api.clone()))
                }
                #[cfg(not(feature = "http"))]
                crate::config::ListenProtocol::Api(_) => Self::Missing,
            };
        }
        let _ = session;
        Self::Queue
    }

    pub(crate) fn is_queue(&self) -> bool {
        matches!(self, Self::Queue)
    }

    /// How long the sender waits for a message to be settled.
    pub(crate) const fn waits(&self) -> Duration {
        match self {
            #[cfg(feature = "http")]
            Self::Requests(_) => ANSWER_WITHIN,
            _ => Duration::MAX,
        }
    }

    /// Prepares it before the run starts. Returns an error if it cannot deliver anything.
    #[cfg_attr(
        not(feature = "http"),
        expect(
            unused_variables,
            reason = "the keys that it tells are those of requests"
        )
    )]
    pub(crate) fn open(&self, session: &Session) -> Result<Origin, RunError> {
        match self {
            Self::Queue => Ok(Origin::Queue),
            #[cfg(feature = "http")]
            Self::Requests(requests) => requests.open(session).map(Origin::Requests),
            #[cfg(not(feature = "http"))]
            Self::Missing => Err(RunError::new(
                crate::runtime::error::RunErrorKind::Options,
                "`CONNECTOR_LISTEN_PROTOCOL` is `API`, and the connector was built without the \
                 feature `http` of `opencti-connector`; set it to `AMQP`, or build it with the \
                 feature",
            )),
        }
    }
}

impl Origin {
    /// Passes messages on to the dispatcher until the run is over.
    pub(crate) fn receive(
        self,
        running: &mut Running,
        asking: Asking,
        incoming: mpsc::UnboundedSender<Incoming>,
    ) {
        match self {
            Self::Queue => running.spawn_to_its_end(async move |shared| {
                queue::receive(&shared, asking, incoming).await
            }),
            #[cfg(feature = "http")]
            Self::Requests(open) => {
                running.spawn_to_its_end(async move |shared| open.receive(shared, incoming).await);
            }
        }
    }
}
