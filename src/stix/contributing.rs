//! Which members the id of an object is made of, for each type.
//!
//! From pycti 7.261026.0: `generate_id` of every entity class, and `pycti/utils/constants.py` for
//! the platform's own observables. The other observables are those of STIX 2.1, with the members
//! that the specification names for each. Where that leaves an observable without an id (a process,
//! an artifact that has only a URL) the platform's way stands: its `schema/identifier.js`.

use Form::{AsIs, Code, Extensions, Hash, Lower, Name, NotBlank, Time, Trimmed};

/// How the value of a member goes into the id.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// As it is.
    AsIs,
    /// Text in lower case.
    Lower,
    /// Text without white space around it.
    Trimmed,
    /// As `Trimmed`, but blank text counts as missing.
    NotBlank,
    /// Text in lower case, without white space around it.
    Name,
    /// As `Name`, but blank text counts as missing.
    Code,
    /// The one of the hashes that identifies the content.
    Hash,
    /// Extensions, but for those in which the platform keeps its notes.
    Extensions,
    /// A timestamp, without zeros at the end of its fraction.
    Time,
    /// A timestamp, with milliseconds.
    Milliseconds,
    /// As `Hash`, but only of the algorithms that the platform knows.
    KnownHash,
    /// A list of texts, sorted.
    Sorted,
}

/// Whether a member has to be there.
#[derive(Clone, Copy)]
pub(super) enum Need {
    Required,
    Optional,
    /// Taken only if this other member is there.
    Beside(&'static str),
}

/// A member that an id is made of.
#[derive(Clone, Copy)]
pub(super) struct Contributing {
    /// Its name in the object; where there are several, the first that is there counts.
    pub(super) names: &'static [&'static str],
    /// Its name in the text that is hashed.
    pub(super) key: &'static str,
    pub(super) form: Form,
    pub(super) need: Need,
}

/// Members that make an id together: all that are required, and at least one.
pub(super) type Way = &'static [Contributing];

/// How the ids of some types are made.
pub(super) struct Rule {
    /// The types; the ids of all of them begin with the first, as pycti's.
    pub(super) types: &'static [&'static str],
    /// The first way for which the object has the members counts.
    pub(super) ways: &'static [Way],
}

/// The rule of a type; `None` where only a given id identifies an object.
pub(super) fn rule_of(object_type: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.types.contains(&object_type))
}

/// A location that is a point has its coordinates for a name.
pub(super) const POSITION: Rule = rule(
    &["location"],
    &[
        &[
            optional(&["latitude"], AsIs),
            optional(&["longitude"], AsIs),
        ],
        NAME,
    ],
);

pub(super) const fn rule(types: &'static [&'static str], ways: &'static [Way]) -> Rule {
    Rule { types, ways }
}

pub(super) const fn required(names: &'static [&'static str], form: Form) -> Contributing {
    let (key, need) = (names[0], Need::Required);
    Contributing {
        names,
        key,
        form,
        need,
    }
}

pub(super) const fn optional(names: &'static [&'static str], form: Form) -> Contributing {
    let (key, need) = (names[0], Need::Optional);
    Contributing {
        names,
        key,
        form,
        need,
    }
}

const fn beside(other: &'static str, names: &'static [&'static str]) -> Contributing {
    let (key, form, need) = (names[0], AsIs, Need::Beside(other));
    Contributing {
        names,
        key,
        form,
        need,
    }
}

const BY_NAME: Contributing = required(&["name"], Name);
const CREATED: Contributing = required(&["created"], AsIs);
const NAME: Way = &[BY_NAME];
const NAME_AND_CREATED: Way = &[BY_NAME, CREATED];
const VALUE: Way = &[required(&["value"], AsIs)];

const RULES: &[Rule] = &[
    // Entities.
    rule(
        &["attack-pattern"],
        &[
            &[required(&["x_mitre_id", "x_opencti_external_id"], Code)],
            NAME,
        ],
    ),
    rule(
        &["course-of-action"],
        &[&[required(&["x_mitre_id"], Code)], NAME],
    ),
    rule(&["campaign"], &[NAME]),
    rule(&["channel"], &[NAME]),
    rule(&["data-component", "x-mitre-data-component"], &[NAME]),
    rule(&["data-source", "x-mitre-data-source"], &[NAME]),
    rule(&["event"], &[NAME]),
    rule(&["feedback", "x-opencti-feedback"], &[NAME]),
    rule(&["infrastructure"], &[NAME]),
    rule(&["intrusion-set"], &[NAME]),
    rule(&["language"], &[NAME]),
    rule(&["malware"], &[NAME]),
    rule(&["narrative"], &[NAME]),
    rule(&["tool"], &[NAME]),
    rule(&["vulnerability"], &[NAME]),
    rule(
        &["case-incident", "x-opencti-case-incident"],
        &[NAME_AND_CREATED],
    ),
    rule(&["case-rfi", "x-opencti-case-rfi"], &[NAME_AND_CREATED]),
    rule(&["case-rft", "x-opencti-case-rft"], &[NAME_AND_CREATED]),
    rule(&["incident", "x-opencti-incident"], &[NAME_AND_CREATED]),
    rule(&["task", "x-opencti-task"], &[NAME_AND_CREATED]),
    rule(
        &["grouping"],
        &[&[
            BY_NAME,
            required(&["context"], Name),
            optional(&["created"], AsIs),
        ]],
    ),
    rule(
        &["identity"],
        &[&[BY_NAME, required(&["identity_class"], Lower)]],
    ),
    rule(&["indicator"], &[&[required(&["pattern"], Trimmed)]]),
    rule(
        &["location"],
        &[&[BY_NAME, required(&["x_opencti_location_type"], AsIs)]],
    ),
    rule(
        &["malware-analysis"],
        &[&[
            required(&["result_name"], Name),
            required(&["product"], AsIs),
            optional(&["submitted"], AsIs),
        ]],
    ),
    rule(
        &["note"],
        &[&[
            required(&["content"], Trimmed),
            optional(&["created"], AsIs),
            // What STIX calls the abstract is `attribute_abstract` in the platform.
            optional(&["attribute_abstract", "abstract"], NotBlank),
        ]],
    ),
    rule(
        &["observed-data"],
        &[&[Contributing {
            key: "objects",
            ..required(&["object_refs"], AsIs)
        }]],
    ),
    rule(
        &["opinion"],
        &[&[
            required(&["opinion"], Trimmed),
            optional(&["created"], AsIs),
        ]],
    ),
    rule(&["report"], &[&[BY_NAME, required(&["published"], AsIs)]]),
    rule(
        &["security-coverage"],
        &[&[required(&["covered_ref"], Name)]],
    ),
    rule(
        &["security-coverage-result"],
        &[&[
            required(&["result_of_ref"], Trimmed),
            optional(&["name"], Name),
            optional(&["external_uri"], Trimmed),
        ]],
    ),
    rule(
        &["threat-actor"],
        &[&[BY_NAME, required(&["opencti_type"], AsIs)]],
    ),
    // What entities are described with.
    rule(
        &["external-reference"],
        &[
            &[required(&["url"], AsIs)],
            &[
                required(&["source_name"], AsIs),
                required(&["external_id"], AsIs),
            ],
        ],
    ),
    rule(
        &["kill-chain-phase"],
        &[&[
            required(&["phase_name"], AsIs),
            required(&["kill_chain_name"], AsIs),
        ]],
    ),
    rule(&["label"], &[VALUE]),
    rule(
        &["marking-definition"],
        &[&[
            required(&["definition_type"], AsIs),
            required(&["definition"], AsIs),
        ]],
    ),
    rule(
        &["vocabulary"],
        &[&[BY_NAME, required(&["category"], AsIs)]],
    ),
    // Relationships.
    rule(
        &["relationship"],
        &[&[
            required(&["relationship_type"], AsIs),
            required(&["source_ref"], AsIs),
            required(&["target_ref"], AsIs),
            optional(&["start_time"], AsIs),
            beside("start_time", &["stop_time"]),
        ]],
    ),
    rule(
        &["sighting"],
        &[&[
            required(&["type"], AsIs),
            // An end that STIX does not allow is beside its stand-in.
            Contributing {
                key: "sighting_of_ref",
                ..required(&["x_opencti_sighting_of_ref", "sighting_of_ref"], AsIs)
            },
            Contributing {
                key: "where_sighted_refs",
                ..required(
                    &["x_opencti_where_sighted_refs", "where_sighted_refs"],
                    AsIs,
                )
            },
            optional(&["first_seen"], AsIs),
            beside("first_seen", &["last_seen"]),
        ]],
    ),
    // The observables of STIX 2.1.
    rule(
        &["artifact"],
        &[
            &[
                optional(&["hashes"], Hash),
                optional(&["payload_bin"], AsIs),
            ],
            &[required(&["url"], AsIs)],
        ],
    ),
    rule(&["autonomous-system"], &[&[required(&["number"], AsIs)]]),
    rule(&["directory"], &[&[required(&["path"], AsIs)]]),
    rule(&["domain-name"], &[VALUE]),
    rule(&["email-addr"], &[VALUE]),
    rule(
        &["email-message"],
        &[&[
            optional(&["from_ref"], AsIs),
            optional(&["subject"], AsIs),
            optional(&["body"], AsIs),
        ]],
    ),
    rule(
        &["email-mime-part-type"],
        &[&[
            optional(&["body"], AsIs),
            optional(&["body_raw_ref"], AsIs),
            optional(&["content_type"], AsIs),
            optional(&["content_disposition"], AsIs),
        ]],
    ),
    rule(
        &["file"],
        &[&[
            optional(&["hashes"], Hash),
            optional(&["name"], AsIs),
            optional(&["parent_directory_ref"], AsIs),
            optional(&["extensions"], Extensions),
        ]],
    ),
    rule(&["ipv4-addr"], &[VALUE]),
    rule(&["ipv6-addr"], &[VALUE]),
    rule(&["mac-addr"], &[VALUE]),
    rule(&["mutex"], &[&[required(&["name"], AsIs)]]),
    rule(
        &["network-traffic"],
        &[&[
            optional(&["start"], Time),
            optional(&["end"], Time),
            optional(&["src_ref"], AsIs),
            optional(&["dst_ref"], AsIs),
            optional(&["src_port"], AsIs),
            optional(&["dst_port"], AsIs),
            optional(&["protocols"], AsIs),
            optional(&["extensions"], Extensions),
        ]],
    ),
    rule(
        &["process"],
        &[&[required(&["command_line"], AsIs), optional(&["pid"], AsIs)]],
    ),
    rule(
        &["software"],
        &[&[
            required(&["name"], AsIs),
            optional(&["cpe"], AsIs),
            optional(&["swid"], AsIs),
            optional(&["vendor"], AsIs),
            optional(&["version"], AsIs),
        ]],
    ),
    rule(&["url"], &[VALUE]),
    rule(
        &["user-account"],
        &[&[
            optional(&["account_type"], AsIs),
            optional(&["user_id"], AsIs),
            optional(&["account_login"], AsIs),
        ]],
    ),
    rule(
        &["windows-registry-key"],
        &[&[optional(&["key"], AsIs), optional(&["values"], AsIs)]],
    ),
    rule(
        &["windows-registry-value-type"],
        &[&[
            optional(&["name"], AsIs),
            optional(&["data"], AsIs),
            optional(&["data_type"], AsIs),
        ]],
    ),
    rule(
        &["x509-certificate"],
        &[
            &[
                optional(&["hashes"], Hash),
                optional(&["serial_number"], AsIs),
            ],
            &[required(&["subject"], AsIs)],
        ],
    ),
    // The platform's own observables.
    rule(&["ai-prompt"], &[VALUE]),
    rule(&["bank-account"], &[&[required(&["iban"], AsIs)]]),
    rule(&["credential"], &[VALUE]),
    rule(&["cryptocurrency-wallet"], &[VALUE]),
    rule(&["cryptographic-key"], &[VALUE]),
    rule(&["hostname"], &[VALUE]),
    rule(&["iccid"], &[VALUE]),
    rule(&["imei"], &[VALUE]),
    rule(&["imsi"], &[VALUE]),
    rule(&["media-content"], &[&[required(&["url"], AsIs)]]),
    rule(&["payment-card"], &[&[required(&["card_number"], AsIs)]]),
    rule(
        &["persona"],
        &[&[
            required(&["persona_name"], AsIs),
            required(&["persona_type"], AsIs),
        ]],
    ),
    rule(&["phone-number"], &[VALUE]),
    rule(&["ssh-key"], &[VALUE]),
    rule(&["text"], &[VALUE]),
    rule(&["tracking-number"], &[VALUE]),
    rule(&["user-agent"], &[VALUE]),
];
