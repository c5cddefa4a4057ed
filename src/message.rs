//! What the platform sends to connectors, and what they publish, as data: no I/O.
//!
//! A message is one JSON object, on the connector's queue or sent to it over HTTP. What it holds depends on
//! the type of the connector:
//!
//! | connector | is sent | about |
//! |---|---|---|
//! | [`InternalEnrichment`](crate::kind::InternalEnrichment) | [`EnrichmentMessage`] | an entity, by itself, by hand or in a playbook |
//! | [`InternalImportFile`](crate::kind::InternalImportFile) | [`ImportFileMessage`] | a file to read |
//! | [`InternalExportFile`](crate::kind::InternalExportFile) | [`ExportFileMessage`] | a file to write |
//! | [`InternalAnalysis`](crate::kind::InternalAnalysis) | [`AnalysisMessage`] | fields or a file to look through |
//!
//! External import and stream connectors are sent nothing. Each message has [`Internal`]: the work
//! to report to, the user to act as, the draft to work in.
//!
//! ```
//! use opencti_connector::message::EnrichmentMessage;
//!
//! # let body = br#"{"internal": {"work_id": "work_1"}, "event": {"entity_id": "report--1"}}"#;
//! match EnrichmentMessage::parse(body) {
//!     Ok(message) => println!("to be enriched: {}", message.entity_id),
//!     Err(error) => eprintln!("refused, work {:?}: {error}", error.work_id()),
//! }
//! ```
//!
//! # What is refused
//!
//! Members came and went with the platform's versions. One that is not known is ignored; one that
//! is missing, null or empty is `None`, unless no answer is possible without it; one that is of
//! another type than the platform ever sends is a fault. A [`MessageError`] lists all faults, each
//! with the path of its member, and names the work to end even where the body is not JSON.
//!
//! # Sources
//!
//! The platform's sources of 2026 (`opencti-graphql` in `OpenCTI-Platform/opencti`):
//! `src/domain/enrichment.js`, `src/domain/stixCoreObject.js`, `src/domain/stix.js`,
//! `src/database/file-storage.ts`, `src/modules/playbook/playbook-components.ts`; and what pycti
//! 7.261026.0 reads of a message and writes into a part, as recorded from a run of it.

mod analysis;
mod enrichment;
mod envelope;
mod error;
mod export_file;
mod file;
mod import_file;
mod internal;
mod members;
mod parts;
mod word;
mod work_id;

use crate::connector::kind::Kind;

pub use self::analysis::{AnalysisMessage, Content};
pub use self::enrichment::EnrichmentMessage;
pub use self::envelope::PushedPart;
pub use self::error::{MessageError, MessageFault, MessageReason};
pub use self::export_file::{ExportFileMessage, ExportScope, ExportType};
pub use self::file::File;
pub use self::import_file::{ImportFileMessage, ValidationMode};
pub use self::internal::{Internal, Mode, Trigger};
#[cfg(feature = "http")]
pub(crate) use self::work_id::work_id;
#[doc(no_inline)]
pub use crate::graphql::PlaybookStep;

/// What connectors of one kind are sent.
///
/// Sealed: the platform defines the messages. Each also has its own `parse`, so that the trait is
/// only needed by code that reads any:
///
/// ```
/// use opencti_connector::kind::Kind;
/// use opencti_connector::message::{Message, MessageError};
///
/// fn work_of<M: Message>(body: &[u8]) -> Result<Option<String>, MessageError> {
///     let message = M::parse(body)?;
///     println!("a message for an {} connector", M::Kind::TYPE);
///     Ok(message.internal().work_id.clone())
/// }
/// ```
pub trait Message: Sized + sealed::Sealed + Send + Sync + 'static {
    /// The kind of connector that it is sent to.
    type Kind: Kind;

    /// The message in the body of a delivery.
    ///
    /// # Errors
    ///
    /// When the body is not a JSON object with `internal` and `event`, or when a member is missing
    /// without which there is no answer, or is of the wrong type; all that are so are listed.
    fn parse(body: &[u8]) -> Result<Self, MessageError>;

    /// On whose behalf it is, and where its answer belongs.
    fn internal(&self) -> &Internal;
}

mod sealed {
    pub trait Sealed {}
}

/// Makes a type with `internal` and `of` the message of a kind.
macro_rules! message {
    ($message:ident of $kind:ident) => {
        impl crate::message::sealed::Sealed for $message {}

        impl crate::message::Message for $message {
            type Kind = $kind;

            fn parse(body: &[u8]) -> Result<Self, crate::message::MessageError> {
                crate::message::parts::read(body, Self::of)
            }

            fn internal(&self) -> &crate::message::Internal {
                &self.internal
            }
        }

        impl $message {
            /// The message in the body of a delivery.
            ///
            /// # Errors
            ///
            /// When the body is not a JSON object with `internal` and `event`, or when a member is
            /// missing without which there is no answer, or is of the wrong type; all that are so
            /// are listed.
            pub fn parse(body: &[u8]) -> Result<Self, crate::message::MessageError> {
                <Self as crate::message::Message>::parse(body)
            }
        }
    };
}
use message;
