//! The states of a builder, and the words in which the compiler refuses a call in the wrong one.

/// State of a required value that has not been given yet.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Missing;

/// State of a value that has been given.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Given;

/// State of the scope of a kind that has none.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Absent;

/// State of a scope that may be given and has not been yet.
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

/// The id has been given.
#[diagnostic::on_unimplemented(
    message = "this connector has no id",
    label = "call `.id(..)` before `.build()`"
)]
pub trait IdGiven: Sealed {}

#[diagnostic::do_not_recommend]
impl IdGiven for Given {}

/// The name has been given.
#[diagnostic::on_unimplemented(
    message = "this connector has no name",
    label = "call `.name(..)` before `.build()`"
)]
pub trait NameGiven: Sealed {}

#[diagnostic::do_not_recommend]
impl NameGiven for Given {}

/// The scope has been given, or connectors of the kind `K` do without.
#[diagnostic::on_unimplemented(
    message = "this `{K}` connector has no scope",
    label = "call `.scope(..)` before `.build()`",
    note = "the platform takes an empty scope for everything, so a connector of this kind lists what it works on"
)]
pub trait ScopeGiven<K>: Sealed {}

#[diagnostic::do_not_recommend]
impl<K> ScopeGiven<K> for Given {}

#[diagnostic::do_not_recommend]
impl<K> ScopeGiven<K> for Absent {}

#[diagnostic::do_not_recommend]
impl<K> ScopeGiven<K> for Optional {}

/// Met by nothing: the id is set once.
#[diagnostic::on_unimplemented(
    message = "the id of this connector is set twice",
    label = "remove this call, or the one before"
)]
pub trait IdSetOnce {}

/// Met by nothing: the name is set once.
#[diagnostic::on_unimplemented(
    message = "the name of this connector is set twice",
    label = "remove this call, or the one before"
)]
pub trait NameSetOnce {}

/// Met by nothing: the scope is set once.
#[diagnostic::on_unimplemented(
    message = "the scope of this connector is set twice",
    label = "remove this call, or the one before"
)]
pub trait ScopeSetOnce {}

/// Met by no kind in the state [`Absent`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` connectors have no scope",
    label = "remove this call",
    note = "the platform never looks at the scope of such a connector"
)]
pub trait HasScope {}

/// Met by nothing: only a connector that is built has a payload.
#[diagnostic::on_unimplemented(
    message = "this connector is not built yet",
    label = "call `.build()?` before this"
)]
pub trait Built {}
