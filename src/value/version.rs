//! Platform versions, e.g. `6.8.9`.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::value::text::Quoted;
use crate::value::text::text_value;

/// The version of a platform: major, minor and patch.
///
/// Parses from `X.Y` or `X.Y.Z`, ignoring anything after a `-` or `+`. pycti is released from the
/// platform's repository under the same version numbers.
///
/// ```
/// use opencti_connector::PlatformVersion;
///
/// let version: PlatformVersion = "7.261008.0-rc1".parse()?;
/// assert!(version > "6.9.29".parse()?);
/// assert_eq!(version.to_string(), "7.261008.0");
/// # Ok::<(), opencti_connector::InvalidVersion>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlatformVersion([u64; 3]);

impl PlatformVersion {
    pub(crate) const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self([major, minor, patch])
    }
}

impl FromStr for PlatformVersion {
    type Err = InvalidVersion;

    /// Parses `X.Y` or `X.Y.Z`.
    ///
    /// # Errors
    ///
    /// If the text has neither form.
    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        parse(text)
            .map(Self)
            .ok_or_else(|| InvalidVersion(text.into()))
    }
}

fn parse(text: &str) -> Option<[u64; 3]> {
    let numbers = text.split(['-', '+']).next()?;
    let mut parts = numbers.split('.').map(|part| part.parse().ok());
    let version = [
        parts.next()??,
        parts.next()??,
        parts.next().unwrap_or(Some(0))?,
    ];
    parts.next().is_none().then_some(version)
}

impl fmt::Display for PlatformVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

impl Serialize for PlatformVersion {
    /// Serializes as the string `X.Y.Z`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

text_value!(PlatformVersion: parses);

/// The error for a platform version that is neither `X.Y` nor `X.Y.Z`.
///
/// ```
/// use opencti_connector::RegisterConnectorFields;
///
/// let error = RegisterConnectorFields::for_version("latest").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "platform version \"latest\" does not have the form X.Y or X.Y.Z; write it like 6.8.9"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "platform version {} does not have the form X.Y or X.Y.Z; write it like 6.8.9",
    Quoted(.0)
)]
pub struct InvalidVersion(Box<str>);
