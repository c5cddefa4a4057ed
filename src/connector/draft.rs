//! An incomplete connector, filled by a builder or from a configuration, and its validation.

use std::fmt;

use crate::connector::connector::{Common, Connector};
use crate::connector::findings::Findings;
use crate::connector::kind::Kind;
use crate::connector::scope_rule::ScopeRule;
use crate::connector::warning::Warning;
use crate::value::connector_type::ConnectorType;
use crate::value::fault::Fault;
use crate::value::field::Field;
use crate::value::id::ConnectorId;
use crate::value::name::ConnectorName;
use crate::value::settings::Settings;
use crate::value::text::write_lines;

/// The values of a connector with the scope `S`, and their faults and warnings so far.
#[derive(Clone, Debug)]
pub(crate) struct Draft<S> {
    /// `None` if the id is unset, or invalid and noted in the findings. The same applies to the
    /// name and the scope.
    pub(crate) id: Option<ConnectorId>,
    pub(crate) name: Option<ConnectorName>,
    pub(crate) scope: Option<S>,
    pub(crate) settings: Settings,
    pub(crate) findings: Findings,
}

impl<S> Default for Draft<S> {
    fn default() -> Self {
        Self {
            id: None,
            name: None,
            scope: None,
            settings: Settings::default(),
            findings: Findings::default(),
        }
    }
}

impl<S: ScopeRule> Draft<S> {
    /// Returns the connector if it is valid, or all its faults.
    #[inline]
    pub(crate) fn into_connector<K: Kind<Scope = S>>(
        mut self,
    ) -> Result<Connector<K>, InvalidConnector> {
        if self.scope.is_none() && !self.findings.has_fault_of(Field::Scope) {
            self.scope = S::when_absent(&mut self.findings);
        }
        self.note_faults();
        match self {
            Self {
                id: Some(id),
                name: Some(name),
                scope: Some(kept),
                settings,
                findings,
            } if !findings.has_faults() => {
                let common = Common { id, name, settings };
                Ok(Connector { common, kept })
            }
            invalid => Err(invalid.into_invalid(Some(K::TYPE))),
        }
    }

    /// Returns all faults of a connector with an unknown type, which the caller has noted.
    pub(crate) fn into_invalid_without_type(mut self) -> InvalidConnector {
        self.note_faults();
        self.into_invalid(None)
    }

    fn note_faults(&mut self) {
        self.findings.require(Field::Id, self.id.is_some());
        self.findings.require(Field::Name, self.name.is_some());
        self.findings.take_faulty(&mut self.settings);
    }

    fn into_invalid(mut self, connector_type: Option<ConnectorType>) -> InvalidConnector {
        if let Some(id) = &self.id {
            self.findings.warn_of_id(id);
        }
        if let Some(scope) = &self.scope {
            self.findings.warn_of_entries(&scope.entries());
        }
        self.findings
            .warn_of_settings(&self.settings, connector_type);
        let (faults, warnings) = self.findings.in_order();
        InvalidConnector { faults, warnings }
    }
}

/// The error for an invalid connector: every fault of every field, and the warnings about the
/// others.
///
/// ```
/// use opencti_connector::{Connector, EntityType};
///
/// let error = Connector::internal_enrichment()
///     .id("ChangeMe")
///     .name("")
///     .scope([EntityType::Ipv4Addr])
///     .build()
///     .unwrap_err();
///
/// assert_eq!(
///     error.to_string(),
///     "id \"ChangeMe\" is a placeholder; generate a UUIDv4 for this connector, e.g. with `uuidgen`\n\
///      name \"\" is too short; use at least 2 characters"
/// );
/// ```
///
/// `Debug` prints the same as `Display`, so the error is readable if `main` returns it.
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidConnector {
    faults: Vec<Fault>,
    warnings: Vec<Warning>,
}

impl InvalidConnector {
    /// Returns every fault of every field, in the order of the payload; never empty.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Returns the warnings about values without faults.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

impl fmt::Display for InvalidConnector {
    /// Prints the first 20 faults, one per line, and the number of the others.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_lines(f, &self.faults)
    }
}

impl fmt::Debug for InvalidConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for InvalidConnector {}
