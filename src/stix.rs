//! STIX for `OpenCTI`: deterministic ids, markings, extensions, and bundles.
//!
//! What a connector knows reaches the platform as a *bundle* of STIX 2.1 objects. An object is JSON,
//! or anything that serializes as such, so that any STIX crate can be used beside this module. The
//! module does no I/O.
//!
//! # Ids
//!
//! The platform merges objects by their ids: hashes of the members that tell one object from
//! another, such as the value of an address or the name of a malware. An object pushed without an id
//! gets [its deterministic one](id_of), so sending an object twice creates it only once:
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
//! If it lacks what identifies it, `push` refuses it and names the type and the member:
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
//! Write times with milliseconds, as in `2026-11-24T00:00:00.000Z`: the platform hashes them so.
//! The few types to which the platform gives another id are listed at [`id_of`].
//!
//! # Typed objects
//!
//! [`model`] has a type for each STIX type that the platform takes. The constructor takes what
//! identifies the object, setters take the rest, and references are made from objects:
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
//! The platform allows only certain relationships between two types. Any other does not compile:
//!
//! ```compile_fail,E0277
//! # use opencti_connector::stix::model::{Malware, Relationship, Report};
//! let malware = Malware::new("Emotet");
//! let report = Report::new("The third quarter", "2026-10-01T00:00:00Z");
//! Relationship::uses(&malware, &report);
//! // error: the platform allows no `Uses` from `Malware` to `Report`
//! ```
//!
//! Where the types are known only at run time, [`Relationship::between`] returns an error that names
//! the allowed relationships. A bundle may mix typed objects and JSON.
//!
//! [`Relationship::between`]: model::Relationship::between
//!
//! # Markings
//!
//! An object refers to the markings that say who may see it. Every platform has those of the
//! [Traffic Light Protocol](Tlp) under the same ids, so they need not be in the bundle; any other
//! marking has to be.
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
//! Check the marking before you hand a value to an outside service; nothing else does:
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
//! Values without a STIX member are in the platform's extension, or in members of the object that
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
//! The platform takes a bundle in parts of one object each, dependencies first.
//! [`Bundle::split`] makes the parts; the runtime calls it when you send a bundle. Objects that the
//! platform would refuse are [left out](Split::left_out), with the reason and with the references to
//! them. The same object may be pushed again; it is sent once.
//!
//! ```
//! use opencti_connector::stix::{self, Bundle};
//!
//! let bundle = Bundle::from_json(r#"{"type": "bundle", "objects": [
//!     {"type": "report", "name": "Q3", "published": "2026-11-24T00:00:00.000Z",
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
//! for warning in split.warnings() {
//!     eprintln!("{warning}"); // such as differing objects with one id
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
#[cfg(feature = "runtime")]
pub(crate) mod sharing;
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
