//! Works that end with their task, however it ends.

use std::future::{Ready, pending};

use opencti_connector::Connector;
use opencti_connector::client::{BoxError, Client, Error, ErrorKind, Registration, Work};
use opencti_connector::kind::ExternalImport;
use platform::{Options, Platform};
use serde_json::{Value, json};
use tokio::sync::oneshot;

async fn start() -> (Platform, Registration<ExternalImport>) {
    let platform = Platform::start(Options::default());
    let client = Client::builder(platform.url(), platform.token())
        .retries(0)
        .build()
        .unwrap();
    let connector = Connector::external_import()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Sample")
        .build()
        .unwrap();
    let registration = client.register(&connector).await.unwrap();
    (platform, registration)
}

/// The one work of the platform: its status, its messages and its errors.
fn only_work(platform: &Platform) -> [Value; 3] {
    let works = platform.works();
    assert_eq!(works.len(), 1);
    let work = works.values().next().unwrap();
    ["status", "messages", "errors"].map(|member| work[member].clone())
}

#[tokio::test]
async fn a_task_that_succeeds_ends_its_work_with_its_message() {
    let (platform, registration) = start().await;
    let work = registration.add_work("Run").await.unwrap();
    let id = work.id().to_owned();
    let sent = work
        .run(async |work| {
            assert_eq!(work.id(), id);
            work.received("Fetching").await?;
            Ok(12)
        })
        .await
        .unwrap();
    assert_eq!(sent, 12);
    let expected = [json!("complete"), json!(["Fetching", "12"]), json!([])];
    assert_eq!(only_work(&platform), expected);
}

#[tokio::test]
async fn a_task_that_fails_ends_its_work_with_the_error_and_its_causes() {
    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);
    impl std::fmt::Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the feed has no count")
        }
    }
    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }

    let (platform, registration) = start().await;
    let work = registration.add_work("Run").await.unwrap();
    let error = work
        .run(async |_| Ok("x".parse::<u8>().map_err(Outer)?))
        .await
        .unwrap_err();
    assert!(error.is::<Outer>(), "the error comes back as it was");
    let message = "the feed has no count: invalid digit found in string";
    let expected = [json!("complete"), json!([]), json!([message])];
    assert_eq!(only_work(&platform), expected);
}

fn no_task(_: Work) -> Ready<Result<u8, BoxError>> {
    panic!("no task")
}

#[tokio::test]
async fn a_panic_ends_the_work_and_goes_on() {
    let (platform, registration) = start().await;
    let work = registration.add_work("Run").await.unwrap();
    let run = tokio::spawn(work.run(async |work| {
        work.received("Fetching").await?;
        assert!(work.id().is_empty(), "the address of the source");
        Ok("never")
    }));
    let panic = run.await.unwrap_err().into_panic();
    assert_eq!(
        *panic.downcast::<&str>().unwrap(),
        "the address of the source"
    );
    let [status, _, errors] = only_work(&platform);
    assert_eq!(status, "complete");
    assert_eq!(errors, json!(["the connector panicked"]));

    // Before it has a future at all, too.
    let (platform, registration) = start().await;
    let work = registration.add_work("Run").await.unwrap();
    tokio::spawn(work.run(no_task)).await.unwrap_err();
    assert_eq!(only_work(&platform)[2], json!(["the connector panicked"]));
}

#[tokio::test]
async fn a_task_that_is_cancelled_ends_its_work_in_error() {
    let (platform, registration) = start().await;
    let work = registration.add_work("Run").await.unwrap();
    let (begun, has_begun) = oneshot::channel();
    let run = tokio::spawn(work.run(async |_| {
        begun.send(()).unwrap();
        pending::<Result<&str, BoxError>>().await
    }));
    has_begun.await.unwrap();
    assert_eq!(only_work(&platform)[0], "progress");
    run.abort();
    let is_reported = async {
        while only_work(&platform)[0] != "complete" {
            tokio::task::yield_now().await;
        }
    };
    let within = std::time::Duration::from_secs(20);
    tokio::time::timeout(within, is_reported).await.unwrap();
    assert_eq!(only_work(&platform)[2], json!(["the run was cancelled"]));
}

#[test]
fn a_task_that_is_cancelled_outside_of_a_runtime_is_dropped_in_peace() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (platform, run) = runtime.block_on(async {
        let (platform, registration) = start().await;
        let work = registration.add_work("Run").await.unwrap();
        let mut run = Box::pin(work.run(async |_| pending::<Result<&str, BoxError>>().await));
        let is_pending = tokio::select! { biased; _ = &mut run => false, () = async {} => true };
        assert!(is_pending);
        (platform, run)
    });
    drop(runtime);
    drop(run);
    assert_eq!(only_work(&platform)[0], "progress");
}

#[tokio::test]
async fn the_message_of_a_failure_is_cut_and_holds_no_token() {
    let (platform, registration) = start().await;
    // The token lies across the place of the cut.
    let text = format!(
        "{}{}{}",
        "é".repeat(1_990),
        platform.token(),
        "x".repeat(500)
    );
    let work = registration.add_work("Run").await.unwrap();
    work.run(async |_| Err::<u8, _>(text.into()))
        .await
        .unwrap_err();
    let [_, _, errors] = only_work(&platform);
    let message = errors[0].as_str().unwrap();
    assert_eq!(message.chars().count(), 2_000);
    assert!(message.ends_with("é***xxxxxxx"), "{message}");
}

#[tokio::test]
async fn a_report_that_fails_is_the_error_of_a_success_and_hides_no_failure() {
    let (platform, registration) = start().await;
    let work = registration.add_work("Run").await.unwrap();
    let error = work
        .run(async |_| {
            platform.fail_next(1, 403, &[], "");
            Ok("done")
        })
        .await
        .unwrap_err();
    let error: Box<Error> = error.downcast().unwrap();
    assert_eq!(error.kind(), ErrorKind::Forbidden);

    let work = registration.add_work("Run").await.unwrap();
    let error = work
        .run(async |_| {
            platform.fail_next(1, 403, &[], "");
            Err::<u8, _>("the feed is down".into())
        })
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "the feed is down");
}

#[tokio::test]
async fn a_multipart_work_ends_only_when_it_is_told_to() {
    let (platform, registration) = start().await;
    for (is_multipart, status) in [(true, "progress"), (false, "complete")] {
        let work = if is_multipart {
            registration.add_multipart_work("Run").await.unwrap()
        } else {
            registration.add_work("Run").await.unwrap()
        };
        work.add_expectations(1).await.unwrap();
        work.report_expectation(None).await.unwrap();
        assert_eq!(platform.works()[work.id()]["status"], status);
        work.processed("Sent 1 part").await.unwrap();
        assert_eq!(platform.works()[work.id()]["status"], "complete");
    }
}

#[tokio::test]
async fn what_is_reported_by_hand_holds_no_token_either() {
    let (platform, registration) = start().await;
    let said = format!("refused for {}", platform.token());
    let work = registration.add_work("Run").await.unwrap();
    work.received(&said).await.unwrap();
    work.failed(&said).await.unwrap();
    let [_, messages, errors] = only_work(&platform);
    let shown = format!("{messages} {errors}");
    assert!(!shown.contains(platform.token()), "{shown}");
    assert!(shown.contains("refused for ***"), "{shown}");
}
