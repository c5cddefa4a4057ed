//! Every recorded run of pycti, replayed: what pycti sends for some arguments, and what this crate
//! sends for them.

use std::collections::{BTreeMap, BTreeSet};

use opencti_connector::{
    AnyConnector, ConnectorType, PlatformVersion, RawConnector, RegisterConnectorFields,
};
use serde_json::{Map, Value, json};

const NO_LIST: &str = "AttributeError: 'list' object has no attribute 'split'";
const NO_NONE: &str = "AttributeError: 'NoneType' object has no attribute 'split'";
const NO_STREAM: &str = "ValueError: 'STREAM' is not a valid ConnectorType";
const NO_ANALYSIS: &str = "ValueError: 'INTERNAL_ANALYSIS' is not a valid ConnectorType";

/// A run of `OpenCTIConnector(**args).to_input()`.
struct Sample {
    /// The pycti version, which is that of the platform it was released with.
    version: String,
    args: Map<String, Value>,
    /// The members of the payload in the order sent, or the exception.
    result: Result<Map<String, Value>, String>,
}

fn samples() -> Vec<Sample> {
    let mut recorded: Value =
        serde_json::from_str(include_str!("../data/pycti_inputs.json")).expect("JSON");
    let samples: Vec<Value> = serde_json::from_value(recorded["samples"].take()).expect("a list");
    samples.into_iter().map(sample).collect()
}

fn sample(mut recorded: Value) -> Sample {
    let result = match recorded["json"].as_str() {
        // The exact text that pycti sends: the order of its members is part of the record.
        Some(text) => {
            let mut payload: Map<String, Value> = serde_json::from_str(text).expect("JSON");
            let members = payload.remove("input").expect("the only member");
            assert!(payload.is_empty(), "a payload has other members than input");
            Ok(object(members))
        }
        None => Err(text(&recorded["error"])),
    };
    Sample {
        version: text(&recorded["version"]),
        args: object(recorded["args"].take()),
        result,
    }
}

fn object(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).expect("an object")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn validate(members: &Map<String, Value>) -> Result<AnyConnector, String> {
    let raw: RawConnector = serde_json::from_value(members.clone().into()).expect("known types");
    raw.validate().map_err(|invalid| {
        let faults = invalid.faults().iter();
        let faults = faults.map(|fault| format!("{} {:?}", fault.field(), fault.reason()));
        faults.collect::<Vec<_>>().join(", ")
    })
}

/// What comes of giving a sample's arguments to this crate.
fn outcome(sample: &Sample, args: &Map<String, Value>) -> String {
    match (validate(args), sample.result.clone()) {
        (Ok(connector), Ok(mut members)) => {
            let changes = normalise(&mut members);
            let fields = RegisterConnectorFields::for_version(&sample.version).expect("a version");
            let ours = connector.to_input().restricted_to(&fields).to_json();
            // As text, so that the order of the members counts.
            let theirs = json!({ "input": members }).to_string();
            if ours != theirs {
                format!("different: {ours} where pycti {} {theirs}", sample.version)
            } else if changes.is_empty() {
                "equal".to_owned()
            } else {
                format!("equal after: {}", changes.join(", "))
            }
        }
        (Err(faults), Ok(_)) => format!("refused here: {faults}"),
        (Ok(_), Err(exception)) => format!("refused by pycti: {exception}"),
        (Err(faults), Err(exception)) => format!("refused here: {faults}; by pycti: {exception}"),
    }
}

/// Applies the differences that this crate means to have to a payload of pycti, and tells which of
/// them changed its scope. Nothing here calls the crate: these are its rules a second time.
fn normalise(members: &mut Map<String, Value>) -> Vec<&'static str> {
    type Rule = fn(&[String]) -> Vec<String>;

    // Unset, they are null in pycti and absent here, which the platform treats alike.
    members.retain(|name, value| !(["version", "slug"].contains(&&**name) && value.is_null()));

    let rules: &[(&str, Rule)] = match text(&members["type"]).as_str() {
        "EXTERNAL_IMPORT" | "STREAM" => &[("no scope is sent", |_| Vec::new())],
        "INTERNAL_ENRICHMENT" => &[
            ("entries trimmed", trimmed),
            ("entity types in the platform's spelling", platform_spelling),
            ("repeats removed", without_repeats),
        ],
        _ => &[
            ("entries trimmed", trimmed),
            ("MIME types in lower case", lower_case),
            ("repeats removed", without_repeats),
        ],
    };
    let scope = members["scope"].take();
    let mut scope: Vec<String> = serde_json::from_value(scope).expect("a list of texts");
    let mut changes = Vec::new();
    for (change, rule) in rules {
        let after = rule(&scope);
        if after != scope {
            changes.push(*change);
        }
        scope = after;
    }
    members["scope"] = json!(scope);
    changes
}

fn trimmed(scope: &[String]) -> Vec<String> {
    scope.iter().map(|entry| entry.trim().to_owned()).collect()
}

fn platform_spelling(scope: &[String]) -> Vec<String> {
    let entity_types = include_str!("../data/entity_types.csv").lines().skip(1);
    let names = entity_types.filter_map(|line| line.split(',').next());
    let spelling = |entry: &String| {
        let known = names.clone().find(|name| name.eq_ignore_ascii_case(entry));
        known.unwrap_or(entry).to_owned()
    };
    scope.iter().map(spelling).collect()
}

/// How the `mime` crate prints types and subtypes. It would keep the case of a parameter's value,
/// but no sample has one.
fn lower_case(scope: &[String]) -> Vec<String> {
    scope.iter().map(|entry| entry.to_lowercase()).collect()
}

fn without_repeats(scope: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let entries = scope.iter().cloned();
    entries
        .filter(|entry| seen.insert(entry.to_ascii_lowercase()))
        .collect()
}

/// Replays the samples with the arguments that `args` makes of theirs, and compares how often each
/// outcome is found with how often it is expected.
#[track_caller]
fn assert_outcomes(
    samples: &[Sample],
    args: impl Fn(&Sample) -> Map<String, Value>,
    expected: &[(&str, usize)],
) {
    let mut found = BTreeMap::<String, usize>::new();
    for sample in samples {
        *found.entry(outcome(sample, &args(sample))).or_default() += 1;
    }
    assert_eq!(found.values().sum::<usize>(), samples.len());

    let expected: BTreeMap<String, usize> = expected
        .iter()
        .map(|(outcome, count)| ((*outcome).to_owned(), *count))
        .collect();
    let outcomes: BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
    let differences: Vec<String> = outcomes
        .into_iter()
        .map(|outcome| (found.get(outcome), expected.get(outcome), outcome))
        .filter(|(found, expected, _)| found != expected)
        .map(|(found, expected, outcome)| {
            let [found, expected] = [found, expected].map(|count| count.copied().unwrap_or(0));
            format!("{found} samples, not {expected}: {outcome}")
        })
        .collect();
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn a_payload_is_that_of_pycti_or_there_is_a_reason() {
    let samples = samples();
    assert_eq!(samples.len(), 325);

    assert_outcomes(
        &samples,
        |sample| sample.args.clone(),
        &[
            ("equal", 135),
            ("equal after: entries trimmed", 14),
            ("equal after: entity types in the platform's spelling", 9),
            ("equal after: MIME types in lower case", 9),
            ("equal after: repeats removed", 18),
            // The empty text is one empty entry to pycti 3.0.0 and 4.0.0.
            ("equal after: no scope is sent", 2),
            ("refused here: scope NoScope", 21),
            ("refused here: scope EmptyEntry(3)", 18),
            ("refused here: scope ScopeNotTaken(ExternalImport)", 40),
            ("refused here: scope ScopeNotTaken(Stream)", 10),
            (
                "refused here: scope ScopeNotTaken(ExternalImport), version Empty, slug Empty",
                2,
            ),
            // Lists and None came to pycti after texts, analysis and streams after the other types.
            (&format!("refused by pycti: {NO_LIST}"), 14),
            (&format!("refused by pycti: {NO_NONE}"), 3),
            (&format!("refused by pycti: {NO_ANALYSIS}"), 6),
            (&format!("refused by pycti: {NO_STREAM}"), 1),
            (
                "refused here: type UnknownType; \
                 by pycti: ValueError: 'NOT_A_TYPE' is not a valid ConnectorType",
                9,
            ),
            (
                &format!("refused here: scope NoScope; by pycti: {NO_NONE}"),
                6,
            ),
            (
                &format!("refused here: scope ScopeNotTaken(ExternalImport); by pycti: {NO_LIST}"),
                7,
            ),
            (
                &format!("refused here: scope ScopeNotTaken(Stream); by pycti: {NO_STREAM}"),
                1,
            ),
        ],
    );
}

/// Nearly all samples of these types have a scope and are refused for it, so that the rest of the
/// payload is not compared above.
#[test]
fn without_its_scope_an_external_import_or_stream_sends_what_pycti_sends() {
    let mut samples = samples();
    samples.retain(|Sample { args, .. }| {
        let takes_none = [json!("EXTERNAL_IMPORT"), json!("STREAM")];
        takes_none.contains(&args["connector_type"])
            && ![json!(null), json!("")].contains(&args["scope"])
    });
    assert_eq!(samples.len(), 60);

    assert_outcomes(
        &samples,
        |sample| {
            let mut args = sample.args.clone();
            args.remove("scope");
            args
        },
        &[
            ("equal after: no scope is sent", 50),
            ("refused here: version Empty, slug Empty", 2),
            (&format!("refused by pycti: {NO_LIST}"), 7),
            (&format!("refused by pycti: {NO_STREAM}"), 1),
        ],
    );
}

#[test]
fn a_payload_of_pycti_says_the_same_as_its_arguments() {
    let mut found = BTreeMap::<&str, usize>::new();
    for sample in samples() {
        let outcome = match sample.result {
            Err(_) => "no payload",
            Ok(members) => match (validate(&sample.args), validate(&members)) {
                (Ok(said), Ok(sent)) => {
                    assert_eq!(said, sent, "{members:?}");
                    "the same connector"
                }
                (Err(_), Err(_)) => "both refused",
                // pycti 3.0.0 and 4.0.0 make an entry of an empty text; in a list it is refused.
                (Ok(_), Err(_)) if members["scope"] == json!([""]) => "an empty text in a list",
                (said, sent) => panic!("{said:?} is not {sent:?}: {members:?}"),
            },
        };
        *found.entry(outcome).or_default() += 1;
    }
    let expected = [
        ("an empty text in a list", 2),
        ("both refused", 91),
        ("no payload", 47),
        ("the same connector", 185),
    ];
    assert_eq!(found, expected.into());
}

#[test]
fn a_platform_accepts_the_members_that_its_pycti_sends() {
    let mut sent = BTreeMap::<String, BTreeSet<String>>::new();
    for sample in samples() {
        let members = sample.result.unwrap_or_default();
        let names = members.into_iter().map(|(name, _)| name);
        sent.entry(sample.version).or_default().extend(names);
    }
    assert_eq!(sent.len(), 9);
    for (version, names) in sent {
        let fields = RegisterConnectorFields::for_version(&version).expect("a version");
        let accepted: BTreeSet<String> = fields.iter().map(|field| field.to_string()).collect();
        assert_eq!(accepted, names, "{version}");
    }
}

#[test]
fn a_connector_type_is_known_to_the_platforms_since_its_first() {
    for sample in samples() {
        let name = text(&sample.args["connector_type"]);
        let unknown = format!("ValueError: '{name}' is not a valid ConnectorType");
        let since = name.parse::<ConnectorType>().ok().map(ConnectorType::since);
        let version: PlatformVersion = sample.version.parse().expect("a version");
        assert_eq!(
            since.is_some_and(|since| version >= since),
            sample.result != Err(unknown),
            "{name} in {}, known since {since:?}",
            sample.version
        );
    }
}
