//! The Traffic Light Protocol.

use std::str::FromStr;

use crate::value::text::text_value;

/// A level of the Traffic Light Protocol, which says with whom an object may be shared.
///
/// The text is the definition of the platform's marking. `TLP:WHITE`, of the protocol's first
/// version, is `TLP:CLEAR`.
///
/// ```
/// use opencti_connector::stix::Tlp;
///
/// let level: Tlp = "tlp:amber+strict".parse()?;
/// assert!(level > Tlp::Amber && level < Tlp::Red);
/// assert_eq!(level.id().as_str(), "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37");
/// # Ok::<(), opencti_connector::stix::NotTlp>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Tlp {
    /// May be shared with everyone.
    Clear,
    /// May be shared within the community.
    Green,
    /// May be shared within the organization and with its clients, if they need to know.
    Amber,
    /// May be shared within the organization only.
    AmberStrict,
    /// For the recipients only.
    Red,
}

impl Tlp {
    /// All levels, in their order.
    pub const ALL: [Self; 5] = [
        Self::Clear,
        Self::Green,
        Self::Amber,
        Self::AmberStrict,
        Self::Red,
    ];

    /// The definition, such as `TLP:AMBER+STRICT`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "TLP:CLEAR",
            Self::Green => "TLP:GREEN",
            Self::Amber => "TLP:AMBER",
            Self::AmberStrict => "TLP:AMBER+STRICT",
            Self::Red => "TLP:RED",
        }
    }

    /// The level with exactly this definition.
    pub(super) fn defined(definition: &str) -> Option<Self> {
        let mut levels = Self::ALL.into_iter();
        levels
            .find(|level| level.as_str() == definition)
            .or_else(|| (definition == "TLP:WHITE").then_some(Self::Clear))
    }

    /// The level whose marking has this id, of the platform or of TLP 2.0 as OASIS published it.
    pub(super) fn of(id: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|level| level.ids().contains(&id))
    }

    /// The platform's id, then that of TLP 2.0.
    pub(super) const fn ids(self) -> [&'static str; 2] {
        match self {
            Self::Clear => [
                "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
                "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
            ],
            Self::Green => [
                "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
                "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
            ],
            Self::Amber => [
                "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
                "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
            ],
            Self::AmberStrict => [
                "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37",
                "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
            ],
            Self::Red => [
                "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
                "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
            ],
        }
    }
}

impl FromStr for Tlp {
    type Err = NotTlp;

    /// Takes the definition in any case, with or without `TLP:` in front.
    ///
    /// # Errors
    ///
    /// When the text is not a level.
    fn from_str(text: &str) -> Result<Self, NotTlp> {
        let upper = text.to_ascii_uppercase();
        let level = upper.strip_prefix("TLP:").unwrap_or(&upper);
        Self::defined(&format!("TLP:{level}")).ok_or_else(|| NotTlp(text.into()))
    }
}

/// A text that is not a level of the Traffic Light Protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} is not a level of the Traffic Light Protocol; use one of TLP:CLEAR, TLP:GREEN, TLP:AMBER, \
     TLP:AMBER+STRICT, TLP:RED",
    crate::value::text::Quoted(.0)
)]
pub struct NotTlp(Box<str>);

text_value!(Tlp: prints, equals, parses);
