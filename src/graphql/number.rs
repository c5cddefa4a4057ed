//! Numbers as GraphQL and JSON have them, which hold less than Rust's.

use serde::{Deserialize, Serialize};

/// A size in megabytes (1,000,000 bytes): any number but infinity and "not a number", which JSON
/// does not have and a platform would refuse as null.
///
/// ```
/// use opencti_connector::graphql::Megabytes;
///
/// assert_eq!(Megabytes::try_from(0.5)?.get(), 0.5);
/// assert!(Megabytes::try_from(f64::NAN).is_err());
/// # Ok::<(), opencti_connector::graphql::InvalidNumber>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64")]
pub struct Megabytes(f64);

impl Megabytes {
    /// From this size of its queue a connector waits, unless it is told another.
    pub(super) const DEFAULT_THRESHOLD: Self = Self(500.0);

    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Megabytes {
    type Error = InvalidNumber;

    /// # Errors
    ///
    /// When the number is infinite or not a number.
    fn try_from(megabytes: f64) -> Result<Self, InvalidNumber> {
        if megabytes.is_finite() {
            Ok(Self(megabytes))
        } else {
            Err(InvalidNumber::NotFinite(megabytes))
        }
    }
}

/// A number that a request cannot hold.
///
/// ```
/// use opencti_connector::graphql::AddExpectations;
///
/// let error = AddExpectations::new("work_550e8400_2026-11-24", 3_000_000_000).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "3000000000 is more than the Int of GraphQL holds; announce at most 2147483647 at a time"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidNumber {
    /// The number of parts is more than the `Int` of GraphQL holds, 32 bits with a sign.
    #[error("{0} is more than the Int of GraphQL holds; announce at most {max} at a time", max = i32::MAX)]
    TooLarge(u32),
    /// The size is infinite or not a number.
    #[error("{0} is not a size; give a number of megabytes that is finite")]
    NotFinite(f64),
}
