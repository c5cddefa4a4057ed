//! The types that the platform takes in a bundle.

use crate::value::version::PlatformVersion;

/// Whether objects of a type, by the prefix of their ids, can be in a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Support {
    /// The id is not a STIX id: internal ids are the platform's own matter.
    Internal,
    /// From a version on: this entry of the table.
    Since(u8),
    /// A custom type.
    Never,
}

impl Support {
    pub(super) fn of(id: &str) -> Self {
        let Some((object_type, _)) = id.split_once("--") else {
            return Self::Internal;
        };
        let takes = |(_, types): &(_, &[&str])| types.contains(&object_type);
        let entry = SUPPORTED.iter().position(takes);
        let entry = entry.and_then(|entry| u8::try_from(entry).ok());
        entry.map_or(Self::Never, Self::Since)
    }

    /// Whether a platform takes it; `None` is the newest.
    pub(super) fn is_on(self, platform: Option<PlatformVersion>) -> bool {
        match self {
            Self::Internal => true,
            Self::Since(entry) => {
                platform.is_none_or(|platform| Some(platform) >= SUPPORTED[usize::from(entry)].0)
            }
            Self::Never => false,
        }
    }
}

const fn since(major: u64, minor: u64, patch: u64) -> PlatformVersion {
    PlatformVersion::new(major, minor, patch)
}

/// The types, each with the first pycti in which its splitter was seen to take it. Read: 6.3.0,
/// 6.4.11, 6.6.18, 6.7.20, 6.8.0, 6.8.15, 7.260224.0, 7.260527.0, 7.261026.0; up to 6.3.0 it took
/// any.
#[rustfmt::skip]
const SUPPORTED: &[(Option<PlatformVersion>, &[&str])] = &[
    (None, &[
        // What entities are described with, and entities.
        "label", "vocabulary", "kill-chain-phase",
        "attack-pattern", "campaign", "case-incident", "x-opencti-case-incident", "case-rfi",
        "x-opencti-case-rfi", "case-rft", "x-opencti-case-rft", "channel", "course-of-action",
        "data-component", "x-mitre-data-component", "data-source", "x-mitre-data-source", "event",
        "external-reference", "feedback", "x-opencti-feedback", "grouping", "identity", "incident",
        "indicator", "infrastructure", "intrusion-set", "language", "location", "malware",
        "malware-analysis", "marking-definition", "narrative", "note", "observed-data", "opinion",
        "report", "task", "x-opencti-task", "threat-actor", "tool", "vulnerability",
        // Relationships.
        "relationship", "sighting",
        // Observables.
        "autonomous-system", "directory", "domain-name", "email-addr", "email-message",
        "email-mime-part-type", "artifact", "file", "x509-certificate", "ipv4-addr", "ipv6-addr",
        "mac-addr", "mutex", "network-traffic", "process", "software", "url", "user-account",
        "windows-registry-key", "windows-registry-value-type", "hostname", "cryptographic-key",
        "cryptocurrency-wallet", "text", "user-agent", "bank-account", "phone-number", "credential",
        "tracking-number", "payment-card", "media-content", "simple-observable", "persona",
    ]),
    (Some(since(6, 7, 20)), &[
        "pir",
        // The platform's internal objects.
        "user", "group", "capability", "role", "settings", "notification", "work", "trash",
        "draftworkspace", "playbook", "deleteoperation", "workspace", "publicdashboard",
    ]),
    (Some(since(6, 8, 15)), &["security-coverage", "ssh-key"]),
    (Some(since(7, 260_224, 0)), &["ai-prompt"]),
    (Some(since(7, 260_527, 0)), &["imei", "iccid", "imsi"]),
    (Some(since(7, 261_026, 0)), &["security-coverage-result"]),
];
