//! When a run is to stop.

use std::io;

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

/// Runs what is stopped by a signal, and at once by a second one.
pub(crate) async fn stopped_by_signals<T>(
    run: impl AsyncFnOnce(BoxFuture<'_, ()>, BoxFuture<'_, ()>) -> Result<T, RunError>,
) -> Result<T, RunError> {
    let mut signals = Signals::listen().map_err(|error| {
        let message = format!("the signals to stop cannot be listened to: {error}");
        RunError::new(RunErrorKind::Options, message)
    })?;
    let (first, second) = (CancellationToken::new(), CancellationToken::new());
    let (stop, force_stop) = (first.cancelled(), second.cancelled());
    let watching = async {
        signals.next().await;
        tracing::info!("stopping; finishing the work in progress");
        first.cancel();
        signals.next().await;
        second.cancel();
        std::future::pending().await
    };
    tokio::select! {
        result = run(Box::pin(stop), Box::pin(force_stop)) => result,
        never = watching => never,
    }
}
