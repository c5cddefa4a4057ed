//! How many messages the broker may deliver ahead, and how that number changes.

use tokio::sync::watch;

/// How many messages may be in progress: as the dispatcher wants it, and as the broker was asked.
///
/// A number changes by another consumer, since no consumer of a quorum queue changes its own. The old
/// one is cancelled first, and must have no credit by then: what the broker assigns to a consumer that
/// is going comes back as a redelivery that nobody saw
/// ([rabbitmq-server#3746](https://github.com/rabbitmq/rabbitmq-server/pull/3746)). So from the moment
/// another number is wanted until the broker has confirmed the cancellation, nothing is acknowledged.
pub(crate) struct Prefetch(watch::Sender<Level>);

/// The side of a [`Prefetch`] that asks the broker.
pub(crate) struct Asking(watch::Sender<Level>);

/// Holds acknowledgements back while a consumer is being cancelled.
#[derive(Clone)]
pub(crate) struct Gate(watch::Receiver<Level>);

#[derive(Clone, Copy, Debug)]
struct Level {
    wanted: u16,
    /// By how many a consumer was opened; 0 without one.
    asked: u16,
    is_changing: bool,
}

impl Prefetch {
    /// Of one message at first.
    pub(crate) fn new() -> (Self, Asking) {
        let level = watch::Sender::new(Level {
            wanted: 1,
            asked: 0,
            is_changing: false,
        });
        (Self(level.clone()), Asking(level))
    }

    /// Wants so many from now on; what is acknowledged after this call waits for the change.
    pub(crate) fn ask(&self, wanted: u16) {
        self.0.send_if_modified(|level| {
            let is_other = level.wanted != wanted;
            level.wanted = wanted;
            level.is_changing |= level.asked != 0 && level.asked != wanted;
            is_other
        });
    }

    pub(crate) fn wanted(&self) -> u16 {
        self.0.borrow().wanted
    }

    /// How many the broker may still send; all that it sent before has been handed on.
    pub(crate) fn asked_of_broker(&self) -> u16 {
        self.0.borrow().asked
    }

    /// Resolves when the broker was asked for another number than this.
    pub(crate) async fn other_than(&self, asked: u16) {
        let mut levels = self.0.subscribe();
        // Cannot fail: `self` holds a sender.
        let _ = levels.wait_for(|level| level.asked != asked).await;
    }
}

impl Asking {
    /// Waits for a number that is not 0.
    pub(crate) async fn some(&self) -> u16 {
        let mut levels = self.0.subscribe();
        let level = levels.wait_for(|level| level.wanted != 0).await;
        // Cannot fail: `self` holds a sender.
        level.map_or(0, |level| level.wanted)
    }

    /// Resolves when the consumer has to be replaced.
    pub(crate) async fn change(&self) {
        let mut levels = self.0.subscribe();
        // Cannot fail: `self` holds a sender.
        let _ = levels.wait_for(|level| level.is_changing).await;
    }

    /// A consumer was opened by this number, or there is none any more for 0.
    pub(crate) fn asked(&self, asked: u16) {
        self.0.send_modify(|level| {
            level.asked = asked;
            level.is_changing = asked != 0 && asked != level.wanted;
        });
    }

    pub(crate) fn gate(&self) -> Gate {
        Gate(self.0.subscribe())
    }
}

impl Gate {
    /// Waits until acknowledgements may be sent.
    pub(crate) async fn open(&mut self) {
        // An error is the end of the run, after which no consumer is cancelled.
        let _ = self.0.wait_for(|level| !level.is_changing).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    fn is_open(gate: &Gate) -> bool {
        gate.clone().open().now_or_never().is_some()
    }

    #[test]
    fn acknowledgements_wait_while_a_consumer_is_replaced() {
        let (prefetch, asking) = Prefetch::new();
        let gate = asking.gate();
        prefetch.ask(4);
        assert!(is_open(&gate), "there is no consumer yet");
        prefetch.ask(1);
        asking.asked(1);
        assert!(is_open(&gate));
        prefetch.ask(4);
        assert!(!is_open(&gate));
        prefetch.ask(1);
        assert!(!is_open(&gate), "it may be half cancelled");
        asking.asked(0);
        assert!(is_open(&gate), "it has no credit any more");
    }

    #[test]
    fn a_number_that_is_wanted_while_a_consumer_opens_replaces_it() {
        let (prefetch, asking) = Prefetch::new();
        prefetch.ask(0);
        asking.asked(1);
        assert!(!is_open(&asking.gate()));
        assert!(asking.change().now_or_never().is_some());
        assert!(asking.some().now_or_never().is_none());
    }
}
