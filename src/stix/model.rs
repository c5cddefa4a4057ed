//! Objects whose type the compiler knows.
//!
//! The constructor takes what identifies the object, setters take the rest. The
//! [deterministic id](crate::stix::id_of) is there at once, and references are made from objects.
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
//! A faulty value does not interrupt the chain. `push` refuses the object and names every fault:
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
//! # Setters
//!
//! Each setter says which STIX member it writes. Setters of one value take an `Option` too, since a
//! source often lacks it; `None` leaves the member as it is. Setters of lists add to them. Values
//! that STIX or the platform suggest are constants in [`vocabulary`]; any text is taken. What has no
//! setter is set by `member`.
//!
//! ```
//! # use opencti_connector::stix::model::Vulnerability;
//! struct Entry {
//!     cve: String,
//!     summary: Option<String>,
//!     epss: Option<f64>,
//! }
//! # fn of(entry: Entry) -> Vulnerability {
//! Vulnerability::new(entry.cve).description(entry.summary).epss_score(entry.epss)
//! # }
//! ```
//!
//! # Times
//!
//! A [`Time`] is written in UTC with milliseconds, which the platform expects where a time is part of
//! an id. Setters take whatever is [`IntoTime`], such as RFC 3339 text or a [`jiff::Timestamp`].
//!
//! # Ids
//!
//! An id is that of the object as described so far: take it after everything that identifies the
//! object is set.
//!
//! # Valid STIX
//!
//! Objects are valid STIX 2.1. Members that STIX requires and nobody set are written with values
//! that change nothing on the platform: `created` and `modified` as the current time, `is_family`
//! and `is_multipart` as `false`, the `valid_from` of an indicator as its creation, the name of a
//! place as its region.
//!
//! Where the platform wants it otherwise, the platform's form is written. STIX also requires objects
//! of reports, notes, opinions and groupings, an end of network traffic, and a hash beside the URL of
//! an artifact; it has random ids of processes, no severity of incidents and cases, and environment
//! variables as an object.

mod allowed;
mod between;
mod complete;
mod container;
mod coverage;
mod define;
mod draft;
mod embedded;
mod entity;
mod groups;
mod host;
mod identifier;
mod identity;
mod key;
mod location;
mod meta;
mod network;
mod object;
mod relations;
mod relationship;
mod sighting;
mod text;
mod threat;
pub mod vocabulary;
mod vulnerability;

pub use crate::stix::time::{IntoTime, NotATime, OptionalTime, Time};
pub use allowed::AllowedFrom;
pub use between::NotAllowed;
pub use container::{
    CaseIncident, CaseRfi, CaseRft, Feedback, Grouping, Note, ObservedData, Opinion, Report, Task,
};
pub use coverage::{SecurityCoverage, SecurityCoverageResult};
pub use embedded::{ExternalReference, File, KillChainPhase, RegistryValue};
pub use entity::{
    Channel, CourseOfAction, DataComponent, DataSource, Event, Incident, Indicator, Language,
    Narrative,
};
pub use host::{
    Artifact, Directory, HashAlgorithm, Mutex, Process, Software, StixFile, UserAccount,
    WindowsRegistryKey, WindowsRegistryValueType,
};
pub use identifier::{
    AiPrompt, BankAccount, Iccid, Imei, Imsi, MediaContent, PaymentCard, Persona, PhoneNumber,
    Text, TrackingNumber,
};
pub use identity::{Individual, Organization, Sector, SecurityPlatform, System};
pub use key::{Credential, CryptocurrencyWallet, CryptographicKey, SshKey, X509Certificate};
pub use location::{AdministrativeArea, City, Country, Position, Region};
pub use meta::{Label, Marking, Vocabulary};
pub use network::{
    AutonomousSystem, DomainName, EmailAddr, EmailMessage, EmailMimePartType, Hostname, Ipv4Addr,
    Ipv6Addr, MacAddr, NetworkTraffic, Url, UserAgent,
};
pub use object::{Author, Id, MarkedWith, Observable, Reference, Typed};
pub use relations::relation;
pub use relationship::Relationship;
pub use sighting::Sighting;
pub use text::OptionalText;
pub use threat::{
    AttackPattern, Campaign, Infrastructure, IntrusionSet, Malware, MalwareAnalysis,
    ThreatActorGroup, ThreatActorIndividual, Tool,
};
pub use vulnerability::Vulnerability;
