//! Parts of objects: references to the outside, phases, files, values of the registry.

use base64::Engine as _;
use serde_json::json;

use crate::stix::model::define::setters;
use crate::stix::model::draft::{Draft, Form};
use crate::stix::model::object::MarkedWith;

/// Where more is said of an object.
///
/// ```
/// use opencti_connector::stix::model::{ExternalReference, Vulnerability};
///
/// let vulnerability = Vulnerability::new("CVE-2026-0001").external_reference(
///     ExternalReference::new("cve")
///         .external_id("CVE-2026-0001")
///         .url("https://www.cve.org/CVERecord?id=CVE-2026-0001"),
/// );
/// # drop(vulnerability);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct ExternalReference(pub(super) Draft);

impl ExternalReference {
    /// Creates a reference from the name of the source, e.g. `cve`. The platform identifies it by
    /// its URL, else by the id in the source; one of `url`, `external_id` and `description` is
    /// required.
    ///
    /// Writes `source_name`.
    pub fn new(source_name: impl Into<String>) -> Self {
        let mut draft = Draft::new("external-reference", Form::Embedded);
        draft.text("source_name", source_name);
        Self(draft)
    }

    /// Adds a file, e.g. the page as PDF, which the platform stores with the reference.
    ///
    /// Writes `x_opencti_files`.
    pub fn file(mut self, file: File) -> Self {
        self.0.part("x_opencti_files", file.0);
        self
    }
}

setters! { ExternalReference {
    /// URL of the page.
    url: text "url",
    /// Id in the source, e.g. `CVE-2026-0001`.
    external_id: text "external_id",
    /// Description of the page.
    description: text "description",
}}

/// A phase of an attack.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct KillChainPhase(pub(super) Draft);

impl KillChainPhase {
    /// Creates a phase from the chain, e.g. `mitre-attack`, and its name, e.g. `execution`.
    ///
    /// Writes `kill_chain_name` and `phase_name`.
    pub fn new(kill_chain_name: impl Into<String>, phase_name: impl Into<String>) -> Self {
        let mut draft = Draft::new("kill-chain-phase", Form::Embedded);
        draft.text("kill_chain_name", kill_chain_name);
        draft.text("phase_name", phase_name);
        Self(draft)
    }
}

setters! { KillChainPhase {
    /// Place in the chain, counted from 0.
    order: number "x_opencti_order",
}}

/// Kill chain phases, for the types that have them.
macro_rules! with_phases {
    ($($name:ident),+) => {$(
        impl $name {
            /// Adds a phase of an attack to which the object belongs.
            ///
            /// Writes `kill_chain_phases`.
            pub fn kill_chain_phase(
                mut self,
                phase: crate::stix::model::KillChainPhase,
            ) -> Self {
                self.0.part("kill_chain_phases", phase.0);
                self
            }
        }
    )+};
}
pub(super) use with_phases;

/// A file that is stored with an object.
///
/// ```
/// use opencti_connector::stix::Tlp;
/// use opencti_connector::stix::model::{File, Report};
///
/// let file = File::new("q3.txt", "Emotet is back.").mime_type("text/plain").marking(Tlp::Green);
/// let report = Report::new("Q3", "2026-10-01T00:00:00Z").file(file);
/// # drop(report);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct File(pub(super) Draft);

impl File {
    /// Creates a file from its name, e.g. `q3.pdf`, and its content.
    ///
    /// Writes `name` and `data`, in Base64.
    pub fn new(name: impl Into<String>, content: impl AsRef<[u8]>) -> Self {
        let mut draft = Draft::new("file", Form::Embedded);
        draft.text("name", name);
        draft.set("data", base64(content.as_ref()));
        Self(draft)
    }

    /// Adds a marking to the file.
    ///
    /// Writes `object_marking_refs`.
    pub fn marking(mut self, marking: impl MarkedWith) -> Self {
        self.0.references("object_marking_refs", [marking]);
        self
    }
}

setters! { File {
    /// MIME type, e.g. `application/pdf`; `application/octet-stream` by default.
    mime_type: text "mime_type",
    /// Version of the file, as a time.
    version: time "version",
    /// Whether connectors that import files leave this one alone.
    no_trigger_import: flag "no_trigger_import",
    /// Whether the file is an image within a text of the object.
    embedded: flag "embedded",
}}

/// Base64 with padding (RFC 4648, section 4).
pub(super) fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// A value of a key in the Windows registry.
///
/// ```
/// use opencti_connector::stix::model::{RegistryValue, WindowsRegistryKey, vocabulary};
///
/// let run = WindowsRegistryKey::new(r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion\Run")
///     .value(RegistryValue::new("Updater")
///         .data(r"C:\Users\Public\updater.exe")
///         .data_type(vocabulary::registry_data_type::REG_SZ));
/// # drop(run);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct RegistryValue(pub(super) Draft);

impl RegistryValue {
    /// Creates a value from its name.
    ///
    /// Writes `name`.
    pub fn new(name: impl Into<String>) -> Self {
        let mut draft = Draft::new("windows-registry-value-type", Form::Embedded);
        draft.set("name", name.into());
        Self(draft)
    }
}

setters! { RegistryValue {
    /// Data, as text.
    data: text "data",
    /// Type of the data, e.g. `REG_SZ`.
    data_type: text "data_type" of registry_data_type,
}}

/// A result of a security coverage, as the importer reads it.
pub(super) fn coverage(name: impl Into<String>, score: u8) -> Draft {
    let mut draft = Draft::new("coverage", Form::Embedded);
    draft.text("name", name);
    draft.percent("score", score);
    draft
}

/// The definition of a marking in the form of STIX.
pub(super) fn statement(text: &str) -> serde_json::Value {
    json!({"statement": text})
}
