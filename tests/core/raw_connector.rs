//! The rules for the settings and the scope of a raw connector, as tables.

use opencti_connector::{
    AnyConnector, Connector, ConnectorType, Field, InvalidConnector, RawConnector, Reason, Warning,
};
use serde_json::{Value, json};

use Reason::{
    Blank, Comma, Empty, EmptyEntry, Filler, NoScope, NotMime, OutsideAlphabet, Required,
    ScopeNotTaken, TooLong, TooShort, UriCharacter, UriHost, UriPort, UriScheme, UriUserName,
};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// Texts, each with the expected reasons; empty if the text is valid.
type Cases<'a> = &'a [(&'a str, &'a [Reason])];

fn stream() -> RawConnector {
    RawConnector::builder()
        .id(ID)
        .name("Stream")
        .connector_type("STREAM")
        .build()
}

fn with(field: Field, text: &str) -> RawConnector {
    let mut raw = stream();
    match field {
        Field::ListenCallbackUri => raw.listen_callback_uri = Some(text.into()),
        Field::Version => raw.version = Some(text.into()),
        Field::Slug => raw.slug = Some(text.into()),
        _ => raw.xtm_one_intent = Some(text.into()),
    }
    raw
}

fn assert_setting(field: Field, cases: Cases) {
    for (text, reasons) in cases {
        let expected: Vec<_> = reasons
            .iter()
            .map(|reason| (field, reason.clone()))
            .collect();
        assert_eq!(refusals(with(field, text).validate()), expected, "{text:?}");
    }
}

fn refusals(judged: Result<AnyConnector, InvalidConnector>) -> Vec<(Field, Reason)> {
    let faults = judged.err().map(|error| error.faults().to_vec());
    let faults = faults.unwrap_or_default().into_iter();
    faults
        .map(|fault| (fault.field(), fault.reason().clone()))
        .collect()
}

#[test]
fn a_version_or_slug_has_1_to_64_letters_digits_and_four_signs() {
    let [longest, too_long] = [64, 65].map(|length| "1".repeat(length));
    for field in [Field::Version, Field::Slug] {
        assert_setting(
            field,
            &[
                ("1", &[]),
                ("aZ09._+-", &[]),
                (&longest, &[]),
                (&too_long, &[TooLong(64)]),
                ("", &[Empty]),
                ("1.0 ", &[OutsideAlphabet]),
                ("1,0", &[OutsideAlphabet]),
                ("1:0", &[OutsideAlphabet]),
                ("1~0", &[OutsideAlphabet]),
                ("é", &[OutsideAlphabet]),
                ("١", &[OutsideAlphabet]),
                ("1\n", &[OutsideAlphabet]),
                (&"é".repeat(65), &[TooLong(64), OutsideAlphabet]),
            ],
        );
    }
}

#[test]
fn a_blank_intent_is_invalid_and_an_empty_one_counts_as_unset() {
    let cases: Cases = &[
        ("cti.stix_harvester", &[]),
        ("", &[]),
        (" ", &[Blank]),
        ("\t\u{a0}", &[Blank]),
    ];
    assert_setting(Field::XtmOneIntent, cases);
    let unset = with(Field::XtmOneIntent, "").validate().unwrap();
    assert_eq!(unset.xtm_one_intent(), None);
}

#[test]
fn a_callback_uri_is_http_with_a_host_and_no_user() {
    assert_setting(
        Field::ListenCallbackUri,
        &[
            ("http://h", &[]),
            ("https://h/", &[]),
            ("HTTP://H", &[]),
            ("hTTpS://h", &[]),
            ("http://127.0.0.1:7070/api/callback", &[]),
            ("http://h:0", &[]),
            ("http://h:65535", &[]),
            ("http://h:8080?a=b", &[]),
            ("http://h?q", &[]),
            ("http://h#f", &[]),
            ("http://[::1]", &[]),
            ("http://[2001:db8::1]:7070/x", &[]),
            ("http://bücher.example/é", &[]),
            ("http://h/a:b/c@d", &[]),
            ("http://h?mail=a@b", &[]),
            ("http://h/[x]", &[]),
            ("http://h/http://i", &[]),
            ("", &[UriScheme]),
            ("h", &[UriScheme]),
            ("/api/callback", &[UriScheme]),
            ("://h", &[UriScheme]),
            ("//h", &[UriScheme]),
            ("http:h", &[UriScheme]),
            ("http:/h", &[UriScheme]),
            ("ftp://h", &[UriScheme]),
            ("httpx://h", &[UriScheme]),
            ("ws+http://h", &[UriScheme]),
            (" http://h", &[UriScheme, UriCharacter]),
            ("http://", &[UriHost]),
            ("http:///path", &[UriHost]),
            ("http://?q", &[UriHost]),
            ("http://#f", &[UriHost]),
            ("http://:80", &[UriHost]),
            ("http://[]", &[UriHost]),
            ("http://[::g]", &[UriHost]),
            ("http://[127.0.0.1]", &[UriHost]),
            ("http://[::1]x", &[UriHost]),
            ("http://[::1]x:80", &[UriHost]),
            ("http://x[::1]", &[UriHost]),
            ("http://a]b", &[UriHost]),
            ("http://h:", &[UriPort]),
            ("http://h:/path", &[UriPort]),
            ("http://h:65536", &[UriPort]),
            ("http://h:99999999999999999999", &[UriPort]),
            ("http://h:+80", &[UriPort]),
            ("http://h:-1", &[UriPort]),
            ("http://h:8o", &[UriPort]),
            ("http://h:80:80", &[UriPort]),
            ("http://[::1]:65536", &[UriPort]),
            ("http://::1", &[UriHost, UriPort]),
            ("http://a[b", &[UriHost]),
            ("http://a]b", &[UriHost]),
            ("http://h:[", &[UriPort]),
            ("http://[u@h", &[UriUserName]),
            ("http://user@h", &[UriUserName]),
            ("http://user:word@h:80/", &[UriUserName]),
            ("http://@h", &[UriUserName]),
            ("http://a@b@h", &[UriUserName]),
            ("http://user@", &[UriUserName, UriHost]),
            ("http://h ", &[UriCharacter]),
            ("http://h/a b", &[UriCharacter]),
            ("http://h/\u{a0}", &[UriCharacter]),
            ("http://h/\0", &[UriCharacter]),
            ("http://h\n", &[UriCharacter]),
            ("http://h/?\u{7f}", &[UriCharacter]),
        ],
    );
}

#[test]
fn a_password_in_a_uri_is_not_shown() {
    for uri in [
        "http://user:pa55word@h",
        "http://user:pa55word@h:99999/path",
        "http://user:pa55word@",
        "http://:pa55word@h",
        "http://user@pa55word@h",
        "http://user:pa55word@h h",
        "ftp://user:pa55word@h",
        "user:pa55word@h",
        // Unencoded passwords contain characters that end the host of a URI.
        "http://user:x/pa55word@h",
        "http://user:x?pa55word@h",
        "http://user:x#pa55word@h",
        "http:///user:pa55word@h",
        "http:/user:pa55word@h",
        "user:pa55word@http://h",
        "user:pa55word://h@x",
        // The `@` is encoded or missing.
        "http://user:pa55word%40h/path",
        "http://user:pa55word",
        "http://user:pa55word]",
        "http://[user:pa55word",
    ] {
        let raw = with(Field::ListenCallbackUri, uri);
        let error = raw.validate().unwrap_err();
        for shown in [
            error.to_string(),
            format!("{error:?}"),
            format!("{:?}", error.faults()[0].value()),
            format!("{raw:?}"),
            format!("{:?}", Connector::stream().listen_callback_uri(uri)),
        ] {
            assert!(!shown.contains("pa55word"), "{uri}: {shown}");
        }
    }
}

#[test]
fn an_unconventional_version_causes_a_warning() {
    for (version, warns) in [
        ("rolling", false),
        ("1.4.0", false),
        ("v1.4.0", false),
        ("7.261026.0", false),
        ("1.4.0-rc.1", false),
        ("1.4.0+build.5", false),
        ("1.4.0-rc-1+build-5", false),
        ("1.4.0+a-b", false),
        ("1", true),
        ("1.4", true),
        ("1.4.0.0", true),
        ("1.4.x", true),
        ("1..0", true),
        ("1.4.0-", true),
        ("1.4.0+", true),
        ("1.4.0-+5", true),
        ("V1.4.0", true),
        ("vv1.4.0", true),
        ("Rolling", true),
        ("rolling-1", true),
        ("latest", true),
        ("v", true),
        ("-", true),
    ] {
        let warnings = with(Field::Version, version).validate().unwrap().warnings();
        match warnings.as_slice() {
            [] => assert!(!warns, "{version}"),
            [Warning::UnconventionalVersion { version: named, .. }] => {
                assert!(warns && **named == *version, "{version}");
            }
            other => panic!("{version}: {other:?}"),
        }
    }
}

/// The expected result for a scope: the entries in the payload, or the reasons why it is invalid.
#[derive(Clone)]
enum Comes {
    To(&'static str),
    Refused(Reason),
    MustGo,
}

#[test]
fn the_connector_type_determines_the_rules_of_the_scope() {
    use Comes::{MustGo, Refused, To};

    // A and B are two entries that the type can list. The results are those for enrichment,
    // import and export; for analysis; for external import and stream.
    let table = [
        (Value::Null, [Refused(NoScope), To(""), To("")]),
        (json!(""), [Refused(NoScope), To(""), To("")]),
        (json!([]), [Refused(NoScope), To(""), To("")]),
        (json!("not-applicable"), [Refused(Filler), To(""), MustGo]),
        (json!(" not-applicable "), [Refused(Filler), To(""), MustGo]),
        (
            json!(["not-applicable\n"]),
            [Refused(Filler), To(""), MustGo],
        ),
        (
            json!(" "),
            [Refused(EmptyEntry(1)), Refused(EmptyEntry(1)), MustGo],
        ),
        (
            json!([""]),
            [Refused(EmptyEntry(1)), Refused(EmptyEntry(1)), MustGo],
        ),
        (
            json!("A,B,"),
            [Refused(EmptyEntry(3)), Refused(EmptyEntry(3)), MustGo],
        ),
        (
            json!("A, ,B"),
            [Refused(EmptyEntry(2)), Refused(EmptyEntry(2)), MustGo],
        ),
        (
            json!(["A", "\t"]),
            [Refused(EmptyEntry(2)), Refused(EmptyEntry(2)), MustGo],
        ),
        (json!("A"), [To("A"), To("A"), MustGo]),
        (json!("A, B"), [To("A,B"), To("A,B"), MustGo]),
        (json!([" B", "A\n"]), [To("B,A"), To("B,A"), MustGo]),
        (json!("A,B,A"), [To("A,B"), To("A,B"), MustGo]),
    ];
    for connector_type in ConnectorType::ALL {
        let (column, [a, b]) = match connector_type {
            ConnectorType::InternalEnrichment => (0, ["Report", "Indicator"]),
            ConnectorType::InternalAnalysis => (1, ["text/csv", "text/xml"]),
            ConnectorType::ExternalImport | ConnectorType::Stream => (2, ["A", "B"]),
            _ => (0, ["text/csv", "text/xml"]),
        };
        let named = |text: &str| text.replace('A', a).replace('B', b);
        for (scope, outcomes) in &table {
            let scope: Value = serde_json::from_str(&named(&scope.to_string())).unwrap();
            let connector = json!({"id": ID, "name": "Xy", "type": connector_type, "scope": scope});
            let raw: RawConnector = serde_json::from_value(connector).unwrap();
            let judged = raw.validate();
            let refusal = match &outcomes[column] {
                To(entries) => {
                    let judged = judged.unwrap_or_else(|e| panic!("{connector_type} {scope}: {e}"));
                    assert_eq!(
                        judged.scope_entries().collect::<Vec<_>>().join(","),
                        named(entries)
                    );
                    continue;
                }
                Refused(reason) => reason.clone(),
                MustGo => ScopeNotTaken(*connector_type),
            };
            assert_eq!(
                refusals(judged),
                [(Field::Scope, refusal)],
                "{connector_type} {scope}"
            );
        }
        let mut absent = stream();
        absent.connector_type = Some(connector_type.to_string());
        let refusal = (column == 0).then_some((Field::Scope, NoScope));
        assert_eq!(
            refusals(absent.validate()),
            Vec::from_iter(refusal),
            "{connector_type}"
        );
    }
}

#[test]
fn the_filler_among_other_entries_is_an_ordinary_entry() {
    let judged = |connector_type: &str, scope: &str| {
        let mut raw = stream();
        raw.connector_type = Some(connector_type.to_owned());
        raw.scope = Some(scope.into());
        raw.validate()
    };
    let enrichment = judged("INTERNAL_ENRICHMENT", "not-applicable,Report").unwrap();
    assert!(enrichment.scope_entries().eq(["not-applicable", "Report"]));
    for connector_type in ["INTERNAL_IMPORT_FILE", "INTERNAL_ANALYSIS"] {
        let refusals = refusals(judged(connector_type, "not-applicable,text/csv"));
        assert!(
            matches!(&*refusals, [(Field::Scope, NotMime(_))]),
            "{refusals:?}"
        );
    }
}

#[test]
fn the_entries_of_a_list_are_not_split_at_commas() {
    for (connector_type, list) in [
        ("INTERNAL_ENRICHMENT", json!(["Report,Indicator"])),
        ("INTERNAL_IMPORT_FILE", json!(["text/csv,text/xml"])),
        ("INTERNAL_ANALYSIS", json!([r#"text/plain; a="b,c""#])),
    ] {
        let connector = json!({"id": ID, "name": "Xy", "type": connector_type, "scope": list});
        let raw: RawConnector = serde_json::from_value(connector).unwrap();
        assert_eq!(refusals(raw.validate()), [(Field::Scope, Comma)]);
    }
}

#[test]
fn id_name_and_type_are_required_and_faults_follow_the_order_of_the_payload() {
    let missing = [Field::Id, Field::Name, Field::Type].map(|field| (field, Required));
    assert_eq!(refusals(RawConnector::default().validate()), missing);

    let raw = RawConnector::builder()
        .slug("")
        .version("é")
        .enrichment_resolution("")
        .listen_callback_uri("h")
        .xtm_one_intent(" ")
        .connector_type("INTERNAL_ENRICHMENT")
        .name("X")
        .build();
    let expected = [
        (Field::Id, Required),
        (Field::Name, TooShort(2)),
        (Field::Scope, NoScope),
        (Field::EnrichmentResolution, Empty),
        (Field::ListenCallbackUri, UriScheme),
        (Field::Version, OutsideAlphabet),
        (Field::Slug, Empty),
        (Field::XtmOneIntent, Blank),
    ];
    assert_eq!(refusals(raw.validate()), expected);
}
