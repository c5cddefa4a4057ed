//! Whether a connector type has a scope, must have one, or may.

use std::fmt::Debug;
use std::hash::Hash;

use mime::Mime;

use crate::connector::warning::{WarnedOf, Warning};
use crate::value::connector_type::ConnectorType;
use crate::value::fault::{Fault, InvalidValue, Reason};
use crate::value::field::Field;
use crate::value::raw_scope::RawScope;
use crate::value::scope::{ScopeEntries, ScopeOf};

/// The scope as a connector of some type keeps it. The type alone says the rule: `()` has no
/// scope, [`ScopeOf`] must have one, `Option<ScopeOf<_>>` may.
pub trait KindScope: Clone + Debug + Eq + Hash + Send + Sync + 'static {
    /// The scope of a connector for which none is given.
    fn absent() -> Result<Self, InvalidValue>;

    /// The scope that a configuration gives, which is not empty; or the faults, beside the
    /// warnings of the entries that have none.
    fn given(
        raw: &RawScope,
        connector_type: ConnectorType,
    ) -> Result<Self, (InvalidValue, Vec<Warning>)>;

    fn entries(&self) -> ScopeEntries<'_>;

    fn warnings(&self) -> Vec<Warning>;
}

impl KindScope for () {
    fn absent() -> Result<Self, InvalidValue> {
        Ok(())
    }

    fn given(
        raw: &RawScope,
        connector_type: ConnectorType,
    ) -> Result<Self, (InvalidValue, Vec<Warning>)> {
        let reason = Reason::ScopeNotTaken(connector_type);
        let fault = InvalidValue::new(Field::Scope, reason, &raw.to_string());
        Err((fault, Vec::new()))
    }

    fn entries(&self) -> ScopeEntries<'_> {
        ScopeEntries::none()
    }

    fn warnings(&self) -> Vec<Warning> {
        Vec::new()
    }
}

impl<E: WarnedOf> KindScope for ScopeOf<E> {
    fn absent() -> Result<Self, InvalidValue> {
        Err(Fault::without_value(Field::Scope, Reason::NoScope).into())
    }

    fn given(raw: &RawScope, _: ConnectorType) -> Result<Self, (InvalidValue, Vec<Warning>)> {
        Self::from_texts(&raw.entries())
            .map_err(|(error, fine)| (error, fine.iter().filter_map(E::warning).collect()))
    }

    fn entries(&self) -> ScopeEntries<'_> {
        self.entries()
    }

    fn warnings(&self) -> Vec<Warning> {
        self.iter().filter_map(E::warning).collect()
    }
}

impl KindScope for Option<ScopeOf<Mime>> {
    fn absent() -> Result<Self, InvalidValue> {
        Ok(None)
    }

    fn given(
        raw: &RawScope,
        connector_type: ConnectorType,
    ) -> Result<Self, (InvalidValue, Vec<Warning>)> {
        if raw.is_filler() {
            return Ok(None);
        }
        ScopeOf::given(raw, connector_type).map(Some)
    }

    fn entries(&self) -> ScopeEntries<'_> {
        self.as_ref()
            .map_or_else(ScopeEntries::none, ScopeOf::entries)
    }

    fn warnings(&self) -> Vec<Warning> {
        Vec::new()
    }
}
