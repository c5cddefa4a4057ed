//! What can be registered.

use super::registration::Session;
use super::{AnyRegistration, Registration};
use crate::connector::any::AnyConnector;
use crate::connector::connector::Connector;
use crate::connector::kind::Kind;

/// What can be registered with a platform: a [`Connector`], which gives a [`Registration`], or an
/// [`AnyConnector`], which gives an [`AnyRegistration`].
///
/// Sealed; it is only written out in code that serves both.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connector that can be registered",
    label = "neither a `Connector` nor an `AnyConnector`",
    note = "a builder gives a `Connector` by `.build()?`, a `RawConnector` an `AnyConnector` by `.validate()?`"
)]
pub trait Registrable: Clone + Into<AnyConnector> + Sync + sealed::Registered {
    /// What it is when it is registered.
    type Registration;

    #[doc(hidden)]
    fn registered(self, session: Session) -> Self::Registration;
}

mod sealed {
    pub trait Registered {}
}

#[diagnostic::do_not_recommend]
impl<K: Kind> Registrable for Connector<K> {
    type Registration = Registration<K>;

    fn registered(self, session: Session) -> Registration<K> {
        Registration::new(self, session)
    }
}

impl<K: Kind> sealed::Registered for Connector<K> {}

#[diagnostic::do_not_recommend]
impl Registrable for AnyConnector {
    type Registration = AnyRegistration;

    fn registered(self, session: Session) -> AnyRegistration {
        AnyRegistration::new(self, session)
    }
}

impl sealed::Registered for AnyConnector {}
