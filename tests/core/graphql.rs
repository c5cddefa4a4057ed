//! Operations as data: what any HTTP stack can send, and what comes back.

use opencti_connector::graphql::{
    About, AcceptedFields, AddDraft, AddDraftContext, AddExpectations, AddWork, AnswerError,
    ConnectorInfo, DeleteWork, EndPlaybookStep, InvalidNumber, IsWorkAlive, Megabytes, Mutation,
    Operation, Ping, PingWork, PlaybookStep, PushAnalysis, PushBundle, PushExport, PushListExport,
    Query, ReadConnector, ReadStix, ReadStream, Register, ReportExpectation, Unregister,
    UploadPending, WorkError, WorkProcessed, WorkReceived,
};
use opencti_connector::{Connector, RegisterConnectorFields};
use proptest::prelude::*;
use serde_json::{Value, json};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

pub(crate) fn body(operation: &impl Operation) -> Value {
    let body = serde_json::to_value(operation).unwrap();
    assert_eq!(body["query"], *operation.document());
    body
}

#[test]
fn a_request_has_a_document_and_its_variables_and_nothing_else() {
    let connector = Connector::stream().id(ID).name("Splunk").build().unwrap();
    let state = json!({ "start_from": "1-0" });
    let info = ConnectorInfo::default();
    let error = WorkError::new("no such type", "indicator--1");
    for (body, variables) in [
        (
            body(&Register::new(connector.to_input())),
            serde_json::to_value(connector.to_input()).unwrap(),
        ),
        (
            body(&Ping::new(ID, Some(&state), &info)),
            json!({ "id": ID, "state": r#"{"start_from":"1-0"}"#, "connectorInfo": info }),
        ),
        // No state is the text `null`, as pycti writes it.
        (
            body(&Ping::new(ID, None, &info).for_version("6.2.11".parse().unwrap())),
            json!({ "id": ID, "state": "null" }),
        ),
        (body(&ReadConnector::new(ID)), json!({ "id": ID })),
        (body(&Unregister::new(ID)), json!({ "id": ID })),
        (body(&About::new()), json!({})),
        (body(&AcceptedFields::new()), json!({})),
        (
            body(&AddWork::new(ID, "Run")),
            json!({ "connectorId": ID, "friendlyName": "Run" }),
        ),
        (
            body(&AddWork::new(ID, "Run").multipart(true)),
            json!({ "connectorId": ID, "friendlyName": "Run", "isMultiPartWork": true }),
        ),
        (
            body(&WorkReceived::new("w", "m")),
            json!({ "id": "w", "message": "m" }),
        ),
        (
            body(&WorkProcessed::new("w", "m", true)),
            json!({ "id": "w", "message": "m", "inError": true }),
        ),
        (body(&PingWork::new("w")), json!({ "id": "w" })),
        (
            body(&AddExpectations::new("w", 3).unwrap()),
            json!({ "id": "w", "expectations": 3 }),
        ),
        (
            body(&ReportExpectation::new("w", None)),
            json!({ "id": "w", "error": null }),
        ),
        (
            body(&ReportExpectation::new("w", Some(error))),
            json!({ "id": "w", "error": { "error": "no such type", "source": "indicator--1" } }),
        ),
        (body(&IsWorkAlive::new("w")), json!({ "id": "w" })),
        (body(&DeleteWork::new("w")), json!({ "id": "w" })),
        (
            body(&AddDraftContext::new("w", "d")),
            json!({ "id": "w", "draftContext": "d" }),
        ),
        (
            body(&AddDraft::new("x.pdf", Some("report--1"))),
            json!({ "input": { "name": "x.pdf", "entity_id": "report--1" } }),
        ),
        (
            body(&AddDraft::new("x.pdf", None)),
            json!({ "input": { "name": "x.pdf", "entity_id": null } }),
        ),
        (
            body(&ReadStix::new("report--1")),
            json!({ "id": "report--1" }),
        ),
        (body(&ReadStream::new("s")), json!({ "id": "s" })),
        (
            body(&Query::new("{ me { name } }", &json!({ "first": 2 }))),
            json!({ "first": 2 }),
        ),
        (
            body(&PushBundle::new(ID, "{}")),
            json!({ "connectorId": ID, "bundle": "{}" }),
        ),
        (
            body(&PushBundle::new(ID, "{}").for_work("w")),
            json!({ "connectorId": ID, "bundle": "{}", "work_id": "w" }),
        ),
    ] {
        assert_eq!(body["variables"], variables);
        assert_eq!(body.as_object().unwrap().len(), 2);
    }
}

/// With each member that pycti 7.261026.0 sends, under the types that its document declares.
#[test]
fn a_step_of_a_playbook_is_told_as_the_message_named_it() {
    let mut message = json!({
        "execution_id": "e", "event_id": "1-0", "playbook_id": "p",
        "data_instance_id": "report--1", "step_id": "s2", "previous_step_id": "s1",
    });
    let start = "2026-11-24T11:12:46+00:00";
    for with_event in [true, false] {
        if !with_event {
            message.as_object_mut().unwrap().remove("event_id");
        }
        let execution: PlaybookStep = serde_json::from_value(message.clone()).unwrap();
        let step = EndPlaybookStep::new(&execution, start, "{}", r#"{"objects":[]}"#);
        let body = body(&step);
        let mut variables = message.clone();
        variables["execution_start"] = start.into();
        variables["previous_bundle"] = "{}".into();
        variables["bundle"] = r#"{"objects":[]}"#.into();
        assert_eq!(body["variables"], variables);
        let document = step.document();
        assert_eq!(document.contains("$event_id: ID!"), with_event);
        for (name, ty) in [
            ("execution_id", "ID!"),
            ("execution_start", "DateTime!"),
            ("data_instance_id", "ID!"),
            ("playbook_id", "ID!"),
            ("previous_step_id", "ID!"),
            ("step_id", "ID!"),
            ("previous_bundle", "String!"),
            ("bundle", "String!"),
        ] {
            assert!(document.contains(&format!("${name}: {ty}")), "{name}");
            assert!(document.contains(&format!("{name}: ${name}")), "{name}");
        }
    }
    let stray = json!({ "execution_id": "e" });
    assert!(serde_json::from_value::<PlaybookStep>(stray).is_err());
}

#[test]
fn the_documents_are_those_of_pycti() {
    let context = AddDraftContext::new("w", "d");
    let bundle = PushBundle::new(ID, "{}");
    for (document, expected) in [
        (
            context.document(),
            "mutation AddDraftContext($id: ID!, $draftContext: String) { workEdit(id: $id) { \
             addDraftContext(draftContext: $draftContext) } }",
        ),
        (
            AddDraft::new("x", None).document(),
            "mutation AddDraft($input: DraftWorkspaceAddInput!) { \
             draftWorkspaceAdd(input: $input) { id } }",
        ),
        (
            ReadStix::new("x").document(),
            "query StixQuery($id: String!) { stix(id: $id) }",
        ),
        (
            ReadStream::new("x").document(),
            "query StreamCollection($id: String!) { streamCollection(id: $id) { \
             id name description stream_live stream_public } }",
        ),
        (
            bundle.document(),
            "mutation StixBundlePush($connectorId: String!, $bundle: String!) { \
             stixBundlePush(connectorId: $connectorId, bundle: $bundle) }",
        ),
        (
            bundle.for_work("w").document(),
            "mutation StixBundlePush($connectorId: String!, $bundle: String!, $work_id: String) { \
             stixBundlePush(connectorId: $connectorId, bundle: $bundle, work_id: $work_id) }",
        ),
    ] {
        assert_eq!(document, expected);
    }
}

#[test]
fn a_document_of_ones_own_is_sent_as_it_is_and_answered_with_its_data() {
    let variables = json!({ "id": "label--1" });
    let query = Query::new("{ label { value } }", &variables);
    let mutation = Mutation::new("mutation { labelAdd { id } }", &variables);
    assert_eq!(body(&query)["query"], "{ label { value } }");
    assert_eq!(body(&mutation)["query"], "mutation { labelAdd { id } }");
    // What is a change is not sent twice.
    const { assert!(Query::IS_IDEMPOTENT && !Mutation::IS_IDEMPOTENT) };

    let answer = br#"{"data":{"label":null}}"#;
    assert_eq!(Query::parse(answer), Ok(json!({ "label": null })));
    assert_eq!(Mutation::parse(answer), Ok(json!({ "label": null })));
    let refused = br#"{"data":null,"errors":[{"message":"no"}]}"#;
    assert!(matches!(Query::parse(refused), Err(AnswerError::Errors(_))));
}

#[test]
fn an_entity_is_the_text_of_its_object_or_nothing() {
    for (answer, expected) in [
        (json!({ "stix": "{}" }), Some("{}".to_owned())),
        (json!({ "stix": null }), None),
    ] {
        let answer = json!({ "data": answer }).to_string();
        assert_eq!(ReadStix::parse(answer.as_bytes()), Ok(expected));
    }
    let wrong = ReadStix::parse(br#"{"data":{"stix":{"type":"report"}}}"#);
    assert!(matches!(wrong, Err(AnswerError::Unexpected { .. })));
    let draft = AddDraft::parse(br#"{"data":{"draftWorkspaceAdd":null}}"#);
    assert!(matches!(draft, Err(AnswerError::Unexpected { .. })));
    for done in ["true", "null"] {
        let pushed = format!(r#"{{"data":{{"stixBundlePush":{done}}}}}"#);
        assert_eq!(PushBundle::parse(pushed.as_bytes()), Ok(()));
        let step = format!(r#"{{"data":{{"playbookStepExecution":{done}}}}}"#);
        assert_eq!(EndPlaybookStep::parse(step.as_bytes()), Ok(()));
    }
    let refused = br#"{"data":null,"errors":[{"message":"no"}]}"#;
    assert!(matches!(
        EndPlaybookStep::parse(refused),
        Err(AnswerError::Errors(_))
    ));
}

#[test]
fn a_state_that_says_nothing_is_no_state() {
    for (state, expected) in [
        (json!(null), None),
        (json!(""), None),
        (json!("null"), None),
        (json!("{}"), None),
        (json!(r#"{"last_run":1}"#), Some(json!({ "last_run": 1 }))),
        // What is no JSON is not lost.
        (json!("2026-11-24"), Some(json!("2026-11-24"))),
    ] {
        let answer = json!({ "data": { "pingConnector": { "id": ID, "connector_state": state } } });
        let pong = Ping::parse(answer.to_string().as_bytes()).unwrap();
        assert_eq!(pong.state, expected);
    }
}

#[test]
fn an_introspection_tells_what_is_accepted_unless_it_is_off() {
    let fields = json!([{ "name": "id" }, { "name": "slug" }, { "name": "unheard_of" }]);
    let answer = json!({ "data": { "__type": { "inputFields": fields } } }).to_string();
    let accepted = AcceptedFields::parse(answer.as_bytes()).unwrap().unwrap();
    assert_eq!(accepted, RegisterConnectorFields::from_names(["slug"]));

    for off in [r#"{"data":{"__type":null}}"#, r#"{"data":null}"#] {
        assert_eq!(AcceptedFields::parse(off.as_bytes()), Ok(None));
    }
    let refused = br#"{"data":null,"errors":[{"message":"no"}]}"#;
    assert!(matches!(
        AcceptedFields::parse(refused),
        Err(AnswerError::Errors(_))
    ));
}

#[test]
fn an_error_is_told_with_its_code_its_path_and_its_reason() {
    for (error, shown) in [
        (
            json!({ "message": "no", "path": ["registerConnector", 0], "extensions": { "code": "FORBIDDEN_ACCESS" } }),
            "\"no\" (FORBIDDEN_ACCESS) at registerConnector.0",
        ),
        (
            json!({ "message": "Business validation", "name": "FunctionalError", "data": { "reason": "No connector found" } }),
            "\"Business validation: No connector found\" (FunctionalError)",
        ),
        (json!({}), "\"no message\""),
    ] {
        let answer = json!({ "data": null, "errors": [error] }).to_string();
        let error = About::parse(answer.as_bytes()).unwrap_err();
        assert!(matches!(&error, AnswerError::Errors(errors) if errors.len() == 1));
        assert_eq!(error.to_string(), shown);
    }
}

#[test]
fn a_secret_in_an_answer_of_another_form_is_not_repeated() {
    let answer = json!({ "data": { "registerConnector": {
        "id": ID,
        "config": { "connection": { "host": "h", "port": "pa55word", "user": "u", "pass": 55_555 } },
    } } });
    let error = Register::parse(answer.to_string().as_bytes()).unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(matches!(error, AnswerError::Unexpected { .. }));
    assert!(
        !shown.contains("pa55word") && !shown.contains("55555"),
        "{shown}"
    );
}

/// A registration's answer, in one line and in many, after white space and a byte order mark.
#[test]
fn an_answer_that_lost_its_end_shows_no_secret() {
    let secrets = ["pa55word", "acce55", "5ecret"];
    let answer = json!({ "data": { "registerConnector": { "id": ID, "config": {
        "connection": { "host": "h", "port": 5672, "user": "u", "pass": secrets[0] },
        "s3": { "endpoint": "s", "access_key": secrets[1], "secret_key": secrets[2] },
        "listen": "l", "listen_exchange": "x", "push": "p", "push_exchange": "y",
    } } } });
    let pretty = serde_json::to_string_pretty(&answer).unwrap();
    for whole in [
        answer.to_string(),
        pretty.replace('\n', " "),
        format!("\u{feff}\n\t{pretty}"),
    ] {
        // The parser takes no byte order mark.
        let is_read = Register::parse(whole.as_bytes()).is_ok();
        assert_eq!(is_read, !whole.starts_with('\u{feff}'));
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            let error = Register::parse(&whole.as_bytes()[..end]).unwrap_err();
            let shown = format!("{error} {error:?}");
            for secret in secrets {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
    }
}

#[test]
fn an_answer_of_no_graphql_server_is_told_by_its_beginning() {
    let line = "x".repeat(1000);
    for (body, kept) in [
        ("", ""),
        (" \n\t\n", ""),
        ("\n <html>\n<title>Log in</title>", "<html>"),
        ("upstream connect error", "upstream connect error"),
        (line.as_str(), &line[..256]),
        // JSON of another form, and JSON within a line.
        (r#"{"error":"pa55word"}"#, ""),
        (r#"["pa55word"]"#, ""),
        (r#""pa55word""#, ""),
        (r#"data: {"data":{"pass":"pa55word"}}"#, "data:"),
    ] {
        let error = About::parse(body.as_bytes()).unwrap_err();
        assert_eq!(error, AnswerError::NotGraphql(kept.into()), "{body}");
        let shown = if kept.is_empty() {
            "the body is empty, truncated JSON or JSON of another form"
        } else {
            "the body starts with \""
        };
        assert!(error.to_string().contains(shown), "{error}");
    }
}

#[test]
fn errors_that_are_null_are_none() {
    for errors in ["null", "[]"] {
        let answer = format!(r#"{{"errors":{errors},"data":{{"about":{{"version":"6.8.9"}}}}}}"#);
        assert_eq!(About::parse(answer.as_bytes()), Ok("6.8.9".into()));
    }
}

#[test]
fn a_request_holds_no_number_that_the_platform_cannot_read() {
    let most = i32::MAX.unsigned_abs();
    assert!(AddExpectations::new("w", most).is_ok());
    for number in [most + 1, u32::MAX] {
        let error = AddExpectations::new("w", number).unwrap_err();
        assert_eq!(error, InvalidNumber::TooLarge(number));
    }
    for number in [0.0, -1.0, 0.5, f64::MAX] {
        let size = Megabytes::try_from(number).unwrap();
        assert_eq!(serde_json::to_value(size).unwrap(), json!(number));
        assert_eq!(
            serde_json::from_value::<Megabytes>(json!(number)).unwrap(),
            size
        );
    }
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = Megabytes::try_from(number).unwrap_err();
        assert!(error.to_string().contains("is not a size"), "{error}");
    }
}

/// The members that answers have, so that garbage comes close to them.
const NAMES: &[&str] = &[
    "data",
    "errors",
    "message",
    "path",
    "extensions",
    "code",
    "name",
    "id",
    "about",
    "version",
    "registerConnector",
    "config",
    "connector_state",
    "__type",
    "inputFields",
    "pingConnector",
    "workAdd",
    "workEdit",
    "isWorkAlive",
    "connector",
    "stix",
    "draftWorkspaceAdd",
    "stixBundlePush",
    "playbookStepExecution",
    "stixDomainObjectEdit",
    "stixCoreObjectsExportPush",
    "stixCoreObjectEdit",
    "analysisPush",
    "uploadPending",
];

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(NAMES), inner), 0..5).prop_map(|members| {
                members
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()
            }),
        ]
    })
}

fn parse_with_all(body: &[u8]) {
    let _ = Register::parse(body);
    let _ = Ping::parse(body);
    let _ = ReadConnector::parse(body);
    let _ = Unregister::parse(body);
    let _ = About::parse(body);
    let _ = AcceptedFields::parse(body);
    let _ = AddWork::parse(body);
    let _ = WorkReceived::parse(body);
    let _ = IsWorkAlive::parse(body);
    let _ = ReadStix::parse(body);
    let _ = ReadStream::parse(body);
    let _ = Query::parse(body);
    let _ = AddDraft::parse(body);
    let _ = PushBundle::parse(body);
    let _ = EndPlaybookStep::parse(body);
    let _ = PushExport::parse(body);
    let _ = PushListExport::parse(body);
    let _ = PushAnalysis::parse(body);
    let _ = UploadPending::parse(body);
}

proptest! {
    #[test]
    fn no_body_panics(body in prop::collection::vec(any::<u8>(), 0..256)) {
        parse_with_all(&body);
    }

    #[test]
    fn no_json_panics(body in json_value()) {
        parse_with_all(body.to_string().as_bytes());
    }
}
