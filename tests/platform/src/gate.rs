//! Requests held at a point that a test chooses, so that what happens meanwhile is not left to chance.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

/// Where a request is held.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hold {
    /// Before the platform does anything.
    Before,
    /// When all is done, before the answer.
    After,
}

/// Holds the next request whose document names a field, until it is released or dropped.
#[derive(Debug)]
pub struct Gate(pub(super) Arc<Held>);

#[derive(Debug)]
pub(super) struct Held {
    field: String,
    pub(super) hold: Hold,
    is_reached: Mutex<bool>,
    reached: Condvar,
    is_released: watch::Sender<bool>,
}

impl Gate {
    pub(super) fn new(field: &str, hold: Hold) -> Self {
        Self(Arc::new(Held {
            field: field.to_owned(),
            hold,
            is_reached: Mutex::default(),
            reached: Condvar::new(),
            is_released: watch::Sender::new(false),
        }))
    }

    /// Waits until a request stands at the gate; whether one came in this time.
    pub fn reached(&self, within: Duration) -> bool {
        let reached = self.0.is_reached.lock();
        let reached = reached.unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .0
            .reached
            .wait_timeout_while(reached, within, |reached| !*reached);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Lets the request go on; one that has not come is not held.
    pub fn release(self) {
        drop(self);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.0.is_released.send_replace(true);
    }
}

impl Held {
    /// Stands at the gate until it is released.
    pub(super) async fn stand(&self) {
        *self
            .is_reached
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.reached.notify_all();
        let _ = self
            .is_released
            .subscribe()
            .wait_for(|released| *released)
            .await;
    }
}

/// Takes the first gate for one of these fields out of the list.
pub(super) fn take(gates: &mut Vec<Arc<Held>>, fields: &[String]) -> Option<Arc<Held>> {
    gates.retain(|gate| !*gate.is_released.borrow());
    let found = gates.iter().position(|gate| fields.contains(&gate.field))?;
    Some(gates.remove(found))
}
