//! What an operator is told, from whatever source the mistake comes, and what is found in files.

use opencti_connector::config::{Config, Finding, Origin, Report, Sources, comma_list};
use opencti_connector::kind::{InternalEnrichment, Stream};
use opencti_connector::{RawConnector, Secret};
use serde::Deserialize;

use crate::folder::Folder;

const SOME_ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// A stream connector that lacks nothing.
fn complete() -> Sources {
    Config::sources().variables([("CONNECTOR_ID", SOME_ID), ("CONNECTOR_NAME", "Splunk")])
}

#[track_caller]
fn only_fault<T>(read: Result<T, Report>) -> Finding {
    let report = read.err().expect("a fault");
    assert_eq!(report.faults().len(), 1, "{report}");
    report.faults()[0].clone()
}

#[test]
fn a_fault_says_where_the_value_came_from() {
    let folder = Folder::new("a_fault_says_where_the_value_came_from");
    let yaml = "connector: {auto: perhaps}";
    let file = folder.write("config.yml", yaml);
    let auto = "is neither true nor false; write `true` or `false`";
    let from_file = format!("from {}", file.display());
    let set = |name, value| complete().variables([(name, value)]);
    for (sources, origin, shown) in [
        (
            set("CONNECTOR_AUTO", "a\nb"),
            Origin::Environment,
            format!("CONNECTOR_AUTO / connector.auto, from the environment: \"a\\nb\" {auto}"),
        ),
        (
            complete().file(&file),
            Origin::File(file.clone()),
            format!("CONNECTOR_AUTO / connector.auto, {from_file}: \"perhaps\" {auto}"),
        ),
        (
            complete().yaml(yaml),
            Origin::Text,
            format!("CONNECTOR_AUTO / connector.auto, from the YAML text: \"perhaps\" {auto}"),
        ),
        (
            set("CONNECTOR_NAME", "").defaults(RawConnector::builder().name("X").build()),
            Origin::Code,
            "CONNECTOR_NAME / connector.name, from the program: \"X\" is too short; use at least \
             2 characters"
                .into(),
        ),
        (
            set("CONNECTOR_ID", ""),
            Origin::Unset,
            "CONNECTOR_ID / connector.id, not set: is missing; every connector needs one".into(),
        ),
    ] {
        let fault = only_fault(sources.load().unwrap().connector::<Stream>());
        assert_eq!(fault.to_string(), shown);
        assert_eq!(fault.origin(), &origin);
    }
}

/// Every variable, behind a text that it refuses; behind `-` where it takes any.
const VARIABLES: &str = r#"
"a.example" | OPENCTI_URL CONNECTOR_LISTEN_PROTOCOL
"Change Me" | OPENCTI_TOKEN OPENCTI_CUSTOM_HEADERS
"shodan" | CONNECTOR_ID
"X" | CONNECTOR_NAME
"STREAM" | CONNECTOR_TYPE
"text/csv" | CONNECTOR_SCOPE
"\n" | CONNECTOR_ENRICHMENT_RESOLUTION
" " | CONNECTOR_XTM_ONE_INTENT CONNECTOR_LOG_LEVEL CONNECTOR_QUEUE_PROTOCOL
"-1" | CONNECTOR_METRICS_PORT CONNECTOR_METRICS_NAMESPACE CONNECTOR_METRICS_SUBSYSTEM CONNECTOR_QUEUE_THRESHOLD CONNECTOR_LISTEN_PROTOCOL_API_PORT CONNECTOR_DURATION_PERIOD
"2" | CONNECTOR_EXPOSE_METRICS CONNECTOR_AUTO CONNECTOR_ONLY_CONTEXTUAL CONNECTOR_AUTO_UPDATE OPENCTI_JSON_LOGGING CONNECTOR_RUN_AND_TERMINATE CONNECTOR_VALIDATE_BEFORE_IMPORT CONNECTOR_LISTEN_PROTOCOL_API_SSL CONNECTOR_LIVE_STREAM_LISTEN_DELETE CONNECTOR_LIVE_STREAM_NO_DEPENDENCIES
"now" | CONNECTOR_LIVE_STREAM_WITH_INFERENCES CONNECTOR_LIVE_STREAM_START_TIMESTAMP CONNECTOR_LIVE_STREAM_RECOVER_ISO_DATE
"http://a" | CONNECTOR_LISTEN_PROTOCOL_API_PATH CONNECTOR_LIVE_STREAM_ID LISTEN_PROTOCOL_API_SSL_CERT OPENCTI_SSL_VERIFY
- | CONNECTOR_LISTEN_PROTOCOL_API_URI LISTEN_PROTOCOL_API_SSL_KEY LISTEN_PROTOCOL_API_SSL_PASSPHRASE
"#;

/// Each variable, its section and key, and the text that it refuses.
fn variables() -> Vec<(&'static str, [String; 2], Option<String>)> {
    let lines = VARIABLES.lines().filter_map(|line| line.split_once(" | "));
    let variables = lines.flat_map(|(text, names)| names.split(' ').map(move |name| (name, text)));
    let place = |name: &'static str| {
        let (section, key) = match name.split_once('_') {
            Some((section @ ("OPENCTI" | "CONNECTOR"), key)) => (section, key),
            _ => ("CONNECTOR", name),
        };
        [section.to_lowercase(), key.to_lowercase()]
    };
    variables
        .map(|(name, text)| (name, place(name), serde_json::from_str(text).ok()))
        .collect()
}

#[test]
fn every_variable_that_is_wrong_stands_in_one_report() {
    let mut wrong = variables();
    wrong.retain(|(_, _, text)| text.is_some());
    let texts = wrong
        .iter()
        .map(|(name, _, text)| (*name, text.clone().unwrap()));
    let config = Config::sources().variables(texts).load().unwrap();
    let report = config.connector::<InternalEnrichment>().unwrap_err();

    assert_eq!(report.faults().len(), wrong.len(), "{:?}", report.faults());
    for (name, place, text) in wrong {
        let mut faults = report.faults().iter();
        let fault = faults
            .find(|fault| fault.variable() == Some(name))
            .expect(name);
        assert_eq!(fault.path(), Some(&*place.join(".")));
        assert_eq!(fault.origin(), &Origin::Environment);
        let text = text.filter(|text| text != "Change Me");
        assert_eq!(fault.value(), text.as_deref(), "secrets are not shown");
        // What is wrong, and the way out.
        assert!(fault.message().contains("; "), "{fault}");
    }
}

#[test]
fn every_variable_is_one_value_and_no_section() {
    for (name, [section, key], _) in variables() {
        let yaml = format!("{section}:\n  {key}: {{a: [b]}}\n");
        let config = Config::sources().yaml(yaml).load().unwrap();
        let report = config.connector::<InternalEnrichment>().unwrap_err();
        let is_of_form = |fault: &&Finding| fault.message().starts_with("is a list or a section");
        let fault = report.faults().iter().find(is_of_form).expect(name);
        assert_eq!(fault.variable(), Some(name));
        assert_eq!(fault.path(), Some(&*format!("{section}.{key}")));
        assert_eq!((fault.origin(), fault.value()), (&Origin::Text, None));
    }
}

#[test]
fn a_report_shows_the_first_20_faults_and_the_first_20_warnings() {
    for (count, more) in [
        (20, None),
        (21, Some("- … and 1 more")),
        (143, Some("- … and 123 more")),
    ] {
        let long = "x".repeat(200);
        let scope = (0..count).map(|entry| format!("{long}{entry}/, {long}{entry},"));
        let mut scope: String = scope.collect();
        scope.pop();
        let sources = complete().variables([("CONNECTOR_SCOPE", scope)]);
        let read = sources.load().unwrap().connector::<InternalEnrichment>();
        let report = read.unwrap_err();
        assert_eq!(
            (report.faults().len(), report.warnings().len()),
            (count, count)
        );

        let shown = report.to_string();
        let lines: Vec<_> = shown.lines().collect();
        let (faults, warnings) = lines.split_at(lines.len() / 2);
        for (lines, title) in [
            (faults, format!("{count} faults in the configuration:")),
            (warnings, format!("{count} warnings:")),
        ] {
            assert_eq!(lines.len(), 21 + usize::from(more.is_some()), "{shown}");
            assert_eq!(lines[0], title);
            assert_eq!(lines.get(21), more.as_ref());
            assert!(
                lines.iter().all(|line| line.chars().count() < 300),
                "{shown}"
            );
        }
        assert_eq!(format!("{report:?}"), shown);
    }
}

#[test]
fn one_reading_lists_what_is_wrong_with_all_of_it_once() {
    let config = Config::sources()
        .variables([
            ("OPENCTI_URL", "a.example"),
            ("CONNECTOR_NAME", "Splunk"),
            ("CONNECTOR_SCOPE", "splunk"),
            ("CONNECTOR_AUTO", "x"),
            ("CONNECTOR_LOG_LEVEL", "loud"),
        ])
        .yaml("shodan: {max: 1}")
        .load()
        .unwrap();
    let variables = |found: &[Finding]| {
        let names = found.iter().filter_map(Finding::variable);
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let faults = [
        "CONNECTOR_ID",
        "CONNECTOR_AUTO",
        "CONNECTOR_LOG_LEVEL",
        "OPENCTI_URL",
        "OPENCTI_TOKEN",
    ];

    let report = config.read::<Stream>().unwrap_err();
    assert_eq!(variables(report.faults()), faults);
    assert_eq!(variables(report.warnings()), ["CONNECTOR_SCOPE"]);
    let with_own = config.read_with::<Stream, Shodan>("shodan").err().unwrap();
    assert_eq!(variables(with_own.faults())[..5], faults);
    assert_eq!(variables(&with_own.faults()[5..]), ["SHODAN_TOKEN"]);
    assert_eq!(with_own.warnings(), report.warnings());

    // Who wants one of them gets what is wrong with that one, in the same words.
    let part = |read: Option<Report>| {
        let part = read.unwrap().faults().to_vec();
        assert!(part.iter().all(|fault| with_own.faults().contains(fault)));
        variables(&part)
    };
    assert_eq!(part(config.connector::<Stream>().err()), faults[..4]);
    assert_eq!(part(config.platform().err()), faults[3..]);
    assert_eq!(part(config.run_settings().err()), faults[2..3]);
    assert_eq!(
        part(config.section::<Shodan>("shodan").err()),
        ["SHODAN_TOKEN"]
    );
}

#[test]
fn one_reading_gives_all_that_each_part_gives() {
    let config = complete()
        .variables([
            ("OPENCTI_URL", "https://a.example"),
            ("OPENCTI_TOKEN", "8f6b1c5e"),
            ("CONNECTOR_SCOPE", "splunk"),
            ("SHODAN_TOKEN", "a"),
            ("SHODAN_MAX", "1"),
        ])
        .load()
        .unwrap();
    let (read, own) = config.read_with::<Stream, Shodan>("shodan").unwrap();
    assert_eq!(read.connector, config.connector::<Stream>().unwrap());
    assert_eq!(read.platform, config.platform().unwrap());
    assert_eq!(read.run, config.run_settings().unwrap());
    assert_eq!(read.warnings, config.warnings_for::<Stream>());
    assert_eq!(read.warnings.len(), 1);
    assert_eq!(own.max, 1);
    assert_eq!(config.read::<Stream>().unwrap(), read);
}

#[test]
fn a_file_that_cannot_be_read_is_a_fault_with_its_path() {
    let folder = Folder::new("a_file_that_cannot_be_read_is_a_fault_with_its_path");
    for (file, start, way_out) in [
        (
            folder.0.join("none.yml"),
            "the file cannot be read: ",
            "correct the path, or leave it out",
        ),
        (
            folder.0.clone(),
            "the file cannot be read: ",
            "check the file and its permissions",
        ),
        (
            folder.write("latin1.yml", b"connector: {name: Caf\xe9}"),
            "the file cannot be read: ",
            "save the file as UTF-8",
        ),
        (
            folder.write("list.yml", "- connector"),
            "the file has no sections",
            "write `connector:` and the settings below it",
        ),
        (
            folder.write("flat.yml", "connector: Splunk"),
            "`connector` is not a section",
            "write its settings below it, indented",
        ),
        (
            folder.write("broken.yml", "connector:\n  name: 'Splunk\n"),
            "not YAML at line 2, column 9: ",
            "correct it, or quote the value",
        ),
    ] {
        let fault = only_fault(Config::sources().file(&file).load());
        assert_eq!(fault.origin(), &Origin::File(file));
        assert_eq!(
            (fault.variable(), fault.path(), fault.value()),
            (None, None, None)
        );
        assert!(fault.message().starts_with(start), "{fault}");
        assert!(fault.message().ends_with(way_out), "{fault}");
    }
}

#[test]
fn broken_yaml_is_a_fault_with_its_line_and_column() {
    for (yaml, place) in [
        ("connector: [", "line 1, column 12"),
        ("connector:\n\tname: Splunk", "line 2, column 2"),
        ("connector:\n  name: a: b", "line 2, column 10"),
        ("connector:\n  name: a\n  name: b", "line 3, column 3"),
        ("connector:\n  name: *a", "line 2, column 9"),
        ("a: 1\n---\nb: 2", "line 2, column 1"),
    ] {
        let fault = only_fault(Config::sources().yaml(yaml).load());
        let start = format!("not YAML at {place}: ");
        assert!(fault.message().starts_with(&start), "{yaml:?}: {fault}");
        assert_eq!(fault.origin(), &Origin::Text);
    }
}

const MANIFEST: &str = "__metadata__/connector_manifest.json";
const STAMP: &str = ".connector_version.json";
/// Where a search for build files starts, after one in `FIRST`; and folders above it.
const HERE: &str = "1/2/3/4/5/6";
const UP_1: &str = "1/2/3/4/5";
const UP_4: &str = "1/2";
const UP_5: &str = "1";
const FIRST: &str = "0/0/0/0/first";

type File<'a> = (&'a str, &'a str, &'a str);

/// The version and slug that are found among files of a folder.
fn build(test: &str, files: [File<'_>; 2]) -> (Option<String>, Option<String>) {
    let folder = Folder::new(test);
    for (place, file, content) in files {
        folder.write(&format!("{place}/{file}"), content);
    }
    let sources = complete().build_files_from([FIRST, HERE].map(|place| folder.0.join(place)));
    let connector = sources.load().unwrap().connector::<Stream>().unwrap();
    let owned = |text: Option<&str>| text.map(str::to_owned);
    (owned(connector.version()), owned(connector.slug()))
}

#[test]
fn a_build_file_stands_over_the_program() {
    let folder = Folder::new("a_build_file_stands_over_the_program");
    folder.write(STAMP, r#"{"version": "2.0.0"}"#);
    let code = RawConnector::builder().version("1.0.0").slug("splunk");
    let sources = complete().build_files_from([&folder.0]);
    let config = sources.defaults(code.build()).load().unwrap();
    let connector = config.connector::<Stream>().unwrap();
    let found = (connector.version(), connector.slug());
    assert_eq!(found, (Some("2.0.0"), Some("splunk")));
}

#[test]
fn the_nearest_build_file_with_a_version_is_taken() {
    const A: &str = r#"{"version": "1.0.0-a", "slug": "a"}"#;
    const B: &str = r#"{"version": "1.0.0-b"}"#;
    const SLUG: &str = r#"{"slug": "c"}"#;
    let files: [(File<'_>, File<'_>, &str); 14] = [
        ((HERE, MANIFEST, A), (HERE, STAMP, B), "a"),
        ((HERE, STAMP, A), (UP_1, MANIFEST, B), "a"),
        ((HERE, MANIFEST, B), (UP_1, MANIFEST, A), "b"),
        // Four folders up and no further.
        ((UP_4, STAMP, A), (UP_5, MANIFEST, B), "a"),
        ((UP_5, MANIFEST, A), (UP_5, STAMP, A), ""),
        // The folders above the first place come before the second place.
        ((FIRST, STAMP, B), (HERE, MANIFEST, A), "b"),
        (("0/0", STAMP, A), (HERE, MANIFEST, B), "a"),
        // What cannot be read, or is no object of JSON, is as good as none.
        ((HERE, STAMP, ""), (UP_1, STAMP, A), "a"),
        ((HERE, STAMP, "version: 1"), (UP_1, STAMP, A), "a"),
        ((HERE, STAMP, r#"["1.0.0"]"#), (UP_1, STAMP, A), "a"),
        (
            (HERE, ".connector_version.json/x", ""),
            (UP_1, STAMP, A),
            "a",
        ),
        // So is a slug alone; and a slug is not taken from another file than the version.
        ((HERE, STAMP, SLUG), (UP_1, STAMP, B), "b"),
        ((HERE, STAMP, SLUG), (UP_5, STAMP, A), ""),
        ((HERE, MANIFEST, "{}"), (HERE, STAMP, A), "a"),
    ];
    for (one, other, found) in files {
        let (version, slug) = build("the_nearest_build_file_with_a_version", [one, other]);
        let expected = format!("1.0.0-{found}");
        let expected = Some(expected).filter(|_| !found.is_empty());
        assert_eq!(version, expected, "{one:?}, {other:?}");
        assert_eq!(slug.is_some(), found == "a", "{one:?}, {other:?}");
    }
}

#[test]
fn a_version_and_a_slug_are_cleaned_as_by_pycti() {
    // Version and slug as the file has them, beside the version 2 of the container, and as found.
    // What stands for no version hides that of the container, and the search goes on to `far`.
    const TABLE: &str = r#"
" 1.2 " | "A b/c_d-e.f+é" | 1.2 | Abc_d-e.f+
"1" | "unknown" | 1 | -
7.26 | null | 7.26 | -
"" | "$SLUG" | 2 | -
null | 5 | 2 | 5
0 | "a" | 2 | a
false | " " | 2 | -
"7777777777777777777777777777777777777777777777777777777777777777777777" | "7777777777777777777777777777777777777777777777777777777777777777777777" | 7777777777777777777777777777777777777777777777777777777777777777 | 7777777777777777777777777777777777777777777777777777777777777777
"unknown" | "a" | far | -
"None" | "a" | far | -
" NULL " | "a" | far | -
"undefined" | "a" | far | -
"$VERSION" | "a" | far | -
"  " | "a" | far | -
"(/)" | "a" | far | -
"#;
    for line in TABLE.lines().skip(1) {
        let cells: Vec<_> = line.split(" | ").collect();
        let near = format!(
            r#"{{"version": {}, "slug": {}, "container_version": "2"}}"#,
            cells[0], cells[1]
        );
        let far = (UP_4, STAMP, r#"{"version": "far"}"#);
        let found = build("a_version_and_a_slug", [(HERE, MANIFEST, &near), far]);
        let or_none = |text: Option<String>| text.unwrap_or("-".into());
        assert_eq!(or_none(found.0), cells[2], "{line}");
        assert_eq!(or_none(found.1), cells[3], "{line}");
    }
}

#[derive(Debug, Deserialize)]
struct Shodan {
    token: Secret,
    max: u32,
    #[serde(default)]
    create: bool,
    #[serde(default, deserialize_with = "comma_list")]
    tags: Vec<String>,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    #[expect(dead_code, reason = "it is only refused")]
    proxy: Proxy,
    #[expect(dead_code, reason = "it is only refused")]
    api_key: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
struct Proxy {
    #[serde(default, rename = "port")]
    _port: u16,
}

fn shodan(variables: &[(&str, &str)], yaml: &str) -> Result<Shodan, Report> {
    let sources = Config::sources().variables(variables.iter().copied());
    sources.yaml(yaml).load().unwrap().section("shodan")
}

#[test]
fn a_section_is_the_variables_named_after_it_over_its_keys_in_the_file() {
    let yaml =
        "shodan: {token: a, max: 1, create: no, tags: [x, ' y '], note: z, later: [], zero: ~}";
    let from_file = shodan(&[], yaml).unwrap();
    assert_eq!((from_file.token.expose(), from_file.max), ("a", 1));
    assert!(!from_file.create && from_file.note.as_deref() == Some("z"));
    assert_eq!(from_file.tags, ["x", "y"]);

    // The last two are of other sections, and an empty one hides the file.
    let variables = [
        ("SHODAN_TOKEN", "b"),
        ("SHODAN_MAX", "2"),
        ("SHODAN_CREATE", "Yes"),
        ("SHODAN_TAGS", "v, w,"),
        ("SHODAN_NOTE", ""),
        ("SHODANX_MAX", "3"),
        ("OTHER_MAX", "4"),
    ];
    let from_both = shodan(&variables, yaml).unwrap();
    assert_eq!((from_both.token.expose(), from_both.max), ("b", 2));
    assert!(from_both.create && from_both.note.is_none());
    assert_eq!(from_both.tags, ["v", "w"]);
}

#[test]
fn a_fault_of_a_section_names_its_variable_and_its_path() {
    // A variable, the file, and what is shown; the value of a secret is not.
    const TABLE: &str = r"
SHODAN_TOKEN=a |  | SHODAN_MAX / shodan.max, not set: is missing; the connector needs it
SHODAN_MAX=1 | shodan: ~ | SHODAN_TOKEN / shodan.token, not set: is missing; the connector needs it
SHODAN_MAX=many | shodan: {token: a, max: 1} | SHODAN_MAX / shodan.max, from the environment: is not a whole number from 0 to 4294967295
SHODAN_TOKEN=a | shodan: {max: many} | SHODAN_MAX / shodan.max, from the YAML text: is not a whole number from 0 to 4294967295
SHODAN_MAX=1 | shodan: {token: [s3cret]} | SHODAN_TOKEN / shodan.token, from the YAML text: is a list, but a text is expected
SHODAN_MAX=1 | shodan: {token: a, api_key: s3cret} | SHODAN_API_KEY / shodan.api_key, from the YAML text: is not a whole number from 0 to 4294967295
SHODAN_API_KEY=s3cret | shodan: {token: a, max: 1} | SHODAN_API_KEY / shodan.api_key, from the environment: is not a whole number from 0 to 4294967295
SHODAN_MAX=1 | shodan: x | SHODAN_* / shodan, from the YAML text: is not a section; write its settings below it, indented
";
    for line in TABLE.lines().skip(1) {
        let cells: Vec<_> = line.split(" | ").collect();
        let variable = cells[0].split_once('=').unwrap();
        let fault = only_fault(shodan(&[variable], cells[1]));
        assert_eq!(fault.to_string(), cells[2]);
    }
    let nested = "shodan: {token: a, max: 1, proxy: {port: web}}";
    let fault = only_fault(shodan(&[], nested));
    assert_eq!(fault.path(), Some("shodan.proxy.port"));
}
