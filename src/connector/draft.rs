//! A connector that is being put together, and the judgement over it.

use std::fmt;
use std::str::FromStr;

use crate::connector::connector::{Common, Connector};
use crate::connector::kind::Kind;
use crate::connector::scope_rule::KindScope;
use crate::connector::warning::Warning;
use crate::value::fault::{Fault, InvalidValue, Reason, write_lines};
use crate::value::field::Field;
use crate::value::id::ConnectorId;
use crate::value::name::ConnectorName;
use crate::value::settings::Settings;

/// What a connector is made of before it is judged, but for its scope.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    /// `None` when it was not given, or was faulty and is among the findings; as the name.
    pub(crate) id: Option<ConnectorId>,
    pub(crate) name: Option<ConnectorName>,
    pub(crate) settings: Settings,
}

impl Parts {
    /// Notes what is missing or faulty; the warnings beside faults are up to the caller.
    pub(crate) fn note_faults(&mut self, findings: &mut Findings) {
        findings.require(Field::Id, self.id.is_some());
        findings.require(Field::Name, self.name.is_some());
        self.settings.take_faults(&mut findings.faults);
    }
}

/// The faults and warnings of a connector that is being judged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    faults: Vec<Fault>,
    warnings: Vec<Warning>,
}

impl Findings {
    /// The value, or `None` with its faults noted.
    #[inline]
    pub(crate) fn valid<T>(&mut self, value: Result<T, InvalidValue>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                self.faults.extend(error.into_faults());
                None
            }
        }
    }

    /// As [`valid`](Self::valid), of a text; `None` as well when there is none.
    pub(crate) fn parsed<T>(&mut self, text: Option<&str>) -> Option<T>
    where
        T: FromStr<Err = InvalidValue>,
    {
        self.valid(text?.parse())
    }

    pub(crate) fn note(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    pub(crate) fn warn(&mut self, warnings: Vec<Warning>) {
        self.warnings.extend(warnings);
    }

    /// Notes that a value is missing, unless it is there or was faulty.
    pub(crate) fn require(&mut self, field: Field, is_there: bool) {
        if !is_there && !self.has_fault_of(field) {
            self.note(Fault::without_value(field, Reason::Required));
        }
    }

    fn has_fault_of(&self, field: Field) -> bool {
        self.faults.iter().any(|fault| fault.field() == field)
    }
}

impl From<Findings> for InvalidConnector {
    fn from(mut findings: Findings) -> Self {
        findings.faults.sort_by_key(Fault::field);
        findings.warnings.sort_by_key(Warning::field);
        Self::new(findings.faults, findings.warnings)
    }
}

impl<K: Kind> Connector<K> {
    /// Judges everything at once, beside what was found before. A scope that is `None` was not
    /// given, or was faulty and is among the findings.
    #[inline]
    pub(crate) fn judge(
        mut parts: Parts,
        mut scope: Option<K::Scope>,
        mut findings: Findings,
    ) -> Result<Self, InvalidConnector> {
        if scope.is_none() && !findings.has_fault_of(Field::Scope) {
            scope = findings.valid(K::Scope::absent());
        }
        parts.note_faults(&mut findings);
        match (parts.id, parts.name, scope) {
            (Some(id), Some(name), Some(scope)) if findings.faults.is_empty() => Ok(Self {
                common: Common {
                    id,
                    name,
                    settings: parts.settings,
                },
                scope,
            }),
            (_, _, scope) => {
                findings.warn(scope.iter().flat_map(KindScope::warnings).collect());
                findings.warn(Warning::of_settings(&parts.settings, Some(K::TYPE)));
                Err(findings.into())
            }
        }
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
    pub(crate) const fn new(faults: Vec<Fault>, warnings: Vec<Warning>) -> Self {
        Self { faults, warnings }
    }

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
