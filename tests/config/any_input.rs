//! Whatever the environment and the file hold: nothing panics, no secret is shown, and each source
//! says the same.

use std::fmt::{Debug, Write};

use opencti_connector::config::{Config, Finding, Report, Sources, comma_list};
use opencti_connector::kind::{self, Kind};
use opencti_connector::{AnyConnector, RawConnector, Secret};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

const TOKEN: &str = "t0ken-5ecret-31337";
const SOME_ID: &str = "550e8400-e29b-41d4-a716-446655440000";
const OTHER_ID: &str = "82b58916-a654-4cd4-81de-700eb72a5c94";

/// The variables whose values are shown when they are wrong.
const OPEN: &str = "OPENCTI_URL OPENCTI_SSL_VERIFY OPENCTI_JSON_LOGGING CONNECTOR_ID \
    CONNECTOR_NAME CONNECTOR_TYPE CONNECTOR_SCOPE CONNECTOR_AUTO CONNECTOR_ONLY_CONTEXTUAL \
    CONNECTOR_AUTO_UPDATE CONNECTOR_ENRICHMENT_RESOLUTION CONNECTOR_XTM_ONE_INTENT \
    CONNECTOR_LOG_LEVEL CONNECTOR_LISTEN_PROTOCOL CONNECTOR_LISTEN_PROTOCOL_API_PORT \
    CONNECTOR_LISTEN_PROTOCOL_API_PATH CONNECTOR_LISTEN_PROTOCOL_API_URI \
    CONNECTOR_LISTEN_PROTOCOL_API_SSL LISTEN_PROTOCOL_API_SSL_CERT CONNECTOR_QUEUE_PROTOCOL \
    CONNECTOR_QUEUE_THRESHOLD CONNECTOR_DURATION_PERIOD CONNECTOR_RUN_AND_TERMINATE \
    CONNECTOR_VALIDATE_BEFORE_IMPORT CONNECTOR_LIVE_STREAM_ID CONNECTOR_LIVE_STREAM_LISTEN_DELETE \
    CONNECTOR_LIVE_STREAM_NO_DEPENDENCIES CONNECTOR_LIVE_STREAM_WITH_INFERENCES \
    CONNECTOR_EXPOSE_METRICS CONNECTOR_METRICS_PORT CONNECTOR_METRICS_NAMESPACE \
    CONNECTOR_METRICS_SUBSYSTEM \
    CONNECTOR_LIVE_STREAM_RECOVER_ISO_DATE CONNECTOR_LIVE_STREAM_START_TIMESTAMP \
    CONNECTOR_CONFIDENCE_LEVEL OWN_MAX OWN_TAGS OWN_LATER LATER";

/// Those whose values never are; the last two are of a connector's own section.
const SECRET: &str = "OPENCTI_TOKEN OPENCTI_CUSTOM_HEADERS LISTEN_PROTOCOL_API_SSL_KEY \
    LISTEN_PROTOCOL_API_SSL_PASSPHRASE OWN_TOKEN OWN_API_KEY";

fn names(list: &'static str) -> impl Iterator<Item = &'static str> + Clone {
    list.split(' ').filter(|name| !name.is_empty())
}

/// The section and the key of a variable.
fn place(name: &str) -> (String, String) {
    match name.split_once('_') {
        Some((section @ ("OPENCTI" | "CONNECTOR" | "OWN"), key)) => {
            (section.to_lowercase(), key.to_lowercase())
        }
        _ => ("connector".into(), name.to_lowercase()),
    }
}

#[derive(Debug, Deserialize)]
struct Own {
    #[expect(dead_code, reason = "it is only shown")]
    token: Secret,
    #[expect(dead_code, reason = "it is only shown")]
    api_key: Option<u32>,
    #[expect(dead_code, reason = "it is only shown")]
    max: Option<u32>,
    #[serde(default, deserialize_with = "comma_list")]
    #[expect(dead_code, reason = "it is only shown")]
    tags: Vec<String>,
}

/// Texts that mean something for a variable or in YAML.
const USUAL: &str = "§ §true§No§1§0§-1§8443§2.5§P1D§PT-1H§10:00:00§api§AMQP§debug§STREAM§\
    INTERNAL_ENRICHMENT§INTERNAL_IMPORT_FILE§Report, Url§text/csv§\"File\"§not-applicable§ChangeMe§\
    http://a§https://u:p@[::1§a b§2026-01-31T00:00:00Z§550e8400-e29b-41d4-a716-446655440000§\
    ~§[§{§&a§*a§|§>-§!!int§- §\t";

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(USUAL.split('§').collect::<Vec<_>>()).prop_map(str::to_owned),
        1 => vec(any::<char>(), 0..40).prop_map(String::from_iter),
        1 => "[a-z0-9 ,;/*=\"'+.@:#?\\[\\]{}<>$_é字\u{301}\u{202e}\0\r\t\n-]{0,40}",
        1 => "[-+]?P?[0-9YMWDTHS.,: a-z]{0,20}",
    ]
}

/// Any JSON, and so any YAML.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => any_text().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any_text(), inner), 0..4).prop_map(|members| Map::from_iter(members).into()),
        ]
    })
}

/// A text that looks like a YAML file, and seldom is one.
fn any_lines() -> impl Strategy<Value = String> {
    let keys: Vec<_> = names(OPEN).chain(names(SECRET)).map(place).collect();
    let key = prop_oneof![
        2 => select(keys).prop_map(|(_, key)| key),
        2 => select(&["opencti", "connector", "own", "<<", "-"][..]).prop_map(str::to_owned),
        1 => any_text(),
    ];
    let indent = prop_oneof![Just(""), Just("  "), Just("    "), Just("\t")];
    let colon = prop_oneof![8 => Just(": "), 2 => Just(":"), 1 => Just(" "), 1 => Just(": &a ")];
    let line = (indent, key, colon, any_text());
    let line = line.prop_map(|(indent, key, colon, text)| format!("{indent}{key}{colon}{text}\n"));
    vec(line, 0..8).prop_map(|lines| lines.concat())
}

/// Values of variables, and a file with these values, both of them in the same form.
fn sources(variables: &[(&str, String)], file: &[(&str, Value)]) -> Sources {
    let mut yaml = json!({});
    for (name, value) in file {
        let (section, key) = place(name);
        yaml[section][key] = value.clone();
    }
    let variables = variables.iter().map(|(name, text)| (*name, text));
    Config::sources()
        .variables(variables)
        .yaml(escaped(&yaml.to_string()))
}

/// JSON that is YAML too: its texts may hold what stands for itself in JSON but not in YAML.
fn escaped(json: &str) -> String {
    let mut yaml = String::new();
    for c in json.chars() {
        if c.is_ascii() && !c.is_control() {
            yaml.push(c);
        } else {
            write!(yaml, "\\U{:08x}", u32::from(c)).unwrap();
        }
    }
    yaml
}

type AsKind = fn(&Config) -> (Result<AnyConnector, Report>, Vec<Finding>);

fn as_kind<K: Kind>(config: &Config) -> (Result<AnyConnector, Report>, Vec<Finding>) {
    let connector = config.connector::<K>();
    (connector.map(Into::into), config.warnings_for::<K>())
}

const KINDS: [AsKind; 7] = [
    as_kind::<kind::ExternalImport>,
    as_kind::<kind::InternalImportFile>,
    as_kind::<kind::InternalEnrichment>,
    as_kind::<kind::InternalAnalysis>,
    as_kind::<kind::InternalExportFile>,
    as_kind::<kind::Stream>,
    |config| (config.any_connector(), config.warnings()),
];

/// All that the sources give, and all that is said of them.
fn say<T: DeserializeOwned + Debug>(sources: Sources) -> String {
    let mut said = format!("{sources:?}\n");
    match sources.load() {
        Ok(config) => {
            writeln!(said, "{config:?}").unwrap();
            for as_kind in KINDS {
                let (connector, warnings) = as_kind(&config);
                tell(&mut said, &connector);
                for warning in warnings {
                    writeln!(said, "{warning}\n{warning:?}").unwrap();
                }
            }
            tell(&mut said, &config.platform());
            tell(&mut said, &config.run_settings());
            tell(&mut said, &config.section::<T>("own"));
        }
        Err(report) => tell(&mut said, &Err::<(), _>(report)),
    }
    said
}

/// Each fault and warning is one line that can be read.
fn tell<T: Debug>(said: &mut String, read: &Result<T, Report>) {
    match read {
        Ok(value) => writeln!(said, "{value:?}").unwrap(),
        Err(report) => {
            assert!(!report.faults().is_empty());
            writeln!(said, "{report}\n{report:?}").unwrap();
            for finding in report.faults().iter().chain(report.warnings()) {
                writeln!(said, "{finding}\n{finding:?}").unwrap();
            }
        }
    }
}

fn any_of(list: &'static str) -> impl Strategy<Value = &'static str> {
    select(names(list).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn a_secret_is_never_shown_whatever_is_wrong(
        mut variables in vec((any_of(OPEN), any_text()), 0..8),
        mut file in vec((any_of(OPEN), any_value()), 0..8),
        secrets in vec((any_of(SECRET), any::<bool>(), any_text(), any_text(), 0..4), 1..6),
        broken in option::of(any_text()),
    ) {
        for (name, is_variable, before, after, form) in secrets {
            let text = match form {
                0 => TOKEN.to_owned(),
                1 => format!("X-Key:{TOKEN}"),
                _ => before + TOKEN + &after,
            };
            if is_variable {
                variables.push((name, text));
            } else if form == 3 {
                // A section in place of a text, as for headers it is often tried.
                file.push((name, json!({ TOKEN: [text] })));
            } else {
                file.push((name, text.into()));
            }
        }
        let said = say::<Own>(sources(&variables, &file));
        prop_assert!(!said.contains(TOKEN), "{said}");

        if let Some(broken) = broken {
            let (text, rest) = ("opencti:\n  token: ", TOKEN.to_owned() + &broken);
            let said = say::<Own>(Config::sources().variables(variables).yaml(text.to_owned() + &rest));
            prop_assert!(!said.contains(TOKEN), "{said}");
        }
    }

    #[test]
    fn a_report_of_broken_yaml_repeats_nothing_of_it(
        lines in prop_oneof![any_lines(), any_text()],
        at in any::<Index>(),
        // Numbers, for a parser may quote what it makes of them.
        secret in select(&[TOKEN, "18446744073709551615", "1e999"][..]),
    ) {
        let mut yaml = lines;
        let mut boundaries: Vec<_> = yaml.char_indices().map(|(at, _)| at).collect();
        boundaries.push(yaml.len());
        yaml.insert_str(boundaries[at.index(boundaries.len())], secret);
        if let Err(report) = Config::sources().yaml(yaml).load() {
            let mut said = String::new();
            tell(&mut said, &Err::<(), _>(report));
            prop_assert!(!said.contains(secret), "{said}");
        }
    }

    #[test]
    fn a_token_in_the_place_of_another_value_is_hidden_in_every_report(
        variables in vec((any_of(OPEN), any_text(), any_text()), 0..12),
    ) {
        let misplaced = variables.into_iter().map(|(name, before, after)| (name, before + TOKEN + &after));
        let variables = misplaced.chain([("OPENCTI_TOKEN", TOKEN.to_owned())]);
        let config = Config::sources().variables(variables).load().unwrap();
        let mut said = String::new();
        for as_kind in KINDS {
            tell(&mut said, &as_kind(&config).0.map(drop));
        }
        tell(&mut said, &config.platform().map(drop));
        tell(&mut said, &config.run_settings().map(drop));
        tell(&mut said, &config.section::<Own>("own").map(drop));
        prop_assert!(!said.contains(TOKEN), "{said}");
    }

    #[test]
    fn equal_sources_give_equal_results(
        variables in vec((any_of(OPEN), any_text()), 0..12),
        file in vec((any_of(OPEN), any_value()), 0..12),
        lines in any_lines(),
    ) {
        #[derive(Debug, Deserialize)]
        struct OwnMax {
            #[expect(dead_code, reason = "it is only shown")]
            max: u32,
        }

        for sources in [sources(&variables, &file), Config::sources().variables(variables).yaml(lines)] {
            prop_assert_eq!(say::<OwnMax>(sources.clone()), say::<OwnMax>(sources));
        }
    }

    #[test]
    fn a_value_reads_the_same_from_a_variable_as_from_the_file(
        name in prop_oneof![any_of(OPEN), any_of(SECRET)],
        text in any_text(),
    ) {
        let from_variable = sources(&[(name, text.clone())], &[]);
        let from_file = sources(&[], &[(name, text.into())]);
        let [from_variable, from_file] = [from_variable, from_file].map(|sources| {
            let said = say::<Value>(sources.defaults(code()));
            // The first two lines name the sources.
            said.lines().skip(2).collect::<Vec<_>>().join("\n")
        });
        let from_variable = from_variable
            .replace("from the environment", "from the YAML text")
            .replace("origin: Environment", "origin: Text");
        prop_assert!(from_variable == from_file, "{from_variable}\n!=\n{from_file}");
    }
}

#[test]
fn a_variable_stands_over_the_file_over_the_program_over_the_default() {
    // Two values, and what stands where nothing is said.
    for (name, a, b, default) in [
        ("CONNECTOR_ID", SOME_ID, OTHER_ID, "refused"),
        ("CONNECTOR_NAME", "Shodan", "Censys", "refused"),
        (
            "CONNECTOR_TYPE",
            "INTERNAL_IMPORT_FILE",
            "INTERNAL_EXPORT_FILE",
            "refused",
        ),
        ("CONNECTOR_SCOPE", "text/csv", "text/xml", "refused"),
        ("CONNECTOR_AUTO", "true", "false", "false"),
        ("CONNECTOR_AUTO_UPDATE", "true", "false", "false"),
        (
            "CONNECTOR_ENRICHMENT_RESOLUTION",
            "deferred",
            "stix_bundle",
            "none",
        ),
        ("CONNECTOR_ONLY_CONTEXTUAL", "true", "false", "false"),
        ("CONNECTOR_XTM_ONE_INTENT", "cti.a", "cti.b", ""),
    ] {
        let member = place(name).1;
        let read = |variable: Option<&str>, file: Option<&str>, program: Option<&str>| {
            let mut code = json!(code().validate().unwrap());
            code[&member] = program.map_or(Value::Null, |text| match text {
                "true" | "false" => json!(text == "true"),
                text => json!(text),
            });
            let set = |text: Option<&str>| text.map(|text| (name, text.to_owned()));
            let file = set(file).map(|(name, text)| (name, Value::from(text)));
            let sources = sources(set(variable).as_slice(), file.as_slice());
            let code = RawConnector::deserialize(code).unwrap();
            match sources.defaults(code).load().unwrap().any_connector() {
                Err(_) => "refused".to_owned(),
                Ok(connector) => match &json!(connector)[&member] {
                    Value::String(text) => text.clone(),
                    Value::Array(list) => list[0].as_str().unwrap().to_owned(),
                    Value::Null => String::new(),
                    flag => flag.to_string(),
                },
            }
        };
        for (a, b) in [(a, b), (b, a)] {
            assert_eq!(read(Some(a), Some(b), Some(b)), a, "{name}");
            assert_eq!(read(None, Some(a), Some(b)), a, "{name}");
            assert_eq!(read(None, None, Some(a)), a, "{name}");
            // The empty variable hides the file alone.
            assert_eq!(read(Some(""), Some(b), Some(a)), a, "{name}");
        }
        assert_eq!(read(None, None, None), default, "{name}");
    }
}

/// Texts of YAML that are made to take all memory, all stack or all time.
fn hostile() -> Vec<String> {
    const MANY: usize = 20_000;
    let mut laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(",");
        writeln!(laughs, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    let steps = (0..1000).map(|depth| " ".repeat(depth) + "a:\n").collect();
    let keys: Vec<_> = (0..2_000).map(|key| format!("k{key}: v\n")).collect();
    let mut hostile = vec![laughs, steps, keys.concat()];
    for part in [
        "[",
        "{a: ",
        "- ",
        "? ",
        "a: &a\n- ",
        "!!seq [",
        "\t",
        "\"",
        "'",
        "|",
        "&a ",
        "*a ",
        "%",
    ] {
        hostile.push(part.repeat(MANY));
        hostile.push("connector:\n  name: ".to_owned() + &part.repeat(MANY));
    }
    hostile.push("a: &a [*a]".into());
    hostile.push("connector: &c\n  <<: *c".into());
    hostile.push("connector:\n  name: a\n  name: b".into());
    hostile.push(format!("connector: {{name: {}}}", "x".repeat(4 << 20)));
    hostile
}

#[test]
fn hostile_yaml_is_read_or_refused_in_a_few_lines() {
    for yaml in hostile() {
        let start: String = yaml.chars().take(20).collect();
        let said = match Config::sources().yaml(yaml).load() {
            Ok(config) => config.any_connector().unwrap_err().to_string(),
            Err(report) => report.to_string(),
        };
        assert!(said.len() < 1000, "{start:?}: {said}");
    }
}

#[test]
fn a_long_value_makes_no_long_report() {
    for name in names(OPEN)
        .chain(names(SECRET))
        .filter(|name| place(name).0 != "own")
    {
        for unit in ["x", "\n", "é", ",", "1"] {
            let long = unit.repeat(10_000);
            let config = sources(&[(name, long)], &[])
                .defaults(code())
                .load()
                .unwrap();
            let report = config.read::<kind::InternalImportFile>().unwrap_err();
            assert!(report.to_string().len() < 10_000, "{name}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_utf_8_is_a_fault() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    let garbled = || OsString::from_vec(b"a\xff".to_vec());
    for name in names(OPEN).chain(names(SECRET)) {
        let sources = Config::sources().variables([(name, garbled())]);
        let config = sources.defaults(code()).load().unwrap();
        let report = config.read_with::<kind::InternalImportFile, Value>("own");
        let report = report.expect_err("a platform that is not set");
        let mut faults = report.faults().iter();
        let fault = faults.find(|fault| fault.variable() == Some(name));
        if ["LATER", "CONNECTOR_CONFIDENCE_LEVEL"].contains(&name) {
            assert!(fault.is_none(), "nobody reads {name}");
            continue;
        }
        let fault = fault.expect(name);
        assert!(!names(SECRET).any(|secret| secret == name) || fault.value().is_none());
        assert!(fault.message().starts_with("is not UTF-8"), "{report}");
    }
}

/// A program that says what every connector needs.
fn code() -> RawConnector {
    RawConnector::builder()
        .id(SOME_ID)
        .name("Some connector")
        .connector_type("INTERNAL_IMPORT_FILE")
        .scope("text/csv")
        .build()
}
