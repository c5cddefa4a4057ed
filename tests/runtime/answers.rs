//! What handlers answer, and what the platform gets.

use std::time::Duration;

use opencti_connector::runtime::{
    BoxError, Enrichment, EnrichmentRequest, FailedStep, Fatal, Reply, RetryLater, RunErrorKind,
    SendError, SendErrorKind,
};
use opencti_connector::stix::Bundle;
use platform::{QueueType, or_skip};
use serde_json::{Value, json};

use crate::stage::{Run, SOON, Stage, message, until};

pub(crate) const EXTENSION: &str = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba";

fn domain(name: &str) -> Value {
    json!({"type": "domain-name", "value": name})
}

/// A step of a playbook about the first address, with one object more.
pub(crate) fn step(number: usize) -> Value {
    let mut step = message("", number);
    let entity: Value =
        serde_json::from_str(step["event"]["stix_entity"].as_str().unwrap()).unwrap();
    step["internal"] = json!({
        "work_id": null, "applicant_id": "automation", "trigger": "update", "mode": "auto",
        "playbook": {"execution_id": "e", "event_id": "1-0", "playbook_id": "p",
                     "data_instance_id": entity["id"], "step_id": "s2", "previous_step_id": "s1"},
    });
    step["event"] = json!({
        "entity_id": entity["id"],
        "bundle": {"type": "bundle", "id": "bundle--1", "spec_version": "2.1", "objects": [
            entity, {"type": "tool", "id": "tool--1", "name": "nmap"},
        ]},
    });
    step
}

pub(crate) async fn answered_steps(stage: &Stage, count: usize) -> Vec<Value> {
    until("the step is answered", || {
        stage.platform.playbook_steps().len() >= count
    })
    .await;
    stage.platform.playbook_steps()
}

fn objects(step: &Value) -> Vec<Value> {
    let bundle: Value = serde_json::from_str(step["bundle"].as_str().unwrap()).unwrap();
    bundle["objects"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_is_answered_with_what_came_and_what_was_found() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = stage.enrichment().await;
    let run = Run::of(registration.listen(async |enrichment: Enrichment| {
        assert!(enrichment.is_playbook());
        assert_eq!(enrichment.objects().len(), 2);
        let mut ahead = Bundle::new();
        ahead.push(domain("ahead.example"))?;
        enrichment.send(ahead).await?;
        let mut entity = serde_json::to_value(enrichment.entity())?;
        entity["x_opencti_score"] = 80.into();
        Ok::<_, BoxError>(enrichment.with([entity, domain("found.example")]))
    }));
    stage.platform.send(stage.id.as_str(), &step(1));

    let steps = answered_steps(&stage, 1).await;
    let objects = objects(&steps[0]);
    let names: Vec<_> = objects
        .iter()
        .map(|object| {
            object["value"]
                .as_str()
                .or(object["name"].as_str())
                .unwrap()
        })
        .collect();
    assert_eq!(
        names,
        ["10.0.0.1", "nmap", "ahead.example", "found.example"]
    );
    assert_eq!(
        objects[0]["x_opencti_score"], 80,
        "the entity is replaced, not added"
    );
    let previous = steps[0]["previous_bundle"].as_str().unwrap();
    assert!(!previous.contains("found.example"));
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_step_goes_on_with_the_objects_as_they_came() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = stage.enrichment().await;
    let run = Run::of(registration.listen(async |_: Enrichment| Err::<Reply, _>("down")));
    stage.platform.send(stage.id.as_str(), &step(1));

    let steps = answered_steps(&stage, 1).await;
    assert_eq!(objects(&steps[0]).len(), 2);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_step_is_left_unanswered_where_that_is_wanted() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = stage.enrichment().await;
    let listen = registration.listen(async |_: Enrichment| Err::<Reply, _>("down"));
    let run = Run::of(listen.on_failed_step(FailedStep::Stop));
    stage.platform.send(stage.id.as_str(), &step(1));
    let next = stage.ask(2);
    stage.completed(&next).await;
    assert!(stage.platform.playbook_steps().is_empty());
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_is_on_behalf_of_the_applicant_in_the_draft_and_shared_as_the_entity() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = stage.enrichment().await;
    let worker = stage.worker();
    let run = Run::of(registration.listen(async |enrichment: Enrichment| {
        let extended = json!({"type": "domain-name", "value": "b.example",
                              "extensions": {EXTENSION: {"score": 1}}});
        Ok::<_, BoxError>(enrichment.with([domain("a.example"), extended]))
    }));
    let work = stage.platform.add_work(stage.id.as_str());
    let mut message = message(&work, 1);
    message["internal"]["applicant_id"] = "user-7".into();
    message["internal"]["draft_id"] = "draft-3".into();
    let entity = message["event"]["stix_entity"].as_str().unwrap();
    let mut entity: Value = serde_json::from_str(entity).unwrap();
    entity["extensions"] = json!({EXTENSION: {"granted_refs": ["identity--org"]}});
    message["event"]["stix_entity"] = entity.to_string().into();
    stage.platform.send(stage.id.as_str(), &message);
    // The next message has neither.
    let plain = stage.ask(2);

    stage.completed(&work).await;
    stage.completed(&plain).await;
    let parts = worker.wait_for(4, SOON);
    let of = |work: &str| -> Vec<_> {
        parts
            .iter()
            .filter(|part| part["work_id"] == work)
            .collect()
    };
    for part in of(&work) {
        assert_eq!(part["applicant_id"], "user-7");
        assert_eq!(part["draft_id"], "draft-3");
        let object = &part["content"]["objects"][0];
        let granted = match object["value"].as_str() {
            Some("a.example") => &object["x_opencti_granted_refs"],
            _ => &object["extensions"][EXTENSION]["granted_refs"],
        };
        assert_eq!(*granted, json!(["identity--org"]));
    }
    for part in of(&plain) {
        assert_eq!(part["draft_id"], Value::Null);
        assert_ne!(part["applicant_id"], "user-7");
        assert_eq!(
            part["content"]["objects"][0]["x_opencti_granted_refs"],
            Value::Null
        );
    }
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_that_the_message_lacks_is_read_from_the_platform() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = stage.enrichment().await;
    let run = Run::of(registration.listen(async |enrichment: Enrichment| {
        Ok::<_, BoxError>(enrichment.unchanged(enrichment.entity().text("value").unwrap()))
    }));
    let ask = |id: &str| {
        let work = stage.platform.add_work(stage.id.as_str());
        let mut message = message(&work, 1);
        message["event"] = json!({"entity_id": id});
        stage.platform.send(stage.id.as_str(), &message);
        work
    };
    stage
        .platform
        .add_entity("there", json!({"type": "ipv4-addr", "value": "read"}));
    let (there, gone) = (ask("there"), ask("gone"));
    assert_eq!(stage.completed(&there).await["messages"][1], "read");
    let error = stage.completed(&gone).await["errors"][0].clone();
    let expected = "gone cannot be read: it was deleted, or the connector's user may not see it";
    assert_eq!(error, expected);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_reads_nothing_until_it_is_resolved() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = stage.enrichment().await;
    let run = Run::of(registration.listen(async |request: EnrichmentRequest| {
        Ok::<_, BoxError>(request.unchanged(format!("not {}", request.entity_id())))
    }));
    let work = stage.platform.add_work(stage.id.as_str());
    let mut message = message(&work, 1);
    message["event"] = json!({"entity_id": "gone", "entity_type": "IPv4-Addr"});
    stage.platform.send(stage.id.as_str(), &message);
    assert_eq!(stage.completed(&work).await["messages"][1], "not gone");
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_out_of_scope_reaches_no_handler_unless_any_is_wanted() {
    for any in [false, true] {
        let stage = Stage::new(or_skip!(), QueueType::Classic);
        let listen = stage
            .enrichment()
            .await
            .listen(async |enrichment: Enrichment| {
                Ok::<_, BoxError>(enrichment.unchanged("handled"))
            });
        let run = Run::of(if any { listen.any_scope() } else { listen });
        let work = stage.platform.add_work(stage.id.as_str());
        let mut message = message(&work, 1);
        message["event"]["entity_type"] = "Domain-Name".into();
        stage.platform.send(stage.id.as_str(), &message);
        let work = stage.completed(&work).await;
        let expected = if any {
            "handled"
        } else {
            "Domain-Name is not in the scope of the connector"
        };
        assert_eq!(
            work["messages"].as_array().unwrap().last().unwrap(),
            expected
        );
        run.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_panics_and_handlers_that_take_too_long_end_the_work_in_error() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let listen = stage
        .enrichment()
        .await
        .listen(async |enrichment: Enrichment| {
            match enrichment.entity().text("value").unwrap() {
                "10.0.0.1" => "x"
                    .parse::<u8>()
                    .map(|_| ())
                    .map_err(|error| BoxError::from(std::io::Error::other(error)))?,
                "10.0.0.2" => panic!("secret of the service"),
                "10.0.0.3" => std::future::pending().await,
                "10.0.0.4" => return Err("y".repeat(5_000).into()),
                _ => {}
            }
            Ok::<_, BoxError>(enrichment.unchanged("fine"))
        });
    let run = Run::of(listen.timeout(Duration::from_millis(300)));
    let works: Vec<_> = (1..=5).map(|number| stage.ask(number)).collect();
    let mut errors = Vec::new();
    for work in &works {
        errors.push(stage.completed(work).await["errors"].clone());
    }
    assert_eq!(errors[0], json!(["invalid digit found in string"]));
    assert_eq!(errors[1], json!(["the connector panicked"]));
    assert_eq!(errors[2], json!(["took longer than 300ms"]));
    assert_eq!(errors[3][0].as_str().unwrap().len(), 2_000);
    assert_eq!(errors[4], json!([]));
    stage.drained().await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_later_delivers_again_and_is_no_failure() {
    for queue_type in [QueueType::Classic, QueueType::Quorum] {
        let stage = Stage::new(or_skip!(), queue_type);
        let listen = stage
            .enrichment()
            .await
            .listen(async |enrichment: Enrichment| {
                if enrichment.attempt() < 3 {
                    return Err(BoxError::from(RetryLater::after(Duration::from_millis(10))));
                }
                Ok(enrichment.unchanged("at last"))
            });
        let run = Run::of(listen);
        let work = stage.ask(1);
        let work = stage.completed(&work).await;
        assert_eq!(work["errors"], json!([]));
        assert_eq!(
            work["messages"].as_array().unwrap().last().unwrap(),
            "at last"
        );
        run.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fatal_error_ends_the_run_after_the_answer() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let listen = stage
        .enrichment()
        .await
        .listen(async |_: Enrichment| Err::<Reply, _>(Fatal("the key is refused")));
    let run = Run::of(listen);
    let work = stage.ask(1);
    let error = run.end().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Handler);
    assert_eq!(error.to_string(), "the key is refused");
    assert_eq!(
        stage.completed(&work).await["errors"],
        json!(["the key is refused"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_for_a_work_that_was_deleted_meanwhile_is_refused_and_the_message_done() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let _worker = stage.worker();
    let (told, mut asked) = tokio::sync::mpsc::unbounded_channel();
    let (go, wait) = tokio::sync::watch::channel(false);
    let listen = stage
        .enrichment()
        .await
        .listen(move |enrichment: Enrichment| {
            let (told, mut wait) = (told.clone(), wait.clone());
            async move {
                told.send(None).unwrap();
                wait.wait_for(|go| *go).await.unwrap();
                let mut bundle = Bundle::new();
                bundle.push(domain("a.example"))?;
                let sent = enrichment.send(bundle).await;
                told.send(sent.as_ref().err().map(SendError::kind)).unwrap();
                sent?;
                Ok::<_, BoxError>(enrichment.unchanged("sent"))
            }
        });
    let run = Run::of(listen);
    let work = stage.ask(1);
    assert_eq!(asked.recv().await, Some(None));
    stage.platform.delete_work(&work);
    go.send_replace(true);
    stage.drained().await;
    let next = stage.ask(2);
    stage.completed(&next).await;
    let told = [(); 3].map(|()| asked.try_recv().unwrap());
    assert_eq!(told, [Some(SendErrorKind::WorkDeleted), None, None]);
    assert!(asked.try_recv().is_err());
    run.stop().await.unwrap();
}
