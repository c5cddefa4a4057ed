//! The states of a builder, and the bounds whose messages explain a call in the wrong state.

/// State of a required value that is not set yet.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Missing;

/// State of a value that is set.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Given;

/// State of the scope of a kind that has no scope.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Absent;

/// State of an optional scope that is not set.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Optional;

mod sealed {
    pub trait Sealed {}
}
use sealed::Sealed;

impl Sealed for Given {}
impl Sealed for Absent {}
impl Sealed for Optional {}

/// Bound: the id is set.
#[diagnostic::on_unimplemented(
    message = "this connector has no id",
    label = "call `.id(..)` before `.build()`"
)]
pub trait IdGiven: Sealed {}

#[diagnostic::do_not_recommend]
impl IdGiven for Given {}

/// Bound: the name is set.
#[diagnostic::on_unimplemented(
    message = "this connector has no name",
    label = "call `.name(..)` before `.build()`"
)]
pub trait NameGiven: Sealed {}

#[diagnostic::do_not_recommend]
impl NameGiven for Given {}

/// Bound: the scope is set, or connectors of the kind `K` need none.
#[diagnostic::on_unimplemented(
    message = "this `{K}` connector has no scope",
    label = "call `.scope(..)` before `.build()`",
    note = "an empty scope matches everything, so a connector of this kind must list what it handles"
)]
pub trait ScopeGiven<K>: Sealed {}

#[diagnostic::do_not_recommend]
impl<K> ScopeGiven<K> for Given {}

#[diagnostic::do_not_recommend]
impl<K> ScopeGiven<K> for Absent {}

#[diagnostic::do_not_recommend]
impl<K> ScopeGiven<K> for Optional {}

/// Never satisfied: the id is set only once.
#[diagnostic::on_unimplemented(
    message = "the id of this connector is set twice",
    label = "remove this call or the earlier one"
)]
pub trait IdSetOnce {}

/// Never satisfied: the name is set only once.
#[diagnostic::on_unimplemented(
    message = "the name of this connector is set twice",
    label = "remove this call or the earlier one"
)]
pub trait NameSetOnce {}

/// Never satisfied: the scope is set only once.
#[diagnostic::on_unimplemented(
    message = "the scope of this connector is set twice",
    label = "remove this call or the earlier one"
)]
pub trait ScopeSetOnce {}

/// Never satisfied: kinds whose scope is [`Absent`] have no scope.
#[diagnostic::on_unimplemented(
    message = "`{Self}` connectors have no scope",
    label = "remove this call",
    note = "the platform never uses the scope of such a connector"
)]
pub trait HasScope {}

/// Never satisfied: only a built connector has a payload.
#[diagnostic::on_unimplemented(
    message = "this connector is not built yet",
    label = "call `.build()?` first"
)]
pub trait Built {}
