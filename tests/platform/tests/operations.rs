//! What registrations, pings and works do to the platform's store.

use serde_json::{Value, json};

use crate::{DELETE, LATEST, PING, PING_WITH_INFO, REGISTER, Session, code, input};

#[tokio::test]
async fn a_short_or_blank_name_is_refused() {
    for name in ["", "a", "  ", " \t\n"] {
        let mut input = input("c");
        input["name"] = name.into();
        let answer = Session::of(LATEST)
            .ask(REGISTER, json!({ "input": input }))
            .await;
        assert_eq!(code(&answer), "VALIDATION_ERROR", "{answer}");
        assert_eq!(answer["errors"][0]["path"], json!(["registerConnector"]));
        assert_eq!(answer["data"], json!({ "registerConnector": null }));

        let old = Session::of("4.0.0")
            .ask(REGISTER, json!({ "input": input }))
            .await;
        assert_eq!(old["errors"][0]["name"], "ValidationError", "{old}");
    }
}

#[tokio::test]
async fn registering_again_updates_the_connector() {
    let session = Session::of(LATEST);
    let id = "550e8400-e29b-41d4-a716-446655440000";
    let register = async |members: Value| {
        let mut input = input(id);
        for (name, value) in members.as_object().unwrap() {
            input[name] = value.clone();
        }
        let answer = session.ask(REGISTER, json!({ "input": input })).await;
        assert_eq!(answer.get("errors"), None, "{answer}");
        session.platform.connectors()[id].clone()
    };
    let uri = "http://127.0.0.1:7070/api/callback";
    let stored = register(json!({ "auto": true, "listen_callback_uri": uri })).await;
    assert_eq!(stored["auto"], true);
    assert_eq!(stored["connector_scope"], json!([]));
    assert_eq!(stored["config"]["listen_callback_uri"], uri);
    assert_eq!(stored["config"]["listen"], format!("listen_{id}"));

    let stored = register(json!({ "name": "Renamed", "scope": ["Report", "a,b"] })).await;
    assert_eq!(stored["name"], "Renamed");
    assert_eq!(stored["auto"], Value::Null);
    assert_eq!(stored["connector_scope"], json!(["Report", "a", "b"]));
    assert_eq!(
        stored["config"]["listen_callback_uri"], uri,
        "missing leaves it alone"
    );

    let stored = register(json!({ "listen_callback_uri": null })).await;
    assert_eq!(stored["config"]["listen_callback_uri"], Value::Null);
    assert_eq!(session.platform.connectors().len(), 1);
}

#[tokio::test]
async fn the_registration_keeps_the_state() {
    let session = Session::of(LATEST);
    session.register("c").await;
    session
        .ask(PING, json!({ "id": "c", "state": "{\"page\":1}" }))
        .await;
    let answer = session.ask(REGISTER, json!({ "input": input("c") })).await;
    let answer = &answer["data"]["registerConnector"];
    assert_eq!(answer["connector_state"], "{\"page\":1}");
}

#[tokio::test]
async fn a_ping_stores_the_state_and_the_next_one_after_a_reset_is_answered_with_the_reset() {
    let session = Session::of(LATEST);
    session.register("c").await;
    let ping = async |state: &str| {
        let info = json!({
            "run_and_terminate": false,
            "buffering": false,
            "queue_threshold": 500,
            "queue_messages_size": 0.5,
            "next_run_datetime": "2026-11-24T10:00:00Z",
            "last_run_datetime": null,
        });
        let variables = json!({ "id": "c", "state": state, "connectorInfo": info });
        let answer = session.ask(PING_WITH_INFO, variables).await;
        let answer = &answer["data"]["pingConnector"];
        assert_eq!(
            answer["connector_info"]["queue_messages_size"], 0.5,
            "{answer}"
        );
        answer["connector_state"].clone()
    };
    assert_eq!(ping("{\"page\":1}").await, "{\"page\":1}");

    session.platform.reset_state("c");
    assert_eq!(ping("{\"page\":2}").await, "");
    assert_eq!(ping("{\"page\":3}").await, "{\"page\":3}");

    session.platform.set_state("c", Some("{\"page\":9}"));
    assert_eq!(ping("{\"page\":4}").await, "{\"page\":9}");
    assert_eq!(ping("null").await, "null");
    session.platform.set_state("c", None);
    assert_eq!(ping("{\"page\":5}").await, Value::Null);

    let pings = session.platform.pings();
    assert_eq!(pings.len(), 6);
    assert_eq!(pings[1]["state"], "{\"page\":2}");
    assert_eq!(pings[1]["connectorInfo"]["queue_threshold"], 500);
}

#[tokio::test]
async fn a_deleted_connector_is_gone_with_its_works() {
    let session = Session::of(LATEST);
    session.add_work(false).await;
    let query = "query($id: String!) { connector(id: $id) { name connector_scope } }";
    let answer = session.ask(query, json!({ "id": "c" })).await;
    assert_eq!(answer["data"]["connector"]["name"], "Connector");

    let answer = session.ask(DELETE, json!({ "id": "c" })).await;
    assert_eq!(answer["data"]["deleteConnector"], "c");
    assert!(session.platform.connectors().is_empty());
    assert!(session.platform.works().is_empty());

    let answer = session.ask(query, json!({ "id": "c" })).await;
    assert_eq!(answer, json!({ "data": { "connector": null } }));
    let answer = session.ask(DELETE, json!({ "id": "c" })).await;
    assert_eq!(code(&answer), "ALREADY_DELETED_ERROR");
    let answer = session.ask(PING, json!({ "id": "c" })).await;
    assert_eq!(code(&answer), "FUNCTIONAL_ERROR");
}

#[tokio::test]
async fn a_work_is_complete_when_it_is_processed_and_met_its_expectations() {
    let session = Session::of(LATEST);
    for is_multipart in [false, true] {
        let id = session.add_work(is_multipart).await;
        let status = || session.platform.works()[&id]["status"].clone();
        for (edit, expected) in [
            (r#"toReceived(message: "Ready")"#, "progress"),
            ("addExpectations(expectations: 2)", "progress"),
            (r#"toProcessed(message: "Sent")"#, "progress"),
            ("reportExpectation(error: null)", "progress"),
            (
                r#"reportExpectation(error: {error: "E", source: "S"})"#,
                "complete",
            ),
        ] {
            let answer = session.edit_work(&id, edit).await;
            assert_eq!(answer.get("errors"), None, "{answer}");
            assert_eq!(status(), expected, "{edit}");
        }
        let work = &session.platform.works()[&id];
        assert_eq!(work["name"], "Run 1");
        assert_eq!(work["messages"], json!(["Ready", "Sent"]));
        assert_eq!(work["errors"], json!(["E"]));
    }

    let id = session.add_work(true).await;
    session
        .edit_work(&id, "addExpectations(expectations: 1)")
        .await;
    session
        .edit_work(&id, "reportExpectation(error: null)")
        .await;
    assert_eq!(session.platform.works()[&id]["status"], "progress");
    session
        .edit_work(&id, r#"toProcessed(message: "Oh", inError: true)"#)
        .await;
    assert_eq!(session.platform.works()[&id]["status"], "complete");
    assert_eq!(session.platform.works()[&id]["errors"], json!(["Oh"]));

    session
        .edit_work(&id, r#"ping addDraftContext(draftContext: "d")"#)
        .await;
    assert_eq!(session.platform.works()[&id]["pings"], 1);
    assert_eq!(session.platform.works()[&id]["draft_context"], "d");
}

#[tokio::test]
async fn a_report_too_many_leaves_a_complete_work_complete_and_an_open_one_open() {
    let session = Session::of(LATEST);
    let (expect, report) = ("addExpectations(expectations: 1)", "reportExpectation");
    for (edits, expected) in [
        (["toProcessed", expect, report, report], "complete"),
        ([expect, report, "toProcessed", report], "complete"),
        ([expect, report, report, "toProcessed"], "progress"),
    ] {
        let id = session.add_work(true).await;
        for edit in edits {
            let answer = session.edit_work(&id, edit).await;
            assert_eq!(answer.get("errors"), None, "{answer}");
        }
        let status = &session.platform.works()[&id]["status"];
        assert_eq!(status, expected, "{edits:?}");
    }
}

#[tokio::test]
async fn a_work_keeps_a_hundred_errors() {
    let session = Session::of(LATEST);
    let id = session.add_work(true).await;
    for _ in 0..101 {
        session
            .edit_work(&id, r#"reportExpectation(error: { error: "E" })"#)
            .await;
    }
    let errors = session.platform.works()[&id]["errors"].clone();
    assert_eq!(errors.as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn edits_of_an_unknown_or_deleted_work_are_refused() {
    let session = Session::of(LATEST);
    let id = session.add_work(false).await;
    let alive = "query($id: ID!) { isWorkAlive(id: $id) }";
    let answer = session.ask(alive, json!({ "id": id })).await;
    assert_eq!(answer["data"]["isWorkAlive"], true);
    let answer = session.edit_work(&id, "delete").await;
    assert_eq!(answer["data"]["workEdit"]["delete"], id);
    let answer = session.ask(alive, json!({ "id": id })).await;
    assert_eq!(answer["data"]["isWorkAlive"], false);

    for id in [id.as_str(), "work_unknown"] {
        for edit in [
            "toReceived",
            "toProcessed",
            "ping",
            "addExpectations",
            "reportExpectation",
        ] {
            let answer = session.edit_work(id, edit).await;
            assert_eq!(code(&answer), "WORK_NOT_ALIVE", "{edit}: {answer}");
            assert_eq!(answer["data"], json!({ "workEdit": null }));
            assert_eq!(answer["errors"][0]["path"], json!(["workEdit", edit]));
        }
    }
}
