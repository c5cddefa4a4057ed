//! x
#![cfg_attr(docsrs, feature(doc_cfg))]

mod any;
mod builder;
mod connector;
mod entity_type;
mod error;
mod field;
mod id;
mod input;
pub mod kind;
mod name;
mod raw;
mod scope;
mod secret;
mod settings;
mod text;
mod uri;
mod warning;

pub use crate::any::{AnyConnector, WrongType};
pub use crate::builder::{ConnectorBuilder, state};
pub use crate::connector::Connector;
pub use crate::entity_type::{CustomEntityType, EntityType};
pub use crate::error::{Fault, InvalidConnector, InvalidValue, Reason};
pub use crate::field::Field;
pub use crate::id::ConnectorId;
pub use crate::input::{ConnectorInput, InvalidVersion, RegisterConnectorFields};
pub use crate::kind::ConnectorType;
pub use crate::name::ConnectorName;
pub use crate::raw::RawConnector;
pub use crate::scope::{EntityScope, MimeScope, RawScope, ScopeEntries, ScopeEntry, ScopeOf};
pub use crate::secret::Secret;
pub use crate::settings::{CustomResolution, EnrichmentResolution, Settings};
pub use crate::warning::Warning;
pub use mime;
pub use uuid;
