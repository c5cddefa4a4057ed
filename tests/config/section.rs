//! A section of a connector's own: where its values come from, and all that is wrong with it.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::net::IpAddr;
use std::time::Duration;

use opencti_connector::config::{Config, Report, comma_list, duration};
use opencti_connector::{ConnectorId, Secret};
use serde::Deserialize;
use serde::de::DeserializeOwned;

fn load(variables: &[(&str, &str)], yaml: &str) -> Config {
    let sources = Config::sources().variables(variables.iter().copied());
    sources.yaml(yaml).load().unwrap()
}

#[track_caller]
fn section<T: DeserializeOwned>(variables: &[(&str, &str)], yaml: &str) -> T {
    load(variables, yaml).section("own").unwrap()
}

/// Each fault as its path and message.
#[track_caller]
fn faults<T: DeserializeOwned>(variables: &[(&str, &str)], yaml: &str) -> Vec<String> {
    let Err(report) = load(variables, yaml).section::<T>("own") else {
        panic!("nothing is wrong")
    };
    let faults = report.faults().iter();
    let say = |fault: &opencti_connector::config::Finding| {
        assert_eq!(fault.value(), None);
        format!("{} {}", fault.path().unwrap(), fault.message())
    };
    faults.map(say).collect()
}

const MISSING: &str = "is missing; the connector needs it";

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Tlp {
    Clear,
    Amber,
    Custom(String),
}

#[derive(Debug, Deserialize, PartialEq)]
struct Paging {
    size: u16,
    all: bool,
    order: String,
    ratio: Option<f64>,
    tags: Vec<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Flat {
    name: String,
    #[serde(flatten)]
    paging: Paging,
}

#[test]
fn a_flattened_section_is_read_from_variables_and_from_the_file() {
    let expected = Flat {
        name: "1".into(),
        paging: Paging {
            size: 50,
            all: true,
            order: "7".into(),
            ratio: Some(0.5),
            tags: vec!["1".into(), "b".into()],
        },
    };
    let variables = [
        ("OWN_NAME", "1"),
        ("OWN_SIZE", " 50"),
        ("OWN_ALL", "yes"),
        ("OWN_ORDER", "7"),
        ("OWN_RATIO", ".5"),
        ("OWN_TAGS", r#"["1", "b"]"#),
    ];
    assert_eq!(section::<Flat>(&variables, ""), expected);
    for yaml in [
        "own: {name: 1, size: 50, all: true, order: 7, ratio: 0.5, tags: [1, b]}",
        "own: {name: '1', size: '50', all: 'true', order: '7', ratio: '0.5', tags: ['1', b]}",
        "own: {order: 7, tags: ['1', b], ratio: 0.50, all: Yes, size: 0x32, name: 1}",
    ] {
        assert_eq!(section::<Flat>(&[], yaml), expected, "{yaml}");
    }
    let mixed = "own: {size: x, all: true, order: 7, name: 1, ratio: 0.5}";
    assert_eq!(section::<Flat>(&variables[1..], mixed), expected);
}

#[test]
fn equal_values_behind_a_flatten_are_told_from_each_other() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Flags {
        a: String,
        b: bool,
        c: u8,
        d: String,
    }
    #[derive(Debug, Deserialize, PartialEq)]
    struct Numbers {
        e: bool,
        f: u8,
        g: String,
        h: f64,
    }
    #[derive(Debug, Deserialize, PartialEq)]
    struct Two {
        #[serde(flatten)]
        flags: Flags,
        #[serde(flatten)]
        numbers: Numbers,
    }
    let names = ["A", "B", "C", "D", "E", "F", "G", "H"].map(|it| format!("OWN_{it}"));
    let variables = names.each_ref().map(|name| (name.as_str(), "1"));
    let flags = Flags {
        a: "1".into(),
        b: true,
        c: 1,
        d: "1".into(),
    };
    let flat: Flags = section(&variables, "");
    assert_eq!(flat, flags);

    let two: Two = section(&variables, "");
    assert_eq!(two.flags, flags);
    assert_eq!(
        two.numbers,
        Numbers {
            e: true,
            f: 1,
            g: "1".into(),
            h: 1.0
        }
    );

    let mut variables = variables;
    for index in [1, 4, 5] {
        variables[index].1 = "true";
    }
    assert_eq!(
        faults::<Two>(&variables, ""),
        ["own.f is a text, but a whole number from 0 to 255 is expected"]
    );
    variables[7].1 = "x";
    assert_eq!(
        faults::<Two>(&variables, ""),
        [
            "own.f is a text, but a whole number from 0 to 255 is expected",
            "own.h is a text, but a number is expected",
        ]
    );
}

#[test]
fn a_fault_of_a_flattened_section_names_its_setting() {
    let variables = [
        ("OWN_SIZE", "many"),
        ("OWN_ALL", "perhaps"),
        ("OWN_RATIO", "1"),
        ("OWN_TAGS", "[]"),
    ];
    assert_eq!(
        faults::<Flat>(&variables, ""),
        [
            &*format!("own.name {MISSING}"),
            "own.all is a text, but `true` or `false` is expected",
            "own.size is a text, but a whole number from 0 to 65535 is expected",
            &format!("own.order {MISSING}"),
        ]
    );
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is only refused")]
struct Own {
    token: Secret,
    port: u16,
    tlp: Tlp,
    id: ConnectorId,
    address: IpAddr,
    #[serde(deserialize_with = "duration")]
    interval: Duration,
    #[serde(deserialize_with = "comma_list")]
    tags: Vec<String>,
    proxy: Proxy,
    on: bool,
    levels: BTreeMap<String, u8>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it is only refused")]
struct Proxy {
    host: String,
    port: u16,
}

#[test]
fn all_that_is_missing_stands_in_one_report() {
    let keys = [
        "token", "port", "tlp", "id", "address", "interval", "tags", "proxy", "on", "levels",
    ];
    let expected = keys.map(|key| format!("own.{key} {MISSING}"));
    assert_eq!(faults::<Own>(&[], ""), expected);
    assert_eq!(faults::<Own>(&[("OWN_PORT", "1")], "own: {on: 1}").len(), 8);
}

#[test]
fn all_that_is_wrong_stands_in_one_report_in_the_words_of_the_operator() {
    let yaml = "own:
  token: [s3cret]
  port: 8080.7
  tlp: pink-s3cret
  id: some-id
  address: 1.2.3
  interval: hourly
  tags: {a: s3cret}
  proxy: {host: [s3cret], port: s3cret, user: s3cret}
  on: 2
  levels: {a: 1, b: 256, c: s3cret}
";
    let found = faults::<Own>(&[], yaml);
    assert!(
        found.iter().all(|fault| !fault.contains("s3cret")),
        "{found:#?}"
    );
    let mut expected = vec![
        "own.token is a list, but a text is expected",
        "own.port is not a whole number from 0 to 65535",
        "own.tlp is not known; use one of clear, amber, custom",
        "own.address invalid IP address syntax",
        "own.interval is not a duration; write it as ISO 8601, as in `PT30M` or `P1D`, or `0`",
        "own.tags is a section, but a comma-separated text or a list of texts is expected",
        "own.proxy.host is a list, but a text is expected",
        "own.proxy.port is not a whole number from 0 to 65535",
        "own.proxy.user is not a setting of it; use one of host, port",
        "own.on is neither true nor false; write `true` or `false`",
        "own.levels.b is not a whole number from 0 to 255",
        "own.levels.c is not a whole number from 0 to 255",
    ];
    let (id, mut found): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|it| it.starts_with("own.id "));
    assert_eq!(id.len(), 1);
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn lists_and_sections_are_json_in_a_variable() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Json {
        list: Vec<u16>,
        proxy: BTreeMap<String, String>,
        tlp: Tlp,
    }
    let variables = [
        ("OWN_LIST", " [1, \"2\", 0x3]"),
        ("OWN_PROXY", r#"{"host": "a", "port": 1.10}"#),
        ("OWN_TLP", r#"{"custom": "red"}"#),
    ];
    let json: Json = section(&variables, "");
    assert_eq!(json.list, [1, 2, 3]);
    assert_eq!(json.proxy["port"], "1.10");
    assert_eq!(json.tlp, Tlp::Custom("red".into()));

    let variables = [
        ("OWN_LIST", "1,2"),
        ("OWN_PROXY", "{\"a"),
        ("OWN_TLP", "Amber"),
    ];
    let found = faults::<Json>(&variables, "");
    assert_eq!(
        found[0],
        "own.list is a text, but a list is expected; write it as JSON, as in `[\"a\", \"b\"]`"
    );
    assert!(
        found[1].starts_with("own.proxy is not JSON at line 1, column 2: "),
        "{found:?}"
    );
    assert_eq!(
        found[2],
        "own.tlp is not known; use one of clear, amber, custom"
    );
    let nested = [
        ("OWN_LIST", "[1, 2, x]"),
        ("OWN_PROXY", "{}"),
        ("OWN_TLP", "amber"),
    ];
    let found = faults::<Json>(&nested, "");
    assert_eq!(found, ["own.list[2] is not a whole number from 0 to 65535"]);
}

#[test]
fn an_untagged_enum_is_read_from_a_variable() {
    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(untagged)]
    enum Limit {
        Count(u32),
        Range { from: u32, to: u32 },
    }
    #[derive(Debug, Deserialize)]
    struct Limits {
        limit: Limit,
    }
    for (text, limit) in [
        ("5", Limit::Count(5)),
        (r#"{"from": 1, "to": 2}"#, Limit::Range { from: 1, to: 2 }),
    ] {
        assert_eq!(section::<Limits>(&[("OWN_LIMIT", text)], "").limit, limit);
        let yaml = format!("own: {{limit: {text}}}");
        assert_eq!(section::<Limits>(&[], &yaml).limit, limit);
    }
    assert_eq!(faults::<Limits>(&[("OWN_LIMIT", "x")], "").len(), 1);
}

#[test]
fn the_variables_of_a_section_may_have_another_prefix() {
    #[derive(Debug, Deserialize)]
    struct Cofense {
        interval: u32,
        token: String,
    }
    let variables = [("COFENSEINTEL_INTERVAL", "5"), ("COFENSE_INTERVAL", "6")];
    let config = load(&variables, "cofense: {interval: 7, token: a}");
    let read = |prefix| {
        config
            .section_with_prefix::<Cofense>("cofense", prefix)
            .unwrap()
    };
    assert_eq!(
        (read("COFENSEINTEL").interval, read("cofense").interval),
        (5, 6)
    );
    assert_eq!(read("other").token, "a");

    let config = load(&[("COFENSEINTEL_INTERVAL", "x")], "");
    let read: Result<Cofense, Report> = config.section_with_prefix("cofense", "COFENSEINTEL");
    let report = read.unwrap_err();
    assert_eq!(
        report.faults()[0].to_string(),
        "COFENSEINTEL_INTERVAL / cofense.interval, from the environment: is not a whole number \
         from 0 to 4294967295"
    );
    assert_eq!(report.faults()[1].variable(), Some("COFENSEINTEL_TOKEN"));
}

#[test]
fn a_duration_is_of_the_forms_of_a_period_or_a_number_of_seconds() {
    #[derive(Debug, Deserialize)]
    struct Feed {
        #[serde(default, deserialize_with = "duration")]
        interval: Option<Duration>,
    }
    for (text, seconds) in [
        ("PT30M", 1800),
        ("P1.5D", 129_600),
        ("10:00:00", 36_000),
        ("1 days", 86_400),
        ("3600", 3600),
        ("3600.9", 3600),
        ("18446744073709551615", u64::MAX),
        ("0", 0),
    ] {
        let expected = Some(Duration::from_secs(seconds));
        let from_variable: Feed = section(&[("OWN_INTERVAL", text)], "");
        assert_eq!(from_variable.interval, expected, "{text}");
        let from_file: Feed = section(&[], &format!("own: {{interval: {text}}}"));
        assert_eq!(from_file.interval, expected, "{text}");
    }
    assert_eq!(section::<Feed>(&[("OWN_INTERVAL", "")], "").interval, None);
    for text in ["hourly", "-5", "-PT1S", "P1X", "P", "1e30", "[1]", "true"] {
        assert_eq!(
            faults::<Feed>(&[("OWN_INTERVAL", text)], "").len(),
            1,
            "{text}"
        );
        let yaml = format!("own: {{interval: {text}}}");
        assert_eq!(faults::<Feed>(&[], &yaml).len(), 1, "{text}");
    }
}

#[test]
fn a_large_section_is_judged_in_bounded_time() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is only refused")]
    struct Endless {
        endless: Box<Endless>,
    }
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is only refused")]
    struct Rest {
        #[serde(flatten)]
        rest: BTreeMap<String, u16>,
    }
    let many = |value: &str| {
        let members = (0..300).map(|at| format!("  k{at}: {value}{at}\n"));
        format!("own:\n{}", members.collect::<String>())
    };
    for yaml in [many("x"), many("[x] #"), many("same #")] {
        let found = faults::<BTreeMap<String, u16>>(&[], &yaml);
        assert_eq!(found.len(), 100);
        assert!(!faults::<Rest>(&[], &yaml).is_empty());
    }
    let found = faults::<Endless>(&[], "");
    assert_eq!(found, [format!("own.endless {MISSING}")]);
}

#[derive(Debug, Deserialize)]
struct Inner {
    #[expect(dead_code, reason = "it is to be refused")]
    port: u16,
    #[expect(dead_code, reason = "it is to be refused")]
    nums: Vec<u16>,
    #[expect(dead_code, reason = "it is to be refused")]
    flag: bool,
    #[expect(dead_code, reason = "it is to be refused")]
    size: u32,
}

#[derive(Debug, Deserialize)]
struct Flattened {
    #[serde(flatten)]
    #[expect(dead_code, reason = "it is to be refused")]
    inner: Inner,
}

#[test]
fn each_fault_behind_a_flatten_is_told_by_its_setting() {
    let variables = [
        ("OWN_PORT", "8080.7"),
        ("OWN_NUMS", "[1, 70000]"),
        ("OWN_FLAG", "2"),
        ("OWN_SIZE", "-1"),
    ];
    let found = faults::<Flattened>(&variables, "");
    for setting in ["own.port ", "own.nums", "own.flag ", "own.size "] {
        let about = found.iter().filter(|fault| fault.starts_with(setting));
        assert_eq!(about.count(), 1, "{setting}: {found:#?}");
    }
    assert_eq!(found.len(), 4, "{found:#?}");
}

#[test]
fn a_list_with_commas_may_be_json() {
    let own: Tags = section(&[("OWN_TAGS", "[\"a, b\", \"c\"]")], "");
    assert_eq!(own.tags, ["a, b", "c"]);
    let found = faults::<Tags>(&[("OWN_TAGS", "{\"a\": 1}")], "");
    assert!(
        found[0].contains("is not a list of texts as JSON"),
        "{found:?}"
    );
}

#[derive(Debug, Deserialize)]
struct Tags {
    #[serde(deserialize_with = "comma_list")]
    tags: Vec<String>,
}
