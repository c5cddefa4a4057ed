//! Messages: each form that the platform sends is read, and no other input does harm.

use opencti_connector::kind::{ConnectorType, Kind};
use opencti_connector::message::{
    AnalysisMessage, Content, EnrichmentMessage, ExportFileMessage, ExportScope, ExportType,
    ImportFileMessage, Internal, Message, MessageError, MessageFault, MessageReason, Mode,
    PushedPart, Trigger, ValidationMode,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

macro_rules! example {
    ($name:literal) => {
        include_bytes!(concat!("../data/messages/", $name, ".json")).as_slice()
    };
}

type Read = fn(&[u8]) -> Result<Internal, MessageError>;

/// Each example, with what reads messages of its kind.
const EXAMPLES: [(&[u8], Read); 12] = [
    (example!("enrichment_auto"), read::<EnrichmentMessage>),
    (example!("enrichment_manual"), read::<EnrichmentMessage>),
    (
        example!("enrichment_ioc_validation"),
        read::<EnrichmentMessage>,
    ),
    (example!("enrichment_old"), read::<EnrichmentMessage>),
    (example!("enrichment_playbook"), read::<EnrichmentMessage>),
    (example!("import_file"), read::<ImportFileMessage>),
    (example!("export_single"), read::<ExportFileMessage>),
    (example!("export_selection"), read::<ExportFileMessage>),
    (example!("export_query"), read::<ExportFileMessage>),
    (example!("export_query_before_6"), read::<ExportFileMessage>),
    (example!("analysis_fields"), read::<AnalysisMessage>),
    (example!("analysis_file"), read::<AnalysisMessage>),
];

const READERS: [Read; 4] = [
    read::<EnrichmentMessage>,
    read::<ImportFileMessage>,
    read::<ExportFileMessage>,
    read::<AnalysisMessage>,
];

const APPLICANT: &str = "88ec0c6a-13ce-5e39-b486-354fe4a7084f";
const ADDRESS: &str = "ipv4-addr--cbd67181-b9f8-595b-8bc3-3971e34fa1cc";
const MARKING: &str = "613f2e26-407d-48c7-9eca-b8e91df99dc9";

fn read<M: Message>(body: &[u8]) -> Result<Internal, MessageError> {
    M::parse(body).map(|message| message.internal().clone())
}

#[test]
fn an_automatic_enrichment_brings_entity_and_objects_as_text() {
    let message = EnrichmentMessage::parse(example!("enrichment_auto")).unwrap();
    let internal = &message.internal;
    assert_eq!(
        internal.work_id.as_deref(),
        Some("work_82b5_2026-11-24T11:00:00.000Z")
    );
    assert_eq!(internal.applicant_id, None);
    assert_eq!(internal.draft_id, None);
    assert_eq!(internal.trigger, Some(Trigger::Create));
    assert_eq!(internal.mode, Some(Mode::Auto));
    assert!(!message.is_playbook());
    assert_eq!(message.entity_id, ADDRESS);
    assert_eq!(message.entity_type.as_deref(), Some("IPv4-Addr"));
    let entity: Value = serde_json::from_str(&message.stix_entity.unwrap()).unwrap();
    assert_eq!(entity["value"], "198.51.100.3");
    let objects: Value = serde_json::from_str(&message.stix_objects.unwrap()).unwrap();
    assert_eq!(objects[1]["id"], "label--1");
    assert_eq!(message.bundle, None);
}

#[test]
fn an_enrichment_by_hand_may_bring_nothing_but_the_ids() {
    for (body, trigger, mode, entity_type) in [
        (
            example!("enrichment_manual"),
            Some(Trigger::Update),
            Some(Mode::Manual),
            Some("IPv4-Addr"),
        ),
        (example!("enrichment_old"), None, None, None),
    ] {
        let message = EnrichmentMessage::parse(body).unwrap();
        assert_eq!(message.internal.applicant_id, None);
        assert_eq!(message.internal.draft_id, None);
        assert_eq!(
            (message.internal.trigger, message.internal.mode),
            (trigger, mode)
        );
        assert_eq!(message.entity_id, ADDRESS);
        assert_eq!(message.entity_type.as_deref(), entity_type);
        assert_eq!((message.stix_entity, message.stix_objects), (None, None));
    }
}

#[test]
fn a_request_for_ioc_validation_brings_a_whole_bundle() {
    let message = EnrichmentMessage::parse(example!("enrichment_ioc_validation")).unwrap();
    assert_eq!(message.internal.applicant_id.as_deref(), Some(APPLICANT));
    assert_eq!(
        message.entity_type.as_deref(),
        Some("IOC-Validation-Request")
    );
    let bundle: Value = serde_json::from_str(&message.stix_objects.unwrap()).unwrap();
    assert_eq!(bundle["objects"][0]["id"], "indicator--1");
}

#[test]
fn a_step_of_a_playbook_brings_a_bundle_as_an_object() {
    let message = EnrichmentMessage::parse(example!("enrichment_playbook")).unwrap();
    assert!(message.is_playbook());
    assert_eq!(message.internal.work_id, None);
    let step = message.internal.playbook.unwrap();
    assert_eq!(
        (&*step.step_id, &*step.previous_step_id),
        ("step-2", "step-1")
    );
    assert_eq!(step.event_id.as_deref(), Some("1771-0"));
    assert_eq!(step.execution_id, "e1c0");
    assert_eq!(step.playbook_id, "9d1a");
    assert_eq!(step.data_instance_id, ADDRESS);
    assert_eq!(message.entity_type, None);
    assert_eq!(message.bundle.unwrap()["objects"][0]["id"], ADDRESS);
}

#[test]
fn an_import_brings_a_file_and_how_to_validate() {
    let message = ImportFileMessage::parse(example!("import_file")).unwrap();
    assert_eq!(message.internal.applicant_id.as_deref(), Some(APPLICANT));
    assert_eq!(message.internal.draft_id.as_deref(), Some("d7a4"));
    assert_eq!(message.file.id, "import/Report/9f0a/threats.pdf");
    assert_eq!(message.file.name(), "threats.pdf");
    assert_eq!(message.file.mime.as_deref(), Some("application/pdf"));
    assert_eq!(
        message.file.fetch,
        "/storage/get/import/Report/9f0a/threats.pdf"
    );
    assert_eq!(message.file_markings, [MARKING]);
    assert_eq!(message.entity_id.as_deref(), Some("report--1"));
    assert_eq!(message.validation_mode, ValidationMode::Workbench);
    assert!(!message.bypass_validation);
    assert!(message.force_validation);
    assert_eq!(message.configuration.as_deref(), Some("{\"pages\": 3}"));
}

#[test]
fn what_an_import_leaves_out_has_the_defaults_of_pycti() {
    let body = br#"{"internal": {}, "event": {"file_id": "threats.pdf"}}"#;
    let message = ImportFileMessage::parse(body).unwrap();
    assert_eq!(message.internal, Internal::default());
    assert_eq!(message.file.name(), "threats.pdf");
    assert_eq!(message.file.fetch, "/storage/get/threats.pdf");
    assert!(message.file_markings.is_empty());
    assert_eq!((message.entity_id, message.configuration), (None, None));
    assert_eq!(message.validation_mode, ValidationMode::Draft);
    assert!(!message.bypass_validation && !message.force_validation);
}

#[test]
fn an_export_is_of_one_entity_a_selection_or_a_list() {
    let message = ExportFileMessage::parse(example!("export_single")).unwrap();
    assert_eq!(
        (message.internal.trigger, message.internal.mode),
        (None, Some(Mode::Manual))
    );
    assert!(message.file_name.ends_with("_Report-x_full.csv"));
    assert_eq!(message.format.as_deref(), Some("text/csv"));
    assert_eq!(message.export_type, Some(ExportType::Full));
    assert_eq!(message.entity_name.as_deref(), Some("x"));
    assert_eq!(message.entity_type.as_deref(), Some("Report"));
    assert_eq!(message.file_markings, [MARKING]);
    assert_eq!(message.main_filter.unwrap()["mode"], "and");
    assert_eq!(message.access_filter.unwrap()["mode"], "or");
    assert_eq!(message.max_marking, None);
    let ExportScope::Single { entity_id, .. } = message.scope else {
        panic!("{:?}", message.scope);
    };
    assert_eq!(entity_id, "0b6c9a9c-3f0e-4f0c-9d1a-1f6f6a0f7a11");

    let message = ExportFileMessage::parse(example!("export_selection")).unwrap();
    assert_eq!(
        (message.internal.trigger, message.internal.mode),
        (None, None)
    );
    assert_eq!(message.export_type, Some(ExportType::Simple));
    assert_eq!(message.access_filter, None);
    let ExportScope::Selection {
        selected_ids,
        list_params,
        ..
    } = message.scope
    else {
        panic!("{:?}", message.scope);
    };
    assert_eq!(selected_ids, ["0b6c9a9c", "1c7d0bad"]);
    assert_eq!(list_params["visible_columns"], json!(["name"]));

    for (body, max_marking) in [
        (example!("export_query"), None),
        (example!("export_query_before_6"), Some(MARKING)),
    ] {
        let message = ExportFileMessage::parse(body).unwrap();
        assert!(message.file_markings.is_empty());
        assert_eq!((message.main_filter, message.access_filter), (None, None));
        assert_eq!(message.max_marking.as_deref(), max_marking);
        let ExportScope::Query {
            list_params,
            container_id,
            ..
        } = message.scope
        else {
            panic!("{:?}", message.scope);
        };
        assert_eq!(list_params["search"], "apt");
        assert_eq!(container_id.as_deref(), Some("container-1"));
    }
}

#[test]
fn an_analysis_is_of_fields_or_of_a_file() {
    let message = AnalysisMessage::parse(example!("analysis_fields")).unwrap();
    assert_eq!(message.internal.work_id.as_deref(), Some("work_1"));
    assert_eq!(message.entity_id, "report--1");
    assert_eq!(message.entity_type.as_deref(), Some("Report"));
    assert_eq!(message.content_source, "content_mapping");
    assert_eq!(
        message.analysis_name,
        "fields_analysis_content_mapping.analysis"
    );
    let Content::Fields(fields) = message.content else {
        panic!("{:?}", message.content);
    };
    assert_eq!(fields, ["description", "content"]);

    let message = AnalysisMessage::parse(example!("analysis_file")).unwrap();
    assert_eq!(message.content_source, "import/Report/9f0a/threats.pdf");
    assert_eq!(message.analysis_name, "file_analysis_threats.pdf.analysis");
    let Content::File(file) = message.content else {
        panic!("{:?}", message.content);
    };
    assert_eq!(file.id, "import/Report/9f0a/threats.pdf");
    assert_eq!(file.mime.as_deref(), Some("application/pdf"));
    assert_eq!(file.fetch, "/storage/get/import/Report/9f0a/threats.pdf");
}

#[test]
fn words_of_later_platforms_are_kept() {
    let body = br#"{"internal": {"trigger": "delete", "mode": "Auto"},
                    "event": {"file_id": "x", "validation_mode": "later"}}"#;
    let message = ImportFileMessage::parse(body).unwrap();
    assert_eq!(
        message.internal.trigger,
        Some(Trigger::Other("delete".into()))
    );
    assert_eq!(message.internal.mode.unwrap(), "Auto");
    assert_eq!(message.validation_mode.to_string(), "later");
}

#[test]
fn a_message_is_of_one_kind() {
    const fn kind_of<M: Message>() -> ConnectorType {
        M::Kind::TYPE
    }
    assert_eq!(
        kind_of::<EnrichmentMessage>(),
        ConnectorType::InternalEnrichment
    );
    assert_eq!(
        kind_of::<ImportFileMessage>(),
        ConnectorType::InternalImportFile
    );
    assert_eq!(
        kind_of::<ExportFileMessage>(),
        ConnectorType::InternalExportFile
    );
    assert_eq!(
        kind_of::<AnalysisMessage>(),
        ConnectorType::InternalAnalysis
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table of cases")]
fn every_fault_is_told_in_words() {
    let cases: [(Read, Value, &str); 14] = [
        (
            READERS[0],
            json!(null),
            "the message is null; it has to be an object",
        ),
        (
            READERS[0],
            json!([]),
            "the message is a list; it has to be an object",
        ),
        (
            READERS[0],
            json!({}),
            "`internal` is missing; it has to be an object\n\
             `event` is missing; it has to be an object",
        ),
        (
            READERS[0],
            json!({"internal": {"draft_id": true}, "event": "x"}),
            "`internal.draft_id` is true; it has to be text\n\
             `event` is text; it has to be an object",
        ),
        (
            READERS[0],
            json!({"internal": {}, "event": {"entity_id": ""}}),
            "`event.entity_id` is missing; it has to be the id of the entity",
        ),
        (
            READERS[0],
            json!({"internal": {}, "event": {"enrichment_batch": "[]"}}),
            "`event.enrichment_batch` asks for many entities at once, which cannot be read; \
             register the connector without a batch capability, so that it is asked for one at a \
             time",
        ),
        (
            READERS[0],
            json!({"internal": {}, "event": {"entity_id": "x", "stix_entity": "[]",
                                             "stix_objects": "{}"}}),
            "`event.stix_entity` is text of another form; it has to be the JSON text of an object\n\
             `event.stix_objects` is text of another form; it has to be the JSON text of a list of \
             objects, or of a bundle",
        ),
        (
            READERS[0],
            json!({"internal": {"playbook": {"step_id": null}}, "event": {"entity_id": "x"}}),
            "`internal.playbook.execution_id` is missing; it has to be the id of the run\n\
             `internal.playbook.playbook_id` is missing; it has to be the id of the playbook\n\
             `internal.playbook.data_instance_id` is missing; it has to be the id of the object it \
             is about\n\
             `internal.playbook.step_id` is missing; it has to be the id of the step\n\
             `internal.playbook.previous_step_id` is missing; it has to be the id of the step \
             before\n\
             `event.bundle` is missing; it has to be a bundle",
        ),
        (
            READERS[0],
            json!({"internal": {"playbook": {"execution_id": "e", "playbook_id": "p",
                                             "data_instance_id": "x", "step_id": "2",
                                             "previous_step_id": "1"}},
                   "event": {"entity_id": "x", "bundle": {"objects": "[]"}}}),
            "`event.bundle.objects` is text; it has to be a list of objects",
        ),
        (
            READERS[1],
            json!({"internal": {}, "event": {"file_markings": ["x", 1, null]},
                   "configuration": {}}),
            "`event.file_id` is missing; it has to be the id of the file\n\
             `event.file_markings[1]` is a number; it has to be text\n\
             `event.file_markings[2]` is null; it has to be text\n\
             `configuration` is an object; it has to be text",
        ),
        (
            READERS[2],
            json!({"internal": {}, "event": {"export_scope": "all\n"}}),
            "`event.file_name` is missing; it has to be the name of the file\n\
             `event.export_scope` is \"all\\n\"; it has to be one of single, selection, query",
        ),
        (
            READERS[2],
            json!({"internal": {}, "event": {"export_scope": "selection", "file_name": "x"}}),
            "`event.selected_ids` is missing; it has to be a list of ids",
        ),
        (
            READERS[3],
            json!({"internal": {}, "event": {"entity_id": "x", "content_type": "fields",
                                             "content_source": "x", "analysis_name": 1}}),
            "`event.content_fields` is missing; it has to be the names of fields\n\
             `event.analysis_name` is a number; it has to be text",
        ),
        (
            READERS[3],
            json!({"internal": {}, "event": {"entity_id": "x", "content_source": "x",
                                             "analysis_name": "x"}}),
            "`event.content_type` is missing; it has to be one of fields, file",
        ),
    ];
    for (read, message, expected) in cases {
        let error = read(message.to_string().as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.faults().len(), expected.lines().count());
    }
}

#[test]
fn what_is_not_json_is_told_without_its_text() {
    for body in [
        "",
        "<html>secret</html>",
        "{\"internal\": {\"work_id\": \"secret",
        "\u{feff}{}",
    ] {
        for read in READERS {
            let error = read(body.as_bytes()).unwrap_err();
            assert!(
                error.to_string().starts_with("the message is not JSON ("),
                "{error}"
            );
            assert!(!error.to_string().contains("secret"), "{error}");
            assert!(matches!(
                error.faults()[0].reason(),
                MessageReason::NotJson(_)
            ));
            assert_eq!(error.work_id(), None);
        }
    }
    let invalid_utf8 = b"{\"internal\": {}, \"event\": {\"entity_id\": \"\xff\"}}";
    assert!(EnrichmentMessage::parse(invalid_utf8).is_err());
}

#[test]
fn deep_json_overflows_no_stack() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let as_text = json!({"internal": {}, "event": {"entity_id": "x", "stix_objects": deep}});
    assert!(EnrichmentMessage::parse(as_text.to_string().as_bytes()).is_ok());
    let as_it_is = format!(r#"{{"internal": {{}}, "event": {{"entity_id": "x", "y": {deep}}}}}"#);
    for read in READERS {
        assert!(read(as_it_is.as_bytes()).is_err());
    }
}

#[test]
fn the_work_of_a_message_that_cannot_be_parsed_is_still_read() {
    let internal =
        r#""internal": {"draft_id": null, "x": [{"work_id": "no"}], "work_id": "work_1"}"#;
    let deep = "[".repeat(200) + &"]".repeat(200);
    let bodies = [
        format!(r#"{{{internal}, "event": {{"entity_id": "x", "y": {deep}}}}}"#).into_bytes(),
        format!(r#"{{"event": {{"y": {deep}}}, {internal}}}"#).into_bytes(),
        format!(r#"{{{internal}, "event": {{"y": 1e400}}}}"#).into_bytes(),
        format!(r#"{{{internal}, "event": {{"y": "#).into_bytes(),
        format!(r#"{{"a\"}}": "{{\\", "event": 1e400, {internal}}}"#).into_bytes(),
        br#"{"intern\u0061l": {"work\u005fid" : "work\u005f1"}, "event": 1e400}"#.to_vec(),
        [b"{\"event\": \"\xff\\\"\", ", internal.as_bytes(), b"}"].concat(),
    ];
    for body in &bodies {
        for read in READERS {
            let error = read(body).unwrap_err();
            let text = String::from_utf8_lossy(body);
            assert_eq!(error.work_id(), Some("work_1"), "{text}");
            assert!(matches!(
                error.faults()[0].reason(),
                MessageReason::NotJson(_)
            ));
        }
    }
    // What stands elsewhere is another's, or nobody's.
    for body in [
        r#"[{"internal": {"work_id": "no"}}"#,
        r#"{"event": {"internal": {"work_id": "no"}}"#,
        r#"{"internal": [{"work_id": "no"}]"#,
        r#"{"internal": {"a": {"work_id": "no"}}"#,
        r#"{"internal": {"work_id": ["no"]}"#,
        r#"{"internal": {"work_id": ""}"#,
        r#"{"internal": {}} {"internal": {"work_id": "no"}}"#,
        r#"{"internal": "x", "work_id": "no""#,
        r#"{"event": "internal", {"work_id": "no"}"#,
        r#"{"event": "\"internal\": {\"work_id\": \"no\"}""#,
    ] {
        let error = EnrichmentMessage::parse(body.as_bytes()).unwrap_err();
        assert_eq!(error.work_id(), None, "{body}");
    }
}

/// The paths of all members of the message, the inner ones of what is handed on left out.
fn paths(message: &Value) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut open = vec![Vec::new()];
    while let Some(path) = open.pop() {
        let at = path
            .iter()
            .fold(message, |at, name: &String| &at[name.as_str()]);
        let is_handed_on = path.len() == 2 && path[0] == "event";
        for name in at
            .as_object()
            .filter(|_| !is_handed_on)
            .into_iter()
            .flat_map(Map::keys)
        {
            let path = [&path[..], std::slice::from_ref(name)].concat();
            paths.push(path.clone());
            open.push(path);
        }
    }
    paths
}

/// The object that holds the member of this path.
fn holder<'m>(message: &'m mut Value, path: &[String]) -> &'m mut Map<String, Value> {
    let holders = &path[..path.len() - 1];
    let holder = holders
        .iter()
        .fold(message, |at, name| &mut at[name.as_str()]);
    holder.as_object_mut().unwrap()
}

#[test]
fn every_member_of_another_type_is_a_fault_at_its_path() {
    let mut members = 0;
    for (body, read) in EXAMPLES {
        let example: Value = serde_json::from_slice(body).unwrap();
        for path in paths(&example) {
            let mut message = example.clone();
            holder(&mut message, &path).insert(path.last().unwrap().clone(), json!(7));
            let read = read(message.to_string().as_bytes());
            if path.last().unwrap() == "event_type" {
                assert!(
                    read.is_ok(),
                    "the queue tells the kind, so that it is not looked at"
                );
                continue;
            }
            let error = read.unwrap_err();
            let found: Vec<_> = error.faults().iter().map(MessageFault::path).collect();
            assert_eq!(found, [path.join(".")], "{error}");
            members += 1;
        }
    }
    assert!(members > 100, "{members}");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z\\[\\]{}:,\"0-9\0é]{0,9}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec(("[a-z_]{0,9}", inner), 0..4)
                .prop_map(|members| Value::from(Map::from_iter(members))),
        ]
    })
}

proptest! {
    #[test]
    fn a_changed_member_is_tolerated_or_named(
        (body, read) in select(&EXAMPLES[..]),
        at in any::<Index>(),
        renamed in proptest::option::of("[a-z]{1,9}"),
        value in proptest::option::of(any_json()),
    ) {
        let mut message: Value = serde_json::from_slice(body).unwrap();
        let work_id = message["internal"]["work_id"].as_str().map(str::to_owned);
        let paths = paths(&message);
        let path = at.get(&paths);
        let name = path.last().unwrap();
        // Dropped, renamed, of another value, or both.
        let holder = holder(&mut message, path);
        let old = holder.remove(name).unwrap();
        let at = renamed.as_ref().or(value.as_ref().map(|_| name));
        if let Some(at) = at {
            holder.insert(at.clone(), value.unwrap_or(old));
        }
        let body = message.to_string();
        if let Err(error) = read(body.as_bytes()) {
            let path = path.join(".");
            for fault in error.faults() {
                let rest = fault.path().strip_prefix(&path);
                prop_assert!(
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])),
                    "{error} is not about {path}"
                );
            }
            if !path.starts_with("internal") || path.contains("playbook") {
                prop_assert_eq!(error.work_id(), work_id.as_deref());
            }
        }
        for read in READERS {
            if let Err(error) = read(body.as_bytes()) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn the_work_is_read_up_to_where_a_message_breaks(
        internal in vec(("[a-z_\"\\\\{}]{0,9}", any_json()), 0..4),
        before in vec(("[a-z_\"\\\\{}]{0,9}", any_json()), 0..4),
        work_id in "[a-z0-9\"\\\\{}é]{1,20}",
        wrong in vec(any::<u8>(), 0..50),
    ) {
        let mut internal: Map<_, _> = internal.into_iter().collect();
        internal.insert("work_id".into(), work_id.clone().into());
        let mut message: Map<_, _> = before.into_iter().collect();
        message.insert("internal".into(), internal.into());
        let whole = Value::from(message).to_string();
        let mut broken = whole.strip_suffix('}').unwrap().to_owned().into_bytes();
        broken.extend(b", \"event\": 1e400, ");
        broken.extend(wrong);
        for read in READERS {
            let error = read(&broken).unwrap_err();
            prop_assert_eq!(error.work_id(), Some(&*work_id));
        }
    }

    #[test]
    fn any_json_and_any_bytes_are_read_or_refused(
        json in any_json(),
        event in any_json(),
        bytes in vec(any::<u8>(), 0..50),
        (example, _) in select(&EXAMPLES[..]),
        cut in any::<Index>(),
    ) {
        let message = json!({"internal": json, "event": event}).to_string();
        for read in READERS {
            for body in [message.as_bytes(), json.to_string().as_bytes(), &bytes] {
                if let Err(error) = read(body) {
                    prop_assert!(!error.faults().is_empty());
                }
            }
            let cut = &example.trim_ascii()[..cut.index(example.trim_ascii().len())];
            prop_assert!(read(cut).is_err());
        }
    }
}

#[test]
fn a_part_is_enveloped_as_pycti_does() {
    let part = PushedPart::new(2, "e30=")
        .applicant_id(Some("user"))
        .update(true);
    assert_eq!(
        serde_json::to_string(&part.work_id(Some("work_1"))).unwrap(),
        r#"{"bundle_type":"QUEUE_BUNDLE","applicant_id":"user","action_sequence":2,"#.to_owned()
            + r#""entities_types":[],"content":"e30=","update":true,"draft_id":null,"#
            + r#""no_split":false,"work_id":"work_1"}"#
    );
    let part = PushedPart::new(1, "e30=")
        .draft_id(Some("d"))
        .no_split(true);
    assert_eq!(
        serde_json::to_value(part.entities_types(&["Report"])).unwrap(),
        json!({
            "bundle_type": "QUEUE_BUNDLE", "applicant_id": null, "action_sequence": 1,
            "entities_types": ["Report"], "content": "e30=", "update": false, "draft_id": "d",
            "no_split": true,
        })
    );
}
