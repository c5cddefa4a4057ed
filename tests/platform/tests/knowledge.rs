//! What connectors send beside registrations, pings and works: by version, and as it is kept.

use serde_json::{Value, json};

use crate::{LATEST, Session, VERSIONS, assert_known_since, code};

const STEP: &str = "mutation($id: ID!, $start: DateTime!, $bundle: String!) { \
     playbookStepExecution(execution_id: $id, event_id: $id, execution_start: $start, \
     data_instance_id: $id, playbook_id: $id, previous_step_id: $id, step_id: $id, \
     previous_bundle: $bundle, bundle: $bundle) }";
const DRAFT: &str = "mutation($input: DraftWorkspaceAddInput!) { \
                     draftWorkspaceAdd(input: $input) { id name entity_id } }";
const PENDING: &str =
    "mutation($file: Upload!) { uploadPending(file: $file, entityId: \"e\") { id name } }";
const EXPORT: &str = "mutation($file: Upload!) { stixDomainObjectEdit(id: \"e\") { \
                      exportPush(file: $file, file_markings: [\"m\"]) } }";
const ANALYSIS: &str = "mutation($file: Upload!) { stixCoreObjectEdit(id: \"e\") { \
     analysisPush(file: $file, contentSource: \"s\", contentType: fields, analysisType: \"t\") \
     { id name } } }";

impl Session {
    /// Sends a file `x.csv` as the variable `file`.
    async fn upload(&self, query: &str) -> Value {
        let operations = json!({ "query": query, "variables": { "file": null } });
        let part = |head: &str, content: &str| {
            format!("--b\r\nContent-Disposition: form-data; name={head}\r\n\r\n{content}\r\n")
        };
        let body = [
            part("\"operations\"", &operations.to_string()),
            part("\"map\"", r#"{"0":["variables.file"]}"#),
            part(
                "\"0\"; filename=\"x.csv\"\r\nContent-Type: text/csv",
                "name;value",
            ),
            "--b--\r\n".to_owned(),
        ]
        .concat();
        let request = self.post().bearer_auth(self.platform.token());
        let request = request.header("content-type", "multipart/form-data; boundary=b");
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }
}

#[tokio::test]
async fn steps_entities_bundles_and_drafts_are_known_since_their_version() {
    let stix = "query($id: String!) { stix(id: $id) }";
    assert_known_since("5.11.0", stix, json!({ "id": "e" })).await;
    let step = json!({ "id": "x", "start": "2026-11-24T11:12:46+00:00", "bundle": "{}" });
    assert_known_since("6.1.12", STEP, step).await;
    let bundle = "mutation { stixBundlePush(connectorId: \"c\", bundle: \"{}\") }";
    assert_known_since("6.5.7", bundle, json!({})).await;
    let input = json!({ "input": { "name": "x.pdf", "entity_id": "e" } });
    assert_known_since("6.5.7", DRAFT, input).await;
}

#[tokio::test]
async fn files_are_known_since_their_version() {
    for (query, first) in [(PENDING, 2), (EXPORT, 3), (ANALYSIS, 4)] {
        for (index, version) in VERSIONS.into_iter().enumerate() {
            let session = Session::of(version);
            session.platform.add_entity("e", json!({}));
            let answer = session.upload(query).await;
            let is_accepted = answer.get("errors").is_none();
            assert_eq!(is_accepted, index >= first, "{version}, {query}: {answer}");
            assert_eq!(session.platform.files().len(), usize::from(is_accepted));
        }
    }
}

#[tokio::test]
async fn a_file_is_kept_with_its_name_its_type_and_its_content() {
    let session = Session::of(LATEST);
    let answer = session.upload(PENDING).await;
    assert_eq!(answer["data"]["uploadPending"]["name"], "x.csv", "{answer}");
    let kept = json!({
        "operation": "uploadPending",
        "entityId": "e",
        "file": { "name": "x.csv", "mime": "text/csv", "content": "name;value" },
    });
    assert_eq!(session.platform.files(), [kept]);

    // In its place as JSON a file is none.
    for file in [Value::Null, json!("name;value"), json!({})] {
        let answer = session.ask(PENDING, json!({ "file": file })).await;
        assert!(answer["errors"].is_array(), "{file}: {answer}");
    }
    assert_eq!(session.platform.files().len(), 1);
}

#[tokio::test]
async fn a_file_of_an_entity_that_is_not_there_is_refused() {
    let session = Session::of(LATEST);
    for query in [EXPORT, ANALYSIS] {
        let answer = session.upload(query).await;
        assert_eq!(code(&answer), "INTERNAL_SERVER_ERROR", "{answer}");
    }
    assert!(session.platform.files().is_empty());
}

#[tokio::test]
async fn a_step_needs_each_of_its_values() {
    let session = Session::of(LATEST);
    let step = STEP.split_once(") {").unwrap().1;
    for (removed, value, is_accepted) in [
        ("$nothing", "", true),
        ("$id", "null", false),
        ("$start", "\"today\"", false),
        ("$bundle", "null", false),
    ] {
        let query = format!("mutation {{ {step}")
            .replace(removed, value)
            .replace("$id", "\"x\"")
            .replace("$start", "\"2026-11-24T11:12:46Z\"")
            .replace("$bundle", "\"{}\"");
        let answer = session.ask(&query, json!({})).await;
        assert_eq!(
            answer.get("errors").is_none(),
            is_accepted,
            "{removed}: {answer}"
        );
    }
    assert_eq!(session.platform.playbook_steps().len(), 1);
}
