//! SIGTERM, which a process of its own gets.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use opencti_connector::Connector;
use opencti_connector::EntityType;
use opencti_connector::client::{BoxError, Client};
use opencti_connector::runtime::{Enrichment, Reply};
use platform::{QueueType, or_skip};

use crate::stage::{SOON, Stage, until};

const CONNECTOR: &str = "RUN_AS_CONNECTOR";

/// What the other tests start: a connector that runs until it is told to stop.
#[tokio::test(flavor = "multi_thread")]
async fn connector_of_another_test() {
    let variable = |name: &str| std::env::var(name).unwrap();
    let Ok(id) = std::env::var(CONNECTOR) else {
        return;
    };
    let connector = Connector::internal_enrichment()
        .id(id)
        .name("Child")
        .scope([EntityType::Ipv4Addr])
        .build()
        .unwrap();
    let client = Client::new(variable("URL"), variable("TOKEN")).unwrap();
    let grace = Duration::from_secs(variable("GRACE").parse().unwrap());
    let registration = client.register(&connector).await.unwrap();
    let run = registration.listen(handle).grace(grace).run();
    run.await.unwrap();
    println!("ended");
}

async fn handle(enrichment: Enrichment) -> Result<Reply, BoxError> {
    println!("in hand");
    enrichment.cancelled().await;
    println!("cancelled");
    if std::env::var("ANSWERS").is_err() {
        std::future::pending::<()>().await;
    }
    Ok(enrichment.unchanged("told to stop"))
}

struct Process {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Process {
    fn start(stage: &Stage, grace: u32, answers: bool) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "signals::connector_of_another_test"])
            .arg("--nocapture")
            .env(CONNECTOR, stage.id.as_str())
            .env("URL", stage.platform.url())
            .env("TOKEN", stage.platform.token())
            .env("GRACE", grace.to_string())
            .stdout(Stdio::piped());
        if answers {
            command.env("ANSWERS", "1");
        }
        let mut child = command.spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (line, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for read in output.lines() {
                let Ok(read) = read else { return };
                let _ = line.send(read);
            }
        });
        Self { child, lines }
    }

    fn says(&self, wanted: &str) {
        while !self.lines.recv_timeout(SOON).unwrap().contains(wanted) {}
    }

    fn terminate(&self) {
        let pid = self.child.id().to_string();
        let kill = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(kill.unwrap().success());
    }

    async fn end(mut self) -> ExitStatus {
        let mut status = None;
        until("the process has ended", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        })
        .await;
        status.unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // An error says that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_lets_a_handler_come_to_its_end() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    stage.enrichment().await;
    let work = stage.ask(0);
    let process = Process::start(&stage, 60, true);
    process.says("in hand");
    process.terminate();
    process.says("ended");
    assert!(process.end().await.success());
    let work = stage.completed(&work).await;
    assert!(work["errors"].as_array().unwrap().is_empty(), "{work}");
    stage.drained().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_grace_ends_a_handler_that_does_not() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    stage.enrichment().await;
    let work = stage.ask(0);
    let process = Process::start(&stage, 1, false);
    process.says("in hand");
    process.terminate();
    process.says("ended");
    assert!(process.end().await.success());
    until("the message is put back", || {
        stage.broker.ready(&stage.queue()) == 1
    })
    .await;
    assert_eq!(stage.platform.works()[&work]["status"], "progress");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_ends_at_once() {
    let stage = Stage::new(or_skip!(), QueueType::Quorum);
    stage.enrichment().await;
    stage.ask(0);
    let process = Process::start(&stage, 3_600, false);
    process.says("in hand");
    process.terminate();
    process.says("cancelled");
    process.terminate();
    process.says("ended");
    assert!(process.end().await.success());
    until("the message is put back", || {
        stage.broker.ready(&stage.queue()) == 1
    })
    .await;
}
