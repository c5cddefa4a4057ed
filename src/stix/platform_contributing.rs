//! Which members the platform makes its own ids of, where it does otherwise than STIX and pycti.
//!
//! From the platform's `schema/identifier.js` and the modules that add to it.

use crate::stix::contributing::Form::{AsIs, KnownHash, Milliseconds, Name, Sorted};
use crate::stix::contributing::{Contributing, Rule, optional, required, rule};

/// The platform's rule of a type; `None` where it is the rule of STIX and pycti.
pub(super) fn platform_rule_of(object_type: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.types.contains(&object_type))
}

/// The members by which an id is made of a time.
pub(super) const TIMES: [&str; 7] = [
    "created",
    "first_seen",
    "last_seen",
    "published",
    "start_time",
    "stop_time",
    "submitted",
];

const HASHES: Contributing = required(&["hashes"], KnownHash);

const RULES: &[Rule] = &[
    rule(&["artifact"], &[&[HASHES], &[required(&["url"], AsIs)]]),
    rule(&["file"], &[&[HASHES], &[required(&["name"], AsIs)]]),
    rule(
        &["network-traffic"],
        &[&[
            optional(&["start"], Milliseconds),
            optional(&["end"], Milliseconds),
            optional(&["src_ref"], AsIs),
            optional(&["dst_ref"], AsIs),
            optional(&["src_port"], AsIs),
            optional(&["dst_port"], AsIs),
            optional(&["protocols"], AsIs),
        ]],
    ),
    rule(
        &["observed-data"],
        &[&[Contributing {
            key: "objects",
            ..required(&["object_refs"], Sorted)
        }]],
    ),
    rule(
        &["software"],
        &[&[
            required(&["name"], Name),
            optional(&["cpe"], AsIs),
            optional(&["swid"], AsIs),
            optional(&["vendor"], AsIs),
            optional(&["version"], AsIs),
        ]],
    ),
    rule(&["ssh-key"], &[&[required(&["fingerprint_sha256"], AsIs)]]),
    // The values of a key are objects of their own.
    rule(
        &["windows-registry-key"],
        &[&[Contributing {
            key: "attribute_key",
            ..required(&["key"], AsIs)
        }]],
    ),
    rule(
        &["x509-certificate"],
        &[
            &[HASHES],
            &[required(&["serial_number"], AsIs)],
            &[required(&["subject"], AsIs)],
        ],
    ),
];
