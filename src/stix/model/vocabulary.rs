//! Values that STIX and the platform suggest, by vocabulary.
//!
//! Vocabularies are open: setters take any text, and the platform adds a value that it does not
//! know. These constants save a look into the specification, and typing mistakes.
//!
//! ```
//! use opencti_connector::stix::model::{Malware, vocabulary};
//!
//! let emotet = Malware::new("Emotet").malware_types([vocabulary::malware_type::TROJAN]);
//! assert!(vocabulary::malware_type::ALL.contains(&"dropper"));
//! # drop(emotet);
//! ```
//!
//! Those of STIX 2.1 end in `-ov` or `-enum`, those of the platform (version 7.260817.0) in `_ov`.

/// Defines a module of constants for each vocabulary.
macro_rules! vocabularies {
    ($($(#[$doc:meta])* $vocabulary:ident { $($name:ident = $value:literal,)+ })+) => {$(
        $(#[$doc])*
        pub mod $vocabulary {
            $(
                #[doc = concat!("`", $value, "`.")]
                pub const $name: &str = $value;
            )+

            /// All values.
            pub const ALL: &[&str] = &[$($name),+];
        }
    )+};
}

vocabularies! {
    /// Types of a user account: `account-type-ov`.
    account_type {
        FACEBOOK = "facebook",
        LDAP = "ldap",
        NIS = "nis",
        OPENID = "openid",
        RADIUS = "radius",
        SKYPE = "skype",
        TACACS = "tacacs",
        TWITTER = "twitter",
        UNIX = "unix",
        WINDOWS_LOCAL = "windows-local",
        WINDOWS_DOMAIN = "windows-domain",
    }

    /// Motivations of an attacker: `attack-motivation-ov`.
    attack_motivation {
        ACCIDENTAL = "accidental",
        COERCION = "coercion",
        DOMINANCE = "dominance",
        IDEOLOGY = "ideology",
        NOTORIETY = "notoriety",
        ORGANIZATIONAL_GAIN = "organizational-gain",
        PERSONAL_GAIN = "personal-gain",
        PERSONAL_SATISFACTION = "personal-satisfaction",
        REVENGE = "revenge",
        UNPREDICTABLE = "unpredictable",
    }

    /// Resources that an attacker has: `attack-resource-level-ov`.
    attack_resource_level {
        INDIVIDUAL = "individual",
        CLUB = "club",
        CONTEST = "contest",
        TEAM = "team",
        ORGANIZATION = "organization",
        GOVERNMENT = "government",
    }

    /// Priorities of a case: the platform's `case_priority_ov`.
    case_priority {
        P1 = "P1",
        P2 = "P2",
        P3 = "P3",
        P4 = "P4",
    }

    /// Severities of a case: the platform's `case_severity_ov`.
    case_severity {
        LOW = "low",
        MEDIUM = "medium",
        HIGH = "high",
        CRITICAL = "critical",
    }

    /// Types of a channel: the platform's `channel_types_ov`.
    channel_type {
        TWITTER = "Twitter",
        FACEBOOK = "Facebook",
    }

    /// Layers that a data source covers: the platform's `collection_layers_ov`.
    collection_layer {
        CONTAINER = "container",
        CLOUD_CONTROL_PLANE = "cloud-control-plane",
        HOST = "host",
        OSINT = "OSINT",
        NETWORK = "network",
    }

    /// Encryption of a payload: `encryption-algorithm-enum`.
    encryption_algorithm {
        AES_256_GCM = "AES-256-GCM",
        CHACHA20_POLY1305 = "ChaCha20-Poly1305",
        MIME_TYPE_INDICATED = "mime-type-indicated",
    }

    /// Types of an event: the platform's `event_type_ov`.
    event_type {
        CONFERENCE = "conference",
        FINANCIAL = "financial",
        HOLIDAY = "holiday",
        INTERNATIONAL_SUMMIT = "international-summit",
        LOCAL_ELECTION = "local-election",
        NATIONAL_ELECTION = "national-election",
        SPORT_COMPETITION = "sport-competition",
    }

    /// Contexts of a grouping: `grouping-context-ov`.
    grouping_context {
        SUSPICIOUS_ACTIVITY = "suspicious-activity",
        MALWARE_ANALYSIS = "malware-analysis",
        UNSPECIFIED = "unspecified",
    }

    /// Programming languages: `implementation-language-ov`.
    implementation_language {
        APPLESCRIPT = "applescript",
        BASH = "bash",
        C = "c",
        CPP = "c++",
        C_SHARP = "c#",
        GO = "go",
        JAVA = "java",
        JAVASCRIPT = "javascript",
        LUA = "lua",
        OBJECTIVE_C = "objective-c",
        PERL = "perl",
        PHP = "php",
        POWERSHELL = "powershell",
        PYTHON = "python",
        RUBY = "ruby",
        SCALA = "scala",
        SWIFT = "swift",
        TYPESCRIPT = "typescript",
        VISUAL_BASIC = "visual-basic",
        X86_32 = "x86-32",
        X86_64 = "x86-64",
    }

    /// Severities of an incident: the platform's `incident_severity_ov`.
    incident_severity {
        LOW = "low",
        MEDIUM = "medium",
        HIGH = "high",
        CRITICAL = "critical",
    }

    /// Types of an incident: the platform's `incident_type_ov`.
    incident_type {
        ALERT = "alert",
        COMPROMISE = "compromise",
        CYBERCRIME = "cybercrime",
        DATA_LEAK = "data-leak",
        INFORMATION_SYSTEM_DISRUPTION = "information-system-disruption",
        PHISHING = "phishing",
        RANSOMWARE = "ransomware",
        REPUTATION_DAMAGE = "reputation-damage",
        TYPOSQUATTING = "typosquatting",
    }

    /// Types of an indicator: `indicator-type-ov`.
    indicator_type {
        ANOMALOUS_ACTIVITY = "anomalous-activity",
        ANONYMIZATION = "anonymization",
        BENIGN = "benign",
        COMPROMISED = "compromised",
        MALICIOUS_ACTIVITY = "malicious-activity",
        ATTRIBUTION = "attribution",
        UNKNOWN = "unknown",
    }

    /// Types of infrastructure: `infrastructure-type-ov`.
    infrastructure_type {
        AMPLIFICATION = "amplification",
        ANONYMIZATION = "anonymization",
        BOTNET = "botnet",
        COMMAND_AND_CONTROL = "command-and-control",
        CONTROL_SYSTEM = "control-system",
        EXFILTRATION = "exfiltration",
        FIREWALL = "firewall",
        HOSTING_MALWARE = "hosting-malware",
        HOSTING_TARGET_LISTS = "hosting-target-lists",
        PHISHING = "phishing",
        RECONNAISSANCE = "reconnaissance",
        ROUTERS_SWITCHES = "routers-switches",
        STAGING = "staging",
        WORKSTATION = "workstation",
        UNKNOWN = "unknown",
    }

    /// What malware can do: `malware-capabilities-ov`.
    malware_capabilities {
        ACCESSES_REMOTE_MACHINES = "accesses-remote-machines",
        ANTI_DEBUGGING = "anti-debugging",
        ANTI_DISASSEMBLY = "anti-disassembly",
        ANTI_EMULATION = "anti-emulation",
        ANTI_MEMORY_FORENSICS = "anti-memory-forensics",
        ANTI_SANDBOX = "anti-sandbox",
        ANTI_VM = "anti-vm",
        CAPTURES_INPUT_PERIPHERALS = "captures-input-peripherals",
        CAPTURES_OUTPUT_PERIPHERALS = "captures-output-peripherals",
        CAPTURES_SYSTEM_STATE_DATA = "captures-system-state-data",
        CLEANS_TRACES_OF_INFECTION = "cleans-traces-of-infection",
        COMMITS_FRAUD = "commits-fraud",
        COMMUNICATES_WITH_C2 = "communicates-with-c2",
        COMPROMISES_DATA_AVAILABILITY = "compromises-data-availability",
        COMPROMISES_DATA_INTEGRITY = "compromises-data-integrity",
        COMPROMISES_SYSTEM_AVAILABILITY = "compromises-system-availability",
        CONTROLS_LOCAL_MACHINE = "controls-local-machine",
        DEGRADES_SECURITY_SOFTWARE = "degrades-security-software",
        DEGRADES_SYSTEM_UPDATES = "degrades-system-updates",
        DETERMINES_C2_SERVER = "determines-c2-server",
        EMAILS_SPAM = "emails-spam",
        ESCALATES_PRIVILEGES = "escalates-privileges",
        EVADES_AV = "evades-av",
        EXFILTRATES_DATA = "exfiltrates-data",
        FINGERPRINTS_HOST = "fingerprints-host",
        HIDES_ARTIFACTS = "hides-artifacts",
        HIDES_EXECUTING_CODE = "hides-executing-code",
        INFECTS_FILES = "infects-files",
        INFECTS_REMOTE_MACHINES = "infects-remote-machines",
        INSTALLS_OTHER_COMPONENTS = "installs-other-components",
        PERSISTS_AFTER_SYSTEM_REBOOT = "persists-after-system-reboot",
        PREVENTS_ARTIFACT_ACCESS = "prevents-artifact-access",
        PREVENTS_ARTIFACT_DELETION = "prevents-artifact-deletion",
        PROBES_NETWORK_ENVIRONMENT = "probes-network-environment",
        SELF_MODIFIES = "self-modifies",
        STEALS_AUTHENTICATION_CREDENTIALS = "steals-authentication-credentials",
        VIOLATES_SYSTEM_OPERATIONAL_INTEGRITY = "violates-system-operational-integrity",
    }

    /// Results of a malware analysis: `malware-result-ov`.
    malware_result {
        MALICIOUS = "malicious",
        SUSPICIOUS = "suspicious",
        BENIGN = "benign",
        UNKNOWN = "unknown",
    }

    /// Types of malware: `malware-type-ov`.
    malware_type {
        ADWARE = "adware",
        BACKDOOR = "backdoor",
        BOT = "bot",
        BOOTKIT = "bootkit",
        DDOS = "ddos",
        DOWNLOADER = "downloader",
        DROPPER = "dropper",
        EXPLOIT_KIT = "exploit-kit",
        KEYLOGGER = "keylogger",
        RANSOMWARE = "ransomware",
        REMOTE_ACCESS_TROJAN = "remote-access-trojan",
        RESOURCE_EXPLOITATION = "resource-exploitation",
        ROGUE_SECURITY_SOFTWARE = "rogue-security-software",
        ROOTKIT = "rootkit",
        SCREEN_CAPTURE = "screen-capture",
        SPYWARE = "spyware",
        TROJAN = "trojan",
        UNKNOWN = "unknown",
        VIRUS = "virus",
        WEBSHELL = "webshell",
        WIPER = "wiper",
        WORM = "worm",
    }

    /// Types of a note: the platform's `note_types_ov`.
    note_type {
        INTERNAL = "internal",
        ASSESSMENT = "assessment",
        ANALYSIS = "analysis",
        FEEDBACK = "feedback",
        EXTERNAL = "external",
    }

    /// Degrees of agreement: `opinion-enum`.
    opinion {
        STRONGLY_DISAGREE = "strongly-disagree",
        DISAGREE = "disagree",
        NEUTRAL = "neutral",
        AGREE = "agree",
        STRONGLY_AGREE = "strongly-agree",
    }

    /// Languages of a pattern: `pattern-type-ov`, and those that the platform adds.
    pattern_type {
        STIX = "stix",
        PCRE = "pcre",
        SIGMA = "sigma",
        SNORT = "snort",
        SURICATA = "suricata",
        YARA = "yara",
        TANIUM_SIGNAL = "tanium-signal",
        SPL = "spl",
        EQL = "eql",
        SHODAN = "shodan",
    }

    /// Permissions that a technique needs: the platform's `permissions_ov`.
    permission {
        USER = "User",
        ADMINISTRATOR = "Administrator",
    }

    /// Platforms on which something works: the platform's `platforms_ov`.
    platform {
        ANDROID = "android",
        LINUX = "linux",
        MACOS = "macos",
        WINDOWS = "windows",
    }

    /// Processor architectures: `processor-architecture-ov`.
    processor_architecture {
        ALPHA = "alpha",
        ARM = "arm",
        IA_64 = "ia-64",
        MIPS = "mips",
        POWERPC = "powerpc",
        SPARC = "sparc",
        X86 = "x86",
        X86_64 = "x86-64",
    }

    /// Regions of the world: `region-ov`.
    region {
        AFRICA = "africa",
        EASTERN_AFRICA = "eastern-africa",
        MIDDLE_AFRICA = "middle-africa",
        NORTHERN_AFRICA = "northern-africa",
        SOUTHERN_AFRICA = "southern-africa",
        WESTERN_AFRICA = "western-africa",
        AMERICAS = "americas",
        LATIN_AMERICA_CARIBBEAN = "latin-america-caribbean",
        SOUTH_AMERICA = "south-america",
        CARIBBEAN = "caribbean",
        CENTRAL_AMERICA = "central-america",
        NORTHERN_AMERICA = "northern-america",
        ASIA = "asia",
        CENTRAL_ASIA = "central-asia",
        EASTERN_ASIA = "eastern-asia",
        SOUTHERN_ASIA = "southern-asia",
        SOUTH_EASTERN_ASIA = "south-eastern-asia",
        WESTERN_ASIA = "western-asia",
        EUROPE = "europe",
        EASTERN_EUROPE = "eastern-europe",
        NORTHERN_EUROPE = "northern-europe",
        SOUTHERN_EUROPE = "southern-europe",
        WESTERN_EUROPE = "western-europe",
        OCEANIA = "oceania",
        ANTARCTICA = "antarctica",
        AUSTRALIA_NEW_ZEALAND = "australia-new-zealand",
        MELANESIA = "melanesia",
        MICRONESIA = "micronesia",
        POLYNESIA = "polynesia",
    }

    /// Types of a registry value: `windows-registry-datatype-enum`.
    registry_data_type {
        REG_NONE = "REG_NONE",
        REG_SZ = "REG_SZ",
        REG_EXPAND_SZ = "REG_EXPAND_SZ",
        REG_BINARY = "REG_BINARY",
        REG_DWORD = "REG_DWORD",
        REG_DWORD_BIG_ENDIAN = "REG_DWORD_BIG_ENDIAN",
        REG_DWORD_LITTLE_ENDIAN = "REG_DWORD_LITTLE_ENDIAN",
        REG_LINK = "REG_LINK",
        REG_MULTI_SZ = "REG_MULTI_SZ",
        REG_RESOURCE_LIST = "REG_RESOURCE_LIST",
        REG_FULL_RESOURCE_DESCRIPTION = "REG_FULL_RESOURCE_DESCRIPTION",
        REG_RESOURCE_REQUIREMENTS_LIST = "REG_RESOURCE_REQUIREMENTS_LIST",
        REG_QWORD = "REG_QWORD",
        REG_INVALID_TYPE = "REG_INVALID_TYPE",
    }

    /// How reliable a source is: the platform's `reliability_ov`.
    reliability {
        COMPLETELY_RELIABLE = "A - Completely reliable",
        USUALLY_RELIABLE = "B - Usually reliable",
        FAIRLY_RELIABLE = "C - Fairly reliable",
        NOT_USUALLY_RELIABLE = "D - Not usually reliable",
        UNRELIABLE = "E - Unreliable",
        RELIABILITY_CANNOT_BE_JUDGED = "F - Reliability cannot be judged",
    }

    /// Types of a report: `report-type-ov`, and those that the platform adds.
    report_type {
        ATTACK_PATTERN = "attack-pattern",
        CAMPAIGN = "campaign",
        IDENTITY = "identity",
        INDICATOR = "indicator",
        INTRUSION_SET = "intrusion-set",
        MALWARE = "malware",
        OBSERVED_DATA = "observed-data",
        THREAT_ACTOR = "threat-actor",
        THREAT_REPORT = "threat-report",
        TOOL = "tool",
        VULNERABILITY = "vulnerability",
        INTERNAL_REPORT = "internal-report",
    }

    /// Types of an incident response: the platform's `incident_response_types_ov`.
    response_type {
        RANSOMWARE = "ransomware",
        DATA_LEAK = "data-leak",
    }

    /// Types of a request for takedown: the platform's `request_for_takedown_types_ov`.
    takedown_type {
        PHISHING = "phishing",
        BRAND_ABUSE = "brand-abuse",
    }

    /// Roles of a threat actor: `threat-actor-role-ov`.
    threat_actor_role {
        AGENT = "agent",
        DIRECTOR = "director",
        INDEPENDENT = "independent",
        INFRASTRUCTURE_ARCHITECT = "infrastructure-architect",
        INFRASTRUCTURE_OPERATOR = "infrastructure-operator",
        MALWARE_AUTHOR = "malware-author",
        SPONSOR = "sponsor",
    }

    /// How able a threat actor is: `threat-actor-sophistication-ov`.
    threat_actor_sophistication {
        NONE = "none",
        MINIMAL = "minimal",
        INTERMEDIATE = "intermediate",
        ADVANCED = "advanced",
        EXPERT = "expert",
        INNOVATOR = "innovator",
        STRATEGIC = "strategic",
    }

    /// Types of a threat actor: `threat-actor-type-ov`.
    threat_actor_type {
        ACTIVIST = "activist",
        COMPETITOR = "competitor",
        CRIME_SYNDICATE = "crime-syndicate",
        CRIMINAL = "criminal",
        HACKER = "hacker",
        INSIDER_ACCIDENTAL = "insider-accidental",
        INSIDER_DISGRUNTLED = "insider-disgruntled",
        NATION_STATE = "nation-state",
        SENSATIONALIST = "sensationalist",
        SPY = "spy",
        TERRORIST = "terrorist",
        UNKNOWN = "unknown",
    }

    /// Types of a tool: `tool-type-ov`.
    tool_type {
        DENIAL_OF_SERVICE = "denial-of-service",
        EXPLOITATION = "exploitation",
        INFORMATION_GATHERING = "information-gathering",
        NETWORK_CAPTURE = "network-capture",
        CREDENTIAL_EXPLOITATION = "credential-exploitation",
        REMOTE_ACCESS = "remote-access",
        VULNERABILITY_SCANNING = "vulnerability-scanning",
        UNKNOWN = "unknown",
    }
}
