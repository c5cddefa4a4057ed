//! What objects are described with: references to the outside, phases, markings.

use serde_json::json;

use crate::stix::StixId;
use crate::stix::model::object::sealed::Sealed;
use crate::stix::model::object::{Draft, MarkedWith, Reference};

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
    /// By the name of the source. The platform knows it by its URL, else by the id in the source.
    pub fn new(source_name: impl Into<String>) -> Self {
        let mut draft = Draft::new("external-reference");
        draft.text("source_name", source_name);
        Self(draft)
    }

    /// Its URL.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.0.text("url", url);
        self
    }

    /// Its id in the source.
    pub fn external_id(mut self, external_id: impl Into<String>) -> Self {
        self.0.text("external_id", external_id);
        self
    }

    /// What it is.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.0.text("description", description);
        self
    }
}

/// A phase of an attack.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct KillChainPhase(pub(super) Draft);

impl KillChainPhase {
    /// By the chain, such as `mitre-attack`, and the phase, such as `execution`.
    pub fn new(kill_chain_name: impl Into<String>, phase_name: impl Into<String>) -> Self {
        let mut draft = Draft::new("kill-chain-phase");
        draft.text("kill_chain_name", kill_chain_name);
        draft.text("phase_name", phase_name);
        Self(draft)
    }

    /// Its place in the chain.
    pub fn order(mut self, order: u32) -> Self {
        self.0.number("x_opencti_order", order);
        self
    }
}

/// A marking of one's own. Those of the Traffic Light Protocol are [`Tlp`](crate::stix::Tlp).
///
/// ```
/// use opencti_connector::stix::model::{Malware, Marking};
/// use opencti_connector::stix::{self, Bundle, Tlp};
///
/// let mut bundle = Bundle::new();
/// let statement = Marking::statement("Copyright 2026, Example Ltd.");
/// bundle.push(&statement)?;
/// bundle.push(Malware::new("Emotet").marking(Tlp::Green).marking(&statement))?;
/// # Ok::<(), stix::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Marking(Draft);

impl Marking {
    /// A marking that is a statement.
    pub fn statement(statement: impl Into<String>) -> Self {
        let mut draft = Draft::new("marking-definition");
        let statement = statement.into();
        draft.set("definition_type", "statement");
        draft.set("definition", json!({"statement": statement}));
        if statement.trim().is_empty() {
            draft.fault("definition", "has a blank `statement`; give it a text");
        }
        Self(draft)
    }

    /// A marking of the platform: its type, such as `PAP`, and its definition, such as `PAP:RED`.
    pub fn new(definition_type: impl Into<String>, definition: impl Into<String>) -> Self {
        let mut draft = Draft::new("marking-definition");
        draft.text("x_opencti_definition_type", definition_type);
        draft.text("x_opencti_definition", definition);
        Self(draft)
    }

    /// Its deterministic id.
    #[must_use]
    pub fn id(&self) -> StixId {
        self.0.id()
    }
}

impl serde::Serialize for Marking {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Sealed for Marking {}

impl Reference for Marking {
    fn stix_id(&self) -> StixId {
        self.0.id()
    }
}

impl MarkedWith for Marking {}
