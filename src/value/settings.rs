//! What is optional in a registration.

use std::str::FromStr;

use serde::Serialize;
use typed_builder::TypedBuilder;

use crate::value::callback_uri::CallbackUri;
use crate::value::fault::{Fault, InvalidValue, Reason};
use crate::value::field::Field;
use crate::value::text::{holds, holds_control_character, is_blank, is_longer_than, text_value};

/// The optional values of a connector.
///
/// Each can be set on the builder of a connector by itself; as a struct they can be kept, passed
/// around and given to [`ConnectorBuilder::settings`](crate::ConnectorBuilder::settings) together.
/// Texts are checked when the connector is built. Their setters take what turns into a `String`;
/// where there may be none, the setter whose name ends in `_opt`, such as `version_opt`, takes an
/// `Option<String>`.
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
    builder_method(
        doc = "A builder in which every value is the default; see [`SettingsBuilder`]."
    ),
    builder_type(
        doc = "The builder of [`Settings`]: a setter for each field, and for a text one ending in `_opt` that takes an `Option`.\n\nIts type parameters say what has been set, and are not part of the API: keep what it builds."
    ),
    build_method(doc = "The settings.")
)]
#[builder(field_defaults(default))]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the platform's own independent flags"
)]
pub struct Settings {
    /// Run without being asked, for each new entity or file in the scope (platform 4.0.0). The
    /// platform looks at it for enrichment and file import.
    pub auto: bool,
    /// Import files only into an entity, not on their own (platform 4.5.0). The platform looks at
    /// it for file import.
    pub only_contextual: bool,
    /// Can be a step of a playbook (platform 5.11.0).
    pub playbook_compatible: bool,
    /// Update entities by itself when they change (platform 6.8.9).
    pub auto_update: bool,
    /// What the platform sends along with an entity to enrich (platform 6.8.9).
    pub enrichment_resolution: EnrichmentResolution,
    /// Where the platform delivers messages over HTTP in place of RabbitMQ (platform 6.5.7).
    #[builder(setter(strip_option(fallback = listen_callback_uri_opt), into))]
    pub listen_callback_uri: Option<CallbackUri>,
    /// The intent that the connector serves in XTM One, such as `cti.stix_harvester` (platform
    /// 7.260527.0). Not blank; empty counts as unset, as in pycti since it knows it.
    #[builder(setter(strip_option(fallback = xtm_one_intent_opt), into))]
    pub xtm_one_intent: Option<String>,
    /// The version of the connector, best a semantic one or `rolling` (platform 7.261008.0).
    /// 1 to 64 ASCII letters, digits and `._+-`, as pycti 7.261026.0 takes them from the files of a
    /// build.
    #[builder(setter(strip_option(fallback = version_opt), into))]
    pub version: Option<String>,
    /// The name of the connector in the catalogue (platform 7.261008.0). The same alphabet.
    #[builder(setter(strip_option(fallback = slug_opt), into))]
    pub slug: Option<String>,
}

impl Settings {
    /// Takes out the values that break a rule, and an empty intent; the faults are what was wrong.
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

/// A version or a slug.
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

/// Whether a label, which is a version or a slug, can hold the character.
pub(crate) const fn is_of_label(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '+' | '-')
}

/// What the platform sends along with an entity that an enrichment connector is to enrich (platform
/// 6.8.9).
///
/// A text that is none of the three known ones is allowed, for platforms to come, and gives a
/// [`Warning`](crate::Warning); its bounds are this crate's.
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
    /// `none`: the entity alone. What pycti sends since 6.8.9 when nothing is set.
    #[default]
    None,
    /// `stix_bundle`: the entity with what it refers to.
    StixBundle,
    /// `deferred`: no STIX at all; the connector reads it itself.
    Deferred,
    /// Another text, for platforms to come.
    Custom(CustomResolution),
}

impl EnrichmentResolution {
    const MAX: usize = 64;

    /// The text in the payload.
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

    /// Takes one of the three exactly, or any other text of 1 to 64 characters.
    ///
    /// # Errors
    ///
    /// When the text is empty, has more than 64 characters, or holds a control character.
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

/// The text of an [`EnrichmentResolution`] whose meaning this version of the crate does not know.
///
/// It is made by parsing an [`EnrichmentResolution`], so that it is never a known one.
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
    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_value!(EnrichmentResolution: prints, equals, parses);
text_value!(CustomResolution: prints, equals);
