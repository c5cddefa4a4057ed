//! Events that wait for their handler.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::runtime::stream::event::Event;
use crate::runtime::stream::progress::Ticket;

/// An event that waits for its handler, or is in progress.
pub(crate) struct Pending {
    pub(crate) event: Event,
    pub(crate) ticket: Ticket,
    pub(crate) bytes: usize,
}

/// Events that wait for their handler, in the order of the stream.
pub(crate) struct Waiting {
    events: VecDeque<Pending>,
    bytes: usize,
    /// How long the first event waits for a full batch.
    within: Duration,
    due: Instant,
}

impl Waiting {
    pub(crate) fn new(within: Duration) -> Self {
        Self {
            events: VecDeque::new(),
            bytes: 0,
            within,
            due: Instant::now(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// When the first event has waited long enough for others.
    pub(crate) const fn due(&self) -> Instant {
        self.due
    }

    pub(crate) fn push(&mut self, pending: Pending) {
        if self.events.is_empty() {
            self.due = self.due_from_now();
        }
        self.bytes = self.bytes.saturating_add(pending.bytes);
        self.events.push_back(pending);
    }

    fn due_from_now(&self) -> Instant {
        // A time that the clock cannot count to is one that never comes.
        const NEVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

        let now = Instant::now();
        now.checked_add(self.within).unwrap_or_else(|| now + NEVER)
    }

    pub(crate) fn clear(&mut self) {
        self.events.clear();
        self.bytes = 0;
    }

    /// The next events, at most this many.
    pub(crate) fn take(&mut self, at_most: usize) -> Vec<Pending> {
        let count = at_most.min(self.events.len());
        let taken: Vec<_> = self.events.drain(..count).collect();
        for pending in &taken {
            self.bytes = self.bytes.saturating_sub(pending.bytes);
        }
        if !self.events.is_empty() {
            self.due = self.due_from_now();
        }
        taken
    }

    /// The first event whose objects have no earlier event in progress or waiting.
    pub(crate) fn take_free<'e>(
        &mut self,
        in_progress: impl Iterator<Item = &'e Event>,
    ) -> Option<Pending> {
        let in_progress: HashSet<&str> = in_progress.flat_map(Event::objects).collect();
        let mut waiting = HashSet::new();
        let at = self.events.iter().position(|pending| {
            let mut objects = pending.event.objects();
            let is_free = objects.all(|id| !in_progress.contains(id) && !waiting.contains(id));
            if !is_free {
                waiting.extend(pending.event.objects());
            }
            is_free
        })?;
        let taken = self.events.remove(at)?;
        self.bytes = self.bytes.saturating_sub(taken.bytes);
        Some(taken)
    }
}
