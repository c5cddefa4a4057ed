//! Connectors of every type against platforms of every version: a real GraphQL engine checks the
//! documents and the variables.

use std::time::Duration;

use opencti_connector::client::{AnyRegistration, Client, ErrorKind, Registration};
use opencti_connector::graphql::{ConnectorInfo, ReadConnector, Register, WorkError};
use opencti_connector::kind::{ExternalImport, Kind};
use opencti_connector::{
    AnyConnector, Connector, ConnectorType, PlatformVersion, RawConnector, RegisterConnectorFields,
};
use platform::{Introspection, Options, Platform};
use serde_json::{Value, json};

pub(crate) const ID: &str = "550e8400-e29b-41d4-a716-446655440000";
const VERSIONS: [&str; 8] = [
    "4.0.0",
    "4.0.4",
    "5.11.0",
    "6.1.12",
    "6.5.7",
    "6.8.9",
    "7.260527.0",
    "7.261008.0",
];

pub(crate) fn start(version: &'static str) -> Platform {
    Platform::start(Options {
        version,
        ..Options::default()
    })
}

pub(crate) fn client(platform: &Platform) -> Client {
    client_with_token(platform, platform.token())
}

fn client_with_token(platform: &Platform, token: &str) -> Client {
    Client::builder(platform.url(), token)
        .retry_delay(Duration::from_millis(1))
        .build()
        .unwrap()
}

/// A connector that asks for everything, so that older platforms must be spared some of it.
pub(crate) fn connector(connector_type: &str) -> AnyConnector {
    let scope = match connector_type {
        "INTERNAL_ENRICHMENT" => Some("Report,IPv4-Addr"),
        "EXTERNAL_IMPORT" | "STREAM" => None,
        _ => Some("text/csv,application/pdf"),
    };
    RawConnector::builder()
        .id(ID)
        .name("Sample 样本")
        .connector_type(connector_type)
        .scope_opt(scope.map(Into::into))
        .auto(true)
        .auto_update(true)
        .enrichment_resolution("stix_bundle")
        .only_contextual(true)
        .playbook_compatible(true)
        .listen_callback_uri("http://127.0.0.1:7070/api/callback")
        .version("1.2.3")
        .slug("sample")
        .xtm_one_intent("cti.sample")
        .build()
        .validate()
        .unwrap()
}

async fn registered_everywhere(introspection: Introspection) {
    for version in VERSIONS {
        for connector_type in ConnectorType::ALL {
            let platform = Platform::start(Options {
                version,
                introspection,
                ..Options::default()
            });
            let connector = connector(connector_type.as_str());
            let result = client(&platform).register(&connector).await;

            let number: PlatformVersion = version.parse().unwrap();
            if number < connector_type.since() {
                let error = result.unwrap_err();
                assert_eq!(
                    error.kind(),
                    ErrorKind::PlatformTooOld,
                    "{version}: {error}"
                );
                let text = error.to_string();
                for part in [&connector_type.since().to_string(), version] {
                    assert!(text.contains(part), "{text}");
                }
                assert!(platform.connectors().is_empty());
                continue;
            }
            let accepted = RegisterConnectorFields::for_version(version).unwrap();
            let expected = connector.to_input().restricted_to(&accepted);
            let registration = result.unwrap();
            assert_eq!(registration.connector_type(), *connector_type);
            assert_eq!(registration.id(), ID);
            assert_eq!(
                registration.left_out(),
                expected.left_out(),
                "{version} {connector_type}"
            );

            let sent = &platform.last_request().unwrap().body["variables"];
            assert_eq!(*sent, serde_json::to_value(expected).unwrap(), "{version}");
            let stored = &platform.connectors()[ID];
            assert_eq!(stored["connector_type"], connector_type.as_str());
            let scope: Vec<_> = connector.scope_entries().collect();
            assert_eq!(stored["connector_scope"], json!(scope));
        }
    }
}

#[tokio::test]
async fn each_type_registers_with_each_platform_that_knows_it() {
    registered_everywhere(Introspection::Allowed).await;
}

#[tokio::test]
async fn where_introspection_is_off_the_version_tells_what_is_accepted() {
    registered_everywhere(Introspection::RefusedByApollo).await;
    registered_everywhere(Introspection::RefusedByPlatform).await;
}

#[tokio::test]
async fn a_registration_holds_its_connector_and_is_one_of_any_type() {
    async fn registered<K: Kind>(client: &Client, connector: Connector<K>) -> AnyRegistration {
        let registration: Registration<K> = client.register(&connector).await.unwrap();
        assert_eq!(registration.connector(), &connector);
        assert_eq!(registration.connector_type(), K::TYPE);
        registration.into()
    }

    let platform = start("7.261008.0");
    let client = client(&platform);
    for connector_type in ConnectorType::ALL {
        let registration = match connector(connector_type.as_str()) {
            AnyConnector::ExternalImport(connector) => registered(&client, connector).await,
            AnyConnector::InternalImportFile(connector) => registered(&client, connector).await,
            AnyConnector::InternalEnrichment(connector) => registered(&client, connector).await,
            AnyConnector::InternalAnalysis(connector) => registered(&client, connector).await,
            AnyConnector::InternalExportFile(connector) => registered(&client, connector).await,
            AnyConnector::Stream(connector) => registered(&client, connector).await,
            other => panic!("{} is new", other.connector_type()),
        };
        assert_eq!(registration.connector_type(), *connector_type);

        let pong = registration.ping(None, &ConnectorInfo::default()).await;
        assert_eq!(pong.unwrap().id, ID);
        let work = registration.add_work("Run").await.unwrap();
        work.processed("Done").await.unwrap();
        registration.unregister().await.unwrap();
        assert!(platform.connectors().is_empty());
    }
}

pub(crate) fn import() -> Connector<ExternalImport> {
    Connector::external_import()
        .id(ID)
        .name("Sample")
        .build()
        .unwrap()
}

async fn registration(platform: &Platform) -> Registration<ExternalImport> {
    client(platform).register(&import()).await.unwrap()
}

#[tokio::test]
async fn what_an_older_platform_does_not_tell_is_none() {
    let since = |version: &str, first: &str| {
        version.parse::<PlatformVersion>().unwrap() >= first.parse().unwrap()
    };
    for version in VERSIONS
        .into_iter()
        .chain([
            "4.3.9", "4.4.0", "5.3.7", "5.3.8", "5.3.16", "5.3.17", "5.4.0",
        ])
        .chain(["6.9.9", "6.9.10", "6.9.29", "7.260224.0"])
    {
        let platform = start(version);
        let registration = registration(&platform).await;
        let queues = registration.queues().unwrap();
        let told = [
            (registration.rabbitmq().is_some(), "4.0.4"),
            (registration.user_id().is_some(), "4.0.0"),
            (registration.s3().is_some(), "6.9.10"),
            (registration.jwks().is_some(), "7.260224.0"),
            (queues.listen_routing.is_some(), "5.4.0"),
            (queues.push_routing.is_some(), "5.4.0"),
        ];
        let rabbitmq = registration.rabbitmq();
        let parts = rabbitmq.map(|rabbitmq| {
            [
                (rabbitmq.vhost.is_some(), "5.3.8"),
                (rabbitmq.use_ssl.is_some(), "4.4.0"),
            ]
        });
        for (is_told, first) in told.into_iter().chain(parts.into_iter().flatten()) {
            assert_eq!(is_told, since(version, first), "{version}, since {first}");
        }
        assert_eq!(queues.uri.is_some(), !since(version, "4.0.4"), "{version}");
        assert_eq!(registration.push_routing(), format!("push_routing_{ID}"));
        let password = registration
            .rabbitmq()
            .map(|rabbitmq| rabbitmq.pass.expose());
        assert!(password.is_none_or(|password| password == platform::RABBITMQ_PASSWORD));
    }
}

#[tokio::test]
async fn a_registration_shows_no_secret() {
    let platform = start("7.261008.0");
    let client = client(&platform);
    let registration = client.register(&import()).await.unwrap();
    let shown = format!("{registration:?} {client:?}");
    assert_eq!(
        registration
            .s3()
            .unwrap()
            .secret_key
            .as_ref()
            .unwrap()
            .expose(),
        platform::S3_SECRET_KEY
    );
    for secret in [
        platform::RABBITMQ_PASSWORD,
        platform::S3_SECRET_KEY,
        platform.token(),
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn registering_again_brings_the_connector_up_to_date() {
    let platform = start("7.261008.0");
    let client = client(&platform);
    let with_callback = Connector::external_import()
        .id(ID)
        .name("Sample")
        .listen_callback_uri("http://127.0.0.1:7070/api/callback")
        .build()
        .unwrap();
    client.register(&with_callback).await.unwrap();
    let stored =
        |platform: &Platform| platform.connectors()[ID]["config"]["listen_callback_uri"].clone();
    assert_eq!(stored(&platform), "http://127.0.0.1:7070/api/callback");

    client.register(&import()).await.unwrap();
    assert_eq!(stored(&platform), Value::Null);
    assert_eq!(platform.connectors().len(), 1);
}

#[tokio::test]
async fn a_ping_keeps_the_state_and_learns_of_a_reset() {
    for version in VERSIONS {
        let platform = start(version);
        let registration = registration(&platform).await;
        assert_eq!(registration.state(), None);

        let state = json!({ "last_run": 1 });
        let mut info = ConnectorInfo::default();
        info.buffering = true;
        let pong = registration.ping(Some(&state), &info).await.unwrap();
        assert_eq!(pong.state.as_ref(), Some(&state), "{version}");
        let takes_info = version.parse::<PlatformVersion>().unwrap() >= "6.2.12".parse().unwrap();
        assert_eq!(pong.info, takes_info.then_some(info.clone()), "{version}");

        platform.reset_state(ID);
        let pong = registration.ping(Some(&state), &info).await.unwrap();
        assert_eq!(pong.state, None, "{version}");

        platform.set_state(ID, Some(r#"{"last_run":2}"#));
        let again = client(&platform).register(&import()).await.unwrap();
        assert_eq!(again.state(), Some(&json!({ "last_run": 2 })));
    }
}

#[tokio::test]
async fn a_work_is_reported_from_its_start_to_its_end() {
    let platform = start("7.261008.0");
    let registration = registration(&platform).await;
    let work = registration.add_work("Run 1").await.unwrap();
    assert!(work.is_alive().await.unwrap());
    work.received("Fetching").await.unwrap();
    work.ping().await.unwrap();
    work.add_expectations(2).await.unwrap();
    work.report_expectation(None).await.unwrap();
    let error = WorkError::new("no such type", "indicator--1");
    work.report_expectation(Some(error)).await.unwrap();
    work.processed("Sent 2 parts").await.unwrap();

    let stored = &platform.works()[work.id()];
    assert_eq!(stored["name"], "Run 1");
    assert_eq!(stored["status"], "complete");
    assert_eq!(stored["messages"], json!(["Fetching", "Sent 2 parts"]));
    assert_eq!(stored["errors"], json!(["no such type"]));
    assert_eq!(stored["pings"], 1);

    let failed = registration.add_work("Run 2").await.unwrap();
    failed.failed("the feed is down").await.unwrap();
    assert_eq!(
        platform.works()[failed.id()]["errors"],
        json!(["the feed is down"])
    );
    failed.delete().await.unwrap();

    let gone = registration.work("work_that_never_was");
    assert!(!gone.is_alive().await.unwrap());
    let error = gone.received("too late").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
}

#[tokio::test]
async fn a_connector_that_is_gone_is_not_found() {
    for version in ["5.11.0", "7.261008.0"] {
        let platform = start(version);
        let registration = registration(&platform).await;
        registration.clone().unregister().await.unwrap();
        assert!(platform.connectors().is_empty());
        let error = registration
            .ping(None, &ConnectorInfo::default())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{version}: {error}");
        let error = registration.unregister().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{version}: {error}");
    }
}

#[tokio::test]
async fn a_connector_can_be_read_as_the_platform_sees_it() {
    let platform = start("7.261008.0");
    let registration = registration(&platform).await;
    let status = registration.read().await.unwrap().unwrap();
    assert_eq!(status.name, "Sample");
    assert_eq!(status.connector_type.as_deref(), Some("EXTERNAL_IMPORT"));
    assert_eq!(status.active, Some(true));
    assert_eq!(
        status.queue.unwrap().messages_number.to_bits(),
        0_f64.to_bits()
    );

    let id = registration.id().to_owned();
    registration.unregister().await.unwrap();
    let read = ReadConnector::new(&id);
    assert_eq!(client(&platform).execute(&read).await.unwrap(), None);
}

#[tokio::test]
async fn a_token_that_is_unknown_or_lacks_the_capability_is_told_apart() {
    for version in ["5.11.0", "7.261008.0"] {
        let platform = start(version);
        for (token, kind) in [
            (
                "8c8f1f3d-0000-4000-8000-000000000000",
                ErrorKind::Authentication,
            ),
            (platform.powerless_token(), ErrorKind::Forbidden),
        ] {
            let client = client_with_token(&platform, token);
            let error = client.register(&import()).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{version}: {error}");
            assert!(!format!("{error} {error:?}").contains(token));
        }
    }
}

#[tokio::test]
async fn what_the_platform_refuses_comes_back_in_its_own_words() {
    let platform = start("7.261008.0");
    // This crate refuses such a name, so that the request is written by hand.
    let request = json!({
        "query": "mutation ($input: RegisterConnectorInput) { \
            registerConnector(input: $input) { id } }",
        "variables": { "input": { "id": ID, "name": " ", "type": "STREAM" } },
    });
    let answer = reqwest::Client::new()
        .post(format!("{}/graphql", platform.url()))
        .bearer_auth(platform.token())
        .json(&request)
        .send()
        .await
        .unwrap();
    let error = Register::parse(&answer.bytes().await.unwrap()).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("Must be at least 2 characters"), "{text}");
    assert!(text.contains("at registerConnector"), "{text}");
}

#[tokio::test]
async fn what_can_be_repeated_is_tried_again_and_nothing_else() {
    let platform = start("7.261008.0");
    let client = client(&platform);
    client.platform().await.unwrap();
    let asked = platform.requests();
    platform.fail_next(2, 503, &[], "");
    let registration = client.register(&import()).await.unwrap();
    assert_eq!(platform.requests() - asked, 3);

    platform.fail_next(1, 503, &[], "");
    let error = registration.add_work("Run").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Status, Some(503))
    );
    assert!(platform.works().is_empty());
    assert_eq!(platform.requests() - asked, 4);
}

#[tokio::test]
async fn the_platform_is_asked_once_for_all_clones() {
    let platform = start("6.8.9");
    let client = client(&platform);
    let clone = client.clone();
    client.platform().await.unwrap();
    let asked = platform.requests();
    let info = clone.platform().await.unwrap();
    assert_eq!(platform.requests(), asked);
    assert_eq!(info.version, "6.8.9");
    assert_eq!(
        info.fields,
        RegisterConnectorFields::for_version("6.8.9").unwrap()
    );
}

#[tokio::test]
async fn the_client_says_who_it_is_and_carries_the_headers() {
    let platform = start("7.261008.0");
    let client = Client::builder(format!("{}/", platform.url()), platform.token())
        .headers([("X-Proxy-Auth".to_owned(), "letmein".into())])
        .build()
        .unwrap();
    client.platform().await.unwrap();
    let headers = &platform.last_request().unwrap().headers;
    assert_eq!(
        headers["user-agent"],
        concat!("opencti-connector/", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(headers["x-proxy-auth"], "letmein");
    assert_eq!(
        headers["authorization"],
        format!("Bearer {}", platform.token())
    );
    assert_eq!(headers["content-type"], "application/json");
}
