//! Against a server that reads to the end of what it is sent, and keeps none of it.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::client::ErrorKind;
use crate::graphql::{PushExport, Upload};

const ABOUT: &str = r#"{"data":{"about":{"version":"7.261008.0"}}}"#;
const DONE: &str = r#"{"data":{"stixDomainObjectEdit":{"exportPush":true}}}"#;

/// A server, and how many bytes have come to it.
async fn sink() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let received = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&received);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(swallow(stream, Arc::clone(&count)));
        }
    });
    (address, received)
}

/// Reads one request; the first piece of it tells what it is, the last one that it has ended.
async fn swallow(mut stream: TcpStream, received: Arc<AtomicUsize>) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    let mut last = Vec::new();
    let mut is_about = false;
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        let piece = &buffer[..count];
        received.fetch_add(count, Ordering::SeqCst);
        let holds = |text: &[u8]| piece.windows(text.len()).any(|it| it == text);
        is_about |= holds(b"query About");
        last.extend_from_slice(&piece[count.saturating_sub(8)..]);
        // A body in chunks ends with an empty one.
        if is_about || last.ends_with(b"\r\n0\r\n\r\n") {
            break;
        }
        last.drain(..last.len().saturating_sub(8));
    }
    let body = if is_about { ABOUT } else { DONE };
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(format!("{head}{body}").as_bytes()).await
}

fn client(address: SocketAddr) -> Client {
    let client = Client::builder(format!("http://{address}"), "token-of-the-tests");
    let client = client.retries(0).timeout(Duration::from_secs(20));
    client.build().unwrap()
}

/// So many bytes; it knows how many of them had been taken and had not come to the server at most.
struct Content {
    left: usize,
    taken: usize,
    received: Arc<AtomicUsize>,
    most_held: Arc<AtomicUsize>,
}

impl AsyncRead for Content {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let held = self
            .taken
            .saturating_sub(self.received.load(Ordering::SeqCst));
        self.most_held.fetch_max(held, Ordering::SeqCst);
        let count = buffer.remaining().min(self.left);
        buffer.put_slice(&vec![b'x'; count]);
        self.left -= count;
        self.taken += count;
        Poll::Ready(Ok(()))
    }
}

async fn upload(
    address: SocketAddr,
    content: impl AsyncRead + Send + 'static,
) -> Result<(), Error> {
    let file = Upload::new("a.csv", &mime::TEXT_CSV, &[]);
    let push = PushExport::new("entity", file, &[]);
    client(address).upload_stream(&push, content).await
}

#[tokio::test]
async fn a_large_file_is_never_held_as_a_whole() {
    const SIZE: usize = 200_000_000;
    let (address, received) = sink().await;
    let most_held = Arc::new(AtomicUsize::new(0));
    let content = Content {
        left: SIZE,
        taken: 0,
        received: Arc::clone(&received),
        most_held: Arc::clone(&most_held),
    };
    upload(address, content).await.unwrap();
    assert!(received.load(Ordering::SeqCst) > SIZE);
    // The buffers of the sockets hold the most of it.
    let most = most_held.load(Ordering::SeqCst);
    assert!(most < SIZE / 10, "{most} bytes were held");
}

#[tokio::test]
async fn content_that_cannot_be_read_is_its_own_kind_of_error() {
    let (address, _) = sink().await;
    let unreadable = tokio_util::io::StreamReader::new(stream::iter([
        Ok(Bytes::from_static(b"a;b")),
        Err(io::Error::other("the disk is gone")),
    ]));
    let error = upload(address, unreadable).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Content, "{error}");
    assert!(error.to_string().contains("the disk is gone"), "{error}");
}

#[tokio::test]
async fn content_that_comes_to_a_halt_is_given_up() {
    let (address, _) = sink().await;
    let file = Upload::new("a.csv", &mime::TEXT_CSV, &[]);
    let push = PushExport::new("entity", file, &[]);
    let client = Client::builder(format!("http://{address}"), "token-of-the-tests");
    let client = client.retries(0).timeout(Duration::from_millis(500));
    // The other end is there, and says nothing.
    let (halted, _kept) = tokio::io::duplex(64);
    let error = client.build().unwrap().upload_stream(&push, halted).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Timeout);
}
