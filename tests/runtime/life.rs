//! How a run ends: as it is told, or because it cannot go on.

use std::time::Duration;

use opencti_connector::BrokerSettings;
use opencti_connector::client::BoxError;
use opencti_connector::runtime::{Enrichment, RunErrorKind};
use platform::{Options, QueueType, or_skip};

use crate::disturbed;
use crate::disturbed::Held;
use crate::stage::{Run, Stage, until};

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_when_its_future_does() {
    let stage = Stage::new(or_skip!(), QueueType::Quorum);
    let held = Held::new(0);
    let run = Run::of(stage.enrichment().await.listen(held.handler(1)));
    let worker = stage.worker();
    let (in_hand, waiting) = (stage.ask(0), stage.ask(1));
    until("it is in hand", || held.calls() == 1).await;

    let pings = stage.platform.pings().len();
    held.release(1);
    let stopped = run.stop();
    stopped.await.unwrap();
    stage.completed(&in_hand).await;
    assert_eq!(worker.wait_for(1, crate::stage::SOON).len(), 1);
    // The last ping tells the state.
    assert!(stage.platform.pings().len() > pings);
    // What was not begun is there for the next run.
    until("the other is put back", || {
        stage.broker.ready(&stage.queue()) == 1
    })
    .await;
    held.release(1);
    let run = Run::of(stage.enrichment().await.listen(held.handler(1)));
    stage.completed(&waiting).await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_hand_longer_than_the_grace_is_put_back() {
    for queue_type in [QueueType::Classic, QueueType::Quorum] {
        let stage = Stage::new(or_skip!(), queue_type);
        let held = Held::new(0);
        let listen = stage.enrichment().await.listen(held.handler(1));
        let run = Run::of(listen.concurrency(4).grace(Duration::from_millis(200)));
        let work = stage.ask(0);
        until("it is in hand", || held.calls() == 1).await;
        run.stop().await.unwrap();
        until("it is put back", || stage.broker.ready(&stage.queue()) == 1).await;
        assert_eq!(stage.platform.works()[&work]["status"], "progress");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_fails_when_it_is_told_to_stop_has_its_message_again() {
    let stage = Stage::new(or_skip!(), QueueType::Quorum);
    let registration = stage.enrichment().await;
    let run = Run::of(registration.listen(async |enrichment: Enrichment| {
        enrichment.cancelled().await;
        Err::<opencti_connector::runtime::Reply, BoxError>("not done".into())
    }));
    let work = stage.ask(0);
    until("it is in hand", || {
        stage.platform.works()[&work]["status"] == "progress"
    })
    .await;
    run.stop().await.unwrap();
    until("it is put back", || stage.broker.ready(&stage.queue()) == 1).await;
    let work = stage.platform.works()[&work].clone();
    assert_eq!(work["status"], "progress");
    assert!(work["errors"].as_array().unwrap().is_empty(), "{work}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_that_is_deleted_ends() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let held = Held::new(1);
    let run = Run::of(stage.enrichment().await.listen(held.handler(1)));
    let _worker = stage.worker();
    let work = stage.ask(0);
    stage.completed(&work).await;
    stage.enrichment().await.unregister().await.unwrap();
    let error = run.end().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Deleted, "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_ends_it() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let held = Held::new(1);
    let listen = stage.enrichment().await.listen(held.handler(1));
    let refusal = r#"{"data":null,"errors":[{"message":"You must be logged in to do this.",
                      "extensions":{"code":"AUTH_REQUIRED"}}]}"#;
    stage.platform.fail_next(1, 200, &[], refusal);
    let error = Run::of(listen).end().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Authentication, "{error}");
    assert!(error.to_string().contains("OPENCTI_TOKEN"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_refuses_the_password_ends_it() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let mut settings = BrokerSettings::default();
    settings.password = Some("not-the-password".into());
    let held = Held::new(1);
    let listen = stage.enrichment().await.listen(held.handler(1));
    let error = Run::of(listen.broker(settings)).end().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Broker, "{error}");
    assert!(error.to_string().contains("MQ_PASS"), "{error}");
    assert!(!error.to_string().contains("not-the-password"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_that_are_not_there_end_it() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let mut settings = BrokerSettings::default();
    settings.use_ssl = Some(true);
    settings.ssl_ca = Some("/no/such/ca.pem".into());
    let held = Held::new(1);
    let listen = stage.enrichment().await.listen(held.handler(1));
    let error = Run::of(listen.broker(settings)).end().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Options, "{error}");
    assert!(error.to_string().contains("MQ_USE_SSL_CA"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_changed_is_asked_for_again() {
    let disturbed = disturbed!();
    let broker = disturbed.broker();
    broker.ctl(&["add_user", "connector", "one"]);
    broker.ctl(&["set_permissions", "connector", ".*", ".*", ".*"]);
    let stage = Stage::with(Options {
        broker: Some(broker.clone()),
        ..Options::default()
    });
    let first = stage.enrichment().await;
    stage.platform.tell_login(first.id(), "connector", "one");
    let held = Held::new(2);
    let run = Run::of(stage.enrichment().await.listen(held.handler(1)));
    let worker = stage.worker();
    let work = stage.ask(0);
    stage.completed(&work).await;

    broker.ctl(&["change_password", "connector", "two"]);
    stage.platform.tell_login(first.id(), "connector", "two");
    broker.ctl(&["close_all_user_connections", "connector", "for a test"]);
    let work = stage.ask(1);
    stage.completed(&work).await;
    crate::broker::all_came(&worker, 2).await;
    broker.ctl(&["delete_user", "connector"]);
    run.stop().await.unwrap();
}
