//! The error of a batch that is handled in part.

use std::error::Error as StdError;
use std::fmt;

use crate::client::BoxError;
use crate::runtime::error::find;

/// The error of a handler that has handled the events of a batch up to one.
#[derive(Debug)]
pub(crate) struct FailedAt(At);

/// What is searched for: an error that wraps another hides its type but passes its causes on.
#[derive(Debug)]
struct At {
    index: usize,
    error: BoxError,
}

impl FailedAt {
    pub(crate) fn new(index: usize, error: BoxError) -> Self {
        Self(At { index, error })
    }

    /// The index of the event that failed, if the error names one.
    pub(crate) fn index_in(error: &(dyn StdError + 'static)) -> Option<usize> {
        find::<At>(error).map(|at| at.index)
    }
}

impl fmt::Display for FailedAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl StdError for FailedAt {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl StdError for At {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::error::{Fatal, RetryLater};
    use crate::value::chain::chain;
    use std::time::Duration;

    #[test]
    fn what_it_wraps_and_what_wraps_it_keep_their_meaning() {
        let wait = Duration::from_secs(3);
        let later = BoxError::from(FailedAt::new(2, RetryLater::after(wait).into()));
        assert_eq!(RetryLater::wanted_by(&*later), Some(wait));
        assert_eq!(FailedAt::index_in(&*later), Some(2));
        let fatal = BoxError::from(FailedAt::new(1, Fatal("the key is revoked").into()));
        assert!(Fatal::is_in(&*fatal));
        assert_eq!(chain(&*fatal), "the key is revoked");
        // As errors that add a context do.
        let wrapped = std::io::Error::other(FailedAt::new(4, "no room".into()));
        assert_eq!(FailedAt::index_in(&wrapped), Some(4));
        assert_eq!(chain(&wrapped), "no room");
    }
}
