//! The platform's operations for connectors as data: GraphQL documents, variables and answers.
//!
//! An operation is a value. It serializes as the body of a request, and its `parse` turns the body
//! of the response into a typed answer or an [`AnswerError`]; nothing here does I/O. The feature
//! `client` sends operations with `Client::execute`. With another HTTP stack, send them yourself:
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
//! An operation that carries a file, such as [`PushExport`], is sent as a multipart request instead
//! of JSON; see [`Upload`].
//!
//! A GraphQL server rejects a document that names a field it does not know, so a document names
//! only what the target version of the platform has. [`Operation::since`] returns the first version
//! that supports an operation. These versions come from the documents of pycti 2.0.0 to 7.261026.0
//! and from the platform's GraphQL schema.

mod answer;
mod connector;
mod knowledge;
mod number;
mod operation;
mod platform;
mod query;
mod results;
mod upload;
mod work;

#[cfg(feature = "client")]
pub(crate) use self::answer::{Listed, beginning, reported_errors};

pub use self::answer::{AnswerError, GraphqlError};
pub use self::connector::ping::{ConnectorInfo, Ping, Pong};
pub use self::connector::register::{QueueConfig, RabbitMq, Register, Registered, S3};
pub use self::connector::status::{ConnectorStatus, QueueDetails, ReadConnector, Unregister};
pub use self::knowledge::list::{ListStix, ListedStix, StixList, StixPage};
pub use self::knowledge::object::ReadStix;
pub use self::knowledge::stream::{ReadStream, StreamCollection};
pub use self::number::{InvalidNumber, Megabytes};
pub use self::operation::Operation;
pub use self::platform::{About, AcceptedFields};
pub use self::query::{Mutation, Query};
pub use self::results::analysis::{AnalysedContent, PushAnalysis};
pub use self::results::bundle::PushBundle;
pub use self::results::export::{ExportedList, PushExport, PushListExport};
pub use self::results::pending::UploadPending;
pub use self::results::playbook::{EndPlaybookStep, PlaybookStep};
pub use self::upload::{Upload, UploadedFile};
pub use self::work::draft::AddDraft;
pub use self::work::report::{
    AddDraftContext, AddExpectations, AddWork, DeleteWork, PingWork, ReportExpectation, WorkError,
    WorkProcessed, WorkReceived,
};
pub use self::work::status::{IsWorkAlive, ReadWork, WorkStatus};
