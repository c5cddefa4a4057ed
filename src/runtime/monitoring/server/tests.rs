//! Against real connections, with limits that a test can wait for.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::*;

const SOON: Duration = Duration::from_secs(20);
const REQUEST: &[u8] = b"GET /held HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// A server with one route, whose requests wait for permits.
struct Server {
    address: std::net::SocketAddr,
    over: CancellationToken,
    permits: Arc<Semaphore>,
    calls: Arc<AtomicUsize>,
    task: JoinHandle<io::Result<()>>,
}

impl Server {
    fn start(limits: Limits) -> Self {
        let listener = StdListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let over = CancellationToken::new();
        let permits = Arc::new(Semaphore::new(0));
        let calls = Arc::<AtomicUsize>::default();
        let (held, called) = (Arc::clone(&permits), Arc::clone(&calls));
        let answer = async move || {
            called.fetch_add(1, Ordering::SeqCst);
            held.acquire().await.unwrap().forget();
            "done"
        };
        let router = Router::new().route("/held", get(answer));
        let serving = serve_within(limits, listener, router, None, over.clone());
        Self {
            address,
            over,
            permits,
            calls,
            task: tokio::spawn(serving),
        }
    }

    /// A connection on which this is written.
    async fn connect(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream
    }

    async fn calls(&self, calls: usize) {
        let called = async {
            while self.calls.load(Ordering::SeqCst) < calls {
                tokio::task::yield_now().await;
            }
        };
        timeout(SOON, called).await.expect("so many requests");
    }
}

/// All that comes until the connection ends.
async fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let reading = timeout(SOON, stream.read_to_end(&mut bytes)).await;
    // An error is a connection that is reset, which is an end too.
    let _ = reading.expect("the connection ends");
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn headers_that_do_not_come_are_not_waited_for() {
    let headers = Duration::from_millis(50);
    let server = Server::start(Limits { headers, ..LIMITS });
    for slow in [&b""[..], b"GET /held HTTP/1.1\r\nHost: loc"] {
        let said = rest(server.connect(slow).await).await;
        assert!(!said.contains("done"), "{said}");
    }
    assert_eq!(server.calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_is_beyond_the_limit_waits_for_its_turn() {
    let server = Server::start(Limits {
        connections: 2,
        ..LIMITS
    });
    let mut streams = Vec::new();
    for _ in 0..3 {
        streams.push(server.connect(REQUEST).await);
    }
    server.calls(2).await;
    let mut waiting = streams.pop().unwrap();
    let mut byte = [0];
    let answered = timeout(Duration::from_millis(100), waiting.read(&mut byte)).await;
    assert!(answered.is_err(), "it was answered");
    assert_eq!(server.calls.load(Ordering::SeqCst), 2);
    server.permits.add_permits(3);
    streams.push(waiting);
    for stream in streams {
        assert!(rest(stream).await.ends_with("done"));
    }
}

#[tokio::test]
async fn what_is_in_hand_at_the_end_is_answered() {
    let server = Server::start(LIMITS);
    let stream = server.connect(REQUEST).await;
    let idle = server.connect(b"").await;
    server.calls(1).await;
    server.over.cancel();
    assert_eq!(rest(idle).await, "");
    server.permits.add_permits(1);
    assert!(rest(stream).await.ends_with("done"));
    timeout(SOON, server.task).await.unwrap().unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn what_is_not_answered_in_time_is_dropped() {
    let answers = Duration::from_millis(50);
    let server = Server::start(Limits { answers, ..LIMITS });
    let stream = server.connect(REQUEST).await;
    server.calls(1).await;
    server.over.cancel();
    assert_eq!(rest(stream).await, "");
    timeout(SOON, server.task).await.unwrap().unwrap().unwrap();
}
