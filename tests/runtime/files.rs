//! Files that are imported, exported and looked through.

use opencti_connector::client::{Client, Registration};
use opencti_connector::kind::{InternalAnalysis, InternalExportFile, InternalImportFile};
use opencti_connector::runtime::{Analysis, BoxError, ExportFile, Exported, ImportFile, Matches};
use opencti_connector::stix::Bundle;
use opencti_connector::{Connector, mime};
use platform::{Direction, Proxy, QueueType, or_skip};
use serde_json::{Value, json};

use crate::stage::{Run, SOON, Stage};

pub(crate) const FILE: &str = "import/Report/9f0a/do mains.txt";

pub(crate) async fn importer(stage: &Stage) -> Registration<InternalImportFile> {
    importer_by(stage, &stage.client()).await
}

async fn importer_by(stage: &Stage, client: &Client) -> Registration<InternalImportFile> {
    let connector = Connector::internal_import_file()
        .id(stage.id)
        .name("Sample")
        .scope([mime::TEXT_PLAIN])
        .build()
        .unwrap();
    client.register(&connector).await.unwrap()
}

async fn exporter(stage: &Stage) -> Registration<InternalExportFile> {
    let connector = Connector::internal_export_file()
        .id(stage.id)
        .name("Sample")
        .scope([mime::TEXT_CSV])
        .build()
        .unwrap();
    stage.client().register(&connector).await.unwrap()
}

async fn analyst(stage: &Stage) -> Registration<InternalAnalysis> {
    let connector = Connector::internal_analysis()
        .id(stage.id)
        .name("Sample")
        .build()
        .unwrap();
    stage.client().register(&connector).await.unwrap()
}

/// Sends a message with this event on behalf of a user; gives the id of its work.
pub(crate) fn ask(stage: &Stage, event: &Value) -> String {
    let work = stage.platform.add_work(stage.id.as_str());
    let message = json!({
        "internal": {"work_id": work, "applicant_id": "user-7", "trigger": "update", "mode": "manual"},
        "event": event,
        "configuration": r#"{"column": 2}"#,
    });
    stage.platform.send(stage.id.as_str(), &message);
    work
}

pub(crate) fn import_event(more: &Value) -> Value {
    let mut event = json!({
        "file_id": FILE, "file_mime": "text/plain", "file_markings": ["m1"],
        "file_fetch": format!("/storage/get/{FILE}"), "entity_id": "report--1",
    });
    for (name, value) in more.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}

pub(crate) async fn import(file: ImportFile) -> Result<String, BoxError> {
    let mut lines = file.lines().await?;
    let mut bundle = Bundle::new();
    while let Some(line) = lines.next_line().await? {
        bundle.push(json!({"type": "domain-name", "value": line}))?;
    }
    let sent = file.send(bundle).await?;
    Ok(format!("{} of {}", sent.parts(), file.name()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lines_of_a_file_are_imported_on_behalf_of_the_user() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = importer(&stage).await;
    let worker = stage.worker();
    stage
        .platform
        .add_file(FILE, "text/plain", b"a.example\nb.example\n".to_vec());
    let run = Run::of(registration.listen(import));

    let work = ask(&stage, &import_event(&json!({})));
    let work = stage.completed(&work).await;
    assert_eq!(
        work["messages"].as_array().unwrap().last().unwrap(),
        "2 of do mains.txt"
    );
    for part in worker.wait_for(2, SOON) {
        assert_eq!(part["applicant_id"], "user-7");
    }
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_tells_what_the_message_says_of_it() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = importer(&stage).await;
    stage
        .platform
        .add_file(FILE, "text/plain", vec![b'x'; 30_000_000]);
    let run = Run::of(registration.listen(async |file: ImportFile| {
        let settings: Option<Value> = file.configuration()?;
        assert_eq!(settings, Some(json!({"column": 2})));
        assert_eq!(file.mime(), Some("text/plain"));
        assert_eq!(file.markings(), ["m1"]);
        assert_eq!(file.entity_id(), Some("report--1"));
        assert_eq!(file.bytes().await?.len(), 30_000_000);
        Ok::<(), BoxError>(())
    }));
    let work = ask(&stage, &import_event(&json!({})));
    assert_eq!(stage.completed(&work).await["errors"], json!([]));
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_there_ends_the_work_in_error() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let run = Run::of(importer(&stage).await.listen(import));
    let work = ask(&stage, &import_event(&json!({})));
    let errors = stage.completed(&work).await["errors"].clone();
    assert!(errors[0].as_str().unwrap().contains("404"), "{errors}");
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_cut_on_its_way_is_an_error_and_no_part_of_it_is_imported() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let worker = stage.worker();
    let proxy = Proxy::before(stage.platform.address());
    let url = stage.platform.url_at(proxy.addr());
    let client = Client::new(url, stage.platform.token()).unwrap();
    let run = Run::of(importer_by(&stage, &client).await.listen(import));
    let lines = "a.example\n".repeat(1_000_000).into_bytes();
    stage.platform.add_file(FILE, "text/plain", lines);
    // More than all that the platform says beside the file.
    proxy.cut_after(Direction::ToClient, 5_000_000);

    let work = ask(&stage, &import_event(&json!({})));
    let work = stage.completed(&work).await;
    let error = work["errors"][0].as_str().unwrap();
    assert!(error.starts_with("Download: "), "{error}");
    assert!(worker.parts().is_empty());
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_reviewed_waits_in_the_workbench_or_in_a_draft() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = importer(&stage).await;
    let worker = stage.worker();
    stage
        .platform
        .add_file(FILE, "text/plain", b"a.example\n".to_vec());
    let run = Run::of(registration.listen(import));

    let event = json!({"force_validation": true, "validation_mode": "workbench"});
    let workbench = ask(&stage, &import_event(&event));
    stage.completed(&workbench).await;
    assert!(
        worker.parts().is_empty(),
        "nothing is imported without approval"
    );
    let pending = stage.platform.files();
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0]["file"]["name"], format!("{workbench}.json"));
    assert!(
        pending[0]["file"]["content"]
            .as_str()
            .unwrap()
            .contains("a.example")
    );

    let draft = ask(&stage, &import_event(&json!({"force_validation": true})));
    let draft = stage.completed(&draft).await;
    let drafts = stage.platform.drafts();
    assert_eq!(drafts[0]["entity_id"], "report--1");
    assert_eq!(draft["draft_context"], drafts[0]["id"]);
    assert_eq!(worker.wait_for(1, SOON)[0]["draft_id"], drafts[0]["id"]);

    // Within a draft nothing more is to be reviewed.
    let event = json!({"force_validation": true, "bypass_validation": true});
    let bypassed = ask(&stage, &import_event(&event));
    stage.completed(&bypassed).await;
    assert_eq!(worker.wait_for(2, SOON)[1]["draft_id"], Value::Null);
    assert_eq!(stage.platform.drafts().len(), 1);
    run.stop().await.unwrap();
}

async fn export(export: ExportFile) -> Result<Exported, BoxError> {
    let mut csv = String::new();
    let mut objects = export.objects();
    while let Some(page) = objects.next_page().await? {
        for object in page {
            csv.push_str(object.text("name").unwrap_or_default());
            csv.push('\n');
        }
    }
    if export.is_full() {
        return Ok(export.into_stream(std::io::Cursor::new(csv.into_bytes())));
    }
    Ok(export.into_file(csv))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_is_exported_in_its_order_and_within_the_rights_of_the_user() {
    for export_type in ["simple", "full"] {
        let stage = Stage::new(or_skip!(), QueueType::Classic);
        let registration = exporter(&stage).await;
        let ids = ["tool--b", "tool--a", "tool--hidden"];
        for id in ids {
            let tool = json!({"type": "tool", "id": id, "name": id.trim_start_matches("tool--")});
            stage.platform.add_entity(id, tool);
        }
        stage.platform.hide("tool--hidden", "user-7");
        let run = Run::of(registration.listen(export));
        let work = ask(
            &stage,
            &json!({
                "event_type": "INTERNAL_EXPORT_FILE", "file_name": "tools.csv", "format": "text/csv",
                "export_scope": "selection", "export_type": export_type, "entity_type": "Tool",
                "file_markings": ["m1"], "selected_ids": ids, "list_params": {"search": "x"},
            }),
        );
        let work = stage.completed(&work).await;
        assert_eq!(work["errors"], json!([]));
        assert_eq!(
            work["messages"].as_array().unwrap().last().unwrap(),
            "tools.csv was written"
        );
        let files = stage.platform.files();
        assert_eq!(files[0]["file"]["name"], "tools.csv");
        assert_eq!(files[0]["file"]["mime"], "text/csv");
        assert_eq!(files[0]["file"]["content"], "b\na\n");
        assert_eq!(files[0]["file_markings"], json!(["m1"]));
        assert_eq!(files[0]["entity_type"], "Tool");
        run.stop().await.unwrap();
    }
}

async fn analyse(analysis: Analysis) -> Result<Matches, BoxError> {
    let text = analysis.text().await?;
    let found = text
        .contains("APT28")
        .then_some(("APT28", "intrusion-set--1"));
    Ok(analysis.matches(found))
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_and_files_are_looked_through_and_the_matches_handed_in() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = analyst(&stage).await;
    let report = json!({"type": "report", "id": "report--1", "description": "by APT28",
                        "x_opencti_content": ""});
    stage.platform.add_entity("report--1", report);
    stage
        .platform
        .add_file(FILE, "text/plain", b"nobody".to_vec());
    let run = Run::of(registration.listen(analyse));

    let event = |more: Value| {
        let mut event = json!({
            "event_type": "INTERNAL_ANALYSIS", "entity_id": "report--1", "entity_type": "Report",
            "content_source": "content_mapping", "analysis_name": "a.analysis",
        });
        for (name, value) in more.as_object().unwrap() {
            event[name] = value.clone();
        }
        event
    };
    let fields = json!({"content_type": "fields", "content_fields": "description content"});
    let file = json!({"content_type": "file", "file_id": FILE, "file_mime": "text/plain"});
    for (more, content, message) in [
        (
            fields,
            r#"{"APT28":"intrusion-set--1"}"#,
            "1 matches were found",
        ),
        (file, "{}", "0 matches were found"),
    ] {
        let content_type = more["content_type"].clone();
        let work = ask(&stage, &event(more));
        let work = stage.completed(&work).await;
        assert_eq!(work["errors"], json!([]));
        assert_eq!(
            work["messages"].as_array().unwrap().last().unwrap(),
            message
        );
        let files = stage.platform.files();
        let pushed = files.last().unwrap();
        assert_eq!(pushed["file"]["name"], "a.analysis");
        assert_eq!(pushed["file"]["content"], content);
        assert_eq!(pushed["contentType"], content_type);
        assert_eq!(pushed["contentSource"], "content_mapping");
    }
    run.stop().await.unwrap();
}
