//! The program: what it prints, what it serves, and how it ends.

use std::{process::Stdio, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use crate::LATEST;

/// Long for a machine that is busy; what is waited for takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

fn program(arguments: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_platform"));
    program
        .args(arguments)
        // As a shell gives it to what it starts in the background.
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    program
}

/// The program, the values of the two lines that it prints, and what it prints after them.
async fn start(arguments: &[&str]) -> (Child, [String; 2], Lines<BufReader<ChildStdout>>) {
    let mut child = program(arguments).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut value_of = async |name: &str| {
        let line = timeout(PATIENCE, lines.next_line()).await.unwrap();
        let line = line.unwrap().expect(name);
        line.strip_prefix(name).expect(&line).to_owned()
    };
    let values = [
        value_of("OPENCTI_URL=").await,
        value_of("OPENCTI_TOKEN=").await,
    ];
    (child, values, lines)
}

async fn served_version([url, token]: &[String; 2]) -> Value {
    let client = reqwest::Client::builder().tls_certs_only([]).build();
    let answer = client
        .unwrap()
        .post(format!("{url}/graphql"))
        .bearer_auth(token)
        .json(&json!({ "query": "{ about { version } }" }))
        .send()
        .await
        .unwrap();
    let mut answer: Value = answer.json().await.unwrap();
    answer["data"]["about"]["version"].take()
}

#[cfg(unix)]
#[tokio::test]
async fn it_serves_whom_it_names_until_it_is_stopped() {
    for (arguments, version, signal) in [(&[][..], LATEST, "-INT"), (&["6.5.7"], "6.5.7", "-TERM")]
    {
        let (child, values, mut lines) = start(arguments).await;
        assert_eq!(served_version(&values).await, version);

        let pid = child.id().expect("still running").to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().await;
        assert!(sent.unwrap().success());
        let ended = timeout(PATIENCE, child.wait_with_output()).await;
        let ended = ended.expect("ends with the signal").unwrap();
        assert!(ended.status.success(), "{ended:?}");
        assert_eq!(ended.stderr, b"");
        assert_eq!(lines.next_line().await.unwrap(), None);
    }
}

#[tokio::test]
async fn arguments_that_make_no_sense_are_refused() {
    for arguments in [
        &["6.5"][..],
        &["6.5.7.1"],
        &["6.5.x"],
        &["--help"],
        &[""],
        &["6.5.7", "6.5.8"],
    ] {
        let ended = timeout(PATIENCE, program(arguments).output()).await;
        let ended = ended.expect("ends at once").unwrap();
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
        assert_eq!(ended.stdout, b"");
        let usage = String::from_utf8(ended.stderr).unwrap();
        assert!(usage.contains("VERSION is three numbers"), "{usage}");
    }
}
