//! The entity types that the scope of an enrichment connector lists.

use std::str::FromStr;

use crate::value::fault::{InvalidValue, Reason};
use crate::value::field::Field;
use crate::value::text::{IgnoringCase, holds_control_character, is_longer_than, text_value};

/// Defines the entity types: variant, the platform's spelling, and the names that people write
/// instead by mistake.
macro_rules! entity_types {
    ($($variant:ident = $name:literal $([$($mistaken:literal),+])?,)+) => {
        /// An entity type of the platform, e.g. `IPv4-Addr` or `Report`.
        ///
        /// The platform calls an enrichment connector for entities whose type is in its scope. It
        /// compares the names ignoring ASCII case only ([sources](crate::kind#sources)). A name
        /// that this crate does not know becomes [`Custom`](Self::Custom), because newer platforms
        /// may know it; the connector then has a [`Warning`](crate::Warning), because the name may
        /// be a mistake that never matches.
        ///
        /// ```
        /// use opencti_connector::EntityType;
        ///
        /// let known: EntityType = "ipv4-addr".parse()?;
        /// assert_eq!(known, EntityType::Ipv4Addr);
        /// assert_eq!(known.as_str(), "IPv4-Addr");
        ///
        /// let unknown: EntityType = "File".parse()?;
        /// assert!(!unknown.is_known());
        /// assert_eq!(unknown.suggestions(), [EntityType::StixFile]);
        /// # Ok::<(), opencti_connector::InvalidValue>(())
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum EntityType {
            $(
                #[doc = concat!("`", $name, "`.")]
                $variant,
            )+
            /// A type that this version of the crate does not know.
            Custom(CustomEntityType),
        }

        impl EntityType {
            /// All known types, as of the platform in autumn 2026: observables, then domain
            /// objects, then meta objects.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the name in the platform's spelling, or a custom name as written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Custom(custom) => custom.as_str(),
                }
            }
        }

        /// The names of [`EntityType::ALL`], in the same order. Parsing looks up names here.
        const NAMES: &[&str] = &[$($name),+];

        /// Names that are not entity types, each with a type that the author probably meant.
        const MISTAKEN: &[(&str, EntityType)] = &[
            $($($(($mistaken, EntityType::$variant),)+)?)+
        ];
    };
}

entity_types! {
    AiPrompt = "AI-Prompt",
    Artifact = "Artifact",
    AutonomousSystem = "Autonomous-System" ["AS", "ASN"],
    BankAccount = "Bank-Account",
    Credential = "Credential",
    CryptocurrencyWallet = "Cryptocurrency-Wallet" ["Wallet"],
    CryptographicKey = "Cryptographic-Key",
    Directory = "Directory",
    DomainName = "Domain-Name" ["Domain", "FQDN"],
    EmailAddr = "Email-Addr" ["Email", "Email-Address"],
    EmailMessage = "Email-Message",
    EmailMimePartType = "Email-Mime-Part-Type",
    Hostname = "Hostname",
    Iccid = "ICCID",
    Imei = "IMEI",
    Imsi = "IMSI",
    Ipv4Addr = "IPv4-Addr" ["IPv4", "IP", "IP-Addr", "IPv4-Address"],
    Ipv6Addr = "IPv6-Addr" ["IPv6", "IP", "IP-Addr", "IPv6-Address"],
    MacAddr = "Mac-Addr" ["MAC", "Mac-Address"],
    MediaContent = "Media-Content",
    Mutex = "Mutex",
    NetworkTraffic = "Network-Traffic",
    PaymentCard = "Payment-Card",
    Persona = "Persona",
    PhoneNumber = "Phone-Number",
    Process = "Process",
    Software = "Software",
    SshKey = "SSH-Key",
    StixFile = "StixFile" ["File", "Hash", "File-md5", "File-sha1", "File-sha256", "File-sha512"],
    Text = "Text",
    TrackingNumber = "Tracking-Number",
    Url = "Url",
    UserAccount = "User-Account",
    UserAgent = "User-Agent",
    WindowsRegistryKey = "Windows-Registry-Key" ["Registry-Key"],
    WindowsRegistryValueType = "Windows-Registry-Value-Type",
    X509Certificate = "X509-Certificate" ["Certificate", "X509"],
    AdministrativeArea = "Administrative-Area" ["Location"],
    AttackPattern = "Attack-Pattern",
    Campaign = "Campaign",
    CaseIncident = "Case-Incident" ["Case"],
    CaseRfi = "Case-Rfi" ["Case"],
    CaseRft = "Case-Rft" ["Case"],
    Channel = "Channel",
    City = "City" ["Location"],
    Country = "Country" ["Location"],
    CourseOfAction = "Course-Of-Action",
    DataComponent = "Data-Component" ["X-Mitre-Data-Component"],
    DataSource = "Data-Source" ["X-Mitre-Data-Source"],
    Event = "Event",
    Feedback = "Feedback",
    Grouping = "Grouping",
    Incident = "Incident",
    Indicator = "Indicator",
    Individual = "Individual" ["Identity"],
    Infrastructure = "Infrastructure",
    IntrusionSet = "Intrusion-Set",
    Language = "Language",
    Malware = "Malware",
    MalwareAnalysis = "Malware-Analysis",
    Narrative = "Narrative",
    Note = "Note",
    ObservedData = "Observed-Data",
    Opinion = "Opinion",
    Organization = "Organization" ["Identity"],
    Position = "Position" ["Location"],
    Region = "Region" ["Location"],
    Report = "Report",
    Sector = "Sector" ["Identity"],
    SecurityCoverage = "Security-Coverage",
    SecurityPlatform = "SecurityPlatform" ["Identity", "Security-Platform"],
    System = "System" ["Identity"],
    Task = "Task",
    ThreatActorGroup = "Threat-Actor-Group" ["Threat-Actor"],
    ThreatActorIndividual = "Threat-Actor-Individual" ["Threat-Actor"],
    Tool = "Tool",
    Vulnerability = "Vulnerability" ["CVE"],
    ExternalReference = "External-Reference",
    KillChainPhase = "Kill-Chain-Phase",
    Label = "Label",
    MarkingDefinition = "Marking-Definition",
}

impl EntityType {
    const MAX: usize = 256;

    /// Returns the known type with this name, or a custom type if there is none.
    ///
    /// A name has 1 to 256 characters. It contains no comma (the platform would split it), no slash
    /// (it would be a MIME type) and no control characters, and does not start or end with white
    /// space (the platform does not trim it). The maximum length and the bans on slashes and
    /// control characters are rules of this crate; the others come from [the
    /// platform](crate::kind#sources).
    ///
    /// ```
    /// use opencti_connector::EntityType;
    ///
    /// let custom = EntityType::custom("X-Acme-Asset")?;
    /// assert_eq!(custom.as_str(), "X-Acme-Asset");
    /// assert_eq!(EntityType::custom("Report")?, EntityType::Report);
    /// # Ok::<(), opencti_connector::InvalidValue>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the name breaks a rule above. The error lists a fault for each broken rule.
    pub fn custom(name: impl AsRef<str>) -> Result<Self, InvalidValue> {
        name.as_ref().parse()
    }

    /// Returns whether this version of the crate knows the type.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        !matches!(self, Self::Custom(_))
    }

    /// Returns the known types that a custom name probably means, e.g. `Domain-Name` for `domain`.
    ///
    /// Empty for a known type, and if nothing is similar.
    #[must_use]
    pub fn suggestions(&self) -> Vec<Self> {
        let Self::Custom(custom) = self else {
            return Vec::new();
        };
        let written: String = letters(custom.as_str()).collect();
        let means = |name: &str| letters(name).eq(written.chars());
        Self::ALL
            .iter()
            .filter(|known| {
                means(known.as_str())
                    || MISTAKEN
                        .iter()
                        .any(|(name, meant)| meant == *known && means(name))
            })
            .cloned()
            .collect()
    }
}

/// Returns the letters and digits of a name in lower case, so that `ipv4_addr` and `"Report"` still
/// match.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
}

impl FromStr for EntityType {
    type Err = InvalidValue;

    /// Parses a known type ignoring ASCII case, as the platform does, and keeps any other name as
    /// written.
    ///
    /// # Errors
    ///
    /// Fails like [`EntityType::custom`].
    fn from_str(name: &str) -> Result<Self, InvalidValue> {
        if let Some(position) = NAMES
            .iter()
            .position(|known| known.eq_ignore_ascii_case(name))
        {
            return Ok(Self::ALL[position].clone());
        }
        let reasons = [
            (name.is_empty(), &Reason::Empty),
            (is_longer_than(name, Self::MAX), &Reason::TooLong(Self::MAX)),
            (name.trim() != name, &Reason::OuterWhiteSpace),
            (name.contains(','), &Reason::Comma),
            (name.contains('/'), &Reason::Slash),
            (holds_control_character(name), &Reason::ControlCharacter),
        ];
        InvalidValue::refuse_if(Field::Scope, name, &reasons)?;
        Ok(Self::Custom(CustomEntityType(IgnoringCase(name.into()))))
    }
}

/// The name of an [`EntityType`] that this version of the crate does not know.
///
/// Only [`EntityType::custom`] and parsing create one, so it is never a known name. It keeps its
/// spelling and compares ignoring ASCII case, as the platform compares it.
///
/// ```
/// use opencti_connector::EntityType;
///
/// let EntityType::Custom(asset) = EntityType::custom("X-Acme-Asset")? else { unreachable!() };
/// assert_eq!(asset.as_str(), "X-Acme-Asset");
/// assert_eq!(EntityType::Custom(asset), EntityType::custom("x-acme-asset")?);
/// # Ok::<(), opencti_connector::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomEntityType(IgnoringCase<Box<str>>);

impl CustomEntityType {
    /// Returns the name as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.0
    }
}

text_value!(EntityType: prints, equals_ignoring_case, parses);
text_value!(CustomEntityType: prints, equals_ignoring_case);
