//! STIX for `OpenCTI`: deterministic ids, markings, extensions, and bundles.
//!
//! What a connector knows reaches the platform as a *bundle* of STIX 2.1 objects. Objects are
//! JSON, or whatever serializes as such, so that any STIX crate can be used beside this module. It
//! does no I/O.
//!
//! # Ids
//!
//! STIX leaves it to the sender what an id is. The platform does not: it merges what is the same,
//! and knows that by ids which are a hash of the members that tell one object from another, such as
//! the value of an address or the name of a malware. An object whose id is random is merged only
//! once the platform has looked at it, and is told apart from itself in every list until then. So
//! an object that is pushed without an id gets [its deterministic one](id_of):
//!
//! ```
//! use opencti_connector::stix::{self, Bundle};
//! use serde_json::json;
//!
//! let mut bundle = Bundle::new();
//! let malware = bundle.push(json!({"type": "malware", "name": "Emotet", "is_family": true}))?;
//! let domain = bundle.push(json!({"type": "domain-name", "value": "example.org"}))?;
//! bundle.push(json!({
//!     "type": "relationship",
//!     "relationship_type": "communicates-with",
//!     "source_ref": malware,
//!     "target_ref": domain,
//! }))?;
//! # Ok::<(), stix::Error>(())
//! ```
//!
//! One that lacks what identifies it is refused, by type and member:
//!
//! ```
//! # use opencti_connector::stix::Bundle;
//! # use serde_json::json;
//! let error = Bundle::new().push(json!({"type": "incident", "name": "Phishing"})).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "this `incident` cannot be identified without `created`; give it that, or an `id`"
//! );
//! ```
//!
//! # Typed objects
//!
//! For what connectors make most there are types, in [`model`]. What identifies an object is an
//! argument of its constructor, the rest is set, and what refers to an object takes the object:
//!
//! ```
//! use opencti_connector::EntityType;
//! use opencti_connector::stix::model::{DomainName, Indicator, Malware, Organization, Relationship};
//! use opencti_connector::stix::{self, Bundle, Tlp};
//!
//! let author = Organization::new("Example CERT");
//! let domain = DomainName::new("example.org").score(80).created_by(&author).marking(Tlp::Green);
//! let indicator = Indicator::new("[domain-name:value = 'example.org']", "stix")
//!     .name("example.org")
//!     .main_observable_type(&EntityType::DomainName)
//!     .valid_from("2026-11-24T00:00:00Z")
//!     .created_by(&author);
//! let malware = Malware::new("Emotet").is_family(true);
//!
//! let mut bundle = Bundle::new();
//! bundle.push(Relationship::based_on(&indicator, &domain))?;
//! bundle.push(Relationship::indicates(&indicator, &malware))?;
//! bundle.push(&author)?;
//! bundle.push(&domain)?;
//! bundle.push(&indicator)?;
//! bundle.push(&malware)?;
//! assert!(bundle.split().left_out().is_empty());
//! # Ok::<(), stix::Error>(())
//! ```
//!
//! The platform has a table of which relationships it allows between which types. One that is not
//! in it does not compile:
//!
//! ```compile_fail,E0277
//! # use opencti_connector::stix::model::{Malware, Relationship, Report};
//! let malware = Malware::new("Emotet");
//! let report = Report::new("The third quarter", "2026-10-01T00:00:00Z");
//! Relationship::uses(&malware, &report);
//! // error: the platform allows no `Uses` from `Malware` to `Report`
//! ```
//!
//! Where the types are known at run time alone, [`Relationship::between`] says so instead, and what
//! would be allowed. Types without a Rust type are JSON as before; both can be in one bundle.
//!
//! [`Relationship::between`]: model::Relationship::between
//!
//! # Markings
//!
//! Who may see an object is said by the markings to which it refers. The ids of those of the
//! [Traffic Light Protocol](Tlp) are the same on every platform, so they need not be in the bundle.
//! A marking without one of these ids has to be.
//!
//! ```
//! use opencti_connector::stix::{self, Bundle, Tlp};
//! use serde_json::json;
//!
//! let mut bundle = Bundle::new();
//! let statement = bundle.push(json!({
//!     "type": "marking-definition",
//!     "definition_type": "statement",
//!     "definition": {"statement": "Copyright 2026, Example Ltd."},
//! }))?;
//! bundle.push(json!({
//!     "type": "vulnerability",
//!     "name": "CVE-2026-0001",
//!     "object_marking_refs": [Tlp::Green.id(), statement],
//! }))?;
//! # Ok::<(), stix::Error>(())
//! ```
//!
//! A connector that hands values to a service outside asks first whether they may go there; nobody
//! else does:
//!
//! ```
//! # use opencti_connector::stix::{Entity, Tlp};
//! # use serde_json::json;
//! let entity: Entity = serde_json::from_value(json!({
//!     "type": "domain-name",
//!     "value": "example.org",
//!     "object_marking_refs": [Tlp::Red.id()],
//! }))?;
//! assert!(!entity.is_at_most(Tlp::Amber));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Extensions
//!
//! What STIX has no member for is in the platform's extension, or in members of the object that
//! begin with `x_opencti_`. The platform reads both and writes the first;
//! [`extension`](Object::extension) reads both.
//!
//! ```
//! use opencti_connector::stix::Object;
//! use serde_json::json;
//!
//! let sent: Object = serde_json::from_value(json!({
//!     "type": "url", "value": "https://example.org", "x_opencti_score": 70,
//! }))?;
//! assert_eq!(sent.extension("score"), Some(&json!(70)));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Bundles
//!
//! The platform takes a bundle in parts of one object each, where what is referred to comes first.
//! [`Bundle::split`] makes them; the runtime does that for you when you send one. What the platform
//! would not take is [left out](Split::left_out), with the reason.
//!
//! ```
//! use opencti_connector::stix::{self, Bundle};
//!
//! let bundle = Bundle::from_json(r#"{"type": "bundle", "objects": [
//!     {"type": "report", "name": "Q3", "published": "2026-11-24T00:00:00Z",
//!      "object_refs": ["tool--1", "x-ours--1"]},
//!     {"type": "tool", "id": "tool--1", "name": "nmap"},
//!     {"type": "x-ours", "id": "x-ours--1"}
//! ]}"#)?;
//!
//! let split = bundle.split();
//! let sequence: Vec<u64> = split.parts().iter().map(|part| part.sequence()).collect();
//! assert_eq!(sequence, [1, 2]);
//! assert!(split.parts()[0].to_json().contains("nmap"));
//! for left_out in split.left_out() {
//!     eprintln!("{left_out}"); // x-ours--1: the platform does not take objects of this type
//! }
//! # Ok::<(), stix::Error>(())
//! ```

mod bundle;
mod contributing;
mod error;
mod id;
mod members;
pub mod model;
mod object;
mod order;
mod platform_contributing;
mod split;
mod supported;
mod texts;
mod time;
mod tlp;
mod warning;

pub use bundle::Bundle;
pub use error::{Error, Refused};
pub use id::{EmptyId, StixId, id_of, platform_id_of};
pub use jiff;
pub use object::{Entity, Object};
pub use split::{LeftOut, Part, Split, Why};
pub use tlp::{NotTlp, Tlp};
pub use warning::BundleWarning;
