//! The Rust SDK for [OpenCTI](https://filigran.io/solutions/open-cti/) connectors.
//!
//! A connector registers with the platform under a *type* and a *scope*, and the type determines
//! what the scope may list. The platform checks neither: a scope that lists `File` instead of
//! `StixFile` matches nothing, an empty one matches everything, and neither causes an error. With
//! this crate, such a connector does not compile if the types show the mistake. Mistakes in values
//! become one error that lists every fault.
//!
//! The [`guide`] leads from `cargo add` to a running connector.
//!
//! # Quick start
//!
//! ```
//! use opencti_connector::{Connector, EntityType};
//!
//! let connector = Connector::internal_enrichment()
//!     .id("550e8400-e29b-41d4-a716-446655440000")
//!     .name("Shodan InternetDB")
//!     .scope([EntityType::Ipv4Addr, EntityType::Ipv6Addr])
//!     .auto(true)
//!     .build()?;
//!
//! for warning in connector.warnings() {
//!     eprintln!("{warning}");
//! }
//! // {"input":{"id":"550e8400-e29b-41d4-a716-446655440000","name":"Shodan InternetDB",…
//! println!("{}", connector.to_input().to_json());
//! # Ok::<(), opencti_connector::InvalidConnector>(())
//! ```
//!
//! The payload contains the `variables` of the mutation that registers the connector:
//!
//! ```graphql
//! mutation RegisterConnector($input: RegisterConnectorInput) {
//!   registerConnector(input: $input) { id }
//! }
//! ```
//!
//! # One builder for each connector type
//!
//! | entry point | type | scope |
//! |---|---|---|
//! | [`Connector::external_import`] | [`ExternalImport`](kind::ExternalImport) | none: `.scope` does not compile |
//! | [`Connector::internal_import_file`] | [`InternalImportFile`](kind::InternalImportFile) | MIME types, required |
//! | [`Connector::internal_enrichment`] | [`InternalEnrichment`](kind::InternalEnrichment) | entity types, required |
//! | [`Connector::internal_analysis`] | [`InternalAnalysis`](kind::InternalAnalysis) | MIME types, optional |
//! | [`Connector::internal_export_file`] | [`InternalExportFile`](kind::InternalExportFile) | MIME types, required |
//! | [`Connector::stream`] | [`Stream`](kind::Stream) | none: `.scope` does not compile |
//!
//! Call the setters in any order. If a required value is missing, set twice or of the wrong type,
//! the compiler explains it:
//!
//! ```compile_fail,E0277
//! use opencti_connector::{Connector, mime};
//!
//! let connector = Connector::internal_enrichment()
//!     .id("550e8400-e29b-41d4-a716-446655440000")
//!     .name("Shodan InternetDB")
//!     .scope([mime::TEXT_PLAIN])
//!     .build();
//! ```
//!
//! ```text
//! error[E0277]: `Mime` cannot be listed in the scope of an `opencti_connector::kind::InternalEnrichment` connector
//!  --> src/main.rs:8:10
//!   |
//! 8 |         .scope([mime::TEXT_PLAIN])
//!   |          ^^^^^ wrong type of scope item
//!   |
//!   = help: the trait `ScopeItemOf<opencti_connector::kind::InternalEnrichment>` is not implemented for `Mime`
//!   = note: enrichment connectors list entity types (`EntityType`); import, export and analysis connectors list MIME types (`Mime`)
//!   = note: parse text first, as in `"Report".parse::<EntityType>()?` or `"text/csv".parse::<Mime>()?`
//! ```
//!
//! # Connectors from a configuration
//!
//! If you know the connector type only at run time, fill a [`RawConnector`].
//! [`RawConnector::validate`] applies the same rules and returns an [`AnyConnector`]. Builders and
//! `validate` both fail with an [`InvalidConnector`], which lists every [`Fault`] at once: the
//! field, the value, what is wrong and how to fix it. A [`Warning`] reports a valid value that is
//! probably a mistake.
//!
//! # Older platforms
//!
//! A platform rejects a payload with a field that it does not know.
//! [`ConnectorInput::restricted_to`] limits a payload to the [fields](RegisterConnectorFields) that
//! an older platform accepts.
//!
//! # Features
//!
//! The default build does no I/O and depends only on serde, `serde_json`, uuid, thiserror, mime and
//! typed-builder. It contains the platform's [operations](graphql) and [messages](message) as data.
//! All features are off by default:
//!
//! | feature | adds |
//! |---|---|
//! | `config` | reads a connector from the environment and `config.yml`, compatible with deployments written for pycti (module `config`) |
//! | `client` | registers with a live platform, pings, and manages works, using reqwest with rustls on tokio (module `client`) |
//! | `stix` | typed STIX objects, the platform's deterministic ids, and a bundle splitter; no I/O (module `stix`) |
//! | `runtime` | runs a connector: consumes from `RabbitMQ`, imports on a schedule, follows streams, sends bundles and shuts down gracefully (module `runtime`); includes `client` and `stix` |
//! | `http` | serves health, readiness and metrics, and receives messages over HTTP; includes `runtime` |
//! | `s3` | stores bundles in the platform's S3 server or another one; includes `runtime` |
//!
//! # More
//!
//! * [`coming_from_pycti`] maps the Python class and the helper to this crate.
//! * The examples contain one connector of each type. `examples/shodan-internetdb` in the
//!   repository is a complete connector; copy it to start your own.
//! * [`kind`](kind#sources) names the sources of the rules.
//!
//! The minimum Rust version is 1.89; raising it requires a new minor version. Licensed under MIT or
//! Apache-2.0, at your option.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "client")]
pub mod client;
// See `guide`.
#[cfg(not(doctest))]
#[doc = include_str!("coming_from_pycti.md")]
#[doc(alias = "OpenCTIConnectorHelper")]
#[doc(alias = "pycti")]
#[cfg_attr(
    not(all(feature = "config", feature = "runtime")),
    expect(
        rustdoc::broken_intra_doc_links,
        reason = "the page links to items of these features"
    )
)]
pub mod coming_from_pycti {}
#[cfg(feature = "config")]
pub mod config;
mod connector;
pub mod graphql;
// The package `platform` tests its examples, because it has their dependencies.
#[cfg(not(doctest))]
#[doc = include_str!("guide.md")]
#[cfg_attr(
    not(all(feature = "config", feature = "runtime")),
    expect(
        rustdoc::broken_intra_doc_links,
        reason = "the page links to items of these features"
    )
)]
pub mod guide {}
pub mod message;
#[cfg(feature = "runtime")]
pub mod runtime;
#[cfg(feature = "stix")]
pub mod stix;
mod value;

pub use crate::connector::any::{AnyConnector, WrongType};
pub use crate::connector::builder::ConnectorBuilder;
pub use crate::connector::connector::Connector;
pub use crate::connector::draft::InvalidConnector;
pub use crate::connector::input::ConnectorInput;
pub use crate::connector::raw::{RawConnector, RawConnectorBuilder};
pub use crate::connector::warning::Warning;
pub use crate::connector::{kind, state};
#[cfg(any(feature = "config", feature = "runtime"))]
pub use crate::value::broker_settings::BrokerSettings;
pub use crate::value::callback_uri::CallbackUri;
pub use crate::value::connector_type::ConnectorType;
pub use crate::value::entity_type::{CustomEntityType, EntityType};
pub use crate::value::fault::{Fault, InvalidValue, Reason};
pub use crate::value::field::{Field, RegisterConnectorFields};
pub use crate::value::id::ConnectorId;
#[cfg(any(feature = "config", feature = "http"))]
pub use crate::value::listen_api::ListenApi;
pub use crate::value::name::ConnectorName;
pub use crate::value::raw_scope::RawScope;
pub use crate::value::scope::{EntityScope, MimeScope, ScopeEntries, ScopeEntry, ScopeOf};
pub use crate::value::secret::Secret;
#[cfg(any(feature = "config", feature = "runtime"))]
pub use crate::value::send_to::{DirectorySettings, S3Settings, SendTo};
pub use crate::value::settings::{
    CustomResolution, EnrichmentResolution, Settings, SettingsBuilder,
};
pub use crate::value::version::{InvalidVersion, PlatformVersion};
pub use mime;
pub use serde_json;
pub use uuid;
