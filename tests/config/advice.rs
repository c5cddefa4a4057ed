//! What an operator is told about samples that were never filled in, names that are nearly right,
//! and files that are not where they should be.

use std::path::absolute;

use opencti_connector::config::{Config, Finding, Origin, Report};
use opencti_connector::kind::{InternalEnrichment, Stream};

use crate::folder::Folder;

const SOME_ID: &str = "550e8400-e29b-41d4-a716-446655440000";
/// A stream connector that lacks nothing.
const COMPLETE: [(&str, &str); 4] = [
    ("OPENCTI_URL", "https://opencti.example"),
    ("OPENCTI_TOKEN", "8f6b1c5e0d2a4b7c"),
    ("CONNECTOR_ID", SOME_ID),
    ("CONNECTOR_NAME", "Splunk"),
];

#[track_caller]
fn only(found: &[Finding]) -> &Finding {
    assert_eq!(found.len(), 1, "{found:?}");
    &found[0]
}

fn with(name: &str, value: &str) -> Config {
    let sources = Config::sources().variables(COMPLETE);
    sources.variables([(name, value)]).load().unwrap()
}

#[test]
fn a_placeholder_is_a_fault_in_every_variable() {
    const VARIABLES: &str = "OPENCTI_URL OPENCTI_TOKEN OPENCTI_SSL_VERIFY OPENCTI_CUSTOM_HEADERS \
        OPENCTI_JSON_LOGGING CONNECTOR_ID CONNECTOR_NAME CONNECTOR_SCOPE CONNECTOR_AUTO \
        CONNECTOR_ENRICHMENT_RESOLUTION CONNECTOR_XTM_ONE_INTENT CONNECTOR_LOG_LEVEL \
        MQ_HOST MQ_USE_SSL_KEY CONNECTOR_LISTEN_PROTOCOL CONNECTOR_QUEUE_THRESHOLD \
        CONNECTOR_DURATION_PERIOD CONNECTOR_LIVE_STREAM_ID CONNECTOR_LIVE_STREAM_START_TIMESTAMP";
    for name in VARIABLES.split_ascii_whitespace() {
        for text in [
            "ChangeMe",
            "CHANGEME",
            "'ChangeMe'",
            "SHODAN_CHANGEME",
            "${SOME_VALUE}",
            "{{ some_value }}",
            "<some value>",
            "__SOME_VALUE__",
        ] {
            let report = with(name, text).read::<InternalEnrichment>().unwrap_err();
            // Without a scope of its own such a connector lacks one.
            let faults = report.faults().iter();
            let mut faults = faults.filter(|fault| {
                name == "CONNECTOR_SCOPE" || fault.variable() != Some("CONNECTOR_SCOPE")
            });
            let fault = faults.next().expect(name);
            assert_eq!(fault.variable(), Some(name), "{fault}");
            assert!(fault.message().starts_with("is a placeholder; "), "{fault}");
            assert_eq!(faults.next(), None);
        }
    }
}

#[test]
fn a_host_that_is_a_placeholder_is_one() {
    for url in [
        "http://ChangeMe:8080",
        "https://${HOST}/cti",
        "http://<host>",
    ] {
        let report = with("OPENCTI_URL", url).platform().unwrap_err();
        let fault = only(report.faults());
        assert!(fault.message().starts_with("is a placeholder"), "{fault}");
    }
}

#[test]
fn what_is_left_to_be_filled_in_is_seen_within_a_text() {
    for name in ["Shodan ${ENV}", "Shodan {{ env }}", "Shodan __ENV__"] {
        let report = with("CONNECTOR_NAME", name).connector::<Stream>();
        let report = report.unwrap_err();
        let fault = only(report.faults());
        assert!(fault.message().starts_with("is a placeholder"), "{fault}");
    }
    for url in ["https://opencti.${DOMAIN}", "https://opencti/__X__"] {
        let report = with("OPENCTI_URL", url).platform().unwrap_err();
        let fault = only(report.faults());
        assert!(fault.message().starts_with("is a placeholder"), "{fault}");
    }
}

#[test]
fn what_only_looks_like_a_placeholder_is_a_value() {
    for name in [
        "Exchange Metrics",
        "ExchangeMetrics",
        "__init",
        "____",
        "snake__case__name",
        "< a <",
        "${ a",
    ] {
        let connector = with("CONNECTOR_NAME", name).connector::<Stream>();
        assert_eq!(connector.unwrap().name().as_str(), name);
    }
}

#[test]
fn a_placeholder_in_a_scope_that_nobody_reads_is_dropped_with_it() {
    let read = with("CONNECTOR_SCOPE", "ChangeMe")
        .read::<Stream>()
        .unwrap();
    assert!(only(&read.warnings).message().starts_with("is dropped"));
}

#[test]
fn a_placeholder_is_no_secret() {
    let variables = [("OPENCTI_TOKEN", "ChangeMe"), ("CONNECTOR_ID", "ChangeMe")];
    let config = Config::sources().variables(COMPLETE).variables(variables);
    let report = config.load().unwrap().read::<Stream>().unwrap_err();
    let id = report.faults().iter();
    let id: Vec<_> = id
        .filter(|it| it.variable() == Some("CONNECTOR_ID"))
        .collect();
    assert_eq!(id[0].value(), Some("ChangeMe"));
    assert_eq!(id[0].message().matches('*').count(), 0);
}

#[test]
fn graphql_is_cut_from_the_address_with_a_warning() {
    for (given, url) in [
        ("https://a.example/graphql", "https://a.example/"),
        ("https://a.example/graphql/", "https://a.example/"),
        ("https://a.example/cti/graphql//", "https://a.example/cti"),
    ] {
        let read = with("OPENCTI_URL", given).read::<Stream>().unwrap();
        assert_eq!(read.platform.url.as_str(), url);
        let warning = only(&read.warnings);
        assert_eq!(warning.variable(), Some("OPENCTI_URL"));
        assert!(
            warning.message().starts_with("ends with `/graphql`"),
            "{warning}"
        );
    }
    for url in ["https://a.example/graphql2", "https://graphql/"] {
        let read = with("OPENCTI_URL", url).read::<Stream>().unwrap();
        assert_eq!((read.platform.url.as_str(), read.warnings.len()), (url, 0));
    }
}

#[test]
fn a_query_or_a_fragment_in_the_address_is_a_fault() {
    for (url, mark) in [
        ("https://a.example/?", "`?`"),
        ("https://a.example?tenant=1", "`?`"),
        ("https://a.example/graphql?a", "`?`"),
        ("https://a.example/#/dashboard", "`#`"),
    ] {
        let report = with("OPENCTI_URL", url).platform().unwrap_err();
        let fault = only(report.faults());
        assert!(fault.message().contains(mark), "{fault}");
    }
}

#[test]
fn a_token_with_what_does_not_belong_to_it_is_a_fault_that_says_so() {
    for (token, start) in [
        ("Bearer 8f6b1c5e0d2a4b7c", "begins with `Bearer`"),
        ("bearer 8f6b1c5e0d2a4b7c", "begins with `Bearer`"),
        ("\"8f6b1c5e0d2a4b7c\"", "contains quotes"),
        ("'8f6b1c5e0d2a4b7c'", "contains quotes"),
    ] {
        let report = with("OPENCTI_TOKEN", token).platform().unwrap_err();
        let fault = only(report.faults());
        assert!(fault.message().starts_with(start), "{fault}");
    }
}

/// What is written, in YAML or as a variable, and the path or variable that is meant; `-` for what
/// is left alone.
const NEARLY: &str = "
connector: {scopes: Report} | connector.scope
connector: {Scope: Report} | connector.scope
connector: {scpoe: Report} | connector.scope
connector: {ID: a} | connector.id
connector: {connector_name: a} | connector.name
connector: {log-level: debug} | connector.log_level
connector: {loglevel: debug} | connector.log_level
connector: {duration_perod: PT1H} | connector.duration_period
connector: {livestream_id: a} | connector.live_stream_id
opencti: {api_token: a} | opencti.token
opencti: {URL: a} | opencti.url
opencti: {opencti_url: a} | opencti.url
Connector: {id: a} | connector.id
connectors: {id: a} | connector.id
OpenCTI: {token: a} | opencti.token
id: a | connector.id
scope: [Report] | connector.scope
CONNECTOR_ID: a | connector.id
token: a | opencti.token
CONNECTOR_SCOPES=Report | CONNECTOR_SCOPE
connector_id=a | CONNECTOR_ID
OPENCTI_API_TOKEN=a | OPENCTI_TOKEN
CONNECTOR_LISTEN_PROTOCOL_API_SSL_KEY=a | LISTEN_PROTOCOL_API_SSL_KEY
connector: {send_to_queue: true} | -
connector: {auth: a} | -
connector: {interval: 5} | -
connector: {~: a, 1: b} | -
shodan: {ID: a, scopes: b} | -
shodan: ~ | -
later: a | -
endpoint: a | -
CONNECTOR_EXPOSE_METRICS=true | -
OPENCTI_ADMIN_PASSWORD=a | -
MQ_URL=a | -
S3_URL=a | -
";

#[test]
fn a_name_that_is_nearly_one_that_is_read_gets_a_suggestion() {
    for line in NEARLY.trim().lines() {
        let (written, meant) = line.split_once(" | ").unwrap();
        let (sources, origin) = match written.split_once('=') {
            Some(variable) => (Config::sources().variables([variable]), Origin::Environment),
            None => (Config::sources().yaml(written), Origin::Text),
        };
        let warnings = sources.load().unwrap().warnings();
        if meant == "-" {
            assert_eq!(warnings, [], "{line}");
            continue;
        }
        let warning = only(&warnings);
        let place = [warning.variable(), warning.path()];
        assert!(place.contains(&Some(meant)), "{line}: {warning}");
        assert_eq!(
            (warning.origin(), warning.value()),
            (&origin, None),
            "{line}"
        );
        assert!(warning.message().contains("not read"), "{warning}");
    }
}

#[test]
fn nothing_is_suggested_for_what_is_set() {
    let config = Config::sources()
        .variables(COMPLETE)
        .yaml("connector: {ID: a, connector_name: b}\nopencti: {api_token: c}\nurl: d");
    assert_eq!(config.load().unwrap().warnings_for::<Stream>(), []);
}

#[test]
fn a_suggestion_says_what_to_write() {
    let said = |yaml: &str| {
        let warnings = Config::sources().yaml(yaml).load().unwrap().warnings();
        only(&warnings).to_string()
    };
    assert_eq!(
        said("connector: {scopes: Report}"),
        "CONNECTOR_SCOPE / connector.scope, from the YAML text: is written as `connector.scopes`, \
         which is not read; rename it to `connector.scope`"
    );
    assert_eq!(
        said("connector:\nid: a"),
        "CONNECTOR_ID / connector.id, from the YAML text: is written as `id` outside of a section, \
         which is not read; write `id` below `connector:`, indented"
    );
}

#[test]
fn a_report_names_the_file_that_was_read() {
    let folder = Folder::new("a_report_names_the_file_that_was_read");
    let file = folder.write("config.yml", "connector: {name: Splunk}");
    let report = Config::sources().file(&file).load().unwrap();
    let report = report.connector::<Stream>().unwrap_err();
    assert_eq!(report.file(), Some(&*file));
    let last = format!("Read from the file {}", file.display());
    assert_eq!(report.to_string().lines().last(), Some(&*last));
}

#[test]
fn a_report_says_where_no_file_was_found() {
    // The tests' executable and the root of the package have no `config.yml` beside them.
    let config = Config::sources().search_file().load().unwrap();
    let report = config.connector::<Stream>().unwrap_err();
    assert_eq!(report.file(), None);
    let said = report.to_string();
    let last = said.lines().last().unwrap();
    assert!(last.starts_with("Found no file; searched "), "{said}");
    let here = absolute("config.yml").unwrap();
    assert!(last.contains(&*here.to_string_lossy()), "{said}");
}

#[test]
fn a_report_says_nothing_of_a_file_that_nobody_asked_for() {
    for sources in [Config::sources(), Config::sources().yaml("{}")] {
        let report: Report = sources.load().unwrap().connector::<Stream>().unwrap_err();
        assert_eq!(report.file(), None);
        assert!(!report.to_string().contains("file"), "{report}");
    }
}
