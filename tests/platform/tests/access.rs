//! Who may ask, how the platform is reached, and what tests see of it.

use serde_json::{Value, json};

use crate::{DELETE, LATEST, PING, REGISTER, Session, code, input};
use platform::{Introspection, Options, Platform, Tls};

#[tokio::test]
async fn refused_introspection_is_an_error() {
    let type_query = "query ($name: String!) { __type(name: $name) { name } }";
    for query in [
        type_query,
        "{ __schema { types { name } } }",
        "{ ...F } fragment F on Query { alias: __type(name: \"Work\") { name } }",
    ] {
        let variables = json!({ "name": "RegisterConnectorInput" });
        for (introspection, code) in [
            (Introspection::RefusedByApollo, "GRAPHQL_VALIDATION_FAILED"),
            (Introspection::RefusedByPlatform, "FORBIDDEN_ACCESS"),
        ] {
            let session = Session::with(Options {
                introspection,
                ..Options::default()
            });
            let answer = session.ask(query, variables.clone()).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{answer}");
            assert_eq!(answer["data"], Value::Null);

            let answer = session
                .ask("{ __typename about { version } }", json!({}))
                .await;
            assert_eq!(answer["data"]["about"]["version"], LATEST);
        }
    }
    let answer = Session::of(LATEST)
        .ask(type_query, json!({ "name": "Work" }))
        .await;
    assert_eq!(answer["data"]["__type"]["name"], "Work");
}

#[tokio::test]
async fn a_wrong_token_is_told_to_log_in() {
    let session = Session::of(LATEST);
    let other = Platform::start(Options::default());
    for token in ["", "ChangeMe", other.token()] {
        let answer = session
            .ask_as(token, "{ about { version } }", json!({}))
            .await;
        assert_eq!(code(&answer), "AUTH_REQUIRED", "{answer}");
        assert_eq!(answer["errors"][0]["name"], "AUTH_REQUIRED");
        assert_eq!(
            answer["errors"][0]["message"],
            "You must be logged in to do this."
        );
        assert_eq!(
            answer["errors"][0]["extensions"]["data"]["http_status"],
            401
        );
        assert_eq!(answer["data"], json!({ "about": null }));
    }
    let body = json!({ "query": "{ about { version } }" });
    let answer = session.post().json(&body).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(code(&answer), "AUTH_REQUIRED", "{answer}");

    // A field that may not be null takes the whole answer with it.
    let answer = session.ask_as("", DELETE, json!({ "id": "c" })).await;
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(answer["errors"][0]["path"], json!(["deleteConnector"]));
}

#[tokio::test]
async fn a_user_without_capability_may_only_ask_for_the_version() {
    let session = Session::of(LATEST);
    let token = session.platform.powerless_token();
    let answer = session
        .ask_as(token, "{ about { version } }", json!({}))
        .await;
    assert_eq!(answer["data"]["about"]["version"], LATEST);
    let register = json!({ "input": input("c") });
    for (query, variables) in [
        (REGISTER, register),
        (PING, json!({ "id": "c" })),
        (DELETE, json!({ "id": "c" })),
    ] {
        let answer = session.ask_as(token, query, variables).await;
        assert_eq!(code(&answer), "FORBIDDEN_ACCESS", "{answer}");
    }
    assert!(session.platform.connectors().is_empty());
}

#[tokio::test]
async fn requests_are_counted_and_the_last_one_is_kept() {
    let session = Session::of(LATEST);
    assert_eq!(session.platform.requests(), 0);
    assert!(session.platform.last_request().is_none());
    let body = json!({ "query": "{ about { version } }" });
    for n in 1..=2 {
        let request = session.post().bearer_auth(session.platform.token());
        let request = request.header("User-Agent", "test/1").header("X-Custom", n);
        request.json(&body).send().await.unwrap();
        assert_eq!(session.platform.requests(), n);
        let last = session.platform.last_request().unwrap();
        assert_eq!(last.headers["user-agent"], "test/1");
        assert_eq!(last.headers["x-custom"], n.to_string());
        let authorization = format!("Bearer {}", session.platform.token());
        assert_eq!(last.headers["authorization"], authorization);
        assert_eq!(last.body, body);
    }
}

#[tokio::test]
async fn the_next_requests_can_be_answered_with_a_failure() {
    let session = Session::of(LATEST);
    let headers = [("Retry-After", "1"), ("Content-Type", "text/html")];
    session
        .platform
        .fail_next(2, 429, &headers, "<h1>Slow down</h1>");
    session.platform.fail_next(1, 502, &[], "");
    for status in [429, 429, 502, 400] {
        let answer = session.post().body("not JSON").send().await.unwrap();
        assert_eq!(answer.status(), status);
        if status == 429 {
            assert_eq!(answer.headers()["retry-after"], "1");
            assert_eq!(answer.headers()["content-type"], "text/html");
            assert_eq!(answer.text().await.unwrap(), "<h1>Slow down</h1>");
        }
    }
    assert_eq!(session.platform.requests(), 4);
}

#[tokio::test]
async fn a_faulty_document_is_an_error_and_another_method_is_not_allowed() {
    let session = Session::of(LATEST);
    for document in [
        "",
        "mutation(",
        "{ about }",
        "{ nothing }",
        "{ about { version(x: 1) } }",
    ] {
        let answer = session.ask(document, json!({})).await;
        let code = code(&answer).as_str().unwrap();
        assert!(code.starts_with("GRAPHQL_"), "{document}: {answer}");
    }
    let url = format!("{}/graphql", session.platform.url());
    assert_eq!(session.client.get(url).send().await.unwrap().status(), 405);
    let answer = session
        .client
        .post(session.platform.url())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 404);
}

#[tokio::test]
async fn platforms_run_side_by_side_and_end_when_dropped() {
    let (old, new) = (Session::of("4.0.0"), Session::of(LATEST));
    for (session, version) in [(&old, "4.0.0"), (&new, LATEST)] {
        let answer = session.ask("{ about { version } }", json!({})).await;
        assert_eq!(answer["data"]["about"]["version"], version);
    }
    let Session { platform, client } = old;
    let request = client.post(format!("{}/graphql", platform.url()));
    drop(platform);
    // Over the connection that the client kept, or a new one.
    assert!(request.send().await.is_err());
    new.register("c").await;
}

#[tokio::test]
async fn https_is_trusted_by_those_who_know_the_certificate() {
    let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
    let certified = rcgen::generate_simple_self_signed(names).unwrap();
    let platform = Platform::start(Options {
        tls: Some(Tls {
            certificates: certified.cert.pem(),
            key: certified.signing_key.serialize_pem(),
        }),
        ..Options::default()
    });
    assert!(platform.url().starts_with("https://"));

    let stranger = reqwest::Client::new();
    let error = stranger.post(platform.url()).send().await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");

    let certificate = reqwest::Certificate::from_pem(certified.cert.pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder()
        .tls_certs_only([certificate])
        .build()
        .unwrap();
    let session = Session { platform, client };
    session.register("c").await;
}
