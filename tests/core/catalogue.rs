//! The published connectors, as they are shipped: what the crate says of each against what the
//! rules say, which stand here a second time in plain code.

use std::collections::{BTreeMap, BTreeSet};

use opencti_connector::{
    AnyConnector, ConnectorId, ConnectorName, ConnectorType, EntityType, Fault, Field,
    RawConnector, Reason, Warning,
};
use serde::Deserialize;

use crate::rows::{self, rows};

/// A hyphenated UUIDv4, in the place of an id that is not judged.
const SOME_ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// A connector of the catalogue.
#[derive(Deserialize)]
struct Shipped {
    slug: String,
    connector_type: String,
    /// What its deployment registers under pycti.
    scope_registered: String,
    auto: Option<bool>,
    only_contextual: Option<bool>,
    playbook_compatible: Option<bool>,
    auto_update: Option<bool>,
    enrichment_resolution: Option<String>,
    xtm_one_intent: Option<String>,
    connector_id: String,
    name: String,
}

impl Shipped {
    fn takes_no_scope(&self) -> bool {
        ["EXTERNAL_IMPORT", "STREAM"].contains(&self.connector_type.as_str())
    }

    /// The settings that do nothing for a connector of this type, by the rules.
    fn without_effect(&self) -> Vec<Field> {
        let is = |types: &[&str]| types.contains(&self.connector_type.as_str());
        let runs_by_itself = is(&["INTERNAL_ENRICHMENT", "INTERNAL_IMPORT_FILE"]);
        let mut fields = Vec::new();
        if self.auto == Some(true) && !runs_by_itself {
            fields.push(Field::Auto);
        }
        if self.only_contextual == Some(true) && !is(&["INTERNAL_IMPORT_FILE"]) {
            fields.push(Field::OnlyContextual);
        }
        fields
    }
}

/// An entity type of the platform.
#[derive(Deserialize)]
struct KnownType {
    name: String,
    variant: String,
    /// Separated by semicolons.
    not_to_be_confused_with: String,
}

impl KnownType {
    fn mistaken(&self) -> impl Iterator<Item = &str> {
        let names = self.not_to_be_confused_with.split(';');
        names.filter(|name| !name.is_empty())
    }
}

fn known_types() -> Vec<KnownType> {
    rows(include_str!("../data/entity_types.csv"))
}

/// The entries of a scope that are no entity type, each with the types that were most likely meant;
/// `None` for a scope that is refused.
type Verdict = Option<Vec<(String, BTreeSet<String>)>>;

/// The verdict on a scope, which is not empty, by the rules.
fn by_rule(shipped: &Shipped, known: &[KnownType]) -> Verdict {
    let entries: Vec<&str> = shipped.scope_registered.split(',').map(str::trim).collect();
    let may_be_entity_type = |entry: &&str| {
        let is_forbidden = |c: char| c == '/' || c.is_control();
        (1..=256).contains(&entry.chars().count()) && !entry.contains(is_forbidden)
    };
    // MIME allows a few characters more, which the catalogue does without.
    let is_token = |text: &str| {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        !text.is_empty() && text.chars().all(is_allowed)
    };
    let is_mime_type = |entry: &&str| {
        let parts = entry.split_once('/');
        parts.is_some_and(|(main, sub)| is_token(main) && is_token(sub))
    };
    let is_known = |entry: &&str| {
        let mut names = known.iter().map(|known| &known.name);
        names.any(|name| name.eq_ignore_ascii_case(entry))
    };
    match shipped.connector_type.as_str() {
        "EXTERNAL_IMPORT" | "STREAM" => None,
        _ if entries == ["not-applicable"] => None,
        "INTERNAL_ENRICHMENT" => entries.iter().all(may_be_entity_type).then(|| {
            let unknown = entries.iter().filter(|entry| !is_known(entry));
            let with_suggestions = |entry: &&str| ((*entry).to_owned(), suggestions(entry, known));
            unknown.map(with_suggestions).collect()
        }),
        "INTERNAL_IMPORT_FILE" | "INTERNAL_EXPORT_FILE" => {
            entries.iter().all(is_mime_type).then(Vec::new)
        }
        other => panic!("no rule stands here for {other}"),
    }
}

/// The names of the types with which this one is confused.
fn suggestions(mistaken: &str, known: &[KnownType]) -> BTreeSet<String> {
    let is_meant = |known: &&KnownType| {
        let mut names = known.mistaken();
        names.any(|name| name.eq_ignore_ascii_case(mistaken))
    };
    let types = known.iter().filter(is_meant);
    types.map(|known| known.name.clone()).collect()
}

fn names(types: &[EntityType]) -> BTreeSet<String> {
    types.iter().map(ToString::to_string).collect()
}

/// The verdict of the crate on a scope.
fn by_crate(shipped: &Shipped) -> Verdict {
    let raw = RawConnector::builder()
        .id(SOME_ID)
        .name("Some connector")
        .connector_type(&shipped.connector_type)
        .scope(shipped.scope_registered.as_str())
        .build();
    match raw.validate() {
        Ok(connector) => {
            let warnings = connector.warnings().into_iter();
            let unknown = warnings.map(|warning| match warning {
                Warning::UnknownEntityType {
                    entry, suggestions, ..
                } => (entry.to_string(), names(&suggestions)),
                other => panic!("{}: {other}", shipped.slug),
            });
            Some(unknown.collect())
        }
        Err(invalid) => {
            let mut fields = invalid.faults().iter().map(Fault::field);
            assert!(fields.all(|field| field == Field::Scope), "{invalid}");
            None
        }
    }
}

/// What is wrong with an id, by the rules. None of the catalogue is a UUIDv4 in another spelling.
fn id_fault(id: &str) -> Option<Reason> {
    let is_hyphenated_uuid = id.len() == 36
        && id.char_indices().all(|(position, c)| match position {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        });
    let is_version_4 = || id.as_bytes()[14] == b'4' && b"89abAB".contains(&id.as_bytes()[19]);
    let is_placeholder = ["changeme", "connector_id"]
        .iter()
        .any(|placeholder| id.to_ascii_lowercase().contains(placeholder));
    if is_hyphenated_uuid {
        (!is_version_4()).then_some(Reason::UuidVersion)
    } else if is_placeholder {
        Some(Reason::Placeholder)
    } else {
        Some(Reason::NotUuid)
    }
}

/// Compares how many connectors of each type got which verdict with how many should.
#[track_caller]
fn assert_counts<const N: usize>(
    counts: &BTreeMap<String, [usize; N]>,
    expected: &[(&str, [usize; N])],
) {
    let counts: Vec<_> = counts
        .iter()
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    assert_eq!(counts, expected);
}

#[test]
fn a_scope_is_judged_by_the_rules_of_the_connector_type() {
    let known = known_types();
    let mut counts = BTreeMap::<String, [usize; 3]>::new();
    for shipped in rows::catalogue::<Shipped>() {
        let verdict = by_crate(&shipped);
        assert_eq!(verdict, by_rule(&shipped, &known), "{}", shipped.slug);
        let [fine, warned, refused] = counts.entry(shipped.connector_type).or_default();
        *match verdict {
            Some(unknown) if unknown.is_empty() => fine,
            Some(_) => warned,
            None => refused,
        } += 1;
    }
    assert_counts(
        &counts,
        &[
            // Fine, warned about, refused.
            ("EXTERNAL_IMPORT", [0, 0, 85]),
            ("INTERNAL_ENRICHMENT", [29, 2, 0]),
            ("INTERNAL_EXPORT_FILE", [5, 0, 0]),
            ("INTERNAL_IMPORT_FILE", [5, 0, 0]),
            ("STREAM", [0, 0, 23]),
        ],
    );
}

#[test]
fn an_external_import_or_stream_is_valid_once_its_scope_is_gone() {
    let mut catalogue = rows::catalogue::<Shipped>();
    catalogue.retain(Shipped::takes_no_scope);
    assert_eq!(catalogue.len(), 108);
    for shipped in catalogue {
        let connector_type: ConnectorType = shipped.connector_type.parse().unwrap();
        let raw = RawConnector::builder()
            .id(SOME_ID)
            .name(&shipped.name)
            .connector_type(connector_type.as_str());

        let with_scope = raw.clone().scope(shipped.scope_registered.as_str()).build();
        let invalid = with_scope.validate().unwrap_err();
        let [fault] = invalid.faults() else {
            panic!("{}: {invalid}", shipped.slug)
        };
        assert_eq!(fault.reason(), &Reason::ScopeNotTaken(connector_type));
        assert_eq!(fault.value(), Some(shipped.scope_registered.as_str()));

        let connector = raw.build().validate().unwrap();
        assert_eq!(connector.scope_entries().len(), 0, "{}", shipped.slug);
    }
}

#[test]
fn an_id_is_a_hyphenated_uuid_of_version_4_or_one_with_a_name() {
    let mut counts = BTreeMap::<String, [usize; 2]>::new();
    for shipped in rows::catalogue::<Shipped>() {
        let raw = RawConnector::builder()
            .id(&shipped.connector_id)
            .name("Some connector")
            .connector_type("STREAM")
            .build();
        let [fine, refused] = counts.entry(shipped.connector_type).or_default();
        let uuid = shipped.connector_id.split_once("--").map(|(_, uuid)| uuid);
        // The builder takes none with a name.
        let strict = shipped.connector_id.parse::<ConnectorId>();
        assert_eq!(strict.is_ok(), id_fault(&shipped.connector_id).is_none());
        match (
            raw.validate(),
            id_fault(uuid.unwrap_or(&shipped.connector_id)),
        ) {
            (Ok(connector), None) => {
                // The platform names the queues after the text, whatever its case.
                assert_eq!(connector.id().as_str(), shipped.connector_id);
                assert_eq!(connector.warnings().len(), usize::from(uuid.is_some()));
                *fine += 1;
            }
            (Err(invalid), Some(reason)) => {
                let [fault] = invalid.faults() else {
                    panic!("{}: {invalid}", shipped.slug)
                };
                assert_eq!((fault.field(), fault.reason()), (Field::Id, &reason));
                assert_eq!(fault.value(), Some(shipped.connector_id.as_str()));
                *refused += 1;
            }
            (verdict, expected) => panic!("{}: {verdict:?}, not {expected:?}", shipped.slug),
        }
    }
    assert_counts(
        &counts,
        &[
            // Fine, refused.
            ("EXTERNAL_IMPORT", [29, 56]),
            ("INTERNAL_ENRICHMENT", [15, 16]),
            ("INTERNAL_EXPORT_FILE", [0, 5]),
            ("INTERNAL_IMPORT_FILE", [4, 1]),
            ("STREAM", [6, 17]),
        ],
    );
}

#[test]
fn a_name_is_taken_as_connectors_are_called() {
    for shipped in rows::catalogue::<Shipped>() {
        let name: ConnectorName = shipped.name.parse().unwrap();
        assert_eq!(name.as_str(), shipped.name);
    }
}

#[test]
fn a_valid_connector_warns_of_flags_without_effect_and_survives_its_json() {
    for shipped in rows::catalogue::<Shipped>() {
        let id = match id_fault(&shipped.connector_id) {
            None => &shipped.connector_id,
            Some(_) => SOME_ID,
        };
        let scope = (!shipped.takes_no_scope()).then(|| shipped.scope_registered.as_str().into());
        let without_effect = shipped.without_effect();
        let raw = RawConnector::builder()
            .id(id)
            .name(&shipped.name)
            .connector_type(&shipped.connector_type)
            .scope_opt(scope)
            .auto_opt(shipped.auto)
            .auto_update_opt(shipped.auto_update)
            .enrichment_resolution_opt(shipped.enrichment_resolution)
            .only_contextual_opt(shipped.only_contextual)
            .playbook_compatible_opt(shipped.playbook_compatible)
            .slug(&shipped.slug)
            .xtm_one_intent_opt(shipped.xtm_one_intent)
            .build();
        let connector = raw.validate().unwrap();
        let warnings = connector.warnings();
        let fields = warnings.iter().map(Warning::field);
        let of_settings: Vec<_> = fields.filter(|field| *field != Field::Scope).collect();
        assert_eq!(of_settings, without_effect, "{}", shipped.slug);

        let json = serde_json::to_string(&connector).unwrap();
        let again: AnyConnector = serde_json::from_str(&json).unwrap();
        assert_eq!(again, connector);
        // Connectors are equal whatever the case of id and scope; their texts have to be as well.
        assert_eq!(serde_json::to_string(&again).unwrap(), json);
    }
}

#[test]
fn the_entity_types_are_those_of_the_platform() {
    let types = EntityType::ALL.iter();
    let of_crate: BTreeSet<_> = types
        .map(|known| (known.as_str().to_owned(), format!("{known:?}")))
        .collect();
    let known = known_types();
    assert_eq!(EntityType::ALL.len(), known.len());
    let of_platform = known.into_iter().map(|known| (known.name, known.variant));
    assert_eq!(of_crate, of_platform.collect());
}

#[test]
fn a_mistaken_name_suggests_the_types_it_is_confused_with() {
    let known = known_types();
    for mistaken in known.iter().flat_map(KnownType::mistaken) {
        let found: EntityType = mistaken.parse().unwrap();
        assert_eq!(
            names(&found.suggestions()),
            suggestions(mistaken, &known),
            "{mistaken}"
        );
    }
}
