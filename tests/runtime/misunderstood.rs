//! Messages that are not understood.

use platform::{QueueType, or_skip};
use serde_json::json;

use crate::disturbed::Held;
use crate::stage::{Run, Stage, until};

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_no_json_is_dropped_and_the_next_handled() {
    for queue_type in [QueueType::Classic, QueueType::Quorum] {
        let stage = Stage::new(or_skip!(), queue_type);
        let held = Held::new(1);
        let registration = stage.enrichment().await;
        for body in [
            &b"no JSON"[..],
            b"",
            b"\xff\xfe",
            b"[1]",
            b"{}",
            b"{\"internal\":",
        ] {
            stage.broker.publish(&stage.queue(), body);
        }
        let run = Run::of(registration.listen(held.handler(1)));
        let work = stage.ask(0);
        let _worker = stage.worker();
        stage.completed(&work).await;
        assert_eq!(held.calls(), 1);
        // Nothing of them comes back with the end of the connection.
        run.stop().await.unwrap();
        assert_eq!(stage.broker.ready(&stage.queue()), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_names_its_work_ends_it_in_error() {
    let stage = Stage::new(or_skip!(), QueueType::Quorum);
    let held = Held::new(1);
    let registration = stage.enrichment().await;
    let work = stage.platform.add_work(stage.id.as_str());
    let message = json!({"internal": {"work_id": work}, "event": "none"});
    stage.platform.send(stage.id.as_str(), &message);
    let run = Run::of(registration.listen(held.handler(1)));
    let work = stage.completed(&work).await;
    let error = work["errors"][0].as_str().unwrap();
    assert!(error.contains("cannot parse the message"), "{error}");
    assert!(error.contains("event"), "{error}");
    until("it is gone", || stage.broker.ready(&stage.queue()) == 0).await;
    run.stop().await.unwrap();
    assert_eq!(stage.broker.ready(&stage.queue()), 0);
    assert_eq!(held.calls(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_cannot_be_parsed_ends_the_work_that_it_names() {
    let stage = Stage::new(or_skip!(), QueueType::Quorum);
    let held = Held::new(1);
    let registration = stage.enrichment().await;
    let run = Run::of(registration.listen(held.handler(1)));
    let deep = "[".repeat(200) + &"]".repeat(200);
    for event in [deep.as_bytes(), b"1e400", b"\"\xff\"", b"{"] {
        let work = stage.platform.add_work(stage.id.as_str());
        let internal = format!("{{\"internal\": {{\"work_id\": \"{work}\"}}, \"event\": ");
        let body = [internal.as_bytes(), event, b"}"].concat();
        stage.broker.publish(&stage.queue(), &body);
        let work = stage.completed(&work).await;
        let error = work["errors"][0].as_str().unwrap();
        assert!(error.contains("not JSON"), "{error}");
    }
    run.stop().await.unwrap();
    stage.acknowledged().await;
    assert_eq!(held.calls(), 0);
}
