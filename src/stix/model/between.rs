//! Relationships between objects whose types are known at run time alone.

use std::fmt;

use crate::stix::id::StixId;
use crate::stix::model::relations::allowed;
use crate::stix::model::relationship::Relationship;
use crate::value::entity_type::EntityType;
use crate::value::text::escaped;

impl Relationship {
    /// A relationship between objects whose types are known at run time alone.
    ///
    /// The ids do not tell the types: an `identity` is an organization, a sector, or another.
    ///
    /// ```
    /// use opencti_connector::EntityType;
    /// use opencti_connector::stix::model::{Malware, Relationship, Report};
    ///
    /// let malware = Malware::new("Emotet").id().into();
    /// let report = Report::new("Q3", "2026-10-01T00:00:00Z").id().into();
    /// let error = Relationship::between(
    ///     (&malware, &EntityType::Malware),
    ///     "uses",
    ///     (&report, &EntityType::Report),
    /// );
    /// assert_eq!(
    ///     error.unwrap_err().to_string(),
    ///     "the platform allows no `uses` from `Malware` to `Report`, \
    ///      only `related-to`, `revoked-by`"
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// When the platform does not allow it.
    pub fn between(
        source: (&StixId, &EntityType),
        relationship_type: &str,
        target: (&StixId, &EntityType),
    ) -> Result<Self, NotAllowed> {
        if allowed(source.1, target.1).any(|name| name == relationship_type) {
            return Ok(Self::new(relationship_type, source.0, target.0));
        }
        Err(NotAllowed {
            source: source.1.clone(),
            relationship_type: relationship_type.into(),
            target: target.1.clone(),
        })
    }
}

/// A type of relationship that the platform does not allow between two types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAllowed {
    source: EntityType,
    relationship_type: Box<str>,
    target: EntityType,
}

impl NotAllowed {
    /// The types of relationship that the platform allows from the one to the other.
    pub fn allowed(&self) -> impl Iterator<Item = &'static str> {
        allowed(&self.source, &self.target)
    }
}

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the platform allows no `{}` from `{}` to `{}`, only ",
            escaped(&self.relationship_type, 80),
            self.source,
            self.target
        )?;
        for (position, name) in self.allowed().enumerate() {
            let separator = if position == 0 { "" } else { ", " };
            write!(f, "{separator}`{name}`")?;
        }
        Ok(())
    }
}

impl std::error::Error for NotAllowed {}
