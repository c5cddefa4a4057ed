//! A connector in a process of its own, which can be killed: the test binary, started again.

use std::env;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use opencti_connector::Connector;
use opencti_connector::EntityType;
use opencti_connector::client::Client;
use opencti_connector::runtime::{BoxError, Enrichment, Reply};
use opencti_connector::stix::Bundle;
use serde_json::{Value, json};

use crate::stage::{SOON, Stage, number_of};

/// Holds what the child is to do; without it the test binary runs tests.
const VARIABLE: &str = "OPENCTI_TEST_CHILD";
/// What the child prints when its handler stands still.
const STOPPED: &str = "the handler stands still";

/// What a connector in a process of its own does.
pub(crate) struct Orders {
    pub(crate) concurrency: u16,
    pub(crate) max_attempts: u32,
    /// Where the handler stands still, and in which of its calls.
    pub(crate) stop: Option<(Stop, usize)>,
    /// The numbers of the messages that abort the process.
    pub(crate) poison: Vec<usize>,
}

/// A point of the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// After the first of two bundles is confirmed.
    BetweenBundles,
    /// After both are.
    AfterBundles,
}

/// The process. It ends with this value at the latest.
pub(crate) struct Process {
    child: Child,
    stopped: Receiver<()>,
}

impl Process {
    pub(crate) fn start(stage: &Stage, orders: &Orders) -> Self {
        let stop = orders.stop.map(|(stop, call)| json!([stop as u8, call]));
        let told = json!({
            "url": stage.platform.url(), "token": stage.platform.token(), "id": stage.id.as_str(),
            "concurrency": orders.concurrency, "max_attempts": orders.max_attempts,
            "stop": stop, "poison": orders.poison,
        });
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["child::runs_when_it_is_told_to", "--exact", "--nocapture"])
            .env(VARIABLE, told.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (tell, stopped) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // Nobody may wait for it.
                if line.ends_with(STOPPED) {
                    let _ = tell.send(());
                }
            }
        });
        Self { child, stopped }
    }

    /// Waits until the handler stands still.
    pub(crate) fn stands_still(&self) {
        self.stopped.recv_timeout(SOON).unwrap();
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Ends it by SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Has the run end.
    pub(crate) fn stop(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The parts that the handler sends for a message.
pub(crate) const PARTS: [&str; 5] = ["one", "two", "three", "four", "five"];

pub(crate) fn content(number: usize, part: &str) -> String {
    format!("{part} of {number}")
}

fn note(enrichment: &Enrichment, part: &str) -> Value {
    let entity = enrichment.entity();
    json!({
        "type": "note", "created": "2026-11-24T00:00:00.000Z",
        "content": content(number_of(entity), part), "object_refs": [entity.id()],
    })
}

async fn handle(enrichment: Enrichment, told: Arc<Told>) -> Result<Reply, BoxError> {
    let number = number_of(enrichment.entity());
    if told.poison.contains(&number) {
        std::process::abort();
    }
    let call = told.calls.fetch_add(1, Ordering::Relaxed);
    let stop = async |stop: Stop| {
        if told.stop == Some((stop as u64, call as u64)) {
            println!("{STOPPED}");
            std::future::pending::<()>().await;
        }
    };
    let bundle = |parts: &[&str]| {
        let mut bundle = Bundle::new();
        bundle.extend(parts.iter().map(|part| note(&enrichment, part)))?;
        Ok::<_, BoxError>(bundle)
    };
    let _ = enrichment.send(bundle(&PARTS[..2])?).await?;
    stop(Stop::BetweenBundles).await;
    let _ = enrichment.send(bundle(&PARTS[2..4])?).await?;
    stop(Stop::AfterBundles).await;
    Ok(enrichment.with([note(&enrichment, PARTS[4])]))
}

struct Told {
    stop: Option<(u64, u64)>,
    poison: Vec<usize>,
    calls: AtomicUsize,
}

/// Not a test, but the program of the child.
#[test]
fn runs_when_it_is_told_to() {
    let Ok(orders) = env::var(VARIABLE) else {
        return;
    };
    let orders: Value = serde_json::from_str(&orders).unwrap();
    let poison = orders["poison"].as_array().unwrap().iter();
    let told = Arc::new(Told {
        stop: orders["stop"][1].as_u64().map(|call| {
            let stop = orders["stop"][0].as_u64().unwrap();
            (stop, call)
        }),
        poison: poison
            .map(|number| usize::try_from(number.as_u64().unwrap()).unwrap())
            .collect(),
        calls: AtomicUsize::new(0),
    });
    let text = |member: &str| orders[member].as_str().unwrap();
    let number = |member: &str| u32::try_from(orders[member].as_u64().unwrap()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let client = Client::new(text("url"), text("token")).unwrap();
        let connector = Connector::internal_enrichment()
            .id(text("id"))
            .name("Sample")
            .scope([EntityType::Ipv4Addr])
            .build()
            .unwrap();
        let registration = client.register(&connector).await.unwrap();
        let listen = registration
            .listen(move |enrichment| handle(enrichment, Arc::clone(&told)))
            .concurrency(u16::try_from(number("concurrency")).unwrap())
            .max_attempts(number("max_attempts"));
        let (stop, stopped) = tokio::sync::oneshot::channel();
        thread::spawn(move || {
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
            let _ = stop.send(());
        });
        let stopped = async {
            let _ = stopped.await;
        };
        listen.run_until(stopped).await.unwrap();
    });
    runtime.shutdown_timeout(Duration::ZERO);
}
