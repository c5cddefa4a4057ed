//! The Rust SDK for [OpenCTI](https://filigran.io/solutions/open-cti/) connectors.
//!
//! A connector registers with the platform under a *type* and a *scope*, and what a scope may hold
//! depends on the type. The platform checks none of it: a scope that lists `File` in place of
//! `StixFile` matches nothing, an empty one matches everything, and nobody is told. With this crate
//! such a connector does not compile where the compiler can know, and is refused with every fault
//! named where only the values tell.
//!
//! The [`guide`] leads from `cargo add` to a connector that runs.
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
//! The payload is the `variables` of the mutation with which a connector registers:
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
//! Calls come in any order. What is missing, set twice, or of the wrong kind is a compile error in
//! words:
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
//!   |          ^^^^^ not an item of this scope
//!   |
//!   = help: the trait `ScopeItemOf<opencti_connector::kind::InternalEnrichment>` is not implemented for `Mime`
//!   = note: enrichment connectors list entity types (`EntityType`); import, export and analysis connectors list MIME types (`Mime`)
//!   = note: text is parsed first, as in `"Report".parse::<EntityType>()?` or `"text/csv".parse::<Mime>()?`
//! ```
//!
//! # At run time
//!
//! What a configuration says is a [`RawConnector`]; [`RawConnector::validate`] applies the same
//! rules and gives an [`AnyConnector`]. Both ways the error is an [`InvalidConnector`], which lists
//! every [`Fault`] at once: the field, the value, what is wrong and what to do. What is allowed but
//! most likely wrong is a [`Warning`].
//!
//! # Platforms of every version
//!
//! A GraphQL server refuses an input with a member that it does not know, so a payload for an older
//! platform is [restricted](ConnectorInput::restricted_to) to the [members](RegisterConnectorFields)
//! that it accepts.
//!
//! # Features
//!
//! The default build does no I/O and depends on serde, `serde_json`, uuid, thiserror, mime and
//! typed-builder alone; the platform's [operations](graphql) and [messages](message) are data in it.
//! Features are off by default:
//!
//! * `config`: a connector from the environment and `config.yml`, drop-in for deployments written
//!   for pycti (module `config`).
//! * `client`: registration with a live platform, pings and works, over reqwest with rustls on
//!   tokio (module `client`).
//! * `stix`: typed STIX objects, the platform's deterministic ids, and bundles split as the platform
//!   takes them; no I/O (module `stix`).
//! * `runtime`: a connector that runs: it listens to `RabbitMQ`, imports on a schedule, follows
//!   streams, sends bundles, and ends in good order (module `runtime`); brings `client` and `stix`.
//! * `http`: health, readiness and metrics of a run, and messages by requests of the platform; brings
//!   `runtime`.
//! * `s3`: bundles stored in the platform's S3 server or another one; brings `runtime`.
//!
//! # More
//!
//! [`coming_from_pycti`] maps the Python class and the helper to this crate. The examples hold one
//! connector of each type, and `examples/shodan-internetdb` in the repository is a complete one to
//! start from. Where the rules come from stands at [`kind`](kind#sources).
//!
//! The minimum Rust version is 1.89; raising it is a minor release. The licence is MIT or
//! Apache-2.0, at your choice.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "client")]
pub mod client;
#[cfg(not(doctest))] // As the guide.
#[doc = include_str!("coming_from_pycti.md")]
#[doc(alias = "OpenCTIConnectorHelper")]
#[doc(alias = "pycti")]
#[cfg_attr(
    not(all(feature = "config", feature = "runtime")),
    expect(rustdoc::broken_intra_doc_links, reason = "as in the guide")
)]
pub mod coming_from_pycti {}
#[cfg(feature = "config")]
pub mod config;
mod connector;
pub mod graphql;
#[cfg(not(doctest))] // Its examples are tested by the package `platform`, which has what they need.
#[doc = include_str!("guide.md")]
#[cfg_attr(
    not(all(feature = "config", feature = "runtime")),
    expect(
        rustdoc::broken_intra_doc_links,
        reason = "they lead to what the features bring"
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
