//! Each part of the protocol on both sides of the version that brought it. The embedded platform
//! knows these versions by itself, and its engine is the judge.

use opencti_connector::client::{Client, ErrorKind};
use opencti_connector::graphql::{
    AddDraft, AddDraftContext, AddExpectations, AddWork, AnalysedContent, ConnectorInfo,
    DeleteWork, EndPlaybookStep, ExportedList, IsWorkAlive, ListStix, Mutation, Operation,
    PingWork, PlaybookStep, PushAnalysis, PushBundle, PushExport, PushListExport, Query,
    ReadConnector, ReadStix, ReadStream, Register, ReportExpectation, StixList, Unregister, Upload,
    UploadPending, WorkProcessed, WorkReceived,
};
use opencti_connector::{Connector, Field, RegisterConnectorFields, mime};
use platform::{Introspection, Options, Platform};
use serde_json::{Value, json};

use crate::registration::{ID, client, connector, import, start};

/// The first work of the connector, as the embedded platform names it.
const WORK: &str = "work_550e8400-e29b-41d4-a716-446655440000_1";

/// An entity of the platform.
const ENTITY: &str = "report--9f0a2b4c-7a9b-4a51-9f5e-7d0d5a3a7a11";

/// What the platform answers to the operation, whatever its version. Its parts, where it has a
/// file, are all that the data say of it.
async fn sent_anyway(platform: &Platform, operation: &impl Operation) -> Value {
    let request = reqwest::Client::new()
        .post(format!("{}/graphql", platform.url()))
        .bearer_auth(platform.token());
    let json = serde_json::to_string(operation).unwrap();
    let request = match operation.upload() {
        None => request
            .header("content-type", "application/json")
            .body(json),
        Some(file) => request
            .header("content-type", "multipart/form-data; boundary=part")
            .body(format!(
                "--part\r\ncontent-disposition: form-data; name=\"operations\"\r\n\r\n{json}\r\n\
                 --part\r\ncontent-disposition: form-data; name=\"map\"\r\n\r\n{}\r\n\
                 --part\r\ncontent-disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
                 content-type: {}\r\n\r\n{}\r\n--part--\r\n",
                Upload::MAP,
                Upload::PART,
                file.name(),
                file.mime(),
                str::from_utf8(file.content()).unwrap(),
            )),
    };
    request.send().await.unwrap().json().await.unwrap()
}

async fn refused_before_and_done_since(
    last_without: &'static str,
    first: &'static str,
    operation: &impl Operation,
) {
    let name = operation.document();
    assert_eq!(operation.since(), first.parse().unwrap(), "{name}");

    let platform = start(last_without);
    let error = client(&platform).execute(operation).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::PlatformTooOld, "{error}");
    let text = error.to_string();
    assert!(
        text.contains(first) && text.contains(last_without),
        "{text}"
    );
    assert!(error.operation().is_some_and(|name| text.starts_with(name)));
    // The question for the version, and nothing else.
    assert_eq!(platform.requests(), 1, "{name}");
    platform.add_entity(ENTITY, json!({ "type": "report", "id": ENTITY }));
    let answer = sent_anyway(&platform, operation).await;
    assert!(answer["errors"].is_array(), "{last_without} takes {name}");

    let platform = start(first);
    platform.add_entity(ENTITY, json!({ "type": "report", "id": ENTITY }));
    let client = client(&platform);
    let registration = client.register(&import()).await.unwrap();
    if operation.since() > "4.0.0".parse().unwrap() {
        let work = registration.add_work("Run").await.unwrap();
        assert_eq!(work.id(), WORK);
    }
    if let Err(error) = client.execute(operation).await {
        panic!("{first}: {error}");
    }
}

#[tokio::test]
async fn an_operation_is_not_sent_to_a_platform_that_is_older() {
    refused_before_and_done_since("3.3.3", "4.0.0", &Unregister::new(ID)).await;
    refused_before_and_done_since("3.3.3", "4.0.0", &AddWork::new(ID, "Run")).await;
    let multipart = AddWork::new(ID, "Run").multipart(true);
    refused_before_and_done_since("7.260417.0", "7.260422.0", &multipart).await;
    refused_before_and_done_since("4.0.2", "4.0.3", &WorkReceived::new(WORK, "m")).await;
    refused_before_and_done_since("4.0.2", "4.0.3", &WorkProcessed::new(WORK, "m", true)).await;
    let expectations = AddExpectations::new(WORK, 2).unwrap();
    refused_before_and_done_since("4.0.2", "4.0.3", &expectations).await;
    refused_before_and_done_since("4.0.2", "4.0.3", &ReportExpectation::new(WORK, None)).await;
    refused_before_and_done_since("4.0.2", "4.0.3", &DeleteWork::new(WORK)).await;
    refused_before_and_done_since("5.0.3", "5.1.0", &PingWork::new(WORK)).await;
    refused_before_and_done_since("6.1.11", "6.1.12", &ReadConnector::new(ID)).await;
    refused_before_and_done_since("6.8.6", "6.8.7", &IsWorkAlive::new(WORK)).await;
    let context = AddDraftContext::new(WORK, "draft_1");
    refused_before_and_done_since("6.5.0", "6.5.1", &context).await;
    refused_before_and_done_since("5.2.4", "5.3.0", &ReadStix::new(ENTITY)).await;
    refused_before_and_done_since("5.6.2", "5.7.0", &ReadStream::new("s")).await;
    let draft = AddDraft::new("threats.pdf", Some(ENTITY));
    refused_before_and_done_since("6.3.14", "6.4.0", &draft).await;
    let bundle = PushBundle::new(ID, r#"{"type":"bundle"}"#);
    refused_before_and_done_since("6.2.19", "6.3.0", &bundle).await;
    refused_before_and_done_since("6.5.6", "6.5.7", &bundle.for_work(WORK)).await;
}

#[tokio::test]
async fn a_step_of_a_playbook_is_told_as_its_message_was() {
    let mut message = json!({
        "execution_id": "e", "event_id": "1760000000000-0", "playbook_id": "p",
        "data_instance_id": ENTITY, "step_id": "s2", "previous_step_id": "s1",
    });
    let execution: PlaybookStep = serde_json::from_value(message.clone()).unwrap();
    let (began, bundle) = ("2026-11-24T11:12:46+00:00", r#"{"type":"bundle"}"#);
    let step = EndPlaybookStep::new(&execution, began, "{}", bundle);
    refused_before_and_done_since("6.0.10", "6.1.0", &step).await;

    let platform = start("7.261008.0");
    client(&platform).execute(&step).await.unwrap();
    let kept = &platform.playbook_steps()[0];
    assert_eq!(kept["bundle"], bundle);
    assert_eq!(kept["previous_bundle"], "{}");
    assert_eq!(kept["event_id"], "1760000000000-0");

    message.as_object_mut().unwrap().remove("event_id");
    let execution: PlaybookStep = serde_json::from_value(message).unwrap();
    let step = EndPlaybookStep::new(&execution, began, "{}", bundle);
    refused_before_and_done_since("5.10.3", "5.11.0", &step).await;
}

#[tokio::test]
async fn what_is_sent_comes_back_as_it_was_kept() {
    let platform = start("7.261008.0");
    let client = client(&platform);
    assert_eq!(client.execute(&ReadStix::new(ENTITY)).await.unwrap(), None);
    let entity = json!({ "type": "report", "id": ENTITY });
    platform.add_entity(ENTITY, entity.clone());
    let text = client.execute(&ReadStix::new(ENTITY)).await.unwrap();
    let read: Value = serde_json::from_str(&text.unwrap()).unwrap();
    assert_eq!(read, entity);

    let read = ReadStream::new("s");
    assert_eq!(client.execute(&read).await.unwrap(), None);
    let stream = json!({ "name": "SIEM", "stream_live": true, "stream_public": false });
    platform.add_stream("s", stream);
    let stream = client.execute(&read).await.unwrap().unwrap();
    assert_eq!((&*stream.id, stream.name.as_deref()), ("s", Some("SIEM")));
    assert_eq!((stream.live, stream.public), (Some(true), Some(false)));
    assert_eq!(stream.description, None);

    let add = AddDraft::new("threats.pdf", Some(ENTITY));
    let draft = client.execute(&add).await.unwrap();
    let kept = json!({ "id": draft, "name": "threats.pdf", "entity_id": ENTITY });
    assert_eq!(platform.drafts(), [kept]);

    let registration = client.register(&import()).await.unwrap();
    let work = registration.add_work("Run").await.unwrap();
    let context = AddDraftContext::new(work.id(), &draft);
    client.execute(&context).await.unwrap();
    assert_eq!(platform.works()[work.id()]["draft_context"], draft);

    let push = PushBundle::new(ID, "{}").for_work(work.id());
    client.execute(&push).await.unwrap();
    let kept = json!({ "connectorId": ID, "bundle": "{}", "work_id": work.id() });
    assert_eq!(platform.bundles(), [kept]);
}

#[tokio::test]
async fn a_document_of_ones_own_is_answered_by_the_platform() {
    let platform = start("7.261008.0");
    platform.add_entity(ENTITY, json!({ "type": "report", "id": ENTITY }));
    let registration = client(&platform).register(&import()).await.unwrap();
    let client = registration.client();

    let id = json!({ "id": ENTITY });
    let query = Query::new("query($id: String!) { stix(id: $id) }", &id);
    let data = client.execute(&query).await.unwrap();
    let read: Value = serde_json::from_str(data["stix"].as_str().unwrap()).unwrap();
    assert_eq!(read["type"], "report");

    let name = json!({ "id": ID, "name": "By hand" });
    let document = "mutation($id: String!, $name: String) { \
                    workAdd(connectorId: $id, friendlyName: $name) { id } }";
    let data = client.execute(&Mutation::new(document, &name)).await;
    assert_eq!(data.unwrap()["workAdd"]["id"], WORK);
    assert_eq!(platform.works()[WORK]["name"], "By hand");

    let error = client.execute(&Query::new("{ unheardOf }", &id)).await;
    let error = error.unwrap_err();
    assert!(error.to_string().contains("unheardOf"), "{error}");
}

#[tokio::test]
async fn a_list_is_not_asked_of_a_platform_that_is_older() {
    let filters = json!({ "mode": "and", "filters": [], "filterGroups": [] });
    for (last_without, first, list) in [
        ("5.11.14", "5.12.0", StixList::CoreObjects),
        ("5.12.15", "5.12.16", StixList::Relationships),
        ("5.12.15", "5.12.16", StixList::Sightings),
        ("6.0.10", "6.1.0", StixList::Any),
    ] {
        let list = ListStix::new(list)
            .types(&["Report"])
            .connected_with(ENTITY)
            .filters(&filters)
            .order(Some("created_at"), Some("desc"));
        refused_before_and_done_since(last_without, first, &list).await;
    }
}

#[tokio::test]
async fn a_list_has_pages_and_relationships_have_ends() {
    let platform = start("7.261008.0");
    for number in 0..5 {
        let id = format!("tool--{number}");
        platform.add_entity(&format!("t{number}"), json!({ "type": "tool", "id": id }));
    }
    platform.add_entity(
        "r",
        json!({ "type": "relationship", "id": "relationship--r", "source_ref": "tool--0",
                "target_ref": "tool--1" }),
    );
    platform.hide("t1", "user-1");
    let client = client(&platform);
    let tools = ListStix::new(StixList::CoreObjects)
        .types(&["Tool"])
        .first(2);
    let mut ids = Vec::new();
    let mut pages = 0;
    let mut cursor = None;
    loop {
        let page = client
            .execute(&tools.after(cursor.as_deref()))
            .await
            .unwrap();
        ids.extend(
            page.listed
                .into_iter()
                .map(|tool| [tool.id, tool.standard_id]),
        );
        pages += 1;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(pages, 3);
    let all = [0, 1, 2, 3, 4].map(|number| [format!("t{number}"), format!("tool--{number}")]);
    assert_eq!(ids, all);

    let relationships = ListStix::new(StixList::Relationships).connected_with("t0");
    let page = client.execute(&relationships).await.unwrap();
    let both = ["tool--0", "tool--1"].map(|id| Some(id.to_owned()));
    assert_eq!(page.listed[0].ends, both);
    let of_user = client.acting_as("user-1");
    let page = of_user.execute(&relationships).await.unwrap();
    assert_eq!(page.listed[0].ends, [Some("tool--0".to_owned()), None]);
    let any = of_user
        .execute(&ListStix::new(StixList::Any))
        .await
        .unwrap();
    assert_eq!(any.listed.len(), 5);
}

#[tokio::test]
async fn a_file_is_not_sent_to_a_platform_that_is_older() {
    let file = Upload::new("x.csv", &mime::TEXT_CSV, b"name;value");
    let markings = ["m".to_owned()];
    let export = PushExport::new(ENTITY, file, &markings);
    refused_before_and_done_since("6.0.10", "6.1.0", &export).await;
    for list in [
        ExportedList::CoreObjects,
        ExportedList::DomainObjects,
        ExportedList::CyberObservables,
    ] {
        let export = PushListExport::new("Report", file, &markings).list(list);
        refused_before_and_done_since("6.0.10", "6.1.0", &export).await;
    }
    let analysis = PushAnalysis::new(ENTITY, file, AnalysedContent::Fields, "s");
    refused_before_and_done_since("6.1.13", "6.2.0", &analysis).await;
    let pending = UploadPending::new(file, Some(ENTITY));
    refused_before_and_done_since("5.0.3", "5.1.0", &pending).await;
    let pending = pending.markings(&markings);
    refused_before_and_done_since("6.5.1", "6.5.2", &pending).await;
}

/// By the client, which writes the parts, and by another HTTP stack, which is given them.
#[tokio::test]
async fn a_file_comes_as_it_was_given() {
    let platform = start("7.261008.0");
    platform.add_entity(ENTITY, json!({ "type": "report", "id": ENTITY }));
    let client = client(&platform);
    let content = "name;value\r\n--part\r\né\r\n";
    let file = Upload::new(
        "2026_TLP:ALL_Zoë.csv",
        &mime::TEXT_CSV_UTF_8,
        content.as_bytes(),
    );
    let markings = ["m1".to_owned(), "m2".to_owned()];
    let export = PushExport::new(ENTITY, file, &markings);
    client.execute(&export).await.unwrap();
    let kept =
        json!({ "name": file.name(), "mime": "text/csv; charset=utf-8", "content": content });
    let kept = json!({ "operation": "exportPush", "id": ENTITY, "file": kept,
                       "file_markings": markings });
    assert_eq!(platform.files(), [kept]);

    // Again as a whole, when it is tried again.
    platform.fail_next(1, 429, &[], "");
    client.execute(&export).await.unwrap();
    assert_eq!(platform.files()[1], platform.files()[0]);

    let short = Upload::new("x.json", &mime::APPLICATION_JSON, b"{}");
    let analysis = PushAnalysis::new(ENTITY, short, AnalysedContent::File, "s");
    let answer = sent_anyway(&platform, &analysis).await;
    assert_eq!(answer.get("errors"), None, "{answer}");
    let stored = client.execute(&analysis).await.unwrap().unwrap();
    assert_eq!(stored.name, "x.json");
    let files = platform.files();
    assert_eq!(files[2], files[3]);
    assert_eq!(files[2]["file"]["content"], "{}");
    assert_eq!(files[2]["contentType"], "file");

    // A name that would end its header, and nothing in the file.
    let odd = Upload::new("a\"; name=\"b\r\nc.csv", &mime::TEXT_CSV, b"");
    let stored = client
        .execute(&UploadPending::new(odd, None))
        .await
        .unwrap();
    assert_eq!(stored.name, "a%22; name=%22b%0D%0Ac.csv");

    let unknown = PushExport::new("nobody", short, &[]);
    let error = client.execute(&unknown).await.unwrap_err();
    assert!(error.to_string().contains("entity_type"), "{error}");
}

#[tokio::test]
async fn a_connector_is_not_registered_with_a_platform_older_than_its_type() {
    let stream = Connector::stream().id(ID).name("Sample").build().unwrap();
    let fields = RegisterConnectorFields::for_version("3.3.3").unwrap();
    let register = Register::new(stream.to_input().restricted_to(&fields))
        .for_version("3.3.3".parse().unwrap());
    refused_before_and_done_since("3.3.3", "4.0.0", &register).await;

    let version = "6.1.11";
    let analysis = Connector::internal_analysis()
        .id(ID)
        .name("Sample")
        .build()
        .unwrap();
    let fields = RegisterConnectorFields::for_version(version).unwrap();
    let register = Register::new(analysis.to_input().restricted_to(&fields))
        .for_version(version.parse().unwrap());
    refused_before_and_done_since(version, "6.1.12", &register).await;
}

/// Both sides of each version that brought a member of a registration, or of an answer.
const BOUNDARIES: [&str; 34] = [
    "2.0.0",
    "2.0.1",
    "2.1.2",
    "2.1.3",
    "3.3.3",
    "4.0.0",
    "4.0.3",
    "4.0.4",
    "4.3.9",
    "4.4.0",
    "4.4.3",
    "4.5.0",
    "5.3.7",
    "5.3.8",
    "5.3.15",
    "5.3.16",
    "5.3.17",
    "5.4.0",
    "5.10.3",
    "5.11.0",
    "6.2.11",
    "6.2.12",
    "6.5.6",
    "6.5.7",
    "6.8.8",
    "6.8.9",
    "6.9.9",
    "6.9.10",
    "6.9.29",
    "7.260224.0",
    "7.260522.0",
    "7.260527.0",
    "7.261002.0",
    "7.261008.0",
];

#[tokio::test]
async fn what_is_sent_and_asked_for_is_what_each_version_knows() {
    for version in BOUNDARIES {
        let mut left_out: Vec<Vec<Field>> = Vec::new();
        for introspection in [Introspection::Allowed, Introspection::RefusedByApollo] {
            let platform = Platform::start(Options {
                version,
                introspection,
                ..Options::default()
            });
            let client: Client = client(&platform);
            let connector = match connector("EXTERNAL_IMPORT") {
                opencti_connector::AnyConnector::ExternalImport(connector) => connector,
                other => panic!("{other:?}"),
            };
            let registration = client.register(&connector).await.unwrap();
            left_out.push(registration.left_out().to_vec());
            let state = json!({ "page": 1 });
            let info = ConnectorInfo::default();
            let pong = registration.ping(Some(&state), &info).await.unwrap();
            assert_eq!(pong.id, ID, "{version}");
        }
        // The schema of the platform, and this crate's table.
        assert_eq!(left_out[0], left_out[1], "{version}");
    }
}

/// A platform that is set back or upgraded below a connector that runs.
#[tokio::test]
async fn a_platform_that_does_not_understand_is_asked_for_its_version_again() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use tokio::io::AsyncWriteExt as _;

    use crate::faults::{client, read_request, response, serve};

    let is_other = Arc::new(AtomicBool::new(false));
    let other = Arc::clone(&is_other);
    let (address, _) = serve(move |mut stream, _| {
        let other = Arc::clone(&other);
        async move {
            let request = read_request(&mut stream).await;
            let body = if request.contains("about { version }") {
                let version = if other.load(Ordering::SeqCst) {
                    "6.0.0"
                } else {
                    "7.0.0"
                };
                format!(r#"{{"data":{{"about":{{"version":"{version}"}}}}}}"#)
            } else {
                let code = "GRAPHQL_VALIDATION_FAILED";
                format!(r#"{{"errors":[{{"message":"no","extensions":{{"code":"{code}"}}}}]}}"#)
            };
            let _ = stream
                .write_all(response("200 OK", "", &body).as_bytes())
                .await;
        }
    })
    .await;
    let client = client(address);
    assert_eq!(client.platform().await.unwrap().version, "7.0.0");
    is_other.store(true, Ordering::SeqCst);
    // Introspection is off there, which is no reason to ask again.
    assert_eq!(client.platform().await.unwrap().version, "7.0.0");
    let read = opencti_connector::graphql::ReadConnector::new("id");
    client.execute(&read).await.unwrap_err();
    assert_eq!(client.platform().await.unwrap().version, "6.0.0");
}
