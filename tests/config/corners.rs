//! Corners of a configuration where a report could mislead or tell too much.

use std::fmt::Debug;
use std::time::Duration;

use opencti_connector::config::{Config, Report};
use opencti_connector::kind::{InternalEnrichment, InternalImportFile, Kind, Stream};
use opencti_connector::{RawConnector, Secret};
use serde::Deserialize;

const SOME_ID: &str = "550e8400-e29b-41d4-a716-446655440000";
const TOKEN: &str = "t0ken-5ecret-31337";

fn config(variables: &[(&str, &str)], yaml: &str) -> Config {
    let base = [("CONNECTOR_ID", SOME_ID), ("CONNECTOR_NAME", "Splunk")];
    Config::sources()
        .variables(base)
        .variables(variables.iter().copied())
        .yaml(yaml)
        .load()
        .unwrap()
}

fn with_code(variables: &[(&str, &str)], code: RawConnector) -> Config {
    let base = [("CONNECTOR_ID", SOME_ID), ("CONNECTOR_NAME", "Splunk")];
    let sources = Config::sources().variables(base);
    let sources = sources.variables(variables.iter().copied());
    sources.defaults(code).load().unwrap()
}

#[track_caller]
fn faults<T: Debug>(read: Result<T, Report>) -> Vec<String> {
    let report = read.unwrap_err();
    report.faults().iter().map(ToString::to_string).collect()
}

fn connector_faults<K: Kind>(config: &Config) -> Vec<String> {
    faults(config.connector::<K>())
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is only refused")]
struct Own {
    max: u32,
    min: u32,
    tlp: Option<Tlp>,
    proxy: Option<Proxy>,
    token: Option<Secret>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is only refused")]
struct Proxy {
    port: u16,
}

#[derive(Debug, Deserialize)]
enum Tlp {
    Amber,
}

#[test]
fn equal_sources_give_the_same_report_of_a_section() {
    let read = || faults(config(&[("OWN_MAX", "x"), ("OWN_MIN", "y")], "").section::<Own>("own"));
    let first = read();
    assert!((0..50).all(|_| read() == first));
}

#[test]
fn a_secret_of_a_section_is_not_shown_where_serde_names_no_setting() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is only refused")]
    struct Flat {
        #[serde(flatten)]
        account: Account,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is only refused")]
    struct Account {
        api_key: u32,
    }

    let found = faults(config(&[("OWN_API_KEY", TOKEN)], "").section::<Flat>("own"));
    assert!(!found[0].contains(TOKEN), "{found:?}");
}

#[test]
fn the_token_is_not_shown_in_warnings() {
    let variables = [("OPENCTI_TOKEN", TOKEN), ("CONNECTOR_SCOPE", TOKEN)];
    let found = config(&variables, "").warnings_for::<InternalEnrichment>();
    assert!(!format!("{found:?}").contains(TOKEN), "{found:?}");
}

#[test]
fn a_password_in_the_url_of_the_platform_is_not_shown() {
    let url = |url| config(&[("OPENCTI_URL", url), ("OPENCTI_TOKEN", "8f6b1c5e")], "").platform();
    for text in [
        "htp://user:pa55word@a.example",
        "https:/user:pa55word@a.example",
        "//user:pa55word@a.example",
        "user:pa55word@a.example",
        "pa55word@a.example",
        "https://user:pa55word%40a.example",
        "https://user:pa55word@a.example:99999",
        "https://user:pa55word@a.example",
    ] {
        let found = faults(url(text));
        assert!(!found[0].contains("pa55word"), "{found:?}");
    }
}

#[test]
fn a_token_with_white_space_around_it_is_hidden() {
    let token = format!("{TOKEN}\n");
    let name = format!("{TOKEN}\t");
    let found = config(&[("OPENCTI_TOKEN", &token), ("CONNECTOR_NAME", &name)], "");
    let found = connector_faults::<Stream>(&found);
    assert!(!found[0].contains(TOKEN), "{found:?}");
}

#[test]
fn a_short_token_does_not_garble_the_report() {
    let found = connector_faults::<Stream>(&config(
        &[("OPENCTI_TOKEN", "e"), ("CONNECTOR_NAME", "")],
        "",
    ));
    assert!(
        found[0].ends_with("is missing; every connector needs one"),
        "{found:?}"
    );
}

#[test]
fn a_value_that_is_wrong_is_not_missing_too() {
    for key in ["id", "name", "scope", "type"] {
        let yaml = format!(
            "connector: {{id: {SOME_ID}, name: Splunk, scope: [Report], type: INTERNAL_ENRICHMENT, {key}: [[]]}}"
        );
        let yaml = yaml.replacen(&format!("{key}: "), &format!("{key}_: "), 1);
        let config = Config::sources().yaml(yaml).load().unwrap();
        let found = faults(config.any_connector());
        assert_eq!(found.len(), 1, "{found:?}");
    }
}

#[test]
fn a_fault_of_a_value_without_a_variable_names_the_field() {
    for (code, field) in [
        (RawConnector::builder().version("1 0").build(), "version"),
        (RawConnector::builder().slug("a b").build(), "slug"),
    ] {
        let found = connector_faults::<Stream>(&with_code(&[], code));
        assert!(found[0].contains(field), "{found:?}");
    }
    let version = RawConnector::builder().version("next").build();
    let warnings = with_code(&[], version).warnings_for::<Stream>();
    assert!(warnings[0].to_string().contains("version"), "{warnings:?}");
}

#[test]
fn a_fault_of_the_callback_names_the_part_that_is_wrong() {
    for uri in ["", "https://c.example"] {
        let variables = [
            ("CONNECTOR_LISTEN_PROTOCOL", "api"),
            ("CONNECTOR_LISTEN_PROTOCOL_API_URI", uri),
            ("CONNECTOR_LISTEN_PROTOCOL_API_PATH", "/a b"),
        ];
        let found = connector_faults::<Stream>(&config(&variables, ""));
        let start = "CONNECTOR_LISTEN_PROTOCOL_API_PATH / connector.listen_protocol_api_path, from the environment";
        assert!(found[0].starts_with(start), "{found:?}");
    }
}

#[test]
fn a_scope_of_the_program_is_from_the_program() {
    let code = || RawConnector::builder().scope("text/*").build();
    let config = with_code(&[("CONNECTOR_SCOPE", "splunk")], code());
    let found = connector_faults::<Stream>(&config);
    assert!(found[0].contains("from the program"), "{found:?}");
    let config = with_code(&[("CONNECTOR_SCOPE", "not-applicable")], code());
    let found = connector_faults::<InternalImportFile>(&config);
    assert!(found[0].contains("from the program"), "{found:?}");
}

#[test]
fn a_setting_that_an_empty_variable_hides_is_not_set() {
    for (variables, yaml, origin) in [
        (
            &[("OWN_MIN", "1"), ("OWN_MAX", "")],
            "own: {max: 1}",
            "the environment",
        ),
        (
            &[("OWN_MIN", "1"), ("OTHER", "")],
            "own: {max: ''}",
            "the YAML text",
        ),
    ] {
        let found = faults(config(variables, yaml).section::<Own>("own"));
        let start = format!("OWN_MAX / own.max, from {origin}: is empty; set it");
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with(&start), "{found:?}");
    }
}

#[test]
fn the_variable_of_a_nested_setting_is_one_that_can_be_set() {
    let nested = config(&[], "own: {max: 1, min: 1, proxy: {port: web}}");
    let report = nested.section::<Own>("own").unwrap_err();
    assert_eq!(report.faults()[0].variable(), Some("OWN_PROXY"));
    assert_eq!(report.faults()[0].path(), Some("own.proxy.port"));
}

#[test]
fn a_fault_of_a_section_is_one_line_of_bounded_length() {
    let long = "x\n".repeat(10_000);
    for name in ["OWN_MAX", "OWN_TLP"] {
        let variables = [("OWN_MAX", "1"), ("OWN_MIN", "1"), (name, &*long)];
        let found = faults(config(&variables, "").section::<Own>("own"));
        assert!(
            found[0].chars().count() < 400,
            "{} characters",
            found[0].len()
        );
        assert!(!found[0].contains('\n'), "{found:?}");
    }
}

#[test]
fn what_is_not_read_is_left_alone() {
    for yaml in [
        "later: .inf",
        "later: .nan",
        "later: 1e999",
        "later: 18446744073709551615",
        "~: later",
        "later: {~: 1}",
    ] {
        assert!(Config::sources().yaml(yaml).load().is_ok(), "{yaml}");
    }
}

#[test]
fn a_plain_text_is_kept_as_it_is_written() {
    for text in ["0123", "1_000", "yes", "y", "off", "18446744073709551615"] {
        let run = config(&[], &format!("connector: {{live_stream_id: {text}}}")).run_settings();
        assert_eq!(run.unwrap().live_stream.id.as_deref(), Some(text));
    }
}

#[test]
fn a_duration_that_pycti_takes_is_taken() {
    for (text, seconds) in [
        ("10:00", 36_000),
        ("1 days 10:00", 122_400),
        ("1D", 86_400),
        ("1 DAYS", 86_400),
    ] {
        let run = config(&[("CONNECTOR_DURATION_PERIOD", text)], "")
            .run_settings()
            .unwrap();
        assert_eq!(
            run.duration_period,
            Some(Duration::from_secs(seconds)),
            "{text}"
        );
    }
}

#[test]
fn the_old_name_of_the_queue_protocol_has_the_path_of_the_new_one() {
    let other = config(&[], "queue: {protocol: kafka}");
    assert!(other.run_settings().is_ok());
    assert!(
        config(&[], "connector: {queue_protocol: api}")
            .warnings_for::<Stream>()
            .is_empty()
    );
    let warnings = config(&[("QUEUE_PROTOCOL", "api")], "").warnings_for::<Stream>();
    assert_eq!(warnings[0].path(), Some("connector.queue_protocol"));
}

#[test]
fn each_of_a_hundred_thousand_entries_is_judged() {
    let scope: Vec<String> = (0..100_000).map(|entry| format!("X-{entry}")).collect();
    let scope = scope.join(",");
    let config = config(&[("CONNECTOR_SCOPE", &scope)], "");
    assert_eq!(config.warnings_for::<InternalEnrichment>().len(), 100_000);
}
