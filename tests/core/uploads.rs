//! Operations with a file: the parts that any HTTP stack can send, and what comes back.

use opencti_connector::graphql::{
    AddDraft, AnalysedContent, AnswerError, ExportedList, Operation, PushAnalysis, PushExport,
    PushListExport, Upload, UploadPending,
};
use opencti_connector::mime;
use serde_json::{Value, json};

use crate::graphql::body;

/// The variables of an operation with a file, and the file: the parts of a multipart request.
fn parts<O: Operation>(operation: &O) -> (Value, &str, &str, &[u8]) {
    let body = body(operation);
    assert_eq!(Upload::MAP, r#"{"0":["variables.file"]}"#);
    assert_eq!(body["variables"].get("file"), Some(&Value::Null));
    assert!(operation.document().contains("$file: Upload!"));
    let file = operation.upload().unwrap();
    let (name, content) = (file.name(), file.content());
    (
        body["variables"].clone(),
        name,
        file.mime().as_ref(),
        content,
    )
}

#[test]
fn a_file_is_beside_its_operation_and_never_in_it() {
    let file = Upload::new("x.csv", &mime::TEXT_CSV, b"a;\xff");
    let markings = ["m1".to_owned(), "m2".to_owned()];
    let export = PushExport::new("e", file, &markings);
    let list = PushListExport::new("Report", file, &[]);
    let within = list.within("c").filters("f");
    let analysis = PushAnalysis::new("e", file, AnalysedContent::File, "s");
    let pending = UploadPending::new(file, None);
    let marked = UploadPending::new(file, Some("e")).markings(&markings);
    for ((variables, name, mime, content), expected) in [
        (
            parts(&export),
            json!({ "id": "e", "file": null, "file_markings": ["m1", "m2"] }),
        ),
        (
            parts(&list),
            json!({ "entity_id": null, "entity_type": "Report", "file": null,
                    "file_markings": [], "listFilters": "" }),
        ),
        (
            parts(&within),
            json!({ "entity_id": "c", "entity_type": "Report", "file": null,
                    "file_markings": [], "listFilters": "f" }),
        ),
        (
            parts(&analysis),
            json!({ "id": "e", "file": null, "contentSource": "s", "contentType": "file",
                    "analysisType": "mapping_analysis" }),
        ),
        (parts(&pending), json!({ "file": null, "entityId": null })),
        (
            parts(&marked),
            json!({ "file": null, "entityId": "e", "file_markings": ["m1", "m2"] }),
        ),
    ] {
        assert_eq!(variables, expected);
        assert_eq!((name, mime, content), ("x.csv", "text/csv", &b"a;\xff"[..]));
    }
    let shown = format!("{export:?} {file:?}");
    assert!(
        shown.contains("length: 3") && !shown.contains("255"),
        "{shown}"
    );
    assert!(AddDraft::new("x", None).upload().is_none());
}

#[test]
fn the_documents_with_a_file_are_those_of_pycti() {
    let file = Upload::new("x.csv", &mime::TEXT_CSV, b"");
    let list = PushListExport::new("Report", file, &[]);
    let pushes = |name: &str, field: &str| {
        format!(
            "mutation {name}($entity_id: String, $entity_type: String!, $file: Upload!, \
             $file_markings: [String]!, $listFilters: String) {{ {field}(entity_id: $entity_id, \
             entity_type: $entity_type, file: $file, file_markings: $file_markings, \
             listFilters: $listFilters) }}"
        )
    };
    let markings = ["m".to_owned()];
    let pending = UploadPending::new(file, None);
    for (document, expected) in [
        (
            list.document(),
            pushes("StixDomainObjectsExportPush", "stixDomainObjectsExportPush"),
        ),
        (
            list.list(ExportedList::CoreObjects).document(),
            pushes("StixCoreObjectsExportPush", "stixCoreObjectsExportPush"),
        ),
        (
            PushListExport::new("Stix-Cyber-Observable", file, &[]).document(),
            pushes(
                "StixCyberObservablesExportPush",
                "stixCyberObservablesExportPush",
            ),
        ),
        (
            PushExport::new("e", file, &[]).document(),
            "mutation StixDomainObjectEdit($id: ID!, $file: Upload!, \
             $file_markings: [String]!) { stixDomainObjectEdit(id: $id) { \
             exportPush(file: $file, file_markings: $file_markings) } }"
                .to_owned(),
        ),
        (
            PushAnalysis::new("e", file, AnalysedContent::Fields, "s").document(),
            "mutation StixCoreObjectEdit($id: ID!, $file: Upload!, $contentSource: String!, \
             $contentType: AnalysisContentType!, $analysisType: String!) { \
             stixCoreObjectEdit(id: $id) { analysisPush(file: $file, \
             contentSource: $contentSource, contentType: $contentType, \
             analysisType: $analysisType) { id name } } }"
                .to_owned(),
        ),
        (
            pending.document(),
            "mutation UploadPending($file: Upload!, $entityId: String) { \
             uploadPending(file: $file, entityId: $entityId) { id name } }"
                .to_owned(),
        ),
        (
            pending.markings(&markings).document(),
            "mutation UploadPending($file: Upload!, $entityId: String, \
             $file_markings: [String!]) { uploadPending(file: $file, entityId: $entityId, \
             file_markings: $file_markings) { id name } }"
                .to_owned(),
        ),
    ] {
        assert_eq!(document, expected);
    }
}

#[test]
fn an_answer_to_a_file_is_what_the_platform_has_stored() {
    let stored = json!({ "id": "import/pending/x.json", "name": "x.json" });
    let answer = json!({ "data": { "uploadPending": stored } }).to_string();
    let file = UploadPending::parse(answer.as_bytes()).unwrap();
    assert_eq!(
        (&*file.id, &*file.name),
        ("import/pending/x.json", "x.json")
    );

    let answer = json!({ "data": { "stixCoreObjectEdit": { "analysisPush": stored } } });
    let pushed = PushAnalysis::parse(answer.to_string().as_bytes());
    assert_eq!(pushed, Ok(Some(file)));
    let none = br#"{"data":{"stixCoreObjectEdit":{"analysisPush":null}}}"#;
    assert_eq!(PushAnalysis::parse(none), Ok(None));

    for list in ["Core", "Domain"] {
        let answer = format!(r#"{{"data":{{"stix{list}ObjectsExportPush":true}}}}"#);
        assert_eq!(PushListExport::parse(answer.as_bytes()), Ok(()));
    }
    let answer = br#"{"data":{"stixCyberObservablesExportPush":null}}"#;
    assert_eq!(PushListExport::parse(answer), Ok(()));
    let answer = br#"{"data":{"stixDomainObjectEdit":{"exportPush":true}}}"#;
    assert_eq!(PushExport::parse(answer), Ok(()));
    let other = PushListExport::parse(br#"{"data":{"stixObjects":true}}"#);
    assert!(matches!(other, Err(AnswerError::Unexpected { .. })));
    let refused =
        br#"{"data":{"stixDomainObjectEdit":{"exportPush":null}},"errors":[{"message":"no"}]}"#;
    assert!(matches!(
        PushExport::parse(refused),
        Err(AnswerError::Errors(_))
    ));
}
