//! Whether a kind of connector has a scope, must have one, or may.

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

/// The scope as a connector of some kind keeps it. The type alone says the rule: `()` has no scope,
/// [`ScopeOf`] must have one, `Option<ScopeOf<_>>` may.
pub trait ScopeRule: Clone + Debug + Eq + Hash + Send + Sync + 'static {
    /// The state of the scope in a builder that was told nothing yet.
    type Start;

    /// The scope of a connector for which none is given.
    fn when_absent(findings: &mut Findings) -> Option<Self>;

    /// The scope that a configuration gives, which is not empty.
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
            // Entries that are fine may still be warned about.
            let texts = raw.entries().into_iter();
            let fine: Vec<E> = texts.filter_map(|text| E::parsed(text).ok()).collect();
            if let Ok(fine) = Self::try_from(fine) {
                findings.warn_of_entries(&fine.entries());
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
