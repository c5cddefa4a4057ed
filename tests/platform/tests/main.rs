//! The embedded platform of the other tests keeps the rules of the real one, by version.

mod access;
mod broker;
mod knowledge;
mod operations;
mod program;
mod proxy;
mod versions;

use platform::{Options, Platform};
use serde_json::{Value, json};

const VERSIONS: [&str; 10] = [
    "4.0.0",
    "4.0.4",
    "5.11.0",
    "6.1.12",
    "6.5.7",
    "6.8.9",
    "6.9.10",
    "7.260224.0",
    "7.260527.0",
    "7.261008.0",
];
const LATEST: &str = "7.261008.0";

const REGISTER: &str = "mutation RegisterConnector($input: RegisterConnectorInput) { \
                        registerConnector(input: $input) { id connector_state } }";
const PING: &str = "mutation PingConnector($id: ID!, $state: String) { \
                    pingConnector(id: $id, state: $state) { connector_state } }";
const PING_WITH_INFO: &str = "mutation PingConnector($id: ID!, $state: String, $connectorInfo: ConnectorInfoInput) { \
     pingConnector(id: $id, state: $state, connectorInfo: $connectorInfo) { id connector_state \
     connector_info { run_and_terminate buffering queue_threshold queue_messages_size \
     next_run_datetime last_run_datetime } } }";
const DELETE: &str = "mutation($id: ID!) { deleteConnector(id: $id) }";

/// A platform and a client with its token.
struct Session {
    platform: Platform,
    client: reqwest::Client,
}

impl Session {
    fn with(options: Options) -> Self {
        // Without the system's certificates, which take longer to load than a test to run.
        let client = reqwest::Client::builder().tls_certs_only([]).build();
        Self {
            platform: Platform::start(options),
            client: client.unwrap(),
        }
    }

    fn of(version: &'static str) -> Self {
        Self::with(Options {
            version,
            ..Options::default()
        })
    }

    fn post(&self) -> reqwest::RequestBuilder {
        self.client.post(format!("{}/graphql", self.platform.url()))
    }

    async fn ask_as(&self, token: &str, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let request = self.post().bearer_auth(token).json(&body);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    async fn ask(&self, query: &str, variables: Value) -> Value {
        self.ask_as(self.platform.token(), query, variables).await
    }

    async fn register(&self, id: &str) {
        let answer = self.ask(REGISTER, json!({ "input": input(id) })).await;
        assert_eq!(answer["data"]["registerConnector"]["id"], id, "{answer}");
    }

    /// Adds a work for the connector `c`, registering it, and returns the work's id.
    async fn add_work(&self, is_multipart: bool) -> String {
        self.register("c").await;
        let query = "mutation($connectorId: String!, $friendlyName: String, $multi: Boolean) { \
                     workAdd(connectorId: $connectorId, friendlyName: $friendlyName, \
                     isMultiPartWork: $multi) { id } }";
        let variables =
            json!({ "connectorId": "c", "friendlyName": "Run 1", "multi": is_multipart });
        let answer = self.ask(query, variables).await;
        answer["data"]["workAdd"]["id"].as_str().unwrap().to_owned()
    }

    async fn edit_work(&self, id: &str, edit: &str) -> Value {
        let query = format!("mutation($id: ID!) {{ workEdit(id: $id) {{ {edit} }} }}");
        self.ask(&query, json!({ "id": id })).await
    }
}

fn input(id: &str) -> Value {
    json!({ "id": id, "name": "Connector", "type": "EXTERNAL_IMPORT", "scope": [] })
}

fn code(answer: &Value) -> &Value {
    &answer["errors"][0]["extensions"]["code"]
}

/// Asserts that each version from `first` (one of `VERSIONS`) on accepts the request, and no other.
async fn assert_known_since(first: &str, query: &str, variables: Value) {
    let first = VERSIONS.iter().position(|&version| version == first);
    for (index, version) in VERSIONS.into_iter().enumerate() {
        let answer = Session::of(version).ask(query, variables.clone()).await;
        let is_accepted = answer.get("errors").is_none();
        let is_known = index >= first.expect("one of the versions");
        assert_eq!(
            is_accepted, is_known,
            "{version}, {query}, {variables}: {answer}"
        );
        if !is_accepted {
            let code = code(&answer).as_str().unwrap();
            assert!(["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"].contains(&code));
        }
    }
}
