//! Routes served on a listener, with limits on what a client may take up.

#[cfg(test)]
mod tests;

use std::io;
use std::net::TcpListener as StdListener;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
#[cfg(unix)]
use tokio::net::TcpSocket;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::runtime::monitoring::connection_slots::{ConnectionSlot, ConnectionSlots, SlotLimits};

/// What clients may take up.
#[derive(Clone, Copy, Debug)]
struct Limits {
    slots: SlotLimits,
    /// For the headers of a request.
    headers: Duration,
    handshake: Duration,
    /// For the answers that are still to be given when it is over.
    answers: Duration,
}

const LIMITS: Limits = Limits {
    // A process may have 1,024 files open by default; a run can have two servers, and needs others.
    slots: SlotLimits {
        unverified: 256,
        verified: 256,
        // Time for a request to follow its handshake. It also bounds how fast a crowd is evicted, and
        // so how long a probe waits behind it: 1,000 connections a second.
        grace: Duration::from_millis(250),
        // Checking a token can include asking for new keys.
        lifetime: Duration::from_secs(30),
    },
    headers: Duration::from_secs(5),
    handshake: Duration::from_secs(5),
    answers: Duration::from_secs(3),
};
/// In connections; the system may allow fewer.
#[cfg(unix)]
const BACKLOG: u32 = 4_096;
/// In bytes, of what is read ahead, the headers of a request among it.
const BUFFER: usize = 64 * 1024;
/// After an error of the listener: it has no file descriptors left, for example.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until it is over: then no more requests are taken, and those in progress are answered.
///
/// An error says that the listener is not one that can be used.
pub(crate) async fn serve(
    listener: StdListener,
    router: Router,
    tls: Option<Arc<ServerConfig>>,
    over: CancellationToken,
) -> io::Result<()> {
    serve_within(LIMITS, listener, router, tls, over).await
}

async fn serve_within(
    limits: Limits,
    listener: StdListener,
    router: Router,
    tls: Option<Arc<ServerConfig>>,
    over: CancellationToken,
) -> io::Result<()> {
    let listener = listening(listener)?;
    let slots = ConnectionSlots::new(limits.slots);
    let mut connections = JoinSet::new();
    let next = async || {
        slots.free().await;
        listener.accept().await
    };
    loop {
        tokio::select! {
            biased;
            () = over.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = next() => match accepted {
                Ok((stream, from)) => {
                    let client = Client {
                        limits,
                        router: router.clone(),
                        over: over.clone(),
                        slot: Arc::new(slots.take(from.ip())),
                    };
                    connections.spawn(client.connection(stream, tls.clone()));
                }
                Err(error) => {
                    tracing::debug!(%error, "a connection could not be taken");
                    sleep(PAUSE).await;
                }
            }
        }
    }
    drop(listener);
    let ending = async { while connections.join_next().await.is_some() {} };
    // What is not answered by then is dropped with the set.
    let _ = timeout(limits.answers, ending).await;
    Ok(())
}

/// Raises the backlog: `std` asks for 128, and while that is full the system drops the handshakes of
/// everyone, whose next try comes after seconds.
fn listening(listener: StdListener) -> io::Result<TcpListener> {
    listener.set_nonblocking(true)?;
    #[cfg(unix)]
    {
        let socket = std::net::TcpStream::from(std::os::fd::OwnedFd::from(listener));
        TcpSocket::from_std_stream(socket).listen(BACKLOG)
    }
    #[cfg(not(unix))]
    TcpListener::from_std(listener)
}

/// How a client is served.
struct Client {
    limits: Limits,
    router: Router,
    over: CancellationToken,
    slot: Arc<ConnectionSlot>,
}

impl Client {
    /// Serves the connection until it ends or is evicted.
    async fn connection(self, stream: TcpStream, tls: Option<Arc<ServerConfig>>) {
        let slot = Arc::clone(&self.slot);
        tokio::select! {
            () = self.serve(stream, tls) => {}
            () = slot.evicted() => tracing::debug!("evicted a connection"),
        }
    }

    async fn serve(self, stream: TcpStream, tls: Option<Arc<ServerConfig>>) {
        // Answers are written at once, and nothing follows that could go with them.
        let _ = stream.set_nodelay(true);
        let Some(tls) = tls else {
            return self.requests(stream).await;
        };
        let handshake = timeout(self.limits.handshake, TlsAcceptor::from(tls).accept(stream));
        match self.over.run_until_cancelled(handshake).await {
            Some(Ok(Ok(stream))) => self.requests(stream).await,
            Some(Ok(Err(error))) => tracing::debug!(%error, "a client could not begin TLS"),
            Some(Err(_)) | None => {}
        }
    }

    /// Answers the request of a connection. Handlers get its [`Place`].
    async fn requests(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send) {
        let service = TowerToHyperService::new(self.router.layer(Extension(self.slot)));
        let mut answering = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(self.limits.headers)
                .max_buf_size(BUFFER)
                // So that no client keeps a connection that others wait for.
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service)
        );
        let ended = tokio::select! {
            ended = &mut answering => ended,
            () = self.over.cancelled() => {
                answering.as_mut().graceful_shutdown();
                answering.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection has ended early");
        }
    }
}
