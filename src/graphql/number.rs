//! Numbers that fit GraphQL's and JSON's narrower ranges.

use serde::{Deserialize, Serialize};

/// A size in megabytes (1,000,000 bytes): any finite number.
///
/// JSON has no infinity and no NaN; they would serialize as null, which the platform rejects.
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
    /// Default size of the queue at which a connector pauses (as pycti 7.261026.0).
    pub(super) const DEFAULT_THRESHOLD: Self = Self(500.0);

    /// Returns the size in megabytes.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Megabytes {
    type Error = InvalidNumber;

    /// # Errors
    ///
    /// Fails if the number is infinite or NaN.
    fn try_from(megabytes: f64) -> Result<Self, InvalidNumber> {
        if megabytes.is_finite() {
            Ok(Self(megabytes))
        } else {
            Err(InvalidNumber::NotFinite(megabytes))
        }
    }
}

/// A number that does not fit into a request.
///
/// ```
/// use opencti_connector::graphql::AddExpectations;
///
/// let error = AddExpectations::new("work_550e8400_2026-11-24", 3_000_000_000).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "3000000000 exceeds GraphQL's Int; announce at most 2147483647 parts at a time"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidNumber {
    /// The number of parts exceeds GraphQL's `Int`, a signed 32-bit integer.
    #[error("{0} exceeds GraphQL's Int; announce at most {max} parts at a time", max = i32::MAX)]
    TooLarge(u32),
    /// The size is infinite or NaN.
    #[error("{0} is not a size; use a finite number of megabytes")]
    NotFinite(f64),
}
