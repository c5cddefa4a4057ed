//! Laws that hold for every value: printing and parsing undo each other, as do writing and reading
//! JSON, and all ways to make the same thing agree.

use std::fmt::{Debug, Display};
use std::hash::{BuildHasher, Hash, RandomState};
use std::str::FromStr;

use opencti_connector::kind::{self, Kind};
use opencti_connector::mime::{Mime, TEXT_PLAIN};
use opencti_connector::uuid::Builder as UuidBuilder;
use opencti_connector::{
    AnyConnector, CallbackUri, Connector, ConnectorBuilder, ConnectorId, ConnectorName,
    ConnectorType, EnrichmentResolution, EntityScope, EntityType, Fault, Field, InvalidConnector,
    InvalidValue, MimeScope, PlatformVersion, RawConnector, RawScope, Reason, ScopeEntry, ScopeOf,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

// Texts.

/// The text with those letters in the other case whose bits are set.
fn in_other_case(text: &str, letters: u64) -> String {
    let in_other_case = |(position, c): (usize, char)| match letters >> (position % 64) & 1 {
        0 => c,
        _ if c.is_ascii_lowercase() => c.to_ascii_uppercase(),
        _ => c.to_ascii_lowercase(),
    };
    text.chars().enumerate().map(in_other_case).collect()
}

/// Whatever may be typed, most of it near to what is valid.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9]{0,3}[ ,;/*=\"'+.@:\\[\\]{}<>$_\t\n-]{0,2}[a-z0-9é]{0,3}",
        "[ ,;/*=\"'+.@:#?\\[\\]{}<>$_a-zA-Z0-9é字\0\t\n-]{0,40}",
        vec(any::<char>(), 0..40).prop_map(String::from_iter),
    ]
}

fn id() -> impl Strategy<Value = String> {
    (any::<u128>(), any::<u64>()).prop_map(|(bits, letters)| {
        let uuid = UuidBuilder::from_random_bytes(bits.to_be_bytes()).into_uuid();
        in_other_case(&uuid.hyphenated().to_string(), letters)
    })
}

fn name() -> impl Strategy<Value = String> {
    ("\\PC{0,30}", "[\\pL\\pN]", "\\PC{1,30}").prop_map(|(a, b, c)| a + &b + &c)
}

fn connector_type() -> impl Strategy<Value = ConnectorType> {
    select(ConnectorType::ALL)
}

fn entity_type() -> impl Strategy<Value = String> {
    let known = (select(EntityType::ALL), any::<u64>())
        .prop_map(|(known, letters)| in_other_case(known.as_str(), letters));
    prop_oneof![
        known,
        "[a-zA-Zé]([a-zA-Z0-9 é字_.:\"*-]{0,20}[a-zA-Z0-9*])?"
    ]
}

fn mime_type() -> impl Strategy<Value = String> {
    let parameter = r#" {0,2}([Cc]harset|q|[a-zA-Z0-9-]{1,6})=(UTF-8|utf-8|[a-zA-Z0-9*.+]{1,6}|"[a-zA-Z0-9 ;=/é*]{1,9}" ?)"#;
    let start =
        "[a-zA-Z][a-zA-Z0-9!#$&^_.-]{0,8}/[a-zA-Z][a-zA-Z0-9!#$&^_.-]{0,8}(\\+[a-zA-Z]{1,4}){0,2}";
    (start, vec(parameter, 0..3), "(; ?)?").prop_map(|(mut text, parameters, end)| {
        for parameter in parameters {
            text = text + ";" + &parameter;
        }
        text.trim_end().to_owned() + &end
    })
}

fn list_of(entry: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    vec((entry, select(&["", " ", "\t"])), 1..8).prop_map(|entries| {
        let spaced = entries
            .iter()
            .map(|(entry, space)| format!("{space}{entry}"));
        spaced.collect::<Vec<_>>().join(",")
    })
}

fn resolution() -> impl Strategy<Value = String> {
    prop_oneof!["none|stix_bundle|deferred", "[a-zA-Z_]{1,12}", "\\PC{1,64}"]
}

fn callback_uri() -> impl Strategy<Value = String> {
    "(http|https|HTTPS|hTTp)://([a-z0-9.-]{1,12}|\\[::1\\]|\\[2001:db8::a\\])(:[0-9]{1,4})?([/?#][!-~é]{0,20})?"
}

fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        "v?[0-9]\\.[0-9]{1,2}\\.[0-9](-rc\\.[0-9])?",
        "[a-zA-Z0-9._+-]{1,64}"
    ]
}

fn intent() -> impl Strategy<Value = String> {
    "(\\PC{0,10}[a-z.]\\PC{0,10})?"
}

// Values and their texts.

/// What holds for a type whose values are texts.
trait TextValue:
    Clone
    + Debug
    + Display
    + Eq
    + FromStr<Err: Debug + Display + PartialEq>
    + TryFrom<String, Error = <Self as FromStr>::Err>
    + Serialize
    + DeserializeOwned
{
}

impl<V> TextValue for V where
    V: Clone
        + Debug
        + Display
        + Eq
        + FromStr<Err: Debug + Display + PartialEq>
        + TryFrom<String, Error = <V as FromStr>::Err>
        + Serialize
        + DeserializeOwned
{
}

fn undone_by_parsing_and_reading<V: TextValue>(value: &V) -> Result<(), TestCaseError> {
    let text = value.to_string();
    let parsed = text.parse::<V>();
    prop_assert_eq!(parsed.as_ref(), Ok(value));
    prop_assert_eq!(parsed.unwrap().to_string(), &*text);

    let read: V = serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap();
    prop_assert_eq!(&read, value);
    prop_assert_eq!(read.to_string(), text);
    Ok(())
}

fn made_alike_in_all_ways<V>(text: &str) -> Result<(), TestCaseError>
where
    V: TextValue + for<'a> TryFrom<&'a str, Error = <V as FromStr>::Err>,
{
    let parsed = text.parse::<V>();
    prop_assert_eq!(&V::try_from(text), &parsed);
    prop_assert_eq!(&V::try_from(text.to_owned()), &parsed);
    let read = serde_json::from_value::<V>(json!(text)).map_err(|error| error.to_string());
    prop_assert_eq!(read, parsed.map_err(|error| error.to_string()));
    Ok(())
}

macro_rules! laws_of_values {
    ($($law:ident: $value:ty, $valid:expr;)+) => {
        proptest! {$(
            #[test]
            fn $law(valid in $valid, any in any_text()) {
                let value = valid.parse::<$value>();
                prop_assert!(value.is_ok(), "{:?}: {}", valid, value.unwrap_err());
                undone_by_parsing_and_reading(&value.unwrap())?;
                for text in [valid, any] {
                    made_alike_in_all_ways::<$value>(&text)?;
                    if let Ok(value) = text.parse::<$value>() {
                        undone_by_parsing_and_reading(&value)?;
                    }
                }
            }
        )+}
    };
}

laws_of_values! {
    a_connector_id_is_its_text: ConnectorId, id();
    a_connector_name_is_its_text: ConnectorName, name();
    a_connector_type_is_its_text: ConnectorType, connector_type().prop_map(|known| known.to_string());
    an_entity_type_is_its_text: EntityType, entity_type();
    an_entity_scope_is_its_text: EntityScope, list_of(entity_type());
    a_mime_scope_is_its_text: MimeScope, list_of(mime_type());
    an_enrichment_resolution_is_its_text: EnrichmentResolution, resolution();
    a_platform_version_is_its_text: PlatformVersion, "[0-9]{1,9}\\.[0-9]{1,9}(\\.[0-9]{1,9})?([-+]\\PC*)?";
}

proptest! {
    #[test]
    fn an_id_a_name_and_a_resolution_are_kept_as_written(
        id in id(),
        name in name(),
        resolution in resolution(),
    ) {
        prop_assert_eq!(id.parse::<ConnectorId>().unwrap().to_string(), id);
        prop_assert_eq!(name.parse::<ConnectorName>().unwrap().to_string(), name);
        prop_assert_eq!(resolution.parse::<EnrichmentResolution>().unwrap().to_string(), resolution);
    }
}

// Scopes.

/// Names of few letters, so that they repeat, behind a start of any length.
fn repeating_names() -> impl Strategy<Value = Vec<String>> {
    // The method changes at 16 entries, and hashing goes by 64 bytes.
    let name = (select(&[0, 63, 130]), "[abABéÉ]{1,2}")
        .prop_map(|(length, end)| "x".repeat(length) + &end);
    prop_oneof![vec(name.clone(), 1..=16), vec(name, 17..80)]
}

/// The rule in its plainest form.
fn first_of_each(texts: &[String]) -> Vec<&str> {
    let mut kept: Vec<&str> = Vec::new();
    for text in texts {
        if !kept
            .iter()
            .any(|earlier| earlier.eq_ignore_ascii_case(text))
        {
            kept.push(text);
        }
    }
    kept
}

proptest! {
    #[test]
    fn an_entity_scope_drops_repeats_and_keeps_order(names in repeating_names(), letters: u64) {
        let parsed: EntityScope = names.join(",").parse().unwrap();
        let items: Vec<EntityType> = names.iter().map(|name| name.parse().unwrap()).collect();
        let expected = first_of_each(&names);
        for scope in [&parsed, &EntityScope::try_from(items.clone()).unwrap()] {
            prop_assert!(scope.iter().map(EntityType::as_str).eq(expected.iter().copied()));
            prop_assert_eq!(scope.len().get(), expected.len());
            prop_assert!(items.iter().all(|item| scope.contains(item)));
        }

        let same: EntityScope = in_other_case(&names.join(","), letters).parse().unwrap();
        prop_assert_eq!(&same, &parsed);
        assert_same_hash(&same, &parsed);
        let reversed: EntityScope = parsed.iter().rev().cloned().collect::<Vec<_>>().try_into().unwrap();
        prop_assert_eq!(reversed == parsed, expected.len() == 1);
    }

    #[test]
    fn a_mime_scope_drops_repeats_and_keeps_order(names in repeating_names(), letters: u64) {
        let texts: Vec<_> = names.iter().map(|name| format!("x/y; p=\"{name}\"")).collect();
        let parsed: MimeScope = texts.join(",").parse().unwrap();
        let items: Vec<Mime> = texts.iter().map(|text| text.parse().unwrap()).collect();
        let expected = first_of_each(&texts);
        for scope in [&parsed, &MimeScope::try_from(items.clone()).unwrap()] {
            prop_assert!(scope.iter().map(Mime::as_ref).eq(expected.iter().copied()));
            prop_assert_eq!(scope.len().get(), expected.len());
            prop_assert!(items.iter().all(|item| scope.contains(item)));
        }

        let same: MimeScope = in_other_case(&texts.join(","), letters).parse().unwrap();
        prop_assert_eq!(&same, &parsed);
        assert_same_hash(&same, &parsed);
    }
}

fn assert_same_hash<T: Hash>(one: &T, other: &T) {
    let hasher = RandomState::new();
    assert_eq!(hasher.hash_one(one), hasher.hash_one(other));
}

// Connectors.

/// What a configuration may say of a connector, by generators of its texts.
struct Texts {
    id: BoxedStrategy<String>,
    name: BoxedStrategy<String>,
    entity_types: BoxedStrategy<String>,
    mime_types: BoxedStrategy<String>,
    /// For a type that takes none.
    no_scope: BoxedStrategy<String>,
    resolution: BoxedStrategy<String>,
    callback_uri: BoxedStrategy<String>,
    label: BoxedStrategy<String>,
    intent: BoxedStrategy<String>,
}

impl Texts {
    fn valid() -> Self {
        Self {
            id: id().boxed(),
            name: name().boxed(),
            entity_types: list_of(entity_type()).boxed(),
            mime_types: list_of(mime_type()).boxed(),
            no_scope: Just(String::new()).boxed(),
            resolution: resolution().boxed(),
            callback_uri: callback_uri().boxed(),
            label: label().boxed(),
            intent: intent().boxed(),
        }
    }

    fn valid_or_not() -> Self {
        let or_any =
            |valid: BoxedStrategy<String>| prop_oneof![4 => valid, 1 => any_text()].boxed();
        let list_or_any = |entry: BoxedStrategy<String>| {
            let entry = prop_oneof![8 => entry, 1 => any_text()];
            prop_oneof![6 => list_of(entry), 1 => Just(String::new()), 1 => Just("not-applicable".to_owned())].boxed()
        };
        let valid = Self::valid();
        Self {
            id: or_any(valid.id),
            name: or_any(valid.name),
            entity_types: list_or_any(entity_type().boxed()),
            mime_types: list_or_any(mime_type().boxed()),
            no_scope: or_any(valid.no_scope),
            resolution: or_any(valid.resolution),
            callback_uri: or_any(valid.callback_uri),
            label: or_any(valid.label),
            intent: or_any(valid.intent),
        }
    }

    fn connector(self) -> impl Strategy<Value = RawConnector> {
        let maybe_mime_types =
            prop_oneof![3 => self.mime_types.clone(), 1 => self.no_scope.clone()];
        let scopes = (
            self.entity_types,
            self.mime_types,
            maybe_mime_types,
            self.no_scope,
        );
        let settings = (
            any::<[Option<bool>; 4]>(),
            option::of(self.resolution),
            option::of(self.callback_uri),
            [option::of(self.label.clone()), option::of(self.label)],
            option::of(self.intent),
        );
        (self.id, self.name, connector_type(), scopes, settings).prop_map(
            |(id, name, connector_type, scopes, (flags, resolution, uri, labels, intent))| {
                let [auto, auto_update, only_contextual, playbook_compatible] = flags;
                let [version, slug] = labels;
                let scope = match connector_type {
                    ConnectorType::InternalEnrichment => scopes.0,
                    ConnectorType::InternalAnalysis => scopes.2,
                    ConnectorType::ExternalImport | ConnectorType::Stream => scopes.3,
                    _ => scopes.1,
                };
                RawConnector::builder()
                    .id(id)
                    .name(name)
                    .connector_type(connector_type.as_str())
                    .scope(scope)
                    .auto_opt(auto)
                    .auto_update_opt(auto_update)
                    .only_contextual_opt(only_contextual)
                    .playbook_compatible_opt(playbook_compatible)
                    .enrichment_resolution_opt(resolution)
                    .listen_callback_uri_opt(uri.map(CallbackUri::from))
                    .version_opt(version)
                    .slug_opt(slug)
                    .xtm_one_intent_opt(intent)
                    .build()
            },
        )
    }
}

proptest! {
    #[test]
    fn a_connector_is_read_back_as_it_was_written(raw in Texts::valid().connector()) {
        let connector = raw.validate().unwrap();
        let written = serde_json::to_string(&connector).unwrap();
        let payload = connector.to_input().to_json();
        prop_assert_eq!(&payload, &format!("{{\"input\":{written}}}"));

        let mut input: Value = serde_json::from_str(&payload).unwrap();
        let from_payload: AnyConnector = serde_json::from_value(input["input"].take()).unwrap();
        let from_written: AnyConnector = serde_json::from_str(&written).unwrap();
        for read in [from_payload, from_written] {
            prop_assert_eq!(&read, &connector);
            prop_assert_eq!(&read.to_input().to_json(), &payload);
        }
        is_of_its_kind_alone::<kind::ExternalImport>(&connector)?;
        is_of_its_kind_alone::<kind::InternalImportFile>(&connector)?;
        is_of_its_kind_alone::<kind::InternalEnrichment>(&connector)?;
        is_of_its_kind_alone::<kind::InternalAnalysis>(&connector)?;
        is_of_its_kind_alone::<kind::InternalExportFile>(&connector)?;
        is_of_its_kind_alone::<kind::Stream>(&connector)?;
    }

    // The case of id and scope is kept as it was written, and makes no other connector.
    #[test]
    fn equal_connectors_send_the_same_but_for_case(raw in Texts::valid().connector(), letters: u64) {
        let mut other = raw.clone();
        other.id = raw.id.as_deref().map(|id| in_other_case(id, letters));
        other.scope = raw.scope.as_ref().map(|scope| in_other_case(&scope.to_string(), letters).into());
        let [one, other] = [raw, other].map(|raw| raw.validate().unwrap());
        prop_assert_eq!(&one, &other);
        assert_same_hash(&one, &other);
        let [one, other] = [one, other].map(|connector| connector.to_input().to_json());
        prop_assert!(one.eq_ignore_ascii_case(&other), "{one}\n{other}");
    }
}

fn is_of_its_kind_alone<K: Kind>(any: &AnyConnector) -> Result<(), TestCaseError> {
    let read = serde_json::from_value::<Connector<K>>(serde_json::to_value(any).unwrap());
    match Connector::<K>::try_from(any.clone()) {
        Ok(connector) => {
            prop_assert_eq!(any.connector_type(), K::TYPE);
            prop_assert_eq!(connector.to_input().to_json(), any.to_input().to_json());
            prop_assert_eq!(&read.unwrap(), &connector);
            prop_assert_eq!(&AnyConnector::from(connector), any);
        }
        Err(wrong) => {
            prop_assert_eq!(
                (wrong.expected(), wrong.found()),
                (K::TYPE, any.connector_type())
            );
            prop_assert_ne!(any.connector_type(), K::TYPE);
            prop_assert_eq!(read.unwrap_err().to_string(), wrong.to_string());
            prop_assert_eq!(&wrong.into_connector(), any);
        }
    }
    Ok(())
}

// The builders and `RawConnector`.

type Faults = Vec<(Field, Reason, Option<String>)>;

fn faults(faults: &[Fault]) -> Faults {
    let parts = |fault: &Fault| {
        let value = fault.value().map(str::to_owned);
        (fault.field(), fault.reason().clone(), value)
    };
    faults.iter().map(parts).collect()
}

/// What the builder of the type makes of the same texts, and the faults of the texts that are
/// parsed before a builder takes them.
fn built(raw: &RawConnector) -> (Result<AnyConnector, InvalidConnector>, Faults) {
    let scope = raw
        .scope
        .as_ref()
        .map(RawScope::to_string)
        .unwrap_or_default();
    let connector_type: ConnectorType = raw.connector_type.as_deref().unwrap().parse().unwrap();
    let mut before = Faults::new();
    let resolution = raw.enrichment_resolution.as_deref().and_then(|text| {
        let noted = |error: InvalidValue| before.extend(faults(error.faults()));
        text.parse().map_err(noted).ok()
    });

    macro_rules! built {
        ($builder:ident $(, $list:expr)?) => {
            with_settings(Connector::$builder(), raw, resolution)
                .id(raw.id.as_deref().unwrap())
                .name(raw.name.as_deref().unwrap())
                $(.scope($list))?
                .build()
                .map(AnyConnector::from)
        };
    }

    let built = match (connector_type, scope.trim()) {
        (ConnectorType::InternalEnrichment, _) => {
            built!(
                internal_enrichment,
                items(&scope, EntityType::Report, &mut before)
            )
        }
        (ConnectorType::InternalImportFile, _) => {
            built!(internal_import_file, items(&scope, TEXT_PLAIN, &mut before))
        }
        (ConnectorType::InternalExportFile, _) => {
            built!(internal_export_file, items(&scope, TEXT_PLAIN, &mut before))
        }
        (ConnectorType::InternalAnalysis, "not-applicable") => built!(internal_analysis),
        (ConnectorType::InternalAnalysis, _) if scope.is_empty() => built!(internal_analysis),
        (ConnectorType::InternalAnalysis, _) => {
            built!(internal_analysis, items(&scope, TEXT_PLAIN, &mut before))
        }
        (no_scope, _) => {
            if !scope.is_empty() {
                before.push((Field::Scope, Reason::ScopeNotTaken(no_scope), Some(scope)));
            }
            match no_scope {
                ConnectorType::Stream => built!(stream),
                _ => built!(external_import),
            }
        }
    };
    (built, before)
}

fn with_settings<K: Kind, I, N, S>(
    mut builder: ConnectorBuilder<K, I, N, S>,
    raw: &RawConnector,
    resolution: Option<EnrichmentResolution>,
) -> ConnectorBuilder<K, I, N, S> {
    builder = builder
        .auto(raw.auto.unwrap_or_default())
        .auto_update(raw.auto_update.unwrap_or_default())
        .only_contextual(raw.only_contextual.unwrap_or_default())
        .playbook_compatible(raw.playbook_compatible.unwrap_or_default())
        .enrichment_resolution(resolution.unwrap_or_default());
    if let Some(uri) = &raw.listen_callback_uri {
        builder = builder.listen_callback_uri(uri.clone());
    }
    if let Some(version) = &raw.version {
        builder = builder.version(version);
    }
    if let Some(slug) = &raw.slug {
        builder = builder.slug(slug);
    }
    if let Some(intent) = &raw.xtm_one_intent {
        builder = builder.xtm_one_intent(intent);
    }
    builder
}

/// The items of a scope; when there are faults, these are noted and another item stands in.
fn items<E>(scope: &str, stand_in: E, before: &mut Faults) -> Vec<E>
where
    E: ScopeEntry + FromStr,
{
    if scope.is_empty() {
        return Vec::new();
    }
    let parsed: Result<_, _> = scope.split(',').map(|text| text.trim().parse()).collect();
    parsed.unwrap_or_else(|_| {
        let error = scope.parse::<ScopeOf<E>>().unwrap_err();
        before.extend(faults(error.faults()));
        vec![stand_in]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn builders_and_raw_connectors_judge_alike(raw in Texts::valid_or_not().connector()) {
        let (built, mut expected) = built(&raw);
        let scope_is_parsed = expected.iter().all(|(field, ..)| *field != Field::Scope);
        match (raw.validate(), built) {
            (Ok(connector), Ok(built)) if expected.is_empty() => {
                prop_assert_eq!(&built, &connector);
                prop_assert_eq!(built.warnings(), connector.warnings());
                prop_assert_eq!(built.to_input().to_json(), connector.to_input().to_json());
            }
            (Ok(_), built) => prop_assert!(false, "taken, but for {:?} and {:?}", built, expected),
            (Err(error), built) => {
                let built = built.err();
                if let Some(built) = &built {
                    expected.extend(faults(built.faults()));
                }
                expected.sort_by_key(|(field, ..)| *field);
                prop_assert_eq!(faults(error.faults()), expected);
                if let Some(built) = built && scope_is_parsed {
                    prop_assert_eq!(error.warnings(), built.warnings());
                }
            }
        }
    }

    #[test]
    fn a_scope_as_text_and_as_a_list_is_judged_alike(raw in Texts::valid_or_not().connector()) {
        let text = raw.scope.clone().unwrap();
        let mut listed = raw.clone();
        listed.scope = Some(text.entries().into());
        match (raw.validate(), listed.validate()) {
            (Err(one), Err(other)) => {
                let reasons = |error: &InvalidConnector| -> Vec<_> {
                    error.faults().iter().map(|fault| fault.reason().clone()).collect()
                };
                prop_assert_eq!(reasons(&one), reasons(&other));
                prop_assert_eq!(one.warnings(), other.warnings());
            }
            (one, other) => prop_assert_eq!(one, other),
        }
    }
}
