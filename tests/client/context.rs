//! On whose behalf a client asks: each clone for itself.

use opencti_connector::Connector;
use opencti_connector::client::{Client, ErrorKind};
use opencti_connector::graphql::{About, IsWorkAlive, WorkReceived};
use platform::{Options, Platform};

use crate::faults::{client, response};
use crate::retries::answering_after_about;

fn start() -> (Platform, Client) {
    let platform = Platform::start(Options::default());
    let client = Client::builder(platform.url(), platform.token())
        .retries(0)
        .build()
        .unwrap();
    (platform, client)
}

/// The applicant and the draft of the last request.
fn last_context(platform: &Platform) -> [Option<String>; 2] {
    let headers = platform.last_request().unwrap().headers;
    ["opencti-applicant-id", "opencti-draft-id"]
        .map(|name| headers.get(name).map(|id| id.to_str().unwrap().to_owned()))
}

#[tokio::test]
async fn a_clone_alone_acts_for_its_user_and_in_its_draft() {
    let (platform, client) = start();
    let about = About::new();
    let of_user = client.acting_as("user-1");
    let in_draft = of_user.in_draft("draft-1");
    let of_other = in_draft.acting_as("user-2");
    for (client, expected) in [
        (&in_draft, [Some("user-1"), Some("draft-1")]),
        (&of_other, [Some("user-2"), Some("draft-1")]),
        (&of_user, [Some("user-1"), None]),
        (&client, [None, None]),
    ] {
        client.execute(&about).await.unwrap();
        let expected = expected.map(|id| id.map(str::to_owned));
        assert_eq!(last_context(&platform), expected);
    }
}

#[tokio::test]
async fn an_id_that_no_header_can_carry_is_an_error_and_nothing_is_sent() {
    let (platform, client) = start();
    for client in [
        client.acting_as(""),
        client.acting_as("a\nb"),
        client.in_draft(""),
        client.acting_as("\r\nX-Other: 1").in_draft("d1"),
    ] {
        let error = client.execute(&About::new()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Options, "{error}");
        assert!(error.to_string().contains("opencti-"), "{error}");
    }
    assert_eq!(platform.requests(), 0);
}

#[tokio::test]
async fn a_work_is_reported_by_the_connector_itself() {
    let (platform, client) = start();
    let connector = Connector::external_import()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Sample")
        .build()
        .unwrap();
    let client = client.acting_as("user-1").in_draft("draft-1");
    let registration = client.register(&connector).await.unwrap();
    let work = registration.add_work("Run").await.unwrap();
    assert_ne!(last_context(&platform), [None, None]);
    work.received("Fetching").await.unwrap();
    assert_eq!(last_context(&platform), [None, None]);
    work.processed("Done").await.unwrap();
    assert_eq!(last_context(&platform), [None, None]);
}

#[tokio::test]
async fn clones_ask_for_the_version_once() {
    let (platform, client) = start();
    let alive = IsWorkAlive::new("work_1");
    client.execute(&alive).await.unwrap();
    let requests = platform.requests();
    client.acting_as("user-1").execute(&alive).await.unwrap();
    assert_eq!(platform.requests(), requests + 1);
}

#[tokio::test]
async fn a_report_on_a_work_is_tried_again() {
    let answers = vec![
        response("503 Service Unavailable", "", ""),
        response("200 OK", "", r#"{"data":{"workEdit":{"toReceived":"w"}}}"#),
    ];
    let (address, _) = answering_after_about(answers).await;
    let received = WorkReceived::new("w", "m");
    client(address).execute(&received).await.unwrap();
}
