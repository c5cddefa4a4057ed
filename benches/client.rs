//! Compares the client of a live platform with hand-written code.
//!
//! `cargo bench --package platform --bench client` prints the medians of interleaved
//! rounds, and the median ratio.

use std::hint::black_box;
use std::time::{Duration, Instant};

use opencti_connector::client::Client;
use opencti_connector::graphql::{ConnectorInfo, Operation, Ping, Register, Registered};
use opencti_connector::kind::ExternalImport;
use opencti_connector::{Connector, Secret};
use platform::{Options, Platform};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde::{Deserialize, Serialize};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

fn main() {
    let connector = Connector::external_import()
        .id(ID)
        .name("Sample import")
        .version("1.0.0")
        .build()
        .expect("a valid connector");

    println!(
        "{:<34} {:>12} {:>12} {:>7}",
        "", "this crate", "by hand", "ratio"
    );
    report(
        "registration body",
        &mut || register_body(&connector),
        &mut body_by_hand,
    );
    let answer = answer();
    report(
        "parsing its response",
        &mut || {
            timed(2_000, || {
                black_box(Register::parse(black_box(&answer)).is_ok())
            })
        },
        &mut || {
            timed(2_000, || {
                black_box(parsed_by_hand(black_box(&answer)).is_ok())
            })
        },
    );
    pings(&connector);
}

fn timed<T>(times: u32, mut task: impl FnMut() -> T) -> Duration {
    let begun = Instant::now();
    for _ in 0..times {
        black_box(task());
    }
    begun.elapsed() / times
}

/// Measures both sides in interleaved rounds, each of which swaps the side that goes first.
fn report(name: &str, ours: &mut dyn FnMut() -> Duration, theirs: &mut dyn FnMut() -> Duration) {
    const ROUNDS: usize = 100;
    let mut rounds = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        rounds.push(if round % 2 == 0 {
            let ours = ours();
            (ours, theirs())
        } else {
            let theirs = theirs();
            (ours(), theirs)
        });
    }
    print(name, &rounds);
}

fn print(name: &str, rounds: &[(Duration, Duration)]) {
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let micros = |duration: &Duration| duration.as_secs_f64() * 1e6;
    let ours = median(rounds.iter().map(|(ours, _)| micros(ours)).collect());
    let theirs = median(rounds.iter().map(|(_, theirs)| micros(theirs)).collect());
    let ratio = median(
        rounds
            .iter()
            .map(|(ours, theirs)| micros(ours) / micros(theirs))
            .collect(),
    );
    println!("{name:<34} {ours:>9.2} µs {theirs:>9.2} µs {ratio:>7.3}");
}

fn register_body(connector: &Connector<ExternalImport>) -> Duration {
    timed(2_000, || {
        serde_json::to_vec(&Register::new(connector.to_input())).expect("JSON")
    })
}

/// Measures a hand-written body: a fixed document, and a struct for the variables.
fn body_by_hand() -> Duration {
    #[derive(Serialize)]
    struct Body<'a> {
        query: &'a str,
        variables: Variables<'a>,
    }
    #[derive(Serialize)]
    struct Variables<'a> {
        input: Input<'a>,
    }
    #[derive(Serialize)]
    #[expect(clippy::struct_excessive_bools, reason = "the platform's flags")]
    struct Input<'a> {
        id: &'a str,
        name: &'a str,
        r#type: &'a str,
        scope: &'a [&'a str],
        auto: bool,
        auto_update: bool,
        enrichment_resolution: &'a str,
        only_contextual: bool,
        playbook_compatible: bool,
        listen_callback_uri: Option<&'a str>,
        version: &'a str,
    }

    const DOCUMENT: &str = "mutation RegisterConnector($input: RegisterConnectorInput) { \
        registerConnector(input: $input) { id connector_state jwks config { connection { host \
        vhost use_ssl port user pass } s3 { endpoint port use_ssl bucket_name bucket_region \
        access_key secret_key } listen listen_routing listen_exchange push push_routing \
        push_exchange } connector_user_id } }";
    timed(2_000, || {
        let body = Body {
            query: DOCUMENT,
            variables: Variables {
                input: Input {
                    id: black_box(ID),
                    name: "Sample import",
                    r#type: "EXTERNAL_IMPORT",
                    scope: &[],
                    auto: false,
                    auto_update: false,
                    enrichment_resolution: "none",
                    only_contextual: false,
                    playbook_compatible: false,
                    listen_callback_uri: None,
                    version: "1.0.0",
                },
            },
        };
        serde_json::to_vec(&body).expect("JSON")
    })
}

/// Returns a real response of the embedded platform.
fn answer() -> Vec<u8> {
    let platform = Platform::start(Options::default());
    let connector = Connector::external_import()
        .id(ID)
        .name("Sample import")
        .build()
        .expect("a valid connector");
    let body = serde_json::to_vec(&Register::new(connector.to_input())).expect("JSON");
    runtime().block_on(async {
        let request = reqwest::Client::new()
            .post(format!("{}/graphql", platform.url()))
            .bearer_auth(platform.token())
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let answer = request.send().await.expect("an answer");
        answer.bytes().await.expect("a body").to_vec()
    })
}

/// Parses the response with hand-written structs into the same answer.
fn parsed_by_hand(answer: &[u8]) -> serde_json::Result<Registered> {
    #[derive(Deserialize)]
    struct Answer {
        data: Data,
    }
    #[derive(Deserialize)]
    struct Data {
        #[serde(rename = "registerConnector")]
        register_connector: Registered,
    }
    serde_json::from_slice::<Answer>(answer).map(|answer| answer.data.register_connector)
}

/// Compares 10,000 pings per side, over one client each, in interleaved rounds of 100.
fn pings(connector: &Connector<ExternalImport>) {
    let platform = Platform::start(Options::default());
    let runtime = runtime();
    let client = Client::new(platform.url(), Secret::from(platform.token())).expect("a client");
    let registration = runtime
        .block_on(client.register(connector))
        .expect("a registration");
    let info = ConnectorInfo::default();

    let bare = reqwest::Client::new();
    let url = format!("{}/graphql", platform.url());
    let authorization = format!("Bearer {}", platform.token());
    let ping = Ping::new(ID, None, &info);
    let by_hand = || async {
        let body = serde_json::to_vec(&ping).expect("JSON");
        let request = bare
            .post(&url)
            .header(AUTHORIZATION, &authorization)
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let answer = request
            .send()
            .await
            .expect("an answer")
            .bytes()
            .await
            .expect("a body");
        <Ping as Operation>::parse(&answer).expect("a pong")
    };
    report(
        "ping of the embedded platform",
        &mut || {
            timed(100, || {
                runtime
                    .block_on(registration.ping(None, &info))
                    .expect("a pong")
            })
        },
        &mut || timed(100, || runtime.block_on(by_hand())),
    );
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}
