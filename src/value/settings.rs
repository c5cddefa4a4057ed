//! The optional values of a registration.

use std::str::FromStr;

use serde::Serialize;
use typed_builder::TypedBuilder;

use crate::value::callback_uri::CallbackUri;
use crate::value::fault::{Fault, InvalidValue, Reason};
use crate::value::field::Field;
use crate::value::text::{holds, holds_control_character, is_blank, is_longer_than, text_value};

/// The optional values of a connector.
///
/// A connector's builder has a setter for each of them. Use this struct to store or pass them
/// together, and hand it to [`ConnectorBuilder::settings`](crate::ConnectorBuilder::settings).
/// Building the connector validates the texts. Setters of texts accept anything that converts into
/// a `String`; those whose names end in `_opt`, e.g. `version_opt`, accept an `Option<String>`.
///
/// ```
/// use opencti_connector::{Connector, Settings};
///
/// let settings = Settings::builder().playbook_compatible(true).version("1.4.0").build();
///
/// let connector = Connector::stream()
///     .id("550e8400-e29b-41d4-a716-446655440000")
///     .name("Splunk")
///     .settings(settings)
///     .slug("splunk")
///     .build()?;
/// assert_eq!(connector.version(), Some("1.4.0"));
/// assert_eq!(connector.slug(), Some("splunk"));
/// # Ok::<(), opencti_connector::InvalidConnector>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, TypedBuilder)]
#[builder(
    doc,
    builder_method(doc = "Creates a builder with default values; see [`SettingsBuilder`]."),
    builder_type(
        doc = "The builder of [`Settings`], with a setter for each field. Texts also have a setter ending in `_opt` that accepts an `Option`.\n\nThe type parameters track which setters were called and are not part of the API; store the built [`Settings`] instead."
    ),
    build_method(doc = "Builds the settings.")
)]
#[builder(field_defaults(default))]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are independent flags of the platform"
)]
pub struct Settings {
    /// Whether the platform runs the connector automatically for each new entity or file in its
    /// scope (since platform 4.0.0). Affects only enrichment and file import.
    pub auto: bool,
    /// Whether the connector imports only files that belong to an entity (since platform 4.5.0).
    /// Affects only file import.
    pub only_contextual: bool,
    /// Whether playbooks can use the connector as a step (since platform 5.11.0).
    pub playbook_compatible: bool,
    /// Whether the platform also runs the connector automatically if an entity in its scope is
    /// updated (since platform 6.8.9).
    pub auto_update: bool,
    /// The STIX data that the platform sends with an entity to enrich, e.g. `stix_bundle` (since
    /// platform 6.8.9).
    pub enrichment_resolution: EnrichmentResolution,
    /// The URI to which the platform sends messages over HTTP instead of RabbitMQ, e.g.
    /// `https://connector:7070/api/callback` (since platform 6.5.7).
    #[builder(setter(strip_option(fallback = listen_callback_uri_opt), into))]
    pub listen_callback_uri: Option<CallbackUri>,
    /// The intent that the connector serves in XTM One, e.g. `cti.stix_harvester` (since platform
    /// 7.260527.0). Must not be blank; empty counts as unset, as in every pycti that supports it.
    #[builder(setter(strip_option(fallback = xtm_one_intent_opt), into))]
    pub xtm_one_intent: Option<String>,
    /// The version of the connector, preferably a semantic version (`1.4.0`) or `rolling` (since
    /// platform 7.261008.0). Has 1 to 64 ASCII letters, digits and `._+-`, the alphabet that pycti
    /// 7.261026.0 accepts from build files.
    #[builder(setter(strip_option(fallback = version_opt), into))]
    pub version: Option<String>,
    /// The name of the connector in the catalogue, e.g. `splunk` (since platform 7.261008.0). Has
    /// the same length and alphabet as the version.
    #[builder(setter(strip_option(fallback = slug_opt), into))]
    pub slug: Option<String>,
}

impl Settings {
    /// Unsets an empty intent and all invalid values, and returns the faults of the latter.
    pub(crate) fn remove_faulty(&mut self) -> Vec<Fault> {
        fn remove<T>(
            value: &mut Option<T>,
            check: impl Fn(&T) -> Result<(), InvalidValue>,
            faults: &mut Vec<Fault>,
        ) {
            if let Some(Err(error)) = value.as_ref().map(check) {
                faults.extend(error.into_faults());
                *value = None;
            }
        }

        let mut faults = Vec::new();
        remove(
            &mut self.listen_callback_uri,
            CallbackUri::check,
            &mut faults,
        );
        let check_version = |version: &String| check_label(Field::Version, version);
        remove(&mut self.version, check_version, &mut faults);
        let check_slug = |slug: &String| check_label(Field::Slug, slug);
        remove(&mut self.slug, check_slug, &mut faults);
        self.xtm_one_intent.take_if(|intent| intent.is_empty());
        let check_intent = |intent: &String| {
            let reasons = [(is_blank(intent), &Reason::Blank)];
            InvalidValue::refuse_if(Field::XtmOneIntent, intent, &reasons)
        };
        remove(&mut self.xtm_one_intent, check_intent, &mut faults);
        faults
    }
}

/// Checks a version or slug.
fn check_label(field: Field, label: &str) -> Result<(), InvalidValue> {
    const MAX: usize = 64;
    let is_other = |byte: &u8| !is_of_label(char::from(*byte));
    let reasons = [
        (label.is_empty(), &Reason::Empty),
        (is_longer_than(label, MAX), &Reason::TooLong(MAX)),
        (holds(label, is_other, |_| true), &Reason::OutsideAlphabet),
    ];
    InvalidValue::refuse_if(field, label, &reasons)
}

/// Returns whether a version or slug may contain the character.
pub(crate) const fn is_of_label(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '+' | '-')
}

/// The STIX data that the platform sends with an entity to enrich (since platform 6.8.9).
///
/// Any other text becomes [`Custom`](Self::Custom), for future platforms, and causes a
/// [`Warning`](crate::Warning). Its limits are rules of this crate.
///
/// ```
/// use opencti_connector::EnrichmentResolution;
///
/// assert_eq!("stix_bundle".parse(), Ok(EnrichmentResolution::StixBundle));
/// assert_eq!(EnrichmentResolution::default().as_str(), "none");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EnrichmentResolution {
    /// `none`: only the entity. The default, as in pycti since 6.8.9.
    #[default]
    None,
    /// `stix_bundle`: the entity and the objects it refers to.
    StixBundle,
    /// `deferred`: no STIX data; the connector reads it from the platform.
    Deferred,
    /// A value that this version of the crate does not know.
    Custom(CustomResolution),
}

impl EnrichmentResolution {
    const MAX: usize = 64;

    /// Returns the text in the payload.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::None => "none",
            Self::StixBundle => "stix_bundle",
            Self::Deferred => "deferred",
            Self::Custom(custom) => custom.as_str(),
        }
    }
}

impl FromStr for EnrichmentResolution {
    type Err = InvalidValue;

    /// Parses one of the three known values exactly, and keeps any other text of 1 to 64
    /// characters.
    ///
    /// # Errors
    ///
    /// If the text is empty, has more than 64 characters, or contains a control character.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        match text {
            "none" => return Ok(Self::None),
            "stix_bundle" => return Ok(Self::StixBundle),
            "deferred" => return Ok(Self::Deferred),
            _ => {}
        }
        let reasons = [
            (text.is_empty(), &Reason::Empty),
            (is_longer_than(text, Self::MAX), &Reason::TooLong(Self::MAX)),
            (holds_control_character(text), &Reason::ControlCharacter),
        ];
        InvalidValue::refuse_if(Field::EnrichmentResolution, text, &reasons)?;
        Ok(Self::Custom(CustomResolution(text.into())))
    }
}

/// The text of an [`EnrichmentResolution`] that this version of the crate does not know.
///
/// Only parsing an [`EnrichmentResolution`] creates one, so it is never a known value.
///
/// ```
/// use opencti_connector::EnrichmentResolution;
///
/// let EnrichmentResolution::Custom(custom) = "ifdirty".parse()? else { unreachable!() };
/// assert_eq!(custom.as_str(), "ifdirty");
/// # Ok::<(), opencti_connector::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomResolution(Box<str>);

impl CustomResolution {
    /// Returns the text as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_value!(EnrichmentResolution: prints, equals, parses);
text_value!(CustomResolution: prints, equals);
