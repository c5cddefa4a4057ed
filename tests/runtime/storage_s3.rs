//! Bundles in S3.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use opencti_connector::client::{Client, ClientBuilder};
use opencti_connector::runtime::{Run, RunErrorKind};
use opencti_connector::{S3Settings, SendTo};
use platform::{Options, Platform};
use tokio::time::timeout;

use crate::https;
use crate::s3_server::{ACCESS_KEY, BUCKET, SECRET_KEY, Seen, Server, Stored};
use crate::stage::{SOON, until};
use crate::storage::{OF_PYCTI, bundle, client, import, import_as_configured, sends};

/// Nowhere but there.
fn into(settings: S3Settings) -> SendTo {
    let mut send_to = SendTo::default();
    send_to.queue = false;
    send_to.s3 = Some(settings);
    send_to
}

/// The error with which a bundle is not stored.
async fn refused(settings: S3Settings) -> String {
    let platform = Platform::start(Options::default());
    let sent = import(client(&platform), into(settings), sends(bundle())).await;
    sent.unwrap_err().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_what_pycti_puts_and_the_platforms_token_goes_nowhere_else() {
    for (folder, start) in [
        ("connectors", "connectors/"),
        ("a/b//", "a/b/"),
        ("", ""),
        (".", ""),
        ("/", ""),
    ] {
        let (server, platform) = (Server::start().await, Platform::start(Options::default()));
        let client = Client::builder(platform.url(), platform.token())
            .header("X-Key", "key-of-the-proxy")
            .build()
            .unwrap();
        let mut settings = server.settings();
        settings.folder = folder.into();
        let sent = import(client, into(settings), sends(bundle().update(true)));
        sent.await.unwrap();

        let seen = server.seen();
        let (key, stored) = seen.objects.first_key_value().unwrap();
        let start = format!("{start}shodan_internetdb-2");
        assert!(key.starts_with(&start), "{key}");
        assert_eq!(stored.content_type, "application/json");
        let of_pycti = OF_PYCTI.lines().next().unwrap();
        let of_pycti = of_pycti.replace("DIRECTORY_BUNDLE", "S3_BUNDLE");
        assert_eq!(String::from_utf8_lossy(&stored.body), of_pycti);
        assert_eq!(seen.objects.len(), 1);
        for headers in &seen.headers {
            let headers = format!("{headers:?}");
            assert!(!headers.contains(platform.token()), "{headers}");
            assert!(!headers.contains("key-of-the-proxy"), "{headers}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_s3_refuses_is_told_with_its_reason_and_what_to_look_at() {
    let server = Server::start().await;
    let mut settings = server.settings();
    settings.secret_key = Some("secret-key-of-nobody".into());
    let error = refused(settings).await;
    let start = "the bundle cannot be put into S3 as connectors/shodan_internetdb-2";
    assert!(error.starts_with(start), "{error}");
    let end = " in bundles: S3 answered 403 Forbidden, SignatureDoesNotMatch";
    assert!(error.contains(end), "{error}");
    assert!(
        error.contains("; look at S3_ACCESS_KEY and S3_SECRET_KEY"),
        "{error}"
    );
    assert!(!error.contains("secret-key"), "{error}");

    let mut settings = server.settings();
    settings.bucket = Some("missing".into());
    let error = refused(settings).await;
    let end = " in missing: S3 answered 404 Not Found, NoSuchBucket, there is no such bucket; \
               look at CONNECTOR_SEND_TO_S3_BUCKET";
    assert!(error.ends_with(end), "{error}");
    assert!(server.seen().objects.is_empty());
    // Nothing that was tried again would have gone better.
    assert_eq!(server.seen().headers.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_out_of_time_names_the_clock() {
    for body in [
        "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference</Message></Error>",
        "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
        "<Error><Code>AccessDenied</Code><Message>Request is not valid yet</Message></Error>",
    ] {
        let server = Server::start().await;
        server
            .seen()
            .canned
            .push_back((StatusCode::FORBIDDEN, body));
        let error = refused(server.settings()).await;
        assert!(error.ends_with("; check this machine's clock"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_comes_back_gets_the_bundle_once() {
    let (server, platform) = (
        Server::start_after(1).await,
        Platform::start(Options::default()),
    );
    let busy = (StatusCode::SERVICE_UNAVAILABLE, "");
    server.seen().canned.push_back(busy);
    let sent = import(
        client(&platform),
        into(server.settings()),
        sends(bundle().update(true)),
    );
    sent.await.unwrap();
    assert_eq!(server.seen().objects.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stays_away_is_given_up() {
    let server = Server::start().await;
    let body = "<?xml version=\"1.0\"?><Error><Code>InternalError</Code></Error>";
    let broken = (StatusCode::INTERNAL_SERVER_ERROR, body);
    server.seen().canned.extend([broken; 10]);
    let nobody = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let mut settings = server.settings();
    settings.port = Some(nobody.local_addr().unwrap().port());
    drop(nobody);

    let (broken, away) = tokio::join!(refused(server.settings()), refused(settings));
    let end = "S3 answered 500 Internal Server Error, InternalError";
    assert!(broken.ends_with(end), "{broken}");
    assert_eq!(server.seen().headers.len(), 5);
    assert!(away.contains(": S3 cannot be reached: "), "{away}");
    let end = "; look at S3_ENDPOINT, S3_PORT and S3_USE_SSL";
    assert!(away.ends_with(end), "{away}");
    // The URL that a request is signed by holds it.
    assert!(!away.contains(ACCESS_KEY), "{away}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_old_and_the_connectors_own_is_removed_from_all_pages() {
    for (retention_days, left) in [(3, 3), (0, 2_503)] {
        let (server, platform) = (Server::start().await, Platform::start(Options::default()));
        let ago = |days: u32| SystemTime::now() - Duration::from_hours(24) * days;
        let put = |name: &str, days| {
            let stored = Stored {
                body: Vec::new(),
                content_type: String::new(),
                modified: ago(days),
            };
            server
                .seen()
                .objects
                .insert(format!("connectors/{name}"), stored);
        };
        for number in 0..2_500 {
            put(
                &format!("shodan_internetdb-20261101-120000-1793534400.{number}.json"),
                4,
            );
        }
        put(
            "shodan_internetdb-20261122-120000-1793534400.1234567.json",
            2,
        );
        put(
            "shodan_internetdb-eu-20261101-120000-1793534400.1234567.json",
            4,
        );
        let mut settings = server.settings();
        settings.retention_days = retention_days;
        let server = Arc::new(server);
        let pruned = Arc::clone(&server);
        let sent = import(client(&platform), into(settings), move |run: Run| {
            let server = Arc::clone(&pruned);
            async move {
                let is_left = || server.seen().objects.len() == left - 1;
                until("old bundles are removed", is_left).await;
                run.send(bundle()).await?;
                Ok(())
            }
        });
        sent.await.unwrap();
        let seen = server.seen();
        assert_eq!(seen.objects.len(), left);
        assert_eq!(seen.listings, if retention_days == 0 { 0 } else { 3 });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_is_stored_although_old_ones_cannot_be_removed() {
    let (server, platform) = (Server::start().await, Platform::start(Options::default()));
    let forbidden = (
        StatusCode::FORBIDDEN,
        "<Error><Code>AccessDenied</Code></Error>",
    );
    server.seen().canned.push_back(forbidden);
    let sent = import_after_listing(server, &platform).await;
    assert_eq!(sent.headers.len(), 2);
    assert_eq!(sent.objects.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_a_bundle_nor_the_end_of_the_run_waits_for_old_ones_to_be_removed() {
    let (server, platform) = (Server::start().await, Platform::start(Options::default()));
    server.seen().are_listings_held = true;
    let sent = timeout(SOON, import_after_listing(server, &platform)).await;
    assert_eq!(sent.unwrap().objects.len(), 1);
}

/// Sends a bundle when the server was asked for old ones. Returns what it saw.
async fn import_after_listing(server: Server, platform: &Platform) -> Seen {
    let mut settings = server.settings();
    settings.retention_days = 3;
    let server = Arc::new(server);
    let asked = Arc::clone(&server);
    let sent = import(client(platform), into(settings), move |run: Run| {
        let server = Arc::clone(&asked);
        async move {
            let is_asked = || !server.seen().headers.is_empty();
            until("it is asked for old bundles", is_asked).await;
            run.send(bundle()).await?;
            Ok(())
        }
    });
    sent.await.unwrap();
    std::mem::take(&mut *server.seen())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_verified_by_the_clients_authorities_and_in_any_case() {
    // Over HTTPS, which is all that S3 has to be here.
    let (platform, authority) = https::start("127.0.0.1");
    let mut settings = S3Settings::default();
    settings.endpoint = Some("127.0.0.1".into());
    settings.port = Some(platform.address().port());
    settings.use_ssl = Some(true);
    let refused = async |client: ClientBuilder| {
        let send_to = into(settings.clone());
        let sent = import(client.build().unwrap(), send_to, sends(bundle()));
        sent.await.unwrap_err().to_string()
    };
    let client = || Client::builder(platform.url(), platform.token());
    let error = refused(client().ca_certificates(authority)).await;
    assert!(error.contains(": S3 answered 404 Not Found"), "{error}");
    let error = refused(client().verify_certificate(false)).await;
    assert!(error.contains(": S3 cannot be reached: "), "{error}");
    assert!(error.contains("certificate"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_set_is_as_the_platform_says_of_its_storage() {
    let server = Server::start().await;
    let platform = Platform::start(Options::default());
    let settings = server.settings();
    let port = settings.port.unwrap().to_string();
    // The host is the platform's.
    let mut variables = vec![("CONNECTOR_SEND_TO_S3", "true"), ("S3_PORT", &port)];
    // The keys and the bucket are the platform's, which are not those of this server.
    let sent = import_as_configured(&platform, &variables).await;
    let error = sent.unwrap_err().to_string();
    assert!(
        error.contains(" in opencti-bucket: S3 answered 403"),
        "{error}"
    );
    assert!(!error.contains(platform::S3_SECRET_KEY), "{error}");

    variables.extend([
        ("S3_ACCESS_KEY", ACCESS_KEY),
        ("S3_SECRET_KEY", SECRET_KEY),
        ("CONNECTOR_SEND_TO_S3_BUCKET", BUCKET),
    ]);
    let sent = import_as_configured(&platform, &variables).await;
    sent.unwrap();
    let key = server.seen().objects.keys().next().unwrap().clone();
    assert!(key.starts_with("connectors/sample-2"), "{key}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_says_is_missing_at_the_start() {
    // Before platforms told of their storage.
    let platform = Platform::start(Options {
        version: "6.9.4",
        ..Options::default()
    });
    let mut settings = S3Settings::default();
    let run = async |settings: &S3Settings| {
        let send_to = into(settings.clone());
        let error = import(client(&platform), send_to, sends(bundle()));
        let error = error.await.unwrap_err();
        assert_eq!(error.kind(), RunErrorKind::Options);
        error.to_string()
    };
    assert_eq!(
        run(&settings).await,
        "bundles are to go to S3, of which the platform does not tell all; set S3_ENDPOINT, \
         S3_PORT, CONNECTOR_SEND_TO_S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY"
    );
    settings.endpoint = Some("http://minio".into());
    settings.port = Some(9000);
    settings.bucket = Some(BUCKET.into());
    settings.access_key = Some(ACCESS_KEY.into());
    assert!(run(&settings).await.ends_with("; set S3_SECRET_KEY"));
    settings.secret_key = Some(SECRET_KEY.into());
    assert_eq!(
        run(&settings).await,
        "\"http://minio\" is not the name of a host; correct S3_ENDPOINT"
    );
}
