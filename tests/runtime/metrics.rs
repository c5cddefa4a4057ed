//! What is counted of a run, as a scraper reads it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use opencti_connector::kind::ExternalImport;
use opencti_connector::runtime::{
    BoxError, Enrichment, Event, FailedEvent, RetryLater, Run as Turn,
};
use platform::{QueueType, Script, or_skip};
use serde_json::json;

use crate::disturbed::Held;
use crate::monitor::{MOMENT, Watch, configured, following};
use crate::schedule::bundle;
use crate::stage::{Run, SOON, Stage, number_of};
use crate::stream;

/// What pycti exposes with the namespace `ns` and the subsystem `sub` (`pycti_metrics.py`).
const OF_PYCTI: &str = include_str!("../data/pycti_metrics.txt");

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_of_messages_is_counted() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = stage.enrichment().await;
    let worker = stage.worker();
    let (watch, listener) = Watch::new();
    let handler = async |enrichment: Enrichment| {
        let number = number_of(enrichment.entity());
        match (number, enrichment.attempt()) {
            (2, _) => Err("the service is gone".into()),
            // Later once, and each time.
            (3, 1) | (4, _) => Err(BoxError::from(RetryLater::after(Duration::ZERO))),
            _ => Ok(enrichment.with([
                json!({"type": "domain-name", "value": format!("a{number}.example")}),
                json!({"type": "domain-name", "value": format!("b{number}.example")}),
            ])),
        }
    };
    stage.broker.publish(&stage.queue(), b"no JSON");
    let listen = registration.listen(handler).max_attempts(2);
    let run = Run::of(listen.monitor_on(listener));
    let works: Vec<_> = (0..5).map(|number| stage.ask(number)).collect();
    for work in &works {
        stage.completed(work).await;
    }
    watch
        .counts(&[
            ("messages_total done", 3),
            // One is given up.
            ("messages_total failed", 2),
            ("messages_total requeued", 3),
            ("messages_total rejected", 1),
            ("messages_total abandoned", 0),
            // 3 once, and 4 twice.
            ("message_redeliveries_total", 3),
            ("errors_total", 3),
            ("client_errors_total", 3),
            ("parts_total confirmed", 6),
            ("parts_total returned", 0),
            ("bundles_sent_total", 6),
            ("records_sent_total", 6),
            ("in_flight", 0),
            ("state idle", 1),
            ("state running", 0),
        ])
        .await;
    assert_eq!(worker.wait_for(6, SOON).len(), 6);
    let page = watch.page().await;
    // Each message as often as it was in hand.
    assert!(
        page.contains("\nhandling_duration_seconds_bucket{le=\"+Inf\"} 9\n"),
        "{page}"
    );
    assert!(
        page.contains("\nhandling_duration_seconds_count 9\n"),
        "{page}"
    );
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn buckets_hold_all_that_took_at_most_as_long() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (watch, listener) = Watch::new();
    let held = Held::new(1);
    let listen = stage.enrichment().await.listen(held.handler(1));
    let run = Run::of(listen.monitor_on(listener));
    stage.ask(0);
    watch
        .counts(&[("messages_total done", 1), ("in_flight", 0)])
        .await;
    let page = watch.page().await;
    let number = |line: &str| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap();
    let lines = page.lines();
    let buckets = lines.filter(|line| line.starts_with("handling_duration_seconds_bucket"));
    let buckets: Vec<_> = buckets.map(number).collect();
    assert_eq!(buckets.len(), 13);
    assert!(buckets.is_sorted(), "{buckets:?}");
    assert_eq!(buckets.last(), Some(&1.0));
    let mut sums = page
        .lines()
        .filter(|line| line.starts_with("handling_duration_seconds_sum"));
    let sum = number(sums.next().unwrap());
    assert!(sum > 0.0 && sum < SOON.as_secs_f64(), "{sum}");
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_that_is_deleted_is_abandoned() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let registration = stage.enrichment().await;
    let (watch, listener) = Watch::new();
    let work = stage.ask(0);
    stage.platform.delete_work(&work);
    let run = Run::of(
        registration
            .listen(Held::new(1).handler(1))
            .monitor_on(listener),
    );
    watch
        .counts(&[("messages_total abandoned", 1), ("messages_total done", 0)])
        .await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_counted_with_what_they_send() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (watch, listener) = Watch::new();
    let count = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&count);
    let import = move |run: Turn| {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            match number {
                0 => {
                    let _ = run.send(bundle(&["a.example", "b.example"])).await?;
                    let whole = bundle(&["c.example", "d.example", "e.example"]);
                    let _ = run.send(whole.unsplit()).await?;
                    Ok(())
                }
                1 => Err(BoxError::from("the feed is gone")),
                2 => Err(RetryLater::after(Duration::ZERO).into()),
                _ => std::future::pending().await,
            }
        }
    };
    let scheduler = stage.import().await.schedule(MOMENT, import);
    let run = Run::scheduled(scheduler.grace(Duration::ZERO).monitor_on(listener));
    watch
        .counts(&[
            ("runs_total", 4),
            ("runs_failed_total", 1),
            ("errors_total", 1),
            ("client_errors_total", 1),
            ("bundles_sent_total", 3),
            ("records_sent_total", 5),
            ("in_flight", 1),
            ("state running", 1),
        ])
        .await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_are_counted_as_the_platform_has_them() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (watch, listener) = Watch::new();
    let import = async |_: Turn| std::future::pending::<Result<(), BoxError>>().await;
    let scheduler = stage.import().await.schedule(SOON, import);
    let run = Run::scheduled(scheduler.grace(Duration::ZERO).monitor_on(listener));
    watch.counts(&[("runs_total", 1)]).await;
    let pings = stage.platform.pings().len();
    watch.counts(&[("ping_api_total", pings)]).await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_a_stream_are_counted() {
    let stage = stream::Stage::new();
    let bad = "id: 3-0\nevent: create\ndata: no JSON\n\n";
    let events = stream::created("1-0", "tool--1") + &stream::created("2-0", "tool--2") + bad;
    stage
        .platform
        .on_stream(move |request| match request.number {
            0 => Script::of(events.clone()).cut(),
            1 => Script::status(410),
            _ => Script::of(bad).repeating(":\n", stream::OFTEN),
        });
    let (watch, listener) = Watch::new();
    let handler = async |event: Event| match event.id() {
        "1-0" => Ok(()),
        _ => Err("it is not wanted"),
    };
    let follow = stage.registration().await.follow("live", handler);
    let follow = follow
        .on_failed_event(FailedEvent::Skip)
        .monitor_on(listener);
    let run = stream::Run::of(follow);
    watch
        .counts(&[
            ("stream_events_total done", 1),
            ("stream_events_total skipped", 2),
            ("errors_total", 2),
            ("reconnects_total stream", 1),
        ])
        .await;
    watch.is_ready_but_for(&[]).await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_names_are_pyctis_where_both_have_them() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let config = configured(
        &stage,
        &[
            ("CONNECTOR_METRICS_NAMESPACE", "ns".to_owned()),
            ("CONNECTOR_METRICS_SUBSYSTEM", "sub".to_owned()),
        ],
    );
    let registration = config.start::<ExternalImport>().await.unwrap();
    let (watch, listener) = Watch::new();
    let import = async |_: Turn| std::future::pending::<Result<(), BoxError>>().await;
    let scheduler = registration.schedule(SOON, import).grace(Duration::ZERO);
    // In place of the port, which may be in use.
    let run = Run::scheduled(scheduler.monitor_on(listener));
    watch.counts(&[("ns_sub_state running", 1)]).await;
    let page = watch.page().await;
    run.stop().await.unwrap();

    // Comments as they stand, and samples without their values.
    let named = |line: &str| match line.strip_prefix('#') {
        Some(_) => line.to_owned(),
        None => line.rsplit_once(' ').unwrap().0.to_owned(),
    };
    let ours: Vec<_> = page.lines().map(named).collect();
    let theirs: Vec<_> = OF_PYCTI.lines().map(named).collect();
    assert_eq!(ours[..theirs.len()], theirs);
    let is_prefixed = |line: &String| {
        let name = line
            .trim_start_matches("# HELP ")
            .trim_start_matches("# TYPE ");
        name.starts_with("ns_sub_")
    };
    assert!(ours.iter().all(is_prefixed), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_metric_stands_in_the_table_of_the_page() {
    let (_stage, watch, run) = following().await;
    let page = watch.page().await;
    run.stop().await.unwrap();
    let types = page.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let exposed: BTreeSet<_> = types
        .map(|line| line.split(' ').next().unwrap())
        .filter(|name| !name.ends_with("_created"))
        .collect();
    let section = include_str!("../../src/runtime.rs");
    let section = section.split("# Monitoring").nth(1).unwrap();
    let section = section.split("//! # ").next().unwrap();
    let rows = section
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `"));
    let listed: BTreeSet<_> = rows
        .map(|row| row.split(['`', '{']).next().unwrap())
        .filter(|name| !name.starts_with('/'))
        .collect();
    assert_eq!(listed, exposed);
}
