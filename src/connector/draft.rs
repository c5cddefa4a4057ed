//! A connector that is being put together, by a builder or from a configuration.

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

/// What a connector with the scope `S` has been told, and what was found wrong with it so far.
#[derive(Clone, Debug)]
pub(crate) struct Draft<S> {
    /// `None` when it was not given, or was faulty and is among the findings; as the name and the
    /// scope.
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
    /// The connector, or all that is wrong with it.
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

    /// All that is wrong with a connector whose type is unknown, which was noted before.
    pub(crate) fn into_invalid_of_no_type(mut self) -> InvalidConnector {
        self.note_faults();
        self.into_invalid(None)
    }

    fn note_faults(&mut self) {
        self.findings.require(Field::Id, self.id.is_some());
        self.findings.require(Field::Name, self.name.is_some());
        self.findings.take_faulty(&mut self.settings);
    }

    fn into_invalid(mut self, connector_type: Option<ConnectorType>) -> InvalidConnector {
        if let Some(scope) = &self.scope {
            self.findings.warn_of_entries(&scope.entries());
        }
        self.findings
            .warn_of_settings(&self.settings, connector_type);
        let (faults, warnings) = self.findings.in_order();
        InvalidConnector { faults, warnings }
    }
}

/// A connector that breaks rules: every fault of every field, and the warnings noticed beside them.
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
///     "id \"ChangeMe\" is a placeholder; give the connector a UUIDv4 of its own, such as `uuidgen` prints\n\
///      name \"\" is too short; it takes at least 2 characters"
/// );
/// ```
///
/// `Debug` prints what `Display` prints, so that a `main` which returns it reads well.
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidConnector {
    faults: Vec<Fault>,
    warnings: Vec<Warning>,
}

impl InvalidConnector {
    /// Every fault of every field, in the order of the payload; never empty.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// What is allowed but most likely wrong in what has no fault.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

impl fmt::Display for InvalidConnector {
    /// One fault a line, the first 20.
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
