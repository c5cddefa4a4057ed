//! The socket of a connection: TCP, or TLS over it, in the terms of futures and of `async_rs`.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use async_rs::Tokio;
use async_rs::traits::Reactor;
use futures_util::Stream;
use futures_util::io::{AsyncRead as FuturesRead, AsyncWrite as FuturesWrite};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::value::secret::Secret;

/// The time for one of the addresses that a name stands for.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A connected socket, which fails as soon as its token is cancelled.
///
/// The AMQP client reads it on a thread that outlives the handles of the connection while the peer
/// says nothing: the token ends that thread, and closes the socket.
pub(super) struct Socket {
    io: Box<dyn IoThread>,
    login: Login,
    ended: Pin<Box<WaitForCancellationFutureOwned>>,
}

/// The login that goes to the broker, in place of the one that the AMQP client writes.
///
/// The client logs what it sends, at the level `trace`, so it is given a mask for the password.
pub(super) struct Login {
    masked: Vec<u8>,
    meant: Vec<u8>,
}

impl Login {
    pub(super) fn new(user: &str, password: &Secret) -> Self {
        let plain = |password: &str| format!("\0{user}\0{password}").into_bytes();
        Self {
            masked: plain(&Self::mask(password)),
            meant: plain(password.expose()),
        }
    }

    /// What stands for the password: as long as it is, because lengths are sent before.
    pub(super) fn mask(password: &Secret) -> String {
        "*".repeat(password.expose().len())
    }

    /// The bytes to write in place of some that hold the login, and where it is in them.
    fn told(&self, bytes: &[u8]) -> Option<(Vec<u8>, Range<usize>)> {
        let length = self.masked.len();
        if length == 0 {
            return None;
        }
        let start = bytes.windows(length).position(|it| it == self.masked)?;
        let place = start..start + length;
        let mut bytes = bytes.to_vec();
        bytes[place.clone()].copy_from_slice(&self.meant);
        Some((bytes, place))
    }

    /// So many bytes of it are written.
    fn is_written(&mut self, length: usize) {
        self.masked.drain(..length);
        self.meant.drain(..length);
    }
}

trait IoThread: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> IoThread for T {}

impl Socket {
    pub(super) async fn connect(
        host: &str,
        port: u16,
        tls: Option<Arc<ClientConfig>>,
        login: Login,
        ended: CancellationToken,
    ) -> io::Result<Self> {
        let tcp = connect(host, port).await?;
        tcp.set_nodelay(true)?;
        let io: Box<dyn IoThread> = match tls {
            None => Box::new(tcp),
            Some(config) => {
                let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
                let tls = TlsConnector::from(config).connect(name, tcp).await?;
                Box::new(tls)
            }
        };
        let ended = Box::pin(ended.cancelled_owned());
        Ok(Self { io, login, ended })
    }
}

async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in lookup_host((host, port)).await? {
        match timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => return Ok(tcp),
            Ok(Err(error)) => last = error,
            Err(_) => last = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(last)
}

impl FuturesRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if self.ended.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let mut buffer = ReadBuf::new(buffer);
        ready!(Pin::new(&mut self.io).poll_read(cx, &mut buffer))?;
        Poll::Ready(Ok(buffer.filled().len()))
    }
}

impl FuturesWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Some((bytes, login)) = self.login.told(bytes) else {
            return Pin::new(&mut self.io).poll_write(cx, bytes);
        };
        let written = ready!(Pin::new(&mut self.io).poll_write(cx, &bytes))?;
        let end = written.clamp(login.start, login.end);
        self.login.is_written(end - login.start);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Not waited for: the peer of a stalled connection never takes the last bytes.
        match Pin::new(&mut self.io).poll_shutdown(cx) {
            Poll::Ready(result) => Poll::Ready(result),
            Poll::Pending => Poll::Ready(Ok(())),
        }
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").finish_non_exhaustive()
    }
}

/// The timers of tokio, with [`Socket`] for a stream. Connections are made before the AMQP client
/// sees them, so that their errors keep their types.
#[derive(Clone, Debug)]
pub(super) struct Sockets(pub(super) Tokio);

impl Reactor for Sockets {
    type TcpStream = Socket;
    type Sleep = <Tokio as Reactor>::Sleep;

    fn register<H: io::Read + io::Write + Send + 'static>(
        &self,
        _: H,
    ) -> io::Result<impl FuturesRead + FuturesWrite + Send + Unpin + 'static> {
        Err::<Socket, _>(io::ErrorKind::Unsupported.into())
    }

    fn sleep(&self, duration: Duration) -> Self::Sleep {
        self.0.sleep(duration)
    }

    fn interval(&self, duration: Duration) -> impl Stream<Item = Instant> + Send + 'static {
        self.0.interval(duration)
    }

    fn tcp_connect_addr(
        &self,
        _: SocketAddr,
    ) -> impl Future<Output = io::Result<Socket>> + Send + 'static {
        std::future::ready(Err(io::ErrorKind::Unsupported.into()))
    }
}
