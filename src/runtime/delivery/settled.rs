//! Messages that were settled lately, to recognize redeliveries of them.

use std::collections::{HashMap, VecDeque};

use crate::runtime::delivery::incoming::Attempt;
use crate::runtime::delivery::incoming::Key;

/// How many messages are remembered: more than acknowledgements can be on their way to the broker.
const REMEMBERED: usize = 4096;

/// The messages that were settled lately.
///
/// An acknowledgement can be lost with the connection that it was written to: then the broker
/// delivers the message again, and only this process knows that it is done.
#[derive(Default)]
pub(crate) struct Settled {
    messages: HashMap<Key, Entry>,
    /// From the oldest on, with the number of each entry.
    order: VecDeque<(Key, u64)>,
    last: u64,
}

struct Entry {
    number: u64,
    /// Whether the broker, or the platform, was told.
    is_sent: bool,
}

impl Settled {
    /// Notes that a message was settled, and whether that was sent to who delivered it.
    pub(crate) fn note(&mut self, key: Key, is_sent: bool) {
        self.last += 1;
        let number = self.last;
        self.messages.insert(key, Entry { number, is_sent });
        self.order.push_back((key, number));
        if self.order.len() > REMEMBERED
            && let Some((oldest, number)) = self.order.pop_front()
            && self
                .messages
                .get(&oldest)
                .is_some_and(|it| it.number == number)
        {
            self.messages.remove(&oldest);
        }
    }

    /// Whether a delivery is of a message that was settled.
    ///
    /// A message whose sender got its answer is delivered again only as a redelivery: what comes for
    /// the first time is another message of the same bytes.
    pub(crate) fn is_again(&mut self, key: Key, attempt: Attempt) -> bool {
        let Some(entry) = self.messages.get_mut(&key) else {
            return false;
        };
        if attempt == Attempt::Number(1) && entry.is_sent {
            self.messages.remove(&key);
            return false;
        }
        entry.is_sent = true;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Attempt = Attempt::Number(1);
    const AGAIN: [Attempt; 2] = [Attempt::Number(2), Attempt::ToBeCounted(2)];

    #[test]
    fn a_redelivery_of_a_settled_message_is_known() {
        for again in AGAIN {
            let (one, other) = (Key::of(b"one"), Key::of(b"other"));
            let mut settled = Settled::default();
            settled.note(one, true);
            assert!(!settled.is_again(other, again));
            assert!(settled.is_again(one, again));
            assert!(settled.is_again(one, again));
        }
    }

    #[test]
    fn another_message_of_the_same_bytes_is_not_a_redelivery() {
        let key = Key::of(b"the same");
        let mut settled = Settled::default();
        settled.note(key, true);
        assert!(!settled.is_again(key, FIRST));
        assert!(
            !settled.is_again(key, AGAIN[0]),
            "now it is the second one's"
        );
    }

    #[test]
    fn a_message_whose_sender_has_no_answer_comes_again_as_the_first_time() {
        let key = Key::of(b"a request");
        let mut settled = Settled::default();
        settled.note(key, false);
        assert!(settled.is_again(key, FIRST));
        assert!(
            !settled.is_again(key, FIRST),
            "its sender has an answer now"
        );
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let key = |number: usize| Key::of(&number.to_be_bytes());
        let mut settled = Settled::default();
        settled.note(key(0), true);
        for number in 0..REMEMBERED {
            settled.note(key(number), true);
        }
        assert!(
            settled.is_again(key(0), AGAIN[0]),
            "it was settled once more"
        );
        settled.note(key(REMEMBERED), true);
        assert!(!settled.is_again(key(0), AGAIN[0]));
        assert_eq!(settled.messages.len(), REMEMBERED);
        assert_eq!(settled.order.len(), REMEMBERED);
    }
}
