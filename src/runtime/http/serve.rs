//! Routes served on a listener, with limits on what a client may take up.

use std::io;
use std::net::TcpListener as StdListener;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// More wait in the backlog of the system.
const CONNECTIONS: usize = 2_048;
/// For the headers of a request, and so for how long a connection may be idle.
const HEADERS_WITHIN: Duration = Duration::from_secs(30);
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// For the answers that are still to be given when it is over.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// After an error of the listener: it has no file descriptors left, for example.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until it is over: then no more requests are taken, and those in hand are answered.
///
/// An error says that the listener is not one that can be used.
pub(super) async fn serve(
    listener: StdListener,
    router: Router,
    tls: Option<Arc<ServerConfig>>,
    over: CancellationToken,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = over.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    let (router, tls, over) = (router.clone(), tls.clone(), over.clone());
                    connections.spawn(connection(stream, router, tls, over));
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
    let _ = timeout(ANSWERS_WITHIN, ending).await;
    Ok(())
}

async fn connection(
    stream: TcpStream,
    router: Router,
    tls: Option<Arc<ServerConfig>>,
    over: CancellationToken,
) {
    // Answers are written at once, and nothing follows that could go with them.
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else {
        return requests(stream, router, over).await;
    };
    let handshake = timeout(HANDSHAKE_WITHIN, TlsAcceptor::from(tls).accept(stream));
    match over.run_until_cancelled(handshake).await {
        Some(Ok(Ok(stream))) => requests(stream, router, over).await,
        Some(Ok(Err(error))) => tracing::debug!(%error, "a client could not begin TLS"),
        Some(Err(_)) | None => {}
    }
}

/// Answers the requests of a connection.
async fn requests<S>(stream: S, router: Router, over: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let mut answering = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS_WITHIN)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
    );
    let ended = tokio::select! {
        ended = &mut answering => ended,
        () = over.cancelled() => {
            answering.as_mut().graceful_shutdown();
            answering.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection has ended early");
    }
}
