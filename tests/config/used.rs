//! Values matter only where they are used: placeholders behind a switch that is off, keys that nobody
//! reads, secrets that arrive empty, ids with a name in front.

use opencti_connector::config::{Config, Finding, ListenProtocol, Origin};
use opencti_connector::kind::{ExternalImport, InternalEnrichment, Stream};
use opencti_connector::{Connector, ConnectorId, RawConnector, Secret, Warning};
use serde::Deserialize;

const NAMED: &str = "mitre--c9dacf68-b0e6-476d-a24f-4269b1b9cd25";
const COMPLETE: [(&str, &str); 4] = [
    ("OPENCTI_URL", "https://opencti.example"),
    ("OPENCTI_TOKEN", "8f6b1c5e0d2a4b7c"),
    ("CONNECTOR_ID", "550e8400-e29b-41d4-a716-446655440000"),
    ("CONNECTOR_NAME", "Splunk"),
];

fn with(variables: &[(&str, &str)], yaml: &str) -> Config {
    let sources = Config::sources().variables(COMPLETE).yaml(yaml);
    sources.variables(variables.iter().copied()).load().unwrap()
}

fn places(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .map(|finding| finding.variable().unwrap())
        .collect()
}

#[test]
fn an_id_with_a_name_is_kept_with_a_warning() {
    let config = with(&[("CONNECTOR_ID", NAMED)], "");
    let read = config.read::<ExternalImport>().unwrap();
    let id = read.connector.id();
    assert_eq!(id.as_str(), NAMED);
    assert_eq!(id.as_uuid().to_string(), &NAMED["mitre--".len()..]);
    let [warning] = read.warnings.as_slice() else {
        panic!("{:?}", read.warnings)
    };
    assert_eq!(warning.variable(), Some("CONNECTOR_ID"));
    assert_eq!(warning.value(), Some(NAMED));
    assert_eq!(warning.origin(), &Origin::Environment);
    assert!(warning.message().starts_with("has a name in front"));

    let json = serde_json::to_string(&read.connector).unwrap();
    let again: Connector<ExternalImport> = serde_json::from_str(&json).unwrap();
    assert_eq!(again.id().as_str(), NAMED);
    let warnings = again.warnings();
    assert!(matches!(warnings.as_slice(), [Warning::NamedId { .. }]));
}

#[test]
fn the_builder_takes_no_id_with_a_name() {
    let built = Connector::stream().id(NAMED).name("Splunk").build();
    assert!(built.is_err());
    assert!(NAMED.parse::<ConnectorId>().is_err());
    assert!(ConnectorId::try_from(NAMED.to_owned()).is_err());
}

#[test]
fn what_only_looks_like_an_id_with_a_name_is_refused() {
    let uuid = &NAMED["mitre--".len()..];
    let longest = "n".repeat(64);
    let raw = |id: String| {
        let raw = RawConnector::builder().id(id).name("Splunk");
        raw.connector_type("STREAM").build().validate()
    };
    assert!(raw(format!("{longest}--{uuid}")).is_ok());
    for (id, start) in [
        (format!("{longest}n--{uuid}"), "is not a UUID"),
        (format!("--{uuid}"), "is not a UUID"),
        (format!("a b--{uuid}"), "is not a UUID"),
        (format!("mitre-{uuid}"), "is not a UUID"),
        ("mitre--mitre".into(), "is not a UUID"),
        (format!("ChangeMe--{uuid}"), "is a placeholder"),
        (
            "mitre--1234abcd-1234-1234-1234-abcd12345678".into(),
            "is a UUID but not version 4",
        ),
    ] {
        let invalid = raw(id.clone()).unwrap_err();
        let reason = invalid.faults()[0].reason().to_string();
        assert!(reason.starts_with(start), "{id}: {reason}");
    }
}

/// The switch that is off, and what it switches.
const SWITCHED: [(&str, &str); 5] = [
    (
        "CONNECTOR_SEND_TO_DIRECTORY=false",
        "CONNECTOR_SEND_TO_DIRECTORY_PATH CONNECTOR_SEND_TO_DIRECTORY_RETENTION",
    ),
    (
        "CONNECTOR_SEND_TO_S3=false",
        "CONNECTOR_SEND_TO_S3_BUCKET CONNECTOR_SEND_TO_S3_FOLDER CONNECTOR_SEND_TO_S3_RETENTION \
         S3_ENDPOINT S3_PORT S3_ACCESS_KEY S3_SECRET_KEY S3_USE_SSL S3_BUCKET_REGION",
    ),
    (
        "CONNECTOR_LISTEN_PROTOCOL=AMQP",
        "CONNECTOR_LISTEN_PROTOCOL_API_PORT CONNECTOR_LISTEN_PROTOCOL_API_PATH \
         CONNECTOR_LISTEN_PROTOCOL_API_URI CONNECTOR_LISTEN_PROTOCOL_API_SSL \
         LISTEN_PROTOCOL_API_SSL_KEY LISTEN_PROTOCOL_API_SSL_CERT \
         LISTEN_PROTOCOL_API_SSL_PASSPHRASE",
    ),
    (
        "CONNECTOR_EXPOSE_METRICS=false",
        "CONNECTOR_METRICS_PORT CONNECTOR_METRICS_NAMESPACE CONNECTOR_METRICS_SUBSYSTEM",
    ),
    (
        "MQ_USE_SSL=false",
        "MQ_USE_SSL_CA MQ_USE_SSL_CERT MQ_USE_SSL_KEY MQ_USE_SSL_PASSPHRASE \
         MQ_USE_SSL_REJECT_UNAUTHORIZED",
    ),
];

#[test]
fn a_placeholder_behind_a_switch_that_is_off_is_no_fault() {
    for (switch, switched) in SWITCHED {
        let off = switch.split_once('=').unwrap();
        let value = if off.1 == "AMQP" { "API" } else { "true" };
        for variable in switched.split_ascii_whitespace() {
            let read = with(&[off, (variable, "ChangeMe")], "").run_settings();
            let default = with(&[off], "").run_settings();
            assert_eq!(read, default, "{variable}");

            let ssl = ("CONNECTOR_LISTEN_PROTOCOL_API_SSL", "true");
            let on = [ssl, (off.0, value), (variable, "ChangeMe")];
            let report = with(&on, "").run_settings().unwrap_err();
            let fault = &report.faults()[0];
            assert!(
                fault.message().starts_with("is a placeholder"),
                "{variable}: {report}"
            );
        }
    }
    // What was never switched on is off, but for what the platform may switch on.
    for (switch, switched) in &SWITCHED[..4] {
        for variable in switched.split_ascii_whitespace() {
            let read = with(&[(variable, "ChangeMe")], "").run_settings();
            assert!(read.is_ok(), "{switch}: {variable}: {read:?}");
        }
    }
}

#[test]
fn a_key_for_tls_is_used_with_tls_alone() {
    let variables = [
        ("CONNECTOR_LISTEN_PROTOCOL", "API"),
        ("LISTEN_PROTOCOL_API_SSL_KEY", "ChangeMe"),
    ];
    let run = with(&variables, "").run_settings().unwrap();
    assert!(matches!(run.listen, ListenProtocol::Api(api) if api.ssl_key.is_none()));
    let ssl = ("CONNECTOR_LISTEN_PROTOCOL_API_SSL", "true");
    let config = with(&[variables.as_slice(), &[ssl]].concat(), "");
    assert_eq!(
        places(config.run_settings().unwrap_err().faults()),
        ["LISTEN_PROTOCOL_API_SSL_KEY"]
    );
}

#[test]
fn a_value_that_is_malformed_is_a_fault_behind_any_switch() {
    let config = with(&[("CONNECTOR_METRICS_PORT", "90.5")], "");
    assert_eq!(
        places(config.run_settings().unwrap_err().faults()),
        ["CONNECTOR_METRICS_PORT"]
    );
}

#[derive(Debug, Deserialize, PartialEq)]
struct Proxy {
    host: String,
    #[serde(default)]
    scheme: String,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Shodan {
    token: Secret,
    #[serde(default, alias = "page_size")]
    size: u16,
    proxy: Option<Proxy>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Misp {
    url: String,
}

#[test]
fn a_key_that_nobody_reads_gets_a_warning() {
    let config = with(
        &[("SHODAN_TOKEN", "a"), ("SHODAN_PAGESIZE", "5")],
        "shodan: {page_size: 3, limit: 9, proxy: {host: a, schema: 1}}",
    );
    let (read, shodan) = config.read_with::<Stream, Shodan>("shodan").unwrap();
    assert_eq!(shodan.size, 3);
    let said: Vec<_> = read.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "SHODAN_LIMIT / shodan.limit, from the YAML text: is not read by the connector; check \
             its name, or remove it",
            "SHODAN_PROXY / shodan.proxy.schema, from the YAML text: is not read by the connector; \
             did you mean `scheme`?",
            "SHODAN_PAGESIZE / shodan.pagesize, from the environment: is not read by the \
             connector; did you mean `page_size`?",
        ]
    );
    // Also where another setting is at fault, which the wrong name may explain.
    let report = with(&[("SHODAN_TOKENN", "a"), ("SHODAN_SIZE", "b")], "");
    let report = report.read_with::<Stream, Shodan>("shodan").unwrap_err();
    assert_eq!(places(report.faults()), ["SHODAN_SIZE", "SHODAN_TOKEN"]);
    assert_eq!(places(report.warnings()), ["SHODAN_TOKENN"]);
    assert!(report.warnings()[0].message().ends_with("`token`?"));
    assert!(!report.to_string().contains("\"a\""));
}

#[derive(Debug, Deserialize)]
struct Flat {
    #[serde(flatten)]
    misp: Misp,
}

#[derive(Debug, Deserialize)]
struct Own {
    name: String,
}

#[test]
fn nothing_is_said_of_keys_where_it_cannot_be_known() {
    let config = with(&[("MISP_URL", "a"), ("MISP_OTHER", "b")], "");
    let (read, flat) = config.read_with::<Stream, Flat>("misp").unwrap();
    assert_eq!((flat.misp.url.as_str(), read.warnings), ("a", Vec::new()));
    // What the connector itself reads may stand in a section of the program's own name.
    let config = with(&[("CONNECTOR_QUEUE_THRESHOLD", "5")], "");
    let (read, own) = config.read_with::<Stream, Own>("connector").unwrap();
    assert_eq!((own.name.as_str(), read.warnings), ("Splunk", Vec::new()));
}

#[test]
fn an_empty_secret_is_told_as_such() {
    for (variables, yaml, origin) in [
        (vec![("OPENCTI_TOKEN", "")], "", Origin::Environment),
        (vec![], "opencti: {token: ''}", Origin::Text),
    ] {
        let complete = COMPLETE.into_iter().filter(|it| it.0 != "OPENCTI_TOKEN");
        let sources = Config::sources().variables(complete).variables(variables);
        let report = sources.yaml(yaml).load().unwrap().read::<Stream>();
        let report = report.unwrap_err();
        assert_eq!(places(report.faults()), ["OPENCTI_TOKEN"]);
        let fault = &report.faults()[0];
        assert!(fault.message().starts_with("is empty; "), "{fault}");
        assert_eq!(fault.origin(), &origin);
    }
    let config = with(&[("MQ_PASS", "")], "");
    let read = config.read::<Stream>().unwrap();
    assert_eq!(places(&read.warnings), ["MQ_PASS"]);
    assert!(read.warnings[0].message().starts_with("is empty"));
    // What is off is not used.
    let config = with(&[("S3_SECRET_KEY", "")], "");
    assert_eq!(config.read::<Stream>().unwrap().warnings, []);
}

#[test]
fn an_empty_setting_of_a_section_is_told_from_a_missing_one() {
    let config = with(&[("SHODAN_TOKEN", "")], "");
    let report = config.read_with::<Stream, Shodan>("shodan").unwrap_err();
    let fault = &report.faults()[0];
    assert_eq!(fault.variable(), Some("SHODAN_TOKEN"));
    assert_eq!(fault.origin(), &Origin::Environment);
    assert!(fault.message().starts_with("is empty; "), "{fault}");
    let report = with(&[], "").read_with::<InternalEnrichment, Shodan>("shodan");
    let report = report.unwrap_err();
    let of_token = |fault: &&Finding| fault.variable() == Some("SHODAN_TOKEN");
    let fault = report.faults().iter().find(of_token).unwrap();
    assert!(fault.message().starts_with("is missing"), "{fault}");
}

#[test]
fn several_sections_are_read_with_one_report() {
    let variables = [
        ("SHODAN_TOKEN", "a"),
        ("MISP_URL", "b"),
        ("MISP_EXTRA", "c"),
    ];
    let (read, (shodan, misp)) = with(&variables, "")
        .read_with::<Stream, (Shodan, Misp)>(("shodan", "misp"))
        .unwrap();
    assert_eq!((shodan.token.expose(), misp.url.as_str()), ("a", "b"));
    assert_eq!(places(&read.warnings), ["MISP_EXTRA"]);

    let config = with(&[("OPENCTI_TOKEN", "")], "");
    let read = config.read_with::<Stream, (Misp, Shodan)>(("misp", "shodan"));
    let report = read.unwrap_err();
    assert_eq!(
        places(report.faults()),
        ["OPENCTI_TOKEN", "MISP_URL", "SHODAN_TOKEN"]
    );
}

#[test]
fn a_variable_of_another_section_is_not_a_key_that_nobody_reads() {
    #[derive(Debug, Deserialize)]
    struct Feed {
        url: String,
    }
    let config = with(&[("MISP_URL", "a"), ("MISP_FEED_URL", "b")], "");
    let (read, (misp, feed)) = config
        .read_with::<Stream, (Misp, Feed)>(("misp", "misp-feed"))
        .unwrap();
    assert_eq!((misp.url.as_str(), feed.url.as_str()), ("a", "b"));
    assert_eq!(read.warnings, []);
}
