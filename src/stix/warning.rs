//! What is most likely wrong with a bundle that can be sent.

use std::fmt;

use crate::stix::id::StixId;

/// Something that is most likely wrong with a bundle, although it can be sent: one a kind.
///
/// ```
/// use opencti_connector::stix::{self, Bundle};
/// use serde_json::json;
///
/// let mut bundle = Bundle::new();
/// bundle.push(json!({"type": "task", "name": "Block it", "created": "2026-11-24T00:00:00Z"}))?;
/// for warning in bundle.split().warnings() {
///     eprintln!("{warning}"); // times in ids are not written in UTC with milliseconds, …
/// }
/// # Ok::<(), stix::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BundleWarning {
    /// An id was made of a time that is not written in UTC with milliseconds. The platform, which
    /// hashes it so, gives the object another id and keeps this one as an alias.
    Imprecise {
        /// The first such object.
        id: StixId,
        /// The member that holds the time.
        member: &'static str,
        /// The number of further such objects.
        more: usize,
    },
    /// Objects of one id differ; the last one is sent. Objects that differ in their times of
    /// creation and change alone are the same, since the platform keeps those that it has.
    Replaced {
        /// The ids, each once.
        ids: Vec<StixId>,
    },
}

impl fmt::Display for BundleWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Imprecise { id, member, more } => {
                write!(
                    f,
                    "times in ids are not written in UTC with milliseconds, so the platform makes \
                     other ids: `{member}` of {id}"
                )?;
                if *more > 0 {
                    write!(f, " (and {more} more)")?;
                }
                f.write_str("; write them as 2026-11-24T09:30:00.000Z")
            }
            Self::Replaced { ids } => {
                f.write_str(
                    "the bundle has differing objects with one id, of which the last is sent: ",
                )?;
                for (position, id) in ids.iter().take(SHOWN).enumerate() {
                    let separator = if position == 0 { "" } else { ", " };
                    write!(f, "{separator}{id}")?;
                }
                if ids.len() > SHOWN {
                    write!(f, " and {} more", ids.len() - SHOWN)?;
                }
                f.write_str("; merge them into one")
            }
        }
    }
}

/// How many ids are named in a line.
const SHOWN: usize = 5;
