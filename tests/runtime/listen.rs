//! What becomes of a message.

use opencti_connector::runtime::{BoxError, Enrichment, Reply};
use platform::{QueueType, or_skip};
use serde_json::json;

use crate::stage::{Run, SOON, Stage, address};

async fn note(enrichment: Enrichment) -> Result<Reply, BoxError> {
    let entity = enrichment.entity();
    let value = entity.text("value").unwrap();
    let note = json!({
        "type": "note", "created": "2026-11-24T00:00:00.000Z",
        "content": format!("seen: {value}"), "object_refs": [entity.id()],
    });
    Ok(enrichment.with([note]))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrichment_is_answered_and_its_work_ends() {
    for queue_type in [QueueType::Classic, QueueType::Quorum] {
        let stage = Stage::new(or_skip!(), queue_type);
        let registration = stage.enrichment().await;
        let worker = stage.worker();
        let run = Run::of(registration.listen(note).concurrency(4));

        let works: Vec<_> = (0..20).map(|number| stage.ask(number)).collect();
        for work in &works {
            let work = stage.completed(work).await;
            assert_eq!(work["errors"], json!([]));
        }
        let parts = worker.wait_for(20, SOON);
        let contents: Vec<_> = parts
            .iter()
            .map(|part| part["content"]["objects"][0]["content"].as_str().unwrap())
            .collect();
        for number in 0..20 {
            let content = format!("seen: {}", address(number));
            assert_eq!(contents.iter().filter(|it| **it == content).count(), 1);
        }
        stage.drained().await;
        run.stop().await.unwrap();
    }
}
