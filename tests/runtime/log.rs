//! What a connector that runs logs. A binary of its own: the subscriber is that of the process, which
//! connections on other threads log to as well.

#[path = "../support/log.rs"]
mod log;

use log::Log;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opencti_connector::ConnectorId;
use opencti_connector::config::Config;
use opencti_connector::kind::ExternalImport;
use opencti_connector::runtime::{BoxError, FailedRun, Run, RunErrorKind};
use opencti_connector::stix::Bundle;
use platform::{Options, Platform, or_skip};
use serde_json::json;
use tracing_subscriber::util::SubscriberInitExt as _;

#[tokio::test(flavor = "multi_thread")]
async fn a_start_and_a_failed_run_are_told_and_no_secret_is() {
    let log = Log::default();
    log.subscriber().init();

    let platform = Platform::start(Options {
        broker: Some(or_skip!()),
        ..Options::default()
    });
    let id = ConnectorId::random();
    let config = Config::sources()
        .variables([
            ("OPENCTI_URL", format!("{}/graphql", platform.url())),
            ("OPENCTI_TOKEN", platform.token().to_owned()),
            (
                "OPENCTI_CUSTOM_HEADERS",
                "X-Key:key-of-the-proxy".to_owned(),
            ),
            ("CONNECTOR_ID", id.to_string()),
            ("CONNECTOR_NAME", "Sample".to_owned()),
            ("CONNECTOR_RUN_AND_TERMINATE", "true".to_owned()),
        ])
        .load()
        .unwrap();
    // As what stands before a platform answers while that starts.
    platform.fail_next(1, 502, &[], "<html>Bad Gateway</html>");
    let registration = config.start::<ExternalImport>().await.unwrap();
    let token = platform.token().to_owned();
    let is_first = Arc::new(AtomicBool::new(true));
    let import = move |run: Run| {
        let (token, is_first) = (token.clone(), Arc::clone(&is_first));
        async move {
            assert!(
                !is_first.swap(false, Ordering::Relaxed),
                "{token} is refused"
            );
            let mut bundle = Bundle::new();
            bundle.push(json!({"type": "domain-name", "value": "a.example"}))?;
            run.send(bundle).await?;
            Err::<(), BoxError>(format!("{token} and key-of-the-proxy are refused").into())
        }
    };
    let again = FailedRun::Retry {
        after: Duration::ZERO,
        at_most: 1,
    };
    let scheduler = registration.schedule(None, import).on_failed_run(again);
    let error = scheduler.run().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Handler);
    assert_eq!(error.to_string(), "*** and *** are refused");

    let log = log.text();
    for told in [
        "ends with `/graphql`, which is removed",
        "cannot reach the platform; waiting up to 5",
        "Sample is registered",
        "the handler panicked panic=*** is refused",
        "the run failed",
        "*** and *** are refused",
    ] {
        assert!(log.contains(told), "{told}");
    }
    for secret in [platform.token(), "key-of-the-proxy"] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None);
    }
}
