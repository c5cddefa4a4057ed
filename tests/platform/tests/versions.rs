//! Each version knows its own members, fields and types, and refuses the others.

use serde_json::{Value, json};

use crate::{
    LATEST, PING, PING_WITH_INFO, REGISTER, Session, VERSIONS, assert_known_since, code, input,
};

#[tokio::test]
async fn a_registration_has_exactly_the_members_of_the_version() {
    let members = [
        ("id", json!("c"), "4.0.0"),
        ("name", json!("Connector"), "4.0.0"),
        ("type", json!("STREAM"), "4.0.0"),
        ("scope", json!(["a"]), "4.0.0"),
        ("auto", json!(true), "4.0.0"),
        ("only_contextual", json!(true), "5.11.0"),
        ("playbook_compatible", json!(true), "5.11.0"),
        ("listen_callback_uri", Value::Null, "6.5.7"),
        ("auto_update", json!(true), "6.8.9"),
        ("enrichment_resolution", json!("none"), "6.8.9"),
        ("xtm_one_intent", json!("cti.stix_harvester"), "7.260527.0"),
        ("version", Value::Null, "7.261008.0"),
        ("slug", json!("connector"), "7.261008.0"),
    ];
    for (member, value, first) in members {
        let mut input = input("c");
        input[member] = value;
        assert_known_since(first, REGISTER, json!({ "input": input })).await;
    }
    let mut unknown = input("c");
    unknown["confidence"] = Value::Null;
    let answer = Session::of(LATEST)
        .ask(REGISTER, json!({ "input": unknown }))
        .await;
    assert_eq!(code(&answer), "BAD_USER_INPUT");
}

#[tokio::test]
async fn introspection_names_the_members_of_the_version() {
    let query = r#"{ __type(name: "RegisterConnectorInput") { inputFields { name } } }"#;
    for (version, members) in VERSIONS
        .into_iter()
        .zip([5, 5, 7, 7, 8, 10, 10, 10, 11, 13])
    {
        let answer = Session::of(version).ask(query, json!({})).await;
        let fields = answer["data"]["__type"]["inputFields"].as_array().unwrap();
        assert_eq!(fields.len(), members, "{version}: {fields:?}");
    }
}

#[tokio::test]
async fn connector_types_are_those_of_the_version() {
    for (ty, first) in [
        ("EXTERNAL_IMPORT", "4.0.0"),
        ("INTERNAL_IMPORT_FILE", "4.0.0"),
        ("INTERNAL_ENRICHMENT", "4.0.0"),
        ("INTERNAL_EXPORT_FILE", "4.0.0"),
        ("STREAM", "4.0.0"),
        ("INTERNAL_ANALYSIS", "6.1.12"),
    ] {
        let mut input = input("c");
        input["type"] = ty.into();
        assert_known_since(first, REGISTER, json!({ "input": input })).await;
    }
}

#[tokio::test]
async fn an_answer_has_exactly_the_fields_of_the_version() {
    for (selection, first) in [
        ("id connector_state connector_user { id }", "4.0.0"),
        (
            "config { listen listen_exchange push push_exchange }",
            "4.0.0",
        ),
        ("config { connection { host port user pass } }", "4.0.4"),
        ("config { connection { use_ssl vhost } }", "5.11.0"),
        ("config { listen_routing push_routing }", "5.11.0"),
        ("connector_user_id", "5.11.0"),
        (
            "config { s3 { endpoint port use_ssl bucket_name bucket_region access_key secret_key } }",
            "6.9.10",
        ),
        ("jwks", "7.260224.0"),
    ] {
        let query = format!(
            "mutation($input: RegisterConnectorInput) {{ \
             registerConnector(input: $input) {{ {selection} }} }}"
        );
        assert_known_since(first, &query, json!({ "input": input("c") })).await;
    }
    assert_known_since("6.8.9", "{ isWorkAlive(id: \"w\") }", json!({})).await;

    let uri = "mutation($input: RegisterConnectorInput) { \
               registerConnector(input: $input) { config { uri } } }";
    for (version, is_known) in [("4.0.0", true), ("4.0.4", false)] {
        let answer = Session::of(version)
            .ask(uri, json!({ "input": input("c") }))
            .await;
        assert_eq!(answer.get("errors").is_none(), is_known, "{answer}");
    }
}

#[tokio::test]
async fn a_ping_has_connector_info_from_6_2_12_on() {
    for (version, is_known) in [("6.2.11", false), ("6.2.12", true)] {
        let session = Session::of(version);
        session.register("c").await;
        let answer = session.ask(PING_WITH_INFO, json!({ "id": "c" })).await;
        assert_eq!(
            answer.get("errors").is_none(),
            is_known,
            "{version}: {answer}"
        );
        let answer = session.ask(PING, json!({ "id": "c", "state": "{}" })).await;
        assert_eq!(answer["data"]["pingConnector"]["connector_state"], "{}");
    }
    let session = Session::of(LATEST);
    session.register("c").await;
    for info in [
        json!("text"),
        json!({}),
        json!({ "next_run_datetime": "tomorrow" }),
    ] {
        let variables = json!({ "id": "c", "connectorInfo": info });
        let answer = session.ask(PING_WITH_INFO, variables).await;
        assert_eq!(code(&answer), "BAD_USER_INPUT", "{answer}");
    }
}

#[tokio::test]
async fn works_are_those_of_the_version() {
    for (arguments, first) in [
        (r#"connectorId: "c""#, "4.0.0"),
        (r#"connectorId: "c", friendlyName: "w""#, "4.0.0"),
        (r#"connectorId: "c", isMultiPartWork: true"#, "7.260527.0"),
    ] {
        let query = format!(
            "mutation($input: RegisterConnectorInput) {{ \
             registerConnector(input: $input) {{ id }} workAdd({arguments}) {{ id }} }}"
        );
        assert_known_since(first, &query, json!({ "input": input("c") })).await;
    }
    for (version, edit, is_known) in [
        ("4.0.0", "toReceived { id }", true),
        ("4.0.0", "toReceived", false),
        ("4.0.4", "toReceived", true),
        ("4.0.4", "ping", false),
        ("5.11.0", "ping", true),
        ("5.11.0", "addDraftContext", false),
        ("6.5.7", "addDraftContext", true),
    ] {
        let session = Session::of(version);
        session.register("c").await;
        let query = "mutation { workAdd(connectorId: \"c\") { id } }";
        let answer = session.ask(query, json!({})).await;
        let id = answer["data"]["workAdd"]["id"].as_str().unwrap();
        let answer = session.edit_work(id, edit).await;
        assert_eq!(
            answer.get("errors").is_none(),
            is_known,
            "{version}, {edit}: {answer}"
        );
    }
}

/// The last version that refuses each document, and the first that takes it: a document that a
/// version knows may fail at what it is about, but not by its form.
#[tokio::test]
async fn a_document_is_taken_from_its_version_on() {
    for (last_without, first, query) in [
        ("3.3.3", "4.0.0", "mutation { deleteConnector(id: \"c\") }"),
        (
            "3.3.3",
            "4.0.0",
            "mutation { workAdd(connectorId: \"c\") { id } }",
        ),
        (
            "4.0.2",
            "4.0.3",
            "mutation { workEdit(id: \"w\") { toReceived } }",
        ),
        (
            "4.0.2",
            "4.0.3",
            "mutation { workEdit(id: \"w\") { delete } }",
        ),
        (
            "5.0.3",
            "5.1.0",
            "mutation { workEdit(id: \"w\") { ping } }",
        ),
        ("6.1.11", "6.1.12", "{ connector(id: \"c\") { built_in } }"),
        (
            "6.1.11",
            "6.1.12",
            "{ connector(id: \"c\") { connector_queue_details { messages_size } } }",
        ),
        ("6.8.6", "6.8.7", "{ isWorkAlive(id: \"w\") }"),
        ("5.6.2", "5.7.0", "{ streamCollection(id: \"s\") { name } }"),
        (
            "7.260417.0",
            "7.260422.0",
            "mutation { workAdd(connectorId: \"c\", isMultiPartWork: true) { id } }",
        ),
    ] {
        let is_refused = async |version| {
            let answer = Session::of(version).ask(query, json!({})).await;
            code(&answer) == "GRAPHQL_VALIDATION_FAILED"
        };
        assert!(is_refused(last_without).await, "{last_without}: {query}");
        assert!(!is_refused(first).await, "{first}: {query}");
    }
}

#[tokio::test]
async fn platforms_before_5_12_name_errors_in_camel_case_without_extensions() {
    let answer = Session::of("5.11.0")
        .ask_as("", "{ about { version } }", json!({}))
        .await;
    let error = &answer["errors"][0];
    assert_eq!(error["name"], "AuthRequired", "{answer}");
    assert_eq!(
        error["data"],
        json!({ "http_status": 401, "category": "technical" })
    );
    assert_eq!(error.get("extensions"), None);
}

#[tokio::test]
async fn values_of_the_wrong_type_are_refused() {
    let session = Session::of(LATEST);
    for (member, value) in [
        ("id", Value::Null),
        ("id", json!(true)),
        ("name", json!(1)),
        ("type", json!("INTERNAL_HUNT")),
        ("type", json!("stream")),
        ("scope", json!([null])),
        ("scope", json!([1])),
        ("auto", json!("1")),
        ("auto", json!(1)),
        ("enrichment_resolution", json!(false)),
    ] {
        let mut input = input("c");
        input[member] = value.clone();
        let answer = session.ask(REGISTER, json!({ "input": input })).await;
        assert_eq!(
            code(&answer),
            "BAD_USER_INPUT",
            "{member}: {value}: {answer}"
        );
        assert_eq!(answer["errors"][0]["name"], "BAD_USER_INPUT");
    }
    for variables in [
        json!({ "input": "text" }),
        json!({ "input": { "id": "c" } }),
    ] {
        let answer = session.ask(REGISTER, variables).await;
        assert_eq!(code(&answer), "BAD_USER_INPUT", "{answer}");
    }
    for variables in [
        json!({}),
        json!({ "id": null }),
        json!({ "id": "c", "state": {} }),
    ] {
        let answer = session.ask(PING, variables).await;
        assert_eq!(code(&answer), "BAD_USER_INPUT", "{answer}");
    }
    assert!(session.platform.connectors().is_empty());
}

#[tokio::test]
async fn a_variable_declared_with_another_type_is_refused() {
    let session = Session::of(LATEST);
    for (declared, is_accepted) in [
        ("ID!", true),
        ("ID! = \"c\"", true),
        ("ID", false),
        ("String!", false),
        ("[ID!]!", false),
    ] {
        session.register("c").await;
        let query = format!("mutation($id: {declared}) {{ deleteConnector(id: $id) }}");
        let answer = session.ask(&query, json!({ "id": "c" })).await;
        assert_eq!(
            answer.get("errors").is_none(),
            is_accepted,
            "{declared}: {answer}"
        );
    }
    let query = "mutation($id: String, $scope: [String]) { \
                 registerConnector(input: { id: $id, name: \"ab\", type: STREAM, scope: $scope }) \
                 { id } }";
    let answer = session.ask(query, json!({ "id": "c" })).await;
    assert_eq!(code(&answer), "GRAPHQL_VALIDATION_FAILED", "{answer}");
}
