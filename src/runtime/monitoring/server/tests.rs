//! Against real connections, with limits that a test can wait for.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::*;

const SOON: Duration = Duration::from_secs(20);
const VERIFIED: &[u8] = b"GET /verified HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
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
        let (answer_verified, answer) = (answer.clone(), answer);
        let verified = async move |Extension(place): Extension<Arc<ConnectionSlot>>| {
            if place.verify() {
                answer_verified().await
            } else {
                "full"
            }
        };
        let router = Router::new()
            .route("/held", get(answer))
            .route("/verified", get(verified));
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

    /// A connection from this address, on which this is written.
    async fn connect_from(&self, address: [u8; 4], bytes: &[u8]) -> TcpStream {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind((address, 0).into()).unwrap();
        let mut stream = socket.connect(self.address).await.unwrap();
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

/// Limits with so many slots for unverified connections, one for a verified one, and this grace
/// period.
fn limits(unverified: usize, grace: Duration) -> Limits {
    let slots = SlotLimits {
        unverified,
        verified: 1,
        grace,
        lifetime: SOON * 2,
    };
    let headers = SOON * 2;
    Limits {
        slots,
        headers,
        ..LIMITS
    }
}

#[tokio::test]
async fn a_connection_beyond_the_limit_waits_for_the_grace_period() {
    let server = Server::start(limits(2, SOON * 2));
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
async fn the_oldest_of_the_address_with_the_most_is_evicted() {
    let server = Server::start(limits(4, Duration::ZERO));
    let mut own = server.connect(b"").await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(server.connect_from([127, 0, 0, 2], b"").await);
    }
    server.permits.add_permits(2);
    // In whose place another comes, and then this one.
    for _ in 0..2 {
        let answered = server.connect_from([127, 0, 0, 3], REQUEST).await;
        assert!(rest(answered).await.ends_with("done"));
        others.push(server.connect_from([127, 0, 0, 2], b"").await);
        assert_eq!(rest(others.remove(0)).await, "");
    }
    own.write_all(REQUEST).await.unwrap();
    server.permits.add_permits(1);
    assert!(rest(own).await.ends_with("done"));
}

#[tokio::test]
async fn a_verified_connection_is_not_evicted_and_their_number_is_limited() {
    let server = Server::start(limits(1, Duration::ZERO));
    let verified = server.connect(VERIFIED).await;
    server.calls(1).await;
    // A second one is refused, and unverified connections have slots of their own.
    assert!(rest(server.connect(VERIFIED).await).await.ends_with("full"));
    for _ in 0..3 {
        drop(server.connect(b"").await);
    }
    server.permits.add_permits(1);
    assert!(rest(verified).await.ends_with("done"));
    server.permits.add_permits(1);
    assert!(rest(server.connect(VERIFIED).await).await.ends_with("done"));
}

#[tokio::test]
async fn a_connection_may_not_stay_unverified() {
    let mut limits = limits(1, SOON * 2);
    limits.slots.lifetime = Duration::from_millis(50);
    let server = Server::start(limits);
    // Waits for an answer that does not come.
    assert_eq!(rest(server.connect(REQUEST).await).await, "");
    server.permits.add_permits(1);
    let verified = server.connect(VERIFIED).await;
    assert!(rest(verified).await.ends_with("done"));
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
