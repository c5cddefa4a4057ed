//! When a run is to stop.

use std::io;
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::runtime::error::{RunError, RunErrorKind};
use crate::runtime::handler::traits::BoxFuture;

/// The signals to stop a process: SIGTERM and SIGINT, or Ctrl-C on Windows.
pub(crate) struct Signals {
    #[cfg(unix)]
    kinds: [tokio::signal::unix::Signal; 2],
    #[cfg(windows)]
    kinds: [tokio::signal::windows::CtrlC; 1],
}

impl Signals {
    /// Takes the signals over from the system, which would end the process at once.
    pub(crate) fn listen() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};

            Ok(Self {
                kinds: [
                    signal(SignalKind::terminate())?,
                    signal(SignalKind::interrupt())?,
                ],
            })
        }
        #[cfg(windows)]
        Ok(Self {
            kinds: [tokio::signal::windows::ctrl_c()?],
        })
    }

    /// The next one.
    pub(crate) async fn next(&mut self) {
        std::future::poll_fn(|context| {
            // Each is polled, because a signal wakes up only who has asked for it.
            let came = self.kinds.each_mut().map(|kind| kind.poll_recv(context));
            if came.iter().any(std::task::Poll::is_ready) {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
    }
}

/// How long a run may take to end after the second signal.
const FORCED: Duration = Duration::from_secs(2);

/// Runs until a signal stops it. A second signal forces it to stop within two seconds.
pub(crate) async fn stopped_by_signals(
    run: impl AsyncFnOnce(BoxFuture<'_, ()>, BoxFuture<'_, ()>) -> Result<(), RunError>,
) -> Result<(), RunError> {
    let mut signals = Signals::listen().map_err(|error| {
        let message = format!("cannot listen for the signals to stop: {error}");
        RunError::new(RunErrorKind::Options, message)
    })?;
    let (first, second) = (CancellationToken::new(), CancellationToken::new());
    let (stop, force_stop) = (first.cancelled(), second.cancelled());
    let forced = async {
        signals.next().await;
        tracing::info!("stopping; finishing the work in progress");
        first.cancel();
        signals.next().await;
        second.cancel();
        sleep(FORCED).await;
    };
    tokio::select! {
        result = run(Box::pin(stop), Box::pin(force_stop)) => result,
        () = forced => {
            tracing::warn!("forced to stop before the run has ended");
            Ok(())
        }
    }
}
