//! A value is what stands in the file: text until a type asks for more, and never bent to fit.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};

use opencti_connector::config::{Config, Report};
use proptest::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Plain scalars that a YAML parser of some version takes for something else than a text.
const SCALARS: &str = "12e45678 7e3 7E3 0o17 0x41 017 0b11 +4912345 -0 1.10 1. .5 1_000 \
    12345678901234567890 123456789012345678901 -9223372036854775809 1e999 .inf -.inf .nan \
    true True TRUE yes No on off y n 2026-01-31 2026-01-31T00:00:00Z 12:30:45 190:20:30 = =a \
    0.1e-7 00000000 1e3 0e0 Infinity NaN <";

#[derive(Deserialize)]
struct Own<T> {
    value: T,
}

fn from_file<T: DeserializeOwned>(scalar: &str) -> Result<T, Report> {
    let yaml = format!("own:\n  value: {scalar}\nopencti: {{url: 'http://a', token: {scalar}}}\n");
    let config = Config::sources().yaml(yaml).load()?;
    config.section::<Own<T>>("own").map(|own| own.value)
}

fn from_variable<T: DeserializeOwned>(text: &str) -> Result<T, Report> {
    let config = Config::sources().variables([("OWN_VALUE", text)]).load()?;
    config.section::<Own<T>>("own").map(|own| own.value)
}

#[test]
fn a_text_is_the_text_that_stands_in_the_file() {
    for scalar in SCALARS.split_whitespace() {
        assert_eq!(from_file::<String>(scalar).unwrap(), scalar);
        let list: Vec<String> = from_file(&format!("[{scalar}, '{scalar}']")).unwrap();
        assert_eq!(list, [scalar, scalar]);
        let map: BTreeMap<String, Option<String>> =
            from_file(&format!("{{{scalar}: {scalar}}}")).unwrap();
        assert_eq!(map[scalar].as_deref(), Some(scalar));

        let yaml = format!("opencti: {{url: 'http://a', token: {scalar}}}");
        let platform = Config::sources().yaml(yaml).load().unwrap().platform();
        assert_eq!(platform.unwrap().token.expose(), scalar);
        let yaml = format!("connector: {{live_stream_id: {scalar}}}");
        let run = Config::sources().yaml(yaml).load().unwrap().run_settings();
        assert_eq!(run.unwrap().live_stream.id.as_deref(), Some(scalar));
    }
}

#[test]
fn a_value_without_a_type_is_a_number_only_where_that_is_written_the_same_way() {
    for scalar in SCALARS.split_whitespace() {
        let value: Value = from_file(scalar).unwrap();
        let written = match &value {
            Value::String(text) => text.clone(),
            Value::Bool(flag) => {
                assert_eq!(scalar.to_lowercase(), flag.to_string());
                continue;
            }
            other => other.to_string(),
        };
        assert_eq!(written, scalar);
        assert_eq!(
            from_file::<Value>(&format!("'{scalar}'")).unwrap(),
            json!(scalar)
        );
    }
    let typed = "[1, -1, 1.5, true, ~, , 'null', {a: 2}]".replace(" ,", "");
    let expected = json!([1, -1, 1.5, true, null, "null", { "a": 2 }]);
    assert_eq!(from_file::<Value>(&typed).unwrap(), expected);
}

#[track_caller]
fn reads<T: DeserializeOwned + Debug + PartialEq>(scalar: &str, expected: impl Into<Option<T>>) {
    let expected = expected.into();
    assert_eq!(from_file::<T>(scalar).ok(), expected, "{scalar}");
    let text = scalar.trim_matches(['\'', '"']);
    assert_eq!(
        from_variable::<T>(text).ok(),
        expected,
        "{scalar} in a variable"
    );
}

#[test]
fn a_number_is_digits_whatever_stands_around_them() {
    for scalar in [
        "8080", "'8080'", "' 8080'", "+8080", "08080", "0x1F90", "0o17620",
    ] {
        reads::<u16>(scalar, 8080);
    }
    for scalar in [
        "8080.7", "8080.0", "true", "65536", "-1", "8e3", "'80 80'", "a", "[8080]", "0x", "0x+1",
    ] {
        reads::<u16>(scalar, None);
    }
    reads::<i8>("-128", i8::MIN);
    reads::<i8>("-129", None);
    reads::<u64>("18446744073709551615", u64::MAX);
    reads::<u64>("18446744073709551616", None);
    reads::<u128>("18446744073709551616", 1 << 64);
    reads::<i128>("-18446744073709551616", -1 << 64);
    reads::<f64>("2.5e2", 250.0);
    reads::<f64>("7", 7.0);
    for scalar in ["1e999", ".inf", "inf", ".nan", "nan", "true", "1,5"] {
        reads::<f64>(scalar, None);
    }
}

#[test]
fn a_boolean_is_a_word_or_one_digit() {
    for (scalar, flag) in [
        ("true", true),
        ("'Yes'", true),
        ("on", true),
        ("1", true),
        ("off", false),
        ("' no '", false),
        ("0", false),
    ] {
        reads::<bool>(scalar, flag);
    }
    for scalar in ["2", "1.0", "y", "truee", "[true]", "00"] {
        reads::<bool>(scalar, None);
    }
}

#[test]
fn a_platform_setting_is_not_bent() {
    for (key, value) in [
        ("listen_protocol_api_port", "8080.7"),
        ("listen_protocol_api_port", "true"),
        ("listen_protocol_api_port", "8e3"),
        ("auto", "2"),
        ("auto", "0.0"),
        ("queue_threshold", "true"),
        ("live_stream_start_timestamp", "1.7e12"),
    ] {
        let yaml = format!(
            "connector: {{id: 550e8400-e29b-41d4-a716-446655440000, name: ab, {key}: {value}}}"
        );
        let config = Config::sources().yaml(yaml).load().unwrap();
        let report = config
            .connector::<opencti_connector::kind::Stream>()
            .unwrap_err();
        let path = format!("connector.{key}");
        assert_eq!(report.faults()[0].path(), Some(&*path), "{report}");
        assert_eq!(report.faults()[0].value(), Some(value));
    }
}

#[test]
fn nothing_is_null_and_is_not_set() {
    for scalar in ["~", "null", "Null", "NULL", "''", "\"\"", ""] {
        assert_eq!(
            from_file::<Option<String>>(scalar).unwrap(),
            None,
            "{scalar:?}"
        );
        assert!(from_file::<String>(scalar).is_err(), "{scalar:?}");
    }
    assert_eq!(from_file::<String>("'null'").unwrap(), "null");
    assert_eq!(from_file::<String>("!!str ~").unwrap(), "~");
    assert_eq!(from_variable::<String>("null").unwrap(), "null");
    let list: Vec<Option<u8>> = from_file("[~, 1, null]").unwrap();
    assert_eq!(list, [None, Some(1), None]);
}

#[test]
fn aliases_and_merges_are_followed() {
    let yaml = "base: &base {value: 1.10, other: a}\nown: {<<: *base, other: b}\n";
    let own = |yaml: &str| {
        let config = Config::sources().yaml(yaml).load().unwrap();
        config.section::<BTreeMap<String, String>>("own").unwrap()
    };
    let both = |value: &str, other: &str| {
        BTreeMap::from([
            ("value".into(), value.into()),
            ("other".into(), other.into()),
        ])
    };
    assert_eq!(own(yaml), both("1.10", "b"));
    let yaml = "a: &a {value: 1}\nb: &b {value: 2, other: c}\nown: {<<: [*a, *b]}\n";
    assert_eq!(own(yaml), both("1", "c"));
    let yaml = "a: &a 0x41\nown: {value: *a, other: *a}\n";
    assert_eq!(own(yaml), both("0x41", "0x41"));
}

#[test]
fn aliases_that_stand_for_too_much_are_a_fault_of_that_name() {
    let mut bomb = "a0: &a0 [xxxxxxxxx,xxxxxxxxx,xxxxxxxxx]\n".to_owned();
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(",");
        writeln!(bomb, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    let report = Config::sources().yaml(bomb).load().unwrap_err();
    let message = report.faults()[0].message();
    assert!(
        message.starts_with("too large at line 7, column "),
        "{message}"
    );
    assert!(message.contains("aliases"), "{message}");
}

#[test]
fn json_with_escapes_is_read_as_json() {
    let json = r#"["\ud83d\ude00", "\u00e9\/", "\t", "a\\b\"c"]"#;
    let read: Vec<String> = from_variable(json).unwrap();
    assert_eq!(read, ["😀", "é/", "\t", "a\\b\"c"]);
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is only as deep as what is read")]
struct Deep {
    #[serde(default)]
    a: Vec<Deep>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// Texts as deep as they can be written in 200 KB.
fn deep() -> Vec<String> {
    let mut texts = Vec::new();
    for (open, close) in [
        ("[", "]"),
        ("{a: [", "]}"),
        ("{\"a\": ", "}"),
        ("[{a: ", "}]"),
    ] {
        for depth in [10, 20, 23, 24, 47, 48, 100, 1_000, 30_000] {
            texts.push(open.repeat(depth));
            texts.push(open.repeat(depth) + "1" + &close.repeat(depth));
            texts.push(open.repeat(depth) + "{}" + &close.repeat(depth));
        }
    }
    for depth in [40, 47, 48, 600] {
        let steps = (0..depth).map(|depth| format!("\n{}a:", " ".repeat(depth + 1)));
        texts.push(steps.collect::<String>() + " 1");
        let steps = (0..depth).map(|depth| format!("\n{}- ", " ".repeat(depth + 1)));
        texts.push(steps.collect());
    }
    for part in [
        "? ", "- ", "!!seq [", "&a [", "{? ", "[{", "\n ? - ", "'", "\"", "|\n", "&a *a ",
    ] {
        texts.push(part.repeat(20_000));
    }
    let mut aliases = "&a0 [x]".to_owned();
    for level in 1..200 {
        aliases = format!("{aliases}, &a{level} [*a{}]", level - 1);
    }
    texts.push(format!("[{aliases}]"));
    // A text as JSON as deep as can be, in a file as deep as can be.
    let json = json!("{a: [".repeat(24) + &"]}".repeat(24));
    let open = "{a: [".repeat(23);
    texts.push(format!("{open}{json}{}", "]}".repeat(23)));
    // A text as JSON within a text as JSON, whose quotes double with each level.
    let mut nested = "1".to_owned();
    for _ in 0..14 {
        nested = format!("{{\"a\": [{}]}}", Value::from(nested));
    }
    texts.push(nested);
    texts
}

#[test]
fn no_depth_overflows_a_small_stack() {
    // In a debug build frames are several times as large.
    const STACK: usize = if cfg!(debug_assertions) {
        2 << 20
    } else {
        256 << 10
    };
    let read = || {
        let mut accepted = 0;
        for text in deep() {
            let yaml = format!("connector: {{name: ab}}\nown:\n  value: {text}");
            let variables = [("OWN_VALUE", &text), ("OTHER_A", &text), ("OTHER_B", &text)];
            let sources = [
                Config::sources().yaml(&yaml).load(),
                Config::sources()
                    .yaml(format!("own: {}", json!(text)))
                    .load(),
                Config::sources().variables(variables).load(),
            ];
            for config in sources.into_iter().flatten() {
                let _ = config.section::<Own<Value>>("own");
                let deep = config.section::<Own<Deep>>("own");
                accepted += usize::from(deep.is_ok());
                let _ = config.section::<Deep>("own");
                let _ = config.section::<Deep>("other");
                let _ = config.any_connector();
                let _ = config.platform();
            }
        }
        accepted
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(read);
    // The deepest that are read are among them.
    let accepted = thread.unwrap().join().unwrap();
    assert_eq!(accepted, 6);
}

#[derive(Debug, Deserialize, PartialEq)]
struct Whole {
    texts: Vec<String>,
    numbers: Vec<i64>,
    flag: bool,
    none: Option<u8>,
}

proptest! {
    #[test]
    fn a_plain_text_of_any_kind_is_kept(scalar in "[-+.0-9a-zA-Z_][-+.0-9a-zA-Z_:]{0,30}[0-9a-zA-Z_.]") {
        prop_assume!(!["null", "Null", "NULL", "---", "..."].contains(&&*scalar));
        prop_assert_eq!(from_file::<String>(&scalar).unwrap(), scalar);
    }

    #[test]
    fn json_in_a_variable_is_what_it_is_in_json(
        texts in prop::collection::vec(any::<String>(), 0..5),
        numbers in prop::collection::vec(any::<i64>(), 0..5),
    ) {
        let json = json!({ "texts": texts, "numbers": numbers, "flag": true, "none": null });
        let read: Whole = from_variable(&json.to_string()).unwrap();
        prop_assert_eq!(read, Whole { texts, numbers, flag: true, none: None });
    }
}
