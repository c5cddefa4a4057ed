//! What may have been done is not done twice, and what the platform fails at is not tried forever.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use opencti_connector::client::Client;
use opencti_connector::config::Config;
use opencti_connector::kind::InternalEnrichment;
use opencti_connector::runtime::{BoxError, Enrichment, Reply, SendError, SendErrorKind};
use platform::{Gate, Hold, Proxy, QueueType, or_skip};

use crate::answers::step;
use crate::disturbed::Held;
use crate::schedule::bundle;
use crate::stage::{self, Run, SOON, Stage, message, until};

/// A platform behind a proxy, and a client that reaches it there and does not wait long.
fn behind_proxy(stage: &Stage) -> (Proxy, Client) {
    let proxy = Proxy::before(stage.platform.address());
    let url = stage.platform.url_at(proxy.addr());
    let client = Client::builder(url, stage.platform.token())
        .retry_delay(Duration::from_millis(10))
        .build()
        .unwrap();
    (proxy, client)
}

/// Cuts the connection of the request at the gate, which is done and not answered.
async fn lose_the_answer(gate: Gate, proxy: &Proxy) {
    let gate = tokio::task::spawn_blocking(move || {
        assert!(gate.reached(SOON));
        gate
    });
    let gate = gate.await.unwrap();
    proxy.cut();
    gate.release();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_that_may_have_been_opened_is_not_opened_again() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (proxy, client) = behind_proxy(&stage);
    let gate = stage.platform.hold("workAdd", Hold::After);
    let kind = Arc::new(Mutex::new(None));
    let told = Arc::clone(&kind);
    let import = move |run: opencti_connector::runtime::Run| {
        let told = Arc::clone(&told);
        async move {
            let sent = run.send(bundle(&["a.example"])).await;
            *told.lock().unwrap() = sent.as_ref().err().map(SendError::kind);
            sent.map(drop)
        }
    };
    let import = stage
        .import_by(&client)
        .await
        .schedule(Duration::ZERO, import);
    let run = stage::Run::scheduled(import);
    lose_the_answer(gate, &proxy).await;
    let error = run.end().await.unwrap_err().to_string();
    assert!(error.contains("may have been done"), "{error}");
    assert_eq!(*kind.lock().unwrap(), Some(SendErrorKind::Unconfirmed));
    assert_eq!(stage.platform.works().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_of_a_playbook_is_not_answered_twice() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (proxy, client) = behind_proxy(&stage);
    let gate = stage.platform.hold("playbookStepExecution", Hold::After);
    let _worker = stage.worker();
    let held = Held::new(2);
    let run = Run::of(stage.enrichment_by(&client).await.listen(held.handler(1)));
    stage.platform.send(stage.id.as_str(), &step(1));
    lose_the_answer(gate, &proxy).await;
    // One after the other: the step is at its end.
    stage.completed(&stage.ask(2)).await;
    assert_eq!(stage.platform.playbook_steps().len(), 1);
    assert_eq!(held.calls(), 2);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_that_the_platform_may_have_is_not_handed_to_it_twice() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let proxy = Proxy::before(stage.platform.address());
    let url = stage.platform.url_at(proxy.addr());
    let config = Config::sources()
        .variables([
            ("OPENCTI_URL", url.as_str()),
            ("OPENCTI_TOKEN", stage.platform.token()),
            ("CONNECTOR_ID", stage.id.as_str()),
            ("CONNECTOR_NAME", "Sample"),
            ("CONNECTOR_SCOPE", "IPv4-Addr"),
            ("CONNECTOR_QUEUE_PROTOCOL", "api"),
        ])
        .load()
        .unwrap();
    let registration = config.start::<InternalEnrichment>().await.unwrap();
    let gate = stage.platform.hold("stixBundlePush", Hold::After);
    let run = Run::of(registration.listen(Held::new(1).handler(3)));
    let work = stage.ask(0);
    lose_the_answer(gate, &proxy).await;
    let work = stage.completed(&work).await;
    let error = work["errors"][0].as_str().unwrap();
    assert!(error.contains("may have been done"), "{error}");
    assert_eq!(stage.platform.bundles().len(), 1);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_makes_the_platform_fail_ends_its_work_in_error() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (_proxy, client) = behind_proxy(&stage);
    stage.platform.fail("stix", Some("INTERNAL_SERVER_ERROR"));
    let listen = stage.enrichment_by(&client).await;
    let run = Run::of(listen.listen(async |enrichment: Enrichment| {
        Ok::<Reply, BoxError>(enrichment.unchanged("read"))
    }));
    let work = stage.platform.add_work(stage.id.as_str());
    let mut message = message(&work, 1);
    message["event"]["stix_entity"] = serde_json::Value::Null;
    stage.platform.send(stage.id.as_str(), &message);
    let work = stage.completed(&work).await;
    let error = work["errors"][0].as_str().unwrap();
    assert!(error.contains("the test says so"), "{error}");
    assert_eq!(stage.platform.asked("stix"), 5);
    stage.drained().await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_whose_end_the_platform_cannot_take_does_not_hold_its_message() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (_proxy, client) = behind_proxy(&stage);
    stage
        .platform
        .fail("toProcessed", Some("INTERNAL_SERVER_ERROR"));
    let held = Held::new(2);
    let run = Run::of(stage.enrichment_by(&client).await.listen(held.handler(1)));
    stage.ask(1);
    stage.ask(2);
    until("the next one is handled", || held.calls() == 2).await;
    run.stop().await.unwrap();
    stage.acknowledged().await;
}
