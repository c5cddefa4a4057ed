//! The scope rule of each kind of connector: none, required or optional.

use std::fmt::Debug;
use std::hash::Hash;

use mime::Mime;

use crate::connector::findings::Findings;
use crate::connector::stage::{Absent, Missing, Optional};
use crate::value::connector_type::ConnectorType;
use crate::value::fault::{Fault, InvalidValue, Reason};
use crate::value::field::Field;
use crate::value::raw_scope::RawScope;
use crate::value::scope::{ScopeEntries, ScopeEntry, ScopeOf};

/// The scope type of a kind, which determines its rule: `()` for no scope, [`ScopeOf`] for a
/// required one, `Option<ScopeOf<_>>` for an optional one.
pub trait ScopeRule: Clone + Debug + Eq + Hash + Send + Sync + 'static {
    /// The state of the scope in a new builder.
    type Start;

    /// Returns the scope of a connector that sets none. `None` if the kind requires one, after
    /// noting the fault.
    fn when_absent(findings: &mut Findings) -> Option<Self>;

    /// Validates the scope of a configuration, which must not be empty. `None` if it is invalid,
    /// after noting the faults.
    fn from_raw(raw: &RawScope, of: ConnectorType, findings: &mut Findings) -> Option<Self>;

    fn entries(&self) -> ScopeEntries<'_>;
}

impl ScopeRule for () {
    type Start = Absent;

    fn when_absent(_: &mut Findings) -> Option<Self> {
        Some(())
    }

    fn from_raw(raw: &RawScope, of: ConnectorType, findings: &mut Findings) -> Option<Self> {
        let reason = Reason::ScopeNotTaken(of);
        let refused = InvalidValue::new(Field::Scope, reason, &raw.to_string());
        findings.valid(Err(refused))
    }

    fn entries(&self) -> ScopeEntries<'_> {
        ScopeEntries::none()
    }
}

impl<E: ScopeEntry> ScopeRule for ScopeOf<E> {
    type Start = Missing;

    fn when_absent(findings: &mut Findings) -> Option<Self> {
        findings.note(Fault::without_value(Field::Scope, Reason::NoScope));
        None
    }

    fn from_raw(raw: &RawScope, _: ConnectorType, findings: &mut Findings) -> Option<Self> {
        let scope = findings.valid(Self::from_raw(raw));
        if scope.is_none() {
            // Valid entries may still need warnings.
            let texts = raw.entries().into_iter();
            let valid: Vec<E> = texts.filter_map(|text| E::parsed(text).ok()).collect();
            if let Ok(valid) = Self::try_from(valid) {
                findings.warn_of_entries(&valid.entries());
            }
        }
        scope
    }

    fn entries(&self) -> ScopeEntries<'_> {
        self.entries()
    }
}

impl ScopeRule for Option<ScopeOf<Mime>> {
    type Start = Optional;

    fn when_absent(_: &mut Findings) -> Option<Self> {
        Some(None)
    }

    fn from_raw(raw: &RawScope, of: ConnectorType, findings: &mut Findings) -> Option<Self> {
        if raw.is_filler() {
            return Some(None);
        }
        ScopeRule::from_raw(raw, of, findings).map(Some)
    }

    fn entries(&self) -> ScopeEntries<'_> {
        self.as_ref()
            .map_or_else(ScopeEntries::none, ScopeOf::entries)
    }
}
