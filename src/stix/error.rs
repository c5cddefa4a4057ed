//! Why an object or a bundle is refused.

use std::fmt;

use crate::value::text::{Quoted, write_lines};

/// Why an object has no deterministic id, or a text is not a bundle.
///
/// `Display` names the type and the member, and says what to do.
///
/// ```
/// use opencti_connector::stix;
/// use serde_json::json;
///
/// let error = stix::id_of(&json!({"type": "report", "name": "Q3"})).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "this `report` cannot be identified without `published`; give it that, or an `id`"
/// );
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not JSON, a value cannot be written as JSON, or a member that says what an
    /// object is has another form than text.
    #[error("not valid STIX: {0}")]
    Json(#[from] serde_json::Error),
    /// The value is JSON, but not an object.
    #[error("not a STIX object: it is not a JSON object")]
    NotAnObject,
    /// The text is neither a bundle nor a list of objects.
    #[error("not a bundle: neither an object with a list `objects`, nor a list of objects")]
    NotABundle,
    /// The object has no `type`.
    #[error("this object has no `type`; every STIX object needs one")]
    NoType,
    /// Objects of this type are identified by a given id alone.
    #[error("objects of the type {} have no deterministic id; give it an `id`", Quoted(.0))]
    NoRule(String),
    /// The object lacks members that its id is made of.
    // Were it `Missing`, compile errors could no longer name the builder's state by that alone.
    #[error(
        "this `{object_type}` cannot be identified without {}; give it {}, or an `id`",
        Named(.members, if *.any { "or" } else { "and" }),
        if *.any { "one of them" } else if .members.len() == 1 { "that" } else { "these" }
    )]
    MissingMembers {
        /// The type of the object.
        object_type: String,
        /// The members.
        members: Vec<&'static str>,
        /// Whether one of them is enough.
        any: bool,
    },
    /// A member that the id is made of has the wrong form.
    #[error("`{member}` of this `{object_type}` is not {expected}")]
    WrongForm {
        /// The type of the object.
        object_type: String,
        /// The member.
        member: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// Objects of a list are refused: all that are, in their order.
    #[error("{}", Lines(.0))]
    Objects(Vec<Refused>),
}

struct Named<'a>(&'a [&'static str], &'static str);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, member) in self.0.iter().enumerate() {
            match position {
                0 => {}
                last if last + 1 == self.0.len() => write!(f, " {} ", self.1)?,
                _ => f.write_str(", ")?,
            }
            write!(f, "`{member}`")?;
        }
        Ok(())
    }
}

/// An object of a list that is refused.
#[derive(Debug)]
pub struct Refused {
    pub(super) position: usize,
    pub(super) error: Error,
}

impl Refused {
    /// The position of the object in the list, counted from 0.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn error(&self) -> &Error {
        &self.error
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "objects[{}]: {}", self.position, self.error)
    }
}

struct Lines<'a>(&'a [Refused]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_lines(f, self.0)
    }
}
