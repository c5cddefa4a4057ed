//! Connection slots that unauthenticated clients cannot exhaust.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// How many connections a server holds, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlotLimits {
    /// Connections without a valid token: new ones, probes, and whatever else connects.
    pub(crate) unverified: usize,
    /// Connections that showed a valid token, whose messages are in progress.
    pub(crate) verified: usize,
    /// How long a new connection cannot be evicted.
    pub(crate) grace: Duration,
    /// How long a connection may stay unverified.
    pub(crate) lifetime: Duration,
}

/// The connection slots of one server.
///
/// Every connection starts unverified. When those slots are full, a new connection evicts the oldest
/// one of the address that holds the most, so no address keeps others out. No address is refused:
/// behind a reverse proxy the platform, the probes and an attacker share one. There the grace period
/// is what protects a request. A connection that shows a valid token moves to a slot of its own kind
/// and cannot be evicted.
pub(crate) struct ConnectionSlots {
    limits: SlotLimits,
    taken: Mutex<Taken>,
    freed: Notify,
}

#[derive(Default)]
struct Taken {
    next: u64,
    /// By number, so the oldest comes first.
    unverified: BTreeMap<u64, Unverified>,
    verified: usize,
}

struct Unverified {
    address: IpAddr,
    since: Instant,
    evicted: CancellationToken,
}

/// The slot of one connection; dropping it frees the slot.
pub(crate) struct ConnectionSlot {
    slots: Arc<ConnectionSlots>,
    number: u64,
    evicted: CancellationToken,
}

impl ConnectionSlots {
    pub(crate) fn new(limits: SlotLimits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            taken: Mutex::default(),
            freed: Notify::new(),
        })
    }

    /// Waits until [`take`](Self::take) has a free slot, or a connection that it may evict.
    pub(crate) async fn free(&self) {
        while let Some(wait) = self.wait() {
            // The loop checks again, whichever of the two it was.
            let _ = timeout(wait, self.freed.notified()).await;
        }
    }

    /// How long until a connection may be evicted. `None` if there is a slot now.
    fn wait(&self) -> Option<Duration> {
        let taken = self.lock();
        if taken.unverified.len() < self.limits.unverified {
            return None;
        }
        let (_, oldest) = taken.unverified.first_key_value()?;
        let wait = self.limits.grace.saturating_sub(oldest.since.elapsed());
        (!wait.is_zero()).then_some(wait)
    }

    /// Takes a slot for a connection from this address, and evicts another if none is free.
    pub(crate) fn take(self: &Arc<Self>, address: IpAddr) -> ConnectionSlot {
        let mut taken = self.lock();
        if taken.unverified.len() >= self.limits.unverified
            && let Some(number) = taken.to_evict(self.limits.grace)
            && let Some(unverified) = taken.unverified.remove(&number)
        {
            unverified.evicted.cancel();
        }
        let number = taken.next;
        taken.next += 1;
        let evicted = CancellationToken::new();
        let unverified = Unverified {
            address: network(address),
            since: Instant::now(),
            evicted: evicted.clone(),
        };
        taken.unverified.insert(number, unverified);
        ConnectionSlot {
            slots: Arc::clone(self),
            number,
            evicted,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        // A panic while the lock was held leaves nothing half done.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// The oldest connection of the address that holds the most, among those past their grace period.
    fn to_evict(&self, grace: Duration) -> Option<u64> {
        let mut by_address: HashMap<IpAddr, (usize, u64)> = HashMap::new();
        for (number, unverified) in &self.unverified {
            by_address
                .entry(unverified.address)
                .or_insert((0, *number))
                .0 += 1;
        }
        by_address
            .into_values()
            .filter(|(_, oldest)| self.unverified[oldest].since.elapsed() >= grace)
            .max_by_key(|(count, oldest)| (*count, u64::MAX - oldest))
            .map(|(_, oldest)| oldest)
    }
}

impl ConnectionSlot {
    /// Moves a connection that showed a valid token to a slot that cannot be evicted. Returns false
    /// if all of those are taken.
    pub(crate) fn verify(&self) -> bool {
        let mut taken = self.slots.lock();
        if taken.verified >= self.slots.limits.verified
            || taken.unverified.remove(&self.number).is_none()
        {
            return false;
        }
        taken.verified += 1;
        drop(taken);
        self.slots.freed.notify_one();
        true
    }

    /// Resolves when the connection must close: it was evicted, or stayed unverified for too long.
    pub(crate) async fn evicted(&self) {
        let evicted = self.evicted.cancelled();
        if timeout(self.slots.limits.lifetime, evicted).await.is_err()
            && !self.slots.lock().unverified.contains_key(&self.number)
            && !self.evicted.is_cancelled()
        {
            // It was verified.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let mut taken = self.slots.lock();
        let was_unverified = taken.unverified.remove(&self.number).is_some();
        if !was_unverified && !self.evicted.is_cancelled() {
            taken.verified -= 1;
        }
        drop(taken);
        self.slots.freed.notify_one();
    }
}

/// What counts as one address. For IPv6 that is the /64 network, which one client often owns.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & (u128::MAX << 64);
            Ipv6Addr::from(network).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}
