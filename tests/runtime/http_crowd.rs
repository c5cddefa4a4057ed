//! Clients that take up connections and say nothing.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use platform::or_skip;
use reqwest::StatusCode;
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpSocket;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::called::{Called, answer};
use crate::disturbed::Held;
use crate::stage::{Run, message, until};

/// Much longer than anyone waits among these clients, and much shorter than without a way around
/// them.
const IN_TIME: Duration = Duration::from_secs(15);

/// So many clients at this address, which open a new connection when the last one has ended.
struct Crowd {
    opened: Arc<AtomicUsize>,
    _clients: JoinSet<()>,
}

impl Crowd {
    fn new(clients: usize, at: Ipv4Addr, server: SocketAddr) -> Self {
        let opened = Arc::<AtomicUsize>::default();
        let client = |opened: Arc<AtomicUsize>| async move {
            loop {
                let socket = TcpSocket::new_v4().unwrap();
                socket.bind((IpAddr::from(at), 0).into()).unwrap();
                if let Ok(mut stream) = socket.connect(server).await {
                    opened.fetch_add(1, Ordering::Relaxed);
                    // An error is an end, too.
                    let _ = stream.read(&mut [0]).await;
                }
            }
        };
        let clients = (0..clients).map(|_| client(Arc::clone(&opened)));
        Self {
            _clients: clients.collect(),
            opened,
        }
    }

    async fn is_there(&self, clients: usize) {
        until("the clients are there", || {
            self.opened.load(Ordering::Relaxed) >= clients
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_probes_nor_messages_are_kept_out() {
    let own = Ipv4Addr::LOCALHOST;
    // As behind a proxy, where all have one address, and as anywhere else.
    for crowded in [
        vec![own],
        vec![[127, 0, 0, 2].into(), [127, 0, 0, 3].into()],
    ] {
        let called = Called::new(or_skip!());
        let stage = &called.stage;
        let held = Held::new(10);
        let listen = called.registration().await.listen(held.handler(0));
        let run = Run::of(called.over_http(listen));
        let server = called.url.split('/').nth(2).unwrap().parse().unwrap();
        let clients = 800 / crowded.len();
        let crowds = crowded.iter().map(|at| Crowd::new(clients, *at, server));
        let crowds: Vec<_> = crowds.collect();
        for crowd in &crowds {
            crowd.is_there(clients).await;
        }
        for _ in 0..6 {
            let health = reqwest::Client::new().get(called.url.replace("/api/callback", "/health"));
            let answered = timeout(IN_TIME, answer(health)).await.expect("a probe");
            assert_eq!(answered, (StatusCode::OK, json!({"status": "ok"})));
        }
        for number in 0..4 {
            let work = stage.platform.add_work(stage.id.as_str());
            let sent = message(&work, number);
            let delivered = timeout(IN_TIME, called.deliver(&sent)).await;
            delivered.expect("a message");
            stage.completed(&work).await;
        }
        assert_eq!(held.calls(), 4);
        run.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn probes_have_places_beside_those_of_messages() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let held = Held::new(0);
    let listen = called.registration().await.listen(held.handler(0));
    let run = Run::of(called.over_http(listen));
    // More than are answered at a time: the others get 503.
    let busy = AtomicUsize::new(0);
    let works = (0..400).map(|_| stage.platform.add_work(stage.id.as_str()));
    let works: Vec<_> = works.collect();
    let all = futures_util::future::join_all(works.iter().enumerate().map(async |(n, work)| {
        let sent = || called.request().body(message(work, n).to_string()).send();
        // On a slow machine some are evicted before their tokens are checked.
        let status = loop {
            if let Ok(response) = sent().await {
                break response.status();
            }
        };
        if status == StatusCode::SERVICE_UNAVAILABLE {
            busy.fetch_add(1, Ordering::Relaxed);
        } else {
            assert_eq!(status, StatusCode::ACCEPTED);
        }
    }));
    let probe = async {
        until("all places are taken", || busy.load(Ordering::Relaxed) > 0).await;
        let health = reqwest::Client::new().get(called.url.replace("/api/callback", "/health"));
        assert_eq!(answer(health).await.0, StatusCode::OK);
        held.release(400);
    };
    tokio::join!(all, probe);
    run.stop().await.unwrap();
}
