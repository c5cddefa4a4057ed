//! A disk that is full, for a process that may write no larger files.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use opencti_connector::stix::Bundle;
use platform::{Options, Platform};
use serde_json::json;

use crate::folder::Folder;
use crate::storage::{client, files, import, into, sends};

/// Holds the directory; without it the program of the child is no test.
const VARIABLE: &str = "OPENCTI_TEST_FULL_DISK";

#[test]
fn a_full_disk_is_named_and_nothing_is_left_on_it() {
    let folder = Folder::new("full");
    let child = Command::new("sh")
        // By default the signal ends the process. In blocks of 512 or 1,024 bytes.
        .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""])
        .arg(env::current_exe().unwrap())
        .args(["full_disk::runs_when_it_is_told_to", "--exact"])
        .arg("--nocapture")
        .env(VARIABLE, &folder.0)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    let start = format!(
        "the bundle cannot be written to {}/shodan_internetdb-",
        folder.0.display()
    );
    assert!(said.contains(&start), "{said}");
    assert!(said.contains("; make room there"), "{said}");
    assert_eq!(files(&folder.0, ""), [] as [PathBuf; 0]);
}

/// Not a test, but the program of the child.
#[tokio::test(flavor = "multi_thread")]
async fn runs_when_it_is_told_to() {
    let Ok(path) = env::var(VARIABLE) else {
        return;
    };
    let mut bundle = Bundle::new();
    let value = "x".repeat(100_000);
    bundle.push(json!({"type": "url", "value": value})).unwrap();
    let platform = Platform::start(Options::default());
    let sent = import(client(&platform), into(path), sends(bundle)).await;
    println!("{}", sent.unwrap_err());
}
