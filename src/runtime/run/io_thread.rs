//! The thread on which connections live.

use std::io;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A thread with a runtime of its own, for the connections to the broker and for pings: a handler
/// that blocks the threads of its own runtime starves none of them.
///
/// Dropped, it ends with all that runs on it.
pub(crate) struct IoThread {
    handle: Handle,
    /// Whose end ends the thread.
    _alive: oneshot::Sender<()>,
}

impl IoThread {
    pub(crate) fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (alive, dropped) = oneshot::channel();
        thread::Builder::new()
            .name("opencti-io".into())
            .spawn(move || {
                // An error is the end of the sender, which is what is waited for.
                let _ = runtime.block_on(dropped);
                // Not to wait for a lookup of a name that is under way.
                runtime.shutdown_background();
            })?;
        Ok(Self {
            handle,
            _alive: alive,
        })
    }

    pub(crate) fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Runs a future there, whether it is waited for or not.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.handle.spawn(future)
    }
}
