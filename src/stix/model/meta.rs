//! What objects are described with, as objects of their own: markings, labels, vocabularies.

use serde_json::json;

use crate::stix::id::StixId;
use crate::stix::model::define::setters;
use crate::stix::model::draft::{Draft, Form};
use crate::stix::model::embedded::statement;
use crate::stix::model::object::sealed::Sealed;
use crate::stix::model::object::{MarkedWith, Reference};
use crate::stix::tlp::Tlp;

/// A marking, which says who may see an object.
///
/// The levels of the Traffic Light Protocol are [`Tlp`]: every platform has them, so that an object
/// refers to them without sending them. Send one with `Marking::from(Tlp::Amber)` where another
/// reader of the bundle needs it.
///
/// ```
/// use opencti_connector::stix::model::{Malware, Marking};
/// use opencti_connector::stix::{self, Bundle, Tlp};
///
/// let mut bundle = Bundle::new();
/// let statement = Marking::statement("Copyright 2026, Example Ltd.");
/// bundle.push(&statement)?;
/// bundle.push(Marking::from(Tlp::Green))?;
/// bundle.push(Malware::new("Emotet").marking(Tlp::Green).marking(&statement))?;
/// # Ok::<(), stix::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Marking(Draft);

impl Marking {
    /// Creates a marking that is a statement, e.g. a copyright.
    ///
    /// Writes `definition_type` and `definition`.
    pub fn statement(text: impl Into<String>) -> Self {
        let text = text.into();
        let mut draft = Draft::new("marking-definition", Form::Dated);
        draft.set("definition_type", "statement");
        draft.set("definition", statement(&text));
        if text.trim().is_empty() {
            draft.fault("definition", "has a blank `statement`; give it a text");
        }
        Self(draft)
    }

    /// Creates a marking of the platform from its type, e.g. `PAP`, and its definition, e.g.
    /// `PAP:RED`.
    ///
    /// Writes `x_opencti_definition_type` and `x_opencti_definition`, and a statement for STIX.
    pub fn new(definition_type: impl Into<String>, definition: impl Into<String>) -> Self {
        let definition = definition.into();
        let mut draft = Draft::new("marking-definition", Form::Dated);
        draft.set("name", definition.as_str());
        draft.set("definition_type", "statement");
        draft.set("definition", statement(&definition));
        draft.text("x_opencti_definition_type", definition_type);
        draft.text("x_opencti_definition", definition);
        Self(draft)
    }

    /// The deterministic id of the marking.
    #[must_use]
    pub fn id(&self) -> StixId {
        self.0.id()
    }
}

setters! { Marking {
    /// Place among the markings of its type: the higher, the stricter.
    order: number "x_opencti_order",
    /// Colour in which the platform shows the marking, e.g. `#ff0000`.
    color: text "x_opencti_color",
}}

impl From<Tlp> for Marking {
    /// The level as the object that it is, under the platform's id.
    fn from(tlp: Tlp) -> Self {
        // STIX 2.1 defines the other four, under the names of the first TLP, and takes no other form.
        let level = match tlp {
            Tlp::Clear => "white",
            Tlp::Green => "green",
            Tlp::Amber => "amber",
            Tlp::Red => "red",
            Tlp::AmberStrict => return Self::new("TLP", tlp.as_str()),
        };
        let mut draft = Draft::new("marking-definition", Form::Dated);
        draft.set("created", "2017-01-20T00:00:00.000Z");
        draft.set("name", format!("TLP:{}", level.to_uppercase()));
        draft.set("definition_type", "tlp");
        draft.set("definition", json!({"tlp": level}));
        Self(draft)
    }
}

impl MarkedWith for Marking {}

/// A label with its colour. Objects name labels by their text; the object itself sets the colour.
///
/// ```
/// use opencti_connector::stix::model::{Label, Malware};
/// use opencti_connector::stix::{self, Bundle};
///
/// let mut bundle = Bundle::new();
/// bundle.push(Label::new("ransomware", "#d32f2f"))?;
/// bundle.push(Malware::new("LockBit").labels(["ransomware"]))?;
/// # Ok::<(), stix::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Label(Draft);

impl Label {
    /// Creates a label from its text and its colour, e.g. `#d32f2f`.
    ///
    /// Writes `value` and `color`.
    pub fn new(value: impl Into<String>, color: impl Into<String>) -> Self {
        let mut draft = Draft::new("label", Form::Dated);
        draft.text("value", value);
        draft.text("color", color);
        Self(draft)
    }

    /// The deterministic id of the label.
    #[must_use]
    pub fn id(&self) -> StixId {
        self.0.id()
    }
}

/// A value of one of the platform's vocabularies.
///
/// ```
/// use opencti_connector::stix::model::Vocabulary;
///
/// let value = Vocabulary::new("supply-chain", "incident_type_ov").aliases(["supplier"]);
/// # drop(value);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Vocabulary(Draft);

impl Vocabulary {
    /// Creates a value from its text and the platform's name of the vocabulary, e.g.
    /// `incident_type_ov`.
    ///
    /// Writes `name` and `category`.
    pub fn new(name: impl Into<String>, category: impl Into<String>) -> Self {
        let mut draft = Draft::new("vocabulary", Form::Dated);
        draft.text("name", name);
        draft.text("category", category);
        Self(draft)
    }

    /// The deterministic id of the value.
    #[must_use]
    pub fn id(&self) -> StixId {
        self.0.id()
    }
}

setters! { Vocabulary {
    /// Description of the value.
    description: text "description",
    /// Adds other texts for the value.
    aliases: texts "aliases",
}}

macro_rules! sent {
    ($($name:ident),+) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl Sealed for $name {}

        impl Reference for $name {
            fn stix_id(&self) -> StixId {
                self.0.id()
            }
        }
    )+};
}

sent!(Marking, Label, Vocabulary);
