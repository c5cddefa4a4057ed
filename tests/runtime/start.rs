//! The start of a connector from its configuration.

use std::time::Duration;

use opencti_connector::Secret;
use opencti_connector::config::Config;
use opencti_connector::kind::{ExternalImport, InternalEnrichment};
use opencti_connector::runtime::{BoxError, Run, StartErrorKind};
use platform::{Options, Platform, Proxy, QueueType, or_skip};
use serde::Deserialize;
use tokio::time::timeout;

use crate::stage::{self, SOON, Stage};

const ID: &str = "82b58916-a654-4cd4-81de-700eb72a5c94";

fn config(url: &str, token: &str, more: &[(&str, &str)]) -> Config {
    let variables = [
        ("OPENCTI_URL", url),
        ("OPENCTI_TOKEN", token),
        ("CONNECTOR_ID", ID),
        ("CONNECTOR_NAME", "Sample"),
    ];
    let variables = variables.into_iter().chain(more.iter().copied());
    Config::sources().variables(variables).load().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_gives_a_registration_that_runs_as_configured() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let config = config(
        stage.platform.url(),
        stage.platform.token(),
        &[
            ("CONNECTOR_ID", stage.id.as_str()),
            ("CONNECTOR_DURATION_PERIOD", "PT5001S"),
            ("CONNECTOR_RUN_AND_TERMINATE", "true"),
            ("CONNECTOR_QUEUE_THRESHOLD", "7"),
        ],
    );
    let registration = config.start::<ExternalImport>().await.unwrap();
    let period = registration
        .run_settings()
        .and_then(|run| run.duration_period);
    assert_eq!(period, Some(Duration::from_secs(5_001)));
    let import = async |_: Run| Ok::<_, BoxError>(());
    let run = stage::Run::scheduled(registration.schedule(period, import));
    run.end().await.unwrap();
    let ping = stage.platform.pings().pop().unwrap();
    assert_eq!(ping["connectorInfo"]["queue_threshold"], 7.0);
    assert_eq!(ping["connectorInfo"]["run_and_terminate"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_the_connectors_own_come_beside_the_registration() {
    #[derive(Deserialize)]
    struct Shodan {
        token: Secret,
    }
    let platform = Platform::start(Options::default());
    let config = config(
        platform.url(),
        platform.token(),
        &[
            ("CONNECTOR_SCOPE", "IPv4-Addr"),
            ("SHODAN_TOKEN", "of shodan"),
        ],
    );
    let start = config.start_with::<InternalEnrichment, Shodan>("shodan");
    assert!(!format!("{start:?}").contains("of shodan"));
    // To be spawned it must be `Send`.
    let started = tokio::spawn(start.into_future()).await.unwrap();
    let (registration, shodan) = started.unwrap();
    assert_eq!(registration.id(), ID);
    assert_eq!(shodan.token.expose(), "of shodan");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_comes_up_later_is_waited_for() {
    let platform = Platform::start(Options::default());
    let proxy = Proxy::before(platform.address());
    proxy.refuse(true);
    let config = config(&platform.url_at(proxy.addr()), platform.token(), &[]);
    let mut start = config.start::<ExternalImport>().into_future();
    let while_down = timeout(Duration::from_millis(500), &mut start).await;
    assert!(while_down.is_err(), "{while_down:?}");
    // As what stands before a platform answers while that starts.
    platform.fail_next(1, 502, &[], "<html>Bad Gateway</html>");
    proxy.refuse(false);
    timeout(SOON, start).await.unwrap().unwrap();
    assert!(platform.connectors().contains_key(ID));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_does_not_come_up_is_given_up_within_the_limit() {
    let platform = Platform::start(Options::default());
    let proxy = Proxy::before(platform.address());
    let url = platform.url_at(proxy.addr());
    for is_refused in [true, false] {
        proxy.refuse(is_refused);
        proxy.stall(!is_refused);
        let start = config(&url, platform.token(), &[]).start::<ExternalImport>();
        let begun = std::time::Instant::now();
        let error = start
            .start_within(Duration::from_millis(300))
            .await
            .unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert_eq!(error.kind(), StartErrorKind::Unavailable);
        let text = error.to_string();
        assert!(
            text.starts_with("the platform was not up within 300ms; look at OPENCTI_URL: "),
            "{text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_an_error_at_once_and_in_no_text() {
    let platform = Platform::start(Options::default());
    let token = "4b6f7ab8-0000-4000-8000-000000000000";
    let error = config(platform.url(), token, &[])
        .start::<ExternalImport>()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), StartErrorKind::Authentication);
    assert!(error.to_string().contains("look at OPENCTI_TOKEN"));
    assert!(!format!("{error:?}").contains(token));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_refuses_is_an_error_at_once() {
    let platform = Platform::start(Options::default());
    let error = config(platform.url(), platform.powerless_token(), &[])
        .start::<ExternalImport>()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), StartErrorKind::Refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_the_configuration_are_told_all_at_once() {
    let config = Config::sources()
        .variables([("CONNECTOR_NAME", "Sample"), ("OPENCTI_URL", "opencti")])
        .load()
        .unwrap();
    let error = config.start::<ExternalImport>().await.unwrap_err();
    assert_eq!(error.kind(), StartErrorKind::Configuration);
    assert_eq!(error.report().unwrap().faults().len(), 3);
    assert_eq!(error.to_string(), error.report().unwrap().to_string());
}
