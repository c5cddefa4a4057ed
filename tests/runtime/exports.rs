//! Files that are exported: what they are to hold, and where they arrive.

use std::fmt::Write as _;

use opencti_connector::Connector;
use opencti_connector::mime;
use opencti_connector::runtime::{BoxError, ExportFile, Exported};
use platform::{Broker, QueueType, or_skip};
use serde_json::{Value, json};

use crate::stage::{Run, Stage};

const USER: &str = "user-7";

/// A stage with an export connector that writes ids, a line for each, and pages between.
async fn exporting(broker: Broker) -> (Stage, Run) {
    let stage = Stage::new(broker, QueueType::Classic);
    let connector = Connector::internal_export_file()
        .id(stage.id)
        .name("Ids")
        .scope([mime::TEXT_CSV])
        .build()
        .unwrap();
    let registration = stage.client().register(&connector).await.unwrap();
    let run = Run::of(registration.listen(write_ids));
    (stage, run)
}

async fn write_ids(export: ExportFile) -> Result<Exported, BoxError> {
    let mut file = String::new();
    let mut objects = export.objects();
    while let Some(page) = objects.next_page().await? {
        assert!(page.len() <= 500 && !page.is_empty());
        for object in page {
            file.push_str(object.id());
            if let Some(references) = object.get("object_refs") {
                write!(file, " {references}")?;
            }
            file.push('\n');
        }
    }
    if export.name().starts_with("stream") {
        return Ok(export.into_stream(std::io::Cursor::new(file.into_bytes())));
    }
    Ok(export.into_file(file))
}

fn query(list_params: &Value) -> Value {
    json!({"export_scope": "query", "entity_type": "Report", "list_params": list_params})
}

impl Stage {
    /// Asks for an export with these members; the file that came of it, or the errors of its work.
    async fn export(&self, name: &str, event: Value) -> Result<Value, Value> {
        let work = self.platform.add_work(self.id.as_str());
        let mut message = json!({
            "internal": {"work_id": work, "applicant_id": USER},
            "event": {"file_name": name, "format": "text/csv", "export_type": "simple",
                      "file_markings": ["613f"]},
        });
        for (member, value) in event.as_object().unwrap() {
            message["event"][member] = value.clone();
        }
        self.platform.send(self.id.as_str(), &message);
        let work = self.completed(&work).await;
        let mut files = self.platform.files().into_iter();
        let file = files.find(|file| file["file"]["name"] == name);
        file.ok_or_else(|| work["errors"].clone())
    }

    /// The lines of an export.
    async fn exported(&self, name: &str, event: Value) -> Vec<String> {
        let file = self.export(name, event).await.unwrap();
        let content = file["file"]["content"].as_str().unwrap();
        content.lines().map(str::to_owned).collect()
    }

    fn add_reports(&self, count: usize) {
        for number in 0..count {
            let report = json!({"type": "report", "id": format!("report--{number:04}"),
                                "name": format!("Report {number:04}"),
                                "created_at": format!("{number:04}")});
            self.platform.add_entity(&format!("r{number:04}"), report);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_arrives_with_its_name_its_type_and_its_markings() {
    let (stage, run) = exporting(or_skip!()).await;
    stage.add_reports(1);
    for (name, event, operation) in [
        (
            "a.csv",
            json!({"export_scope": "single", "entity_id": "r0000", "entity_type": "Report"}),
            "exportPush",
        ),
        (
            "stream-b.csv",
            json!({"export_scope": "selection", "selected_ids": ["r0000"], "entity_type": "Report",
                   "list_params": {"search": "x"}}),
            "stixDomainObjectsExportPush",
        ),
        (
            "stream-c.csv",
            query(&json!({"search": "report"})),
            "stixDomainObjectsExportPush",
        ),
    ] {
        let file = stage.export(name, event).await.unwrap();
        assert_eq!(file["operation"], operation);
        assert_eq!(file["file_markings"], json!(["613f"]));
        let expected = json!({"name": name, "mime": "text/csv", "content": "report--0000\n"});
        assert_eq!(file["file"], expected);
    }
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_paged_through_in_its_order() {
    let (stage, run) = exporting(or_skip!()).await;
    stage.add_reports(1_200);
    let by_name = query(&json!({"orderBy": "name", "orderMode": "asc"}));
    let lines = stage.exported("a.csv", by_name).await;
    let ids = (0..1_200).map(|number| format!("report--{number:04}"));
    assert_eq!(lines, ids.clone().collect::<Vec<_>>());
    let listings = stage.platform.listings();
    assert_eq!(listings.len(), 3);
    assert_eq!(listings[0]["types"], json!(["Report"]));
    assert_eq!(listings[0]["orderBy"], "name");

    // Without an order, with one by score, and with one that the list does not know.
    for (name, params) in [
        ("b.csv", json!({})),
        ("c.csv", json!({"orderBy": "_score"})),
        (
            "d.csv",
            json!({"orderBy": "published", "orderMode": "desc"}),
        ),
    ] {
        let lines = stage.exported(name, query(&params)).await;
        assert_eq!(lines, ids.clone().rev().collect::<Vec<_>>());
        let last = stage.platform.listings().pop().unwrap();
        assert_eq!(last["orderBy"], "created_at");
    }
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_reach_the_platform_as_they_came() {
    let (stage, run) = exporting(or_skip!()).await;
    stage.add_reports(3);
    let of_list = json!({"mode": "or", "filterGroups": [], "filters": [
        {"key": "name", "values": ["Report 0001", "Report 0002"], "operator": "eq", "mode": "or"},
    ]});
    let access = json!({"mode": "and", "filterGroups": [], "filters": [
        {"key": "name", "values": ["Report 0002"], "operator": "not_eq", "mode": "and"},
    ]});
    let mut event = query(&json!({"search": "REPORT", "filters": of_list}));
    event["access_filter"] = access.clone();
    assert_eq!(stage.exported("a.csv", event).await, ["report--0001"]);
    let listing = &stage.platform.listings()[0];
    let both = json!({"mode": "and", "filters": [], "filterGroups": [of_list, access]});
    assert_eq!(listing["filters"], both);
    assert_eq!(listing["search"], "REPORT");

    let event = json!({"export_scope": "selection", "entity_type": "Report",
                       "selected_ids": ["r0000", "r0001", "r0002"], "main_filter": of_list});
    let lines = stage.exported("b.csv", event).await;
    assert_eq!(lines, ["report--0001", "report--0002"]);
    assert_eq!(stage.platform.listings()[1]["filters"], of_list);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_keeps_its_order_and_what_the_user_may_not_see_is_left_out() {
    let (stage, run) = exporting(or_skip!()).await;
    stage.add_reports(5);
    stage.platform.hide("r0002", USER);
    let selection = json!({"export_scope": "selection", "entity_type": "Report",
                           "selected_ids": ["r0004", "r0002", "report--0000", "r0003", "gone"]});
    let lines = stage.exported("a.csv", selection).await;
    assert_eq!(lines, ["report--0004", "report--0000", "report--0003"]);

    let lines = stage.exported("b.csv", query(&json!({}))).await;
    assert!(!lines.contains(&"report--0002".to_owned()) && lines.len() == 4);

    let single = json!({"export_scope": "single", "entity_id": "r0002", "entity_type": "Report"});
    let errors = stage.export("c.csv", single).await.unwrap_err();
    let expected =
        "r0002 cannot be read: it was deleted, or the user who asked for it may not see it";
    assert_eq!(errors, json!([expected]));
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_export_holds_what_an_entity_is_connected_with() {
    let (stage, run) = exporting(or_skip!()).await;
    let relationship = |source: &str, target: &str| {
        json!({"type": "relationship", "id": format!("relationship--{source}-{target}"),
               "relationship_type": "uses", "name": "related",
               "source_ref": format!("tool--{source}"), "target_ref": format!("tool--{target}")})
    };
    let tool = |name: &str| json!({"type": "tool", "id": format!("tool--{name}"), "name": name});
    for entity in [
        json!({"type": "identity", "id": "identity--author", "name": "author"}),
        json!({"type": "marking-definition", "id": "marking-definition--m", "name": "secret"}),
        json!({"type": "tool", "id": "tool--a", "name": "a", "created_by_ref": "identity--author",
               "object_marking_refs": ["marking-definition--m"]}),
        tool("b"),
        tool("secret"),
        tool("hidden"),
        tool("far"),
        relationship("a", "b"),
        relationship("secret", "a"),
        relationship("a", "hidden"),
        relationship("b", "far"),
        json!({"type": "sighting", "id": "sighting--s", "name": "seen",
               "sighting_of_ref": "tool--a", "where_sighted_refs": ["identity--author"]}),
        json!({"type": "report", "id": "report--r", "name": "r",
               "object_refs": ["tool--b", "tool--secret", "tool--a"]}),
    ] {
        let id = entity["id"].as_str().unwrap().to_owned();
        let key = format!("internal-{id}");
        stage.platform.add_entity(&key, entity);
    }
    stage.platform.hide("internal-tool--hidden", USER);
    let access = json!({"mode": "and", "filterGroups": [], "filters": [
        {"key": "name", "values": ["secret"], "operator": "not_eq", "mode": "and"},
    ]});
    let full = |id: &str| {
        json!({"export_scope": "single", "export_type": "full", "access_filter": access,
               "entity_id": format!("internal-{id}"), "entity_type": "Tool"})
    };
    let mut lines = stage.exported("a.csv", full("tool--a")).await;
    assert_eq!(lines[0], "tool--a");
    lines.sort();
    let expected = [
        "identity--author",
        "marking-definition--m",
        "relationship--a-b",
        "sighting--s",
        "tool--a",
        "tool--b",
    ];
    assert_eq!(lines, expected);

    let lines = stage.exported("b.csv", full("report--r")).await;
    let expected = [r#"report--r ["tool--b","tool--a"]"#, "tool--b", "tool--a"];
    assert_eq!(lines, expected, "without what may not be exported");

    // Each is there once, however many are connected with it.
    let selection = json!({"export_scope": "selection", "export_type": "full",
                           "selected_ids": ["internal-tool--a", "internal-tool--b"]});
    let mut lines = stage.exported("c.csv", selection).await;
    assert_eq!(lines[..2], ["tool--a", "tool--b"]);
    let all = lines.len();
    lines.sort();
    lines.dedup();
    assert_eq!(lines.len(), all, "{lines:?}");
    assert!(lines.contains(&"tool--far".to_owned()), "{lines:?}");
    assert!(!lines.contains(&"tool--hidden".to_owned()), "{lines:?}");
    run.stop().await.unwrap();
}
