//! No secret shows, wherever it stands and whatever is wrong beside it.

use std::fmt::Write;
use std::net::Ipv4Addr;
use std::time::Duration;

use opencti_connector::config::{Config, Shown, comma_list, duration};
use opencti_connector::kind::{InternalEnrichment, InternalImportFile, Stream};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::json;

const PASSWORD: &str = "pa55word-31337";
const SOME_ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// The variables whose values are shown when they are wrong, those of URIs first.
const OPEN: [&str; 27] = [
    "OPENCTI_URL",
    "CONNECTOR_LISTEN_PROTOCOL_API_URI",
    "CONNECTOR_LISTEN_PROTOCOL_API_PATH",
    "OPENCTI_SSL_VERIFY",
    "LISTEN_PROTOCOL_API_SSL_CERT",
    "CONNECTOR_LIVE_STREAM_ID",
    "CONNECTOR_SEND_TO_DIRECTORY_PATH",
    "S3_ENDPOINT",
    "CONNECTOR_LISTEN_PROTOCOL",
    "OPENCTI_JSON_LOGGING",
    "CONNECTOR_ID",
    "CONNECTOR_NAME",
    "CONNECTOR_TYPE",
    "CONNECTOR_SCOPE",
    "CONNECTOR_AUTO",
    "CONNECTOR_ENRICHMENT_RESOLUTION",
    "CONNECTOR_XTM_ONE_INTENT",
    "CONNECTOR_LOG_LEVEL",
    "CONNECTOR_QUEUE_THRESHOLD",
    "CONNECTOR_DURATION_PERIOD",
    "CONNECTOR_LIVE_STREAM_RECOVER_ISO_DATE",
    "CONNECTOR_CONFIDENCE_LEVEL",
    "CONNECTOR_SEND_TO_QUEUE",
    "CONNECTOR_SEND_TO_S3_RETENTION",
    "S3_PORT",
    "OWN_MAX",
    "OWN_LEVEL",
];
const OF_URIS: usize = 8;

/// A setting of each sort; nobody says which are secrets.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is only refused")]
struct Own {
    max: Option<u32>,
    level: Option<Level>,
    ports: Option<Vec<u16>>,
    proxy: Option<Proxy>,
    talker: Option<Talker>,
    #[serde(default, deserialize_with = "comma_list")]
    tags: Vec<String>,
    #[serde(default, deserialize_with = "duration")]
    period: Duration,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is only refused")]
struct Rest {
    timeout: Option<u32>,
    #[serde(default)]
    enabled: bool,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is only refused")]
struct Proxy {
    port: u16,
}

/// A type that repeats what it refuses.
#[derive(Debug)]
struct Talker;

impl<'de> Deserialize<'de> for Talker {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let part = &text[text.find("word").unwrap_or_default()..];
        Err(D::Error::custom(match text.len() % 3 {
            0 => format!("`{text}` is not for me"),
            1 => format!("{:?} is not for me", text.to_uppercase()),
            _ => format!("what ends with {part} is not for me"),
        }))
    }
}

#[derive(Debug, Deserialize)]
enum Level {
    High,
}

/// All that is said of what is wrong with a configuration.
fn said(config: &Config) -> String {
    let mut said = format!("{config:?}\n");
    let reports = [
        config.read::<Stream>().err(),
        config.read::<InternalEnrichment>().err(),
        config.read_with::<InternalImportFile, Own>("own").err(),
        config.any_connector().err(),
        config.platform().err(),
        config.run_settings().err(),
        config.section::<Own>("own").err(),
    ];
    for report in reports.into_iter().flatten() {
        writeln!(said, "{report}").unwrap();
        for finding in report.faults().iter().chain(report.warnings()) {
            writeln!(said, "{finding}\n{finding:?}").unwrap();
        }
    }
    for warning in [
        config.warnings(),
        config.warnings_for::<InternalEnrichment>(),
        config.warnings_for::<InternalImportFile>(),
    ]
    .concat()
    {
        writeln!(said, "{warning}\n{warning:?}").unwrap();
    }
    said
}

/// A token as it is issued: a UUID in each spelling, or letters and digits.
fn any_token() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        "[0-9A-F]{12}4[0-9A-F]{3}A[0-9A-F]{15}",
        "[A-Za-z0-9][A-Za-z0-9_-]{20,60}[A-Za-z0-9]",
    ]
}

/// The token as operators give it.
fn given(token: &str, form: usize) -> String {
    match form {
        0 => token.to_owned(),
        1 => format!(" {token}\n"),
        2 => format!("\"{token}\""),
        3 => format!("Bearer {token}"),
        4 => format!("'bearer  {token} '"),
        _ => format!("\"'{token}'\""),
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        1 => select(vec!["Report,", "text/", "https://a/", "a:80 ", "\"", "${", "ipv4-addr, x "])
            .prop_map(str::to_owned),
        1 => "[ -~é\n]{0,20}",
    ]
}

/// A file with these values of variables.
fn yaml(values: &[(&str, String)]) -> String {
    let mut yaml = json!({});
    for (name, value) in values {
        let (section, key) = match name.split_once('_') {
            Some((section @ ("OPENCTI" | "CONNECTOR" | "S3" | "OWN"), key)) => (section, key),
            _ => ("CONNECTOR", *name),
        };
        yaml[section.to_lowercase()][key.to_lowercase()] = json!(value);
    }
    yaml.to_string()
}

proptest! {
    #[test]
    fn the_token_shows_in_no_form_it_was_given_in(
        token in any_token(),
        form in 0..6_usize,
        where_given in 0..3_usize,
        misplaced in vec((select(OPEN.to_vec()), any_text(), 0..6_usize, any_text()), 0..8),
        from_file in any::<bool>(),
    ) {
        // A placeholder is no secret.
        prop_assume!(!token.to_lowercase().contains("changeme"));
        let mut variables = vec![("CONNECTOR_ID", SOME_ID.to_owned())];
        let mut file = Vec::new();
        match where_given {
            0 => variables.push(("OPENCTI_TOKEN", given(&token, form))),
            1 => file.push(("OPENCTI_TOKEN", given(&token, form))),
            _ => {
                variables.push(("OPENCTI_TOKEN", "another-token".to_owned()));
                file.push(("OPENCTI_TOKEN", given(&token, form)));
            }
        }
        for (name, before, form, after) in misplaced {
            let value = before + &given(&token, form) + &after;
            if from_file { file.push((name, value)) } else { variables.push((name, value)) }
        }
        let config = Config::sources().variables(variables).yaml(yaml(&file)).load().unwrap();
        let said = said(&config).to_lowercase();
        let bare = token.to_lowercase().replace('-', "");
        prop_assert!(!said.contains(&token.to_lowercase()), "{token}: {said}");
        prop_assert!(!said.replace('-', "").contains(&bare), "{token}: {said}");
    }

    #[test]
    fn the_user_of_a_uri_shows_in_no_variable(
        uris in vec((0..OPEN.len(), any_text(), 0..8_usize, any_text()), 1..8),
        api in any::<bool>(),
        from_file in any::<bool>(),
    ) {
        let mut values = vec![("CONNECTOR_ID", SOME_ID.to_owned())];
        values.extend(api.then(|| ("CONNECTOR_LISTEN_PROTOCOL", "API".to_owned())));
        for (index, before, form, after) in uris {
            let uri = match form {
                0 => format!("https://user:{PASSWORD}@a.example:8080/"),
                1 => format!("https://{PASSWORD}@a.example"),
                2 => format!("https://user:{PASSWORD}%40a.example"),
                3 => format!("https://{PASSWORD}%40a.example"),
                4 => format!("https://a.example,https://user:{PASSWORD}@b.example"),
                5 => format!("https://user:a/{PASSWORD}@a.example"),
                6 => format!("amqp://user:{PASSWORD}"),
                _ => format!("//user:{PASSWORD}@a.example"),
            };
            values.push((OPEN[index], before + &uri + &after));
        }
        let sources = if from_file {
            Config::sources().yaml(yaml(&values))
        } else {
            Config::sources().variables(values)
        };
        let said = said(&sources.load().unwrap());
        prop_assert!(!said.contains(PASSWORD), "{said}");
    }

    #[test]
    fn a_value_of_an_own_section_does_not_show(
        settings in vec((
            select(&["max", "level", "ports", "proxy", "talker", "period", "timeout", "enabled"][..]),
            any_text(),
            0..5_usize,
            any_text(),
        ), 1..8),
        from_file in any::<bool>(),
    ) {
        let mut yaml = json!({});
        let mut variables = vec![("CONNECTOR_ID".to_owned(), SOME_ID.to_owned())];
        for (key, before, form, after) in settings {
            let text = before + PASSWORD + &after;
            let value = match form {
                0 => json!({ "port": text }),
                1 => json!([text]),
                _ => json!(text),
            };
            if from_file {
                yaml["own"][key] = value;
            } else {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                variables.push((format!("OWN_{}", key.to_uppercase()), text));
            }
        }
        let config = Config::sources().variables(variables).yaml(yaml.to_string()).load().unwrap();
        prop_assert!(config.section::<Own>("own").is_err());
        let said = said(&config).to_lowercase();
        prop_assert!(!said.contains("word-31337"), "{said}");
    }

    #[test]
    fn the_user_of_a_uri_shows_in_no_value_that_was_read(
        uris in vec((0..OF_URIS, 0..4_usize), 0..4),
    ) {
        let mut variables = vec![
            ("CONNECTOR_ID", SOME_ID.to_owned()),
            ("CONNECTOR_NAME", "Splunk".to_owned()),
            ("CONNECTOR_LISTEN_PROTOCOL", "API".to_owned()),
            ("CONNECTOR_SEND_TO_S3", "true".to_owned()),
            ("S3_ACCESS_KEY", PASSWORD.to_owned()),
            ("S3_SECRET_KEY", PASSWORD.to_owned()),
            ("OPENCTI_URL", "https://a.example".to_owned()),
            ("OPENCTI_TOKEN", "8f6b1c5e0d2a4b7c".to_owned()),
        ];
        for (index, form) in uris {
            variables.push((OPEN[index], match form {
                0 => format!("https://user:{PASSWORD}@a.example"),
                1 => format!("https://{PASSWORD}@a.example/b"),
                2 => format!("{PASSWORD}@a.example"),
                _ => format!("//{PASSWORD}@a.example"),
            }));
        }
        // Without a scheme these are paths and ids.
        variables.retain(|(name, value)| match *name {
            "OPENCTI_SSL_VERIFY" | "LISTEN_PROTOCOL_API_SSL_CERT" | "CONNECTOR_LIVE_STREAM_ID"
            | "CONNECTOR_SEND_TO_DIRECTORY_PATH" => value.contains("://"),
            _ => true,
        });
        let config = Config::sources().variables(variables).load().unwrap();
        let said = format!("{:?} {:?}", config.run_settings(), config.platform());
        prop_assert!(!said.contains(PASSWORD), "{said}");
    }
}

#[test]
fn a_value_whose_type_asks_for_it_is_shown_but_no_secret_in_it() {
    #[derive(Debug, Deserialize)]
    struct Own {
        address: Shown<Ipv4Addr>,
        #[serde(default)]
        others: Vec<Shown<u16>>,
        later: Option<Shown<bool>>,
    }
    let read = |address: &str| {
        let variables = [("OWN_ADDRESS", address), ("OPENCTI_TOKEN", "8f6b1c5e0d2a")];
        let config = Config::sources().variables(variables).load().unwrap();
        config.section::<Own>("own")
    };
    let own = read("10.0.0.1").unwrap();
    assert!(own.address.is_private() && own.others.is_empty() && own.later.is_none());
    assert_eq!(own.address.into_inner(), Ipv4Addr::new(10, 0, 0, 1));
    for (given, shown) in [
        ("10.0.0", "\"10.0.0\" cannot be read: "),
        (
            "http://user:pa55word@a",
            "\"http://***@a\" cannot be read: ",
        ),
        ("bearer 8F6B1C5E0D2A", "\"bearer ***\" cannot be read: "),
        ("a\nb", "\"a\\nb\" cannot be read: "),
    ] {
        let report = read(given).unwrap_err();
        let fault = &report.faults()[0];
        assert!(fault.message().starts_with(shown), "{fault}");
        assert_eq!(fault.value(), None);
    }
}

#[test]
fn a_placeholder_in_an_own_section_is_a_warning() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is only read")]
    struct Own {
        token: Option<String>,
        later: Vec<String>,
    }
    let config = Config::sources()
        .variables([
            ("CONNECTOR_ID", SOME_ID),
            ("CONNECTOR_NAME", "Splunk"),
            ("OPENCTI_URL", "https://a.example"),
            ("OPENCTI_TOKEN", "8f6b1c5e0d2a4b7c"),
            ("OWN_TOKEN", "ChangeMe"),
        ])
        .yaml("own: {later: [a, '${LATER}'], unread: ChangeMe}")
        .load()
        .unwrap();
    let (read, _) = config.read_with::<Stream, Own>("own").unwrap();
    let shown: Vec<_> = read.warnings.iter().map(ToString::to_string).collect();
    let rest = "is a placeholder; replace it with the value, or remove it";
    assert_eq!(
        shown,
        [
            "OWN_UNREAD / own.unread, from the YAML text: is not read by the connector; check its \
             name, or remove it"
                .to_owned(),
            format!("OWN_LATER / own.later, from the YAML text: {rest}"),
            format!("OWN_TOKEN / own.token, from the environment: {rest}"),
        ]
    );
    assert!(config.section::<Own>("own").is_ok());
}

#[test]
fn a_short_token_is_hidden_where_it_is_the_value() {
    let variables = [("OPENCTI_TOKEN", "Bearer abc"), ("CONNECTOR_AUTO", "'abc'")];
    let config = Config::sources().variables(variables).load().unwrap();
    let report = config.read::<Stream>().unwrap_err();
    let mut faults = report.faults().iter();
    let auto = faults.find(|fault| fault.variable() == Some("CONNECTOR_AUTO"));
    assert_eq!(auto.unwrap().value(), Some("***"));
}

#[test]
fn what_is_no_user_of_a_uri_is_shown() {
    for text in [
        "ftp://a.example:8080/b",
        "a // b",
        "user@a.example",
        "http://[::1]:8080/a",
        "10:30",
        "see https://a.example:443, or b",
    ] {
        let config = Config::sources().variables([("CONNECTOR_AUTO", text)]);
        let report = config.load().unwrap().run_settings();
        assert!(report.is_ok());
        let config = Config::sources().variables([("CONNECTOR_LOG_LEVEL", text)]);
        let report = config.load().unwrap().run_settings().unwrap_err();
        assert_eq!(report.faults()[0].value(), Some(text));
    }
}
