//! A TCP proxy that disturbs what goes through it.

use std::{
    collections::BTreeMap,
    net::{SocketAddr, ToSocketAddrs},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpSocket, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{oneshot, watch},
    time::sleep,
};

/// Which way bytes go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

/// A proxy on a free port of 127.0.0.1, on a thread of its own. Dropping it ends its connections.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    faults: watch::Sender<Faults>,
    accepted: Arc<AtomicUsize>,
    told: Arc<Told>,
    budget: Budget,
    swallowed: Arc<AtomicUsize>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Faults {
    refuses: bool,
    stalls: bool,
    /// Drops what goes to the server.
    swallows: bool,
    delay: Duration,
    /// How often all connections were cut.
    cuts: u64,
}

/// Longer than the thread of a proxy takes for anything.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the thread of a proxy tells of itself.
#[derive(Debug, Default)]
struct Told {
    open: Mutex<Open>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Open {
    is_refusing: bool,
    /// How many connections are open, by how often all were cut before.
    since: BTreeMap<u64, usize>,
}

impl Told {
    fn change(&self, change: impl FnOnce(&mut Open)) {
        change(&mut lock(&self.open));
        self.changed.notify_all();
    }
}

/// A connection that is open.
struct Counted {
    told: Arc<Told>,
    cuts: u64,
}

impl Counted {
    fn new(told: &Arc<Told>, cuts: u64) -> Self {
        told.change(|open| *open.since.entry(cuts).or_default() += 1);
        Self {
            told: Arc::clone(told),
            cuts,
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let cuts = self.cuts;
        self.told
            .change(|open| *open.since.entry(cuts).or_default() -= 1);
    }
}

/// How many bytes still go in a direction before all connections are cut.
type Budget = Arc<Mutex<Option<(Direction, usize)>>>;

impl Proxy {
    /// Starts a proxy before this address.
    ///
    /// # Panics
    ///
    /// If it is not an address.
    pub fn before(server: impl ToSocketAddrs) -> Self {
        let mut addresses = server.to_socket_addrs().expect("an address");
        let server = addresses.next().expect("an address");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let guard = runtime.enter();
        let listener = bound(SocketAddr::from(([127, 0, 0, 1], 0)))
            .listen(128)
            .expect("a free port on loopback");
        drop(guard);
        let address = listener.local_addr().expect("a bound socket");
        let (faults, seen) = watch::channel(Faults::default());
        let budget = Budget::default();
        let accepted = Arc::<AtomicUsize>::default();
        let told = Arc::<Told>::default();
        let swallowed = Arc::<AtomicUsize>::default();
        let (stop, stopped) = oneshot::channel();
        let forward = Forward {
            server,
            faults: faults.clone(),
            seen,
            accepted: Arc::clone(&accepted),
            told: Arc::clone(&told),
            budget: Arc::clone(&budget),
            swallowed: Arc::clone(&swallowed),
        };
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = forward.accept(listener, address) => {}
                    _ = stopped => {}
                }
            });
        });
        Self {
            address,
            faults,
            accepted,
            told,
            budget,
            swallowed,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// How many connections it has taken so far.
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// Closes all connections, and returns when that is done. New ones are taken.
    pub fn cut(&self) {
        let mut cuts = 0;
        self.faults.send_modify(|faults| {
            faults.cuts += 1;
            cuts = faults.cuts;
        });
        self.done(|open| open.since.range(..cuts).all(|(_, count)| *count == 0));
    }

    /// Refuses new connections, or takes them again; returns when that is so.
    pub fn refuse(&self, on: bool) {
        self.faults.send_modify(|faults| faults.refuses = on);
        self.done(|open| open.is_refusing == on);
    }

    /// Waits for what the thread of the proxy does.
    fn done(&self, is_done: impl Fn(&Open) -> bool) {
        let open = lock(&self.told.open);
        let waited = self
            .told
            .changed
            .wait_timeout_while(open, PATIENCE, |open| !is_done(open));
        let (open, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        drop(open);
        assert!(!timeout.timed_out(), "the proxy hangs");
    }

    /// Takes connections but forwards nothing, on those that are there either; or goes on.
    pub fn stall(&self, on: bool) {
        self.faults.send_modify(|faults| faults.stalls = on);
    }

    /// Drops what goes to the server instead of forwarding it, or forwards again.
    pub fn swallow(&self, on: bool) {
        self.faults.send_modify(|faults| faults.swallows = on);
    }

    /// How many bytes it has dropped so far.
    pub fn swallowed(&self) -> usize {
        self.swallowed.load(Ordering::SeqCst)
    }

    /// Cuts all connections after so many more bytes in this direction, once.
    pub fn cut_after(&self, direction: Direction, bytes: usize) {
        *lock(&self.budget) = Some((direction, bytes));
    }

    /// Holds back whatever arrives for so long.
    pub fn delay(&self, delay: Duration) {
        self.faults.send_modify(|faults| faults.delay = delay);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Its panic has been printed; another one here would hide the test's own.
            let _ = thread.join();
        }
    }
}

/// What each connection needs.
#[derive(Clone)]
struct Forward {
    server: SocketAddr,
    faults: watch::Sender<Faults>,
    seen: watch::Receiver<Faults>,
    accepted: Arc<AtomicUsize>,
    told: Arc<Told>,
    budget: Budget,
    swallowed: Arc<AtomicUsize>,
}

impl Forward {
    async fn accept(mut self, mut listener: TcpListener, address: SocketAddr) {
        loop {
            if self.seen.borrow_and_update().refuses {
                drop(listener);
                // Bound and not listening: the port stays ours, and connections to it are refused.
                let socket = bound(address);
                self.told.change(|open| open.is_refusing = true);
                let _ = self.seen.wait_for(|faults| !faults.refuses).await;
                listener = socket.listen(128).expect("a bound socket");
                self.told.change(|open| open.is_refusing = false);
            }
            tokio::select! {
                accepted = listener.accept() => {
                    if let Ok((client, _)) = accepted {
                        self.accepted.fetch_add(1, Ordering::SeqCst);
                        let counted = Counted::new(&self.told, self.seen.borrow().cuts);
                        tokio::spawn(self.clone().connect(client, counted));
                    }
                }
                _ = self.seen.changed() => {}
            }
        }
    }

    async fn connect(mut self, client: TcpStream, counted: Counted) {
        let Ok(server) = TcpStream::connect(self.server).await else {
            return;
        };
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let there = self
            .clone()
            .pump(Direction::ToServer, from_client, to_server);
        let back = self
            .clone()
            .pump(Direction::ToClient, from_server, to_client);
        tokio::select! {
            _ = async { tokio::join!(there, back) } => {}
            _ = self.seen.wait_for(|faults| faults.cuts > counted.cuts) => {}
        }
    }

    async fn pump(mut self, direction: Direction, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            if self.seen.wait_for(|faults| !faults.stalls).await.is_err() {
                return;
            }
            let read = tokio::select! {
                read = from.read(&mut buffer) => read,
                _ = self.seen.wait_for(|faults| faults.stalls) => continue,
            };
            let Ok(length @ 1..) = read else {
                // Dropping the half tells the other side that no more comes.
                return;
            };
            let Faults {
                delay, swallows, ..
            } = *self.seen.borrow();
            sleep(delay).await;
            if swallows && direction == Direction::ToServer {
                self.swallowed.fetch_add(length, Ordering::SeqCst);
                continue;
            }
            let length_before_cut = self.spend(direction, length);
            let length = length_before_cut.unwrap_or(length);
            if to.write_all(&buffer[..length]).await.is_err() {
                return;
            }
            if length_before_cut.is_some() {
                self.faults.send_modify(|faults| faults.cuts += 1);
            }
        }
    }

    /// How much of what was read still goes out, if the connection is to be cut then.
    fn spend(&self, direction: Direction, length: usize) -> Option<usize> {
        let mut budget = lock(&self.budget);
        let (_, left) = budget.as_mut().filter(|(of, _)| *of == direction)?;
        if length < *left {
            *left -= length;
            return None;
        }
        budget.take().map(|(_, left)| left)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn bound(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    // For its own port again, while connections of before linger.
    socket.set_reuseaddr(true).expect("a socket");
    socket.bind(address).expect("a port on loopback");
    socket
}
