//! Objects whose type the compiler knows.
//!
//! What identifies an object is asked for by its constructor, the rest is set. Its
//! [deterministic id](crate::stix::id_of) is there at once, and references are made of objects.
//!
//! ```
//! use std::net::Ipv4Addr as Address;
//! use opencti_connector::stix::model::{Ipv4Addr, Malware, Organization, Relationship};
//! use opencti_connector::stix::{self, Bundle, Tlp};
//!
//! let author = Organization::new("Example CERT");
//! let emotet = Malware::new("Emotet").created_by(&author).marking(Tlp::Green);
//! let server = Ipv4Addr::new(Address::new(198, 51, 100, 7)).score(80).labels(["c2"]);
//!
//! let mut bundle = Bundle::new();
//! bundle.push(Relationship::communicates_with(&emotet, &server).created_by(&author))?;
//! bundle.push(&author)?;
//! bundle.push(&emotet)?;
//! bundle.push(&server)?;
//! # Ok::<(), stix::Error>(())
//! ```
//!
//! A faulty value does not interrupt the chain. The object is refused when it is pushed, with all
//! that is wrong with it:
//!
//! ```
//! # use opencti_connector::stix::{Bundle, model::Url};
//! let error = Bundle::new().push(Url::new("").score(101)).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "not valid STIX: `value` of this `url` is blank; give it a text, or leave it out\n\
//!      `x_opencti_score` of this `url` is 101; it is 0 to 100"
//! );
//! ```
//!
//! A time is whatever prints as RFC 3339 in UTC: text, or a timestamp of a crate such as `jiff`. It
//! is kept as it prints, since for some objects it is part of the id. An id is that of the object
//! as it is described so far: take it after what identifies the object was set.

mod allowed;
mod between;
mod container;
mod define;
mod embedded;
mod entity;
mod identity;
mod location;
mod object;
mod observable;
mod relationship;
mod time;

pub use allowed::{AllowedFrom, relation};
pub use between::NotAllowed;
pub use container::{
    CaseIncident, CaseRfi, CaseRft, Feedback, Grouping, Note, ObservedData, Opinion, Report,
    SecurityCoverage, Task,
};
pub use embedded::{ExternalReference, KillChainPhase, Marking};
pub use entity::{
    AttackPattern, Campaign, Channel, CourseOfAction, DataComponent, DataSource, Event, Incident,
    Indicator, Infrastructure, IntrusionSet, Language, Malware, MalwareAnalysis, Narrative,
    ThreatActorGroup, ThreatActorIndividual, Tool, Vulnerability,
};
pub use identity::{Individual, Organization, Sector, SecurityPlatform, System};
pub use location::{AdministrativeArea, City, Country, Position, Region};
pub use object::{Author, Id, MarkedWith, Observable, Reference, Typed};
pub use observable::{
    AiPrompt, Artifact, AutonomousSystem, BankAccount, Credential, CryptocurrencyWallet,
    CryptographicKey, Directory, DomainName, EmailAddr, EmailMessage, HashAlgorithm, Hostname,
    Iccid, Imei, Imsi, Ipv4Addr, Ipv6Addr, MacAddr, MediaContent, Mutex, NetworkTraffic,
    PaymentCard, Persona, PhoneNumber, Process, Software, SshKey, StixFile, Text, TrackingNumber,
    Url, UserAccount, UserAgent, WindowsRegistryKey, X509Certificate,
};
pub use relationship::{Relationship, Sighting};
