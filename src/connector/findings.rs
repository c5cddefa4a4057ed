//! The faults and warnings collected while a connector is validated.

use std::str::FromStr;

use crate::connector::warning::Warning;
use crate::value::connector_type::ConnectorType;
use crate::value::fault::{Fault, InvalidValue, Reason};
use crate::value::field::Field;
use crate::value::id::ConnectorId;
use crate::value::scope::ScopeEntries;
use crate::value::settings::Settings;

/// The faults and warnings of a connector during validation.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    faults: Vec<Fault>,
    warnings: Vec<Warning>,
}

impl Findings {
    /// Returns the value. `None` if it is invalid, after noting its faults.
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

    /// Parses the text and returns the value. `None` if there is no text, or if it is invalid,
    /// after noting its faults.
    pub(crate) fn parsed<T>(&mut self, text: Option<&str>) -> Option<T>
    where
        T: FromStr<Err = InvalidValue>,
    {
        self.valid(text?.parse())
    }

    /// The id in a configuration, which may have a name in front of the UUID.
    pub(crate) fn configured_id(&mut self, text: Option<&str>) -> Option<ConnectorId> {
        self.valid(ConnectorId::from_configuration(text?))
    }

    pub(crate) fn warn_of_id(&mut self, id: &ConnectorId) {
        Warning::of_id(id, &mut self.warnings);
    }

    pub(crate) fn note(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    pub(crate) fn warn_of_entries(&mut self, entries: &ScopeEntries<'_>) {
        Warning::of_entries(entries, &mut self.warnings);
    }

    pub(crate) fn warn_of_settings(&mut self, settings: &Settings, of: Option<ConnectorType>) {
        Warning::of_settings(settings, of, &mut self.warnings);
    }

    /// Unsets the invalid settings and notes their faults.
    pub(crate) fn take_faulty(&mut self, settings: &mut Settings) {
        self.faults.extend(settings.remove_faulty());
    }

    /// Notes that a required value is missing, unless it is present or already has a fault.
    pub(crate) fn require(&mut self, field: Field, is_present: bool) {
        if !is_present && !self.has_fault_of(field) {
            self.note(Fault::without_value(field, Reason::Required));
        }
    }

    pub(crate) fn has_fault_of(&self, field: Field) -> bool {
        self.faults.iter().any(|fault| fault.field() == field)
    }

    pub(crate) const fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    /// Returns the faults and the warnings, both in the order of the payload.
    pub(crate) fn in_order(mut self) -> (Vec<Fault>, Vec<Warning>) {
        self.faults.sort_by_key(Fault::field);
        self.warnings.sort_by_key(Warning::field);
        (self.faults, self.warnings)
    }
}
