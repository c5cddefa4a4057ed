//! Notes taken while serde reads a section: which keys its type ignores.

use std::cell::RefCell;

use crate::config::section::mismatch::{Mismatch, Step};

/// Notes taken while a section is read.
#[derive(Default)]
pub(crate) struct Notes {
    /// The path to the value that is being read.
    here: RefCell<Vec<Step>>,
    ignored: RefCell<Vec<Ignored>>,
}

/// A key that a struct does not read.
pub(crate) struct Ignored {
    pub(crate) path: Vec<Step>,
    /// The keys that the struct reads.
    pub(crate) known: &'static [&'static str],
}

impl Notes {
    pub(crate) fn into_ignored(self) -> Vec<Ignored> {
        self.ignored.into_inner()
    }

    /// Notes that the struct with these keys ignores the key whose value is being read.
    pub(crate) fn ignore(&self, known: &'static [&'static str]) {
        let path = self.here.borrow().clone();
        self.ignored.borrow_mut().push(Ignored { path, known });
    }

    /// Reads a value one step further in.
    pub(crate) fn within<T>(
        &self,
        step: Step,
        read: impl FnOnce() -> Result<T, Mismatch>,
    ) -> Result<T, Mismatch> {
        self.here.borrow_mut().push(step.clone());
        let value = read();
        self.here.borrow_mut().pop();
        value.map_err(|error| error.within(step))
    }
}
