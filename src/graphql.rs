//! The platform's operations for connectors as data: documents, variables and answers, no I/O.
//!
//! Each operation is a value that serializes as the body of a request, and parses the body of the
//! answer. The feature `client` sends them; anyone with another HTTP stack can do the same:
//!
//! ```
//! use opencti_connector::{Connector, RegisterConnectorFields, graphql};
//!
//! let connector = Connector::stream()
//!     .id("550e8400-e29b-41d4-a716-446655440000")
//!     .name("Splunk")
//!     .build()?;
//! let fields = RegisterConnectorFields::for_version("6.8.9")?;
//!
//! let register = graphql::Register::new(connector.to_input().restricted_to(&fields))
//!     .for_version("6.8.9".parse()?);
//! let body = serde_json::to_vec(&register)?;
//! // POST it to `{url}/graphql` as `application/json`, with `Authorization: Bearer {token}`.
//! # assert!(!body.is_empty());
//!
//! # let answer = br#"{"data":{"registerConnector":{"id":"550e8400-e29b-41d4-a716-446655440000",
//! #     "connector_state":"{\"last_run\":1760000000}","config":null,"connector_user_id":null}}}"#;
//! let registered = graphql::Register::parse(answer)?;
//! assert_eq!(registered.state.unwrap()["last_run"], 1_760_000_000);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An operation with a file, such as [`PushExport`], is not sent as JSON but in parts; [`Upload`]
//! says which.
//!
//! Documents ask for what the platform of a version has: a GraphQL server refuses a question for a
//! member that it does not know. Which version brought what is the history of pycti's own
//! documents, 2.0.0 to 7.261026.0, and of the platform's schema; [`Operation::since`] tells it.

mod analysis;
mod answer;
mod bundle;
mod connector;
mod draft;
mod entity;
mod export;
mod list;
mod number;
mod pending;
mod ping;
mod platform;
mod playbook;
mod query;
mod register;
mod stream;
mod upload;
mod work;

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::value::version::PlatformVersion;

#[cfg(feature = "client")]
pub(crate) use self::answer::{Listed, beginning, reported_errors};

pub use self::analysis::{AnalysedContent, PushAnalysis};
pub use self::answer::{AnswerError, GraphqlError};
pub use self::bundle::PushBundle;
pub use self::connector::{ConnectorStatus, QueueDetails, ReadConnector, Unregister};
pub use self::draft::AddDraft;
pub use self::entity::ReadStix;
pub use self::export::{ExportedList, PushExport, PushListExport};
pub use self::list::{ListStix, ListedStix, StixList, StixPage};
pub use self::number::{InvalidNumber, Megabytes};
pub use self::pending::UploadPending;
pub use self::ping::{ConnectorInfo, Ping, Pong};
pub use self::platform::{About, AcceptedFields};
pub use self::playbook::{EndPlaybookStep, PlaybookStep};
pub use self::query::{Mutation, Query};
pub use self::register::{QueueConfig, RabbitMq, Register, Registered, S3};
pub use self::stream::{ReadStream, StreamCollection};
pub use self::upload::{Upload, UploadedFile};
pub use self::work::{
    AddDraftContext, AddExpectations, AddWork, DeleteWork, IsWorkAlive, PingWork, ReadWork,
    ReportExpectation, WorkError, WorkProcessed, WorkReceived, WorkStatus,
};

/// An operation of the platform: serializes as the body of a request, parses the answer's.
///
/// Sealed: each operation also has its own `parse`, so that the trait is only needed by code that
/// sends any operation:
///
/// ```
/// use opencti_connector::graphql::{AnswerError, Operation};
///
/// fn send<O: Operation>(
///     operation: &O,
///     post: impl Fn(String) -> Vec<u8>,
/// ) -> Result<O::Answer, AnswerError> {
///     println!("sending {}", O::NAME);
///     assert!(operation.upload().is_none(), "one with a file is sent in parts");
///     let body = serde_json::to_string(operation).expect("an operation always makes JSON");
///     O::parse(&post(body))
/// }
/// ```
pub trait Operation: Serialize + sealed::Parts {
    /// What the platform answers.
    type Answer;

    /// The name of the operation in its document, for logs.
    const NAME: &'static str;

    /// Whether doing it twice is the same as doing it once, so that it can be tried again.
    const IS_IDEMPOTENT: bool;

    /// The first platform that knows the operation: an older one refuses it, so it is best not sent
    /// there.
    fn since(&self) -> PlatformVersion;

    /// The document.
    fn document(&self) -> Cow<'static, str>;

    /// The file that goes with it, if any: it is then not sent as JSON, but as [`Upload`] says.
    fn upload(&self) -> Option<Upload<'_>> {
        None
    }

    /// The answer in the body of a response.
    ///
    /// # Errors
    ///
    /// When the body is not a GraphQL answer, reports errors, or misses what was asked for.
    fn parse(body: &[u8]) -> Result<Self::Answer, AnswerError>;
}

mod sealed {
    use serde::Serialize;

    pub trait Parts {
        fn variables(&self) -> impl Serialize;
    }
}

fn serialize_request<O: Operation, S: Serializer>(
    operation: &O,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Request<'a, V> {
        query: &'a str,
        variables: V,
    }

    Request {
        query: &operation.document(),
        variables: operation.variables(),
    }
    .serialize(serializer)
}

/// Makes an operation of a type with `document` and `variables`, and `upload` if a file goes with
/// it, whose variable is `file` and null; `data` holds what `answer` turns into the answer.
macro_rules! operation {
    (
        $operation:ty, $name:expr, idempotent: $idempotent:literal,
        since: |$asked:ident| $part:expr,
        document: |$this:ident| $document:expr,
        variables: |$that:ident| $variables:expr,
        $(upload: |$with:ident| $upload:expr,)?
        answer: |$data:ident: $data_type:ty| -> $answer:ty { $value:expr }
    ) => {
        impl crate::graphql::sealed::Parts for $operation {
            fn variables(&self) -> impl serde::Serialize {
                let $that = self;
                $variables
            }
        }

        impl crate::graphql::Operation for $operation {
            type Answer = $answer;

            const NAME: &'static str = $name;
            const IS_IDEMPOTENT: bool = $idempotent;

            fn since(&self) -> crate::value::version::PlatformVersion {
                let $asked = self;
                $part.since()
            }

            fn document(&self) -> std::borrow::Cow<'static, str> {
                let $this = self;
                $document.into()
            }

            $(fn upload(&self) -> Option<crate::graphql::Upload<'_>> {
                let $with = self;
                Some($upload)
            })?

            fn parse(body: &[u8]) -> Result<$answer, crate::graphql::AnswerError> {
                let $data: $data_type = crate::graphql::answer::data(body)?;
                Ok($value)
            }
        }

        impl $operation {
            /// The answer in the body of a response.
            ///
            /// # Errors
            ///
            /// When the body is not a GraphQL answer, reports errors, or misses what was asked for.
            pub fn parse(body: &[u8]) -> Result<$answer, crate::graphql::AnswerError> {
                <Self as crate::graphql::Operation>::parse(body)
            }
        }

        impl serde::Serialize for $operation {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                crate::graphql::serialize_request(self, serializer)
            }
        }
    };
}
use operation;
