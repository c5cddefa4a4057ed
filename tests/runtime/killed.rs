//! An import that is killed in the middle of a run.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use opencti_connector::Connector;
use opencti_connector::client::Client;
use opencti_connector::runtime::{BoxError, Run};
use platform::{QueueType, Worker, or_skip};
use serde::{Deserialize, Serialize};

use crate::schedule::bundle;
use crate::stage::{SOON, Stage, until};

const VARIABLE: &str = "OPENCTI_TEST_IMPORT";
const PAGES: u32 = 6;

#[derive(Default, Serialize, Deserialize)]
struct Cursor {
    page: u32,
}

/// Not a test, but the process that tests kill: it sends and commits pages, and waits for a line
/// before each step.
#[tokio::test(flavor = "multi_thread")]
async fn the_import_of_a_child_process() {
    let Ok(told) = env::var(VARIABLE) else {
        return;
    };
    let [url, token, id] = told.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{VARIABLE} is of three words");
    };
    let connector = Connector::external_import()
        .id(id)
        .name("Sample")
        .build()
        .unwrap();
    let client = Client::new(url, token).unwrap();
    let registration = client.register(&connector).await.unwrap();
    let import = async |run: Run<Cursor>| {
        for page in run.state().page..PAGES {
            step(&format!("send {page}")).await;
            let _ = run.send(bundle(&[&format!("{page}.example")])).await?;
            step(&format!("commit {page}")).await;
            run.commit(Cursor { page: page + 1 }).await?;
        }
        step("end").await;
        Ok::<_, BoxError>(())
    };
    registration
        .schedule(Duration::ZERO, import)
        .run()
        .await
        .unwrap();
    println!("@done");
}

async fn step(name: &str) {
    let name = name.to_owned();
    let asking = tokio::task::spawn_blocking(move || {
        println!("@{name}");
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).unwrap();
    });
    asking.await.unwrap();
}

struct Import {
    child: Child,
    stdin: ChildStdin,
    steps: Receiver<String>,
}

impl Import {
    fn start(stage: &Stage) -> Self {
        let program = env::current_exe().unwrap();
        let told = format!(
            "{} {} {}",
            stage.platform.url(),
            stage.platform.token(),
            stage.id
        );
        let mut child = Command::new(program)
            .args([
                "--exact",
                "killed::the_import_of_a_child_process",
                "--nocapture",
            ])
            .env(VARIABLE, told)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (tell, steps) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                // The harness writes the name of the test in front of the first.
                if let Some((_, step)) = line.split_once('@') {
                    let _ = tell.send(step.to_owned());
                }
            }
        });
        let stdin = child.stdin.take().unwrap();
        Self {
            child,
            stdin,
            steps,
        }
    }

    /// Lets it go on to this step.
    fn go_to(&mut self, wanted: &str) {
        loop {
            let step = self.steps.recv_timeout(SOON).unwrap();
            if step == wanted {
                return;
            }
            self.go_on();
        }
    }

    fn go_on(&mut self) {
        self.stdin.write_all(b"\n").unwrap();
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Import {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The page in the state of the platform, and the pages that came.
fn kept(stage: &Stage, worker: &Worker) -> (u64, Vec<String>) {
    let connector = &stage.platform.connectors()[stage.id.as_str()];
    let json = connector["connector_state"].as_str().unwrap_or("{}");
    let kept: serde_json::Value = serde_json::from_str(json).unwrap();
    let parts = worker.parts();
    let names = parts.iter().map(|part| {
        let name = &part["content"]["objects"][0]["value"];
        name.as_str().unwrap().to_owned()
    });
    let mut names: Vec<_> = names.collect();
    names.sort();
    names.dedup();
    (kept["page"].as_u64().unwrap_or(0), names)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_committed_that_is_not_confirmed_and_the_next_run_goes_on_from_there() {
    let points = [
        ("send 0", 0),
        ("commit 0", 0),
        ("send 3", 3),
        ("commit 3", 3),
        ("end", PAGES.into()),
    ];
    for (point, committed) in points {
        let stage = Stage::new(or_skip!(), QueueType::Classic);
        // Registers, so that there is a queue to look at.
        stage.import().await;
        let worker = stage.worker();

        let mut import = Import::start(&stage);
        import.go_to(point);
        // As far as the process came, or in the middle of the step.
        import.go_on();
        import.kill();

        let (page, _) = kept(&stage, &worker);
        assert!(page >= committed, "{point}: {page} is kept");
        let confirmed = usize::try_from(page).unwrap();
        worker.wait_for(confirmed, SOON);
        let (_, names) = kept(&stage, &worker);
        let expected: Vec<_> = (0..page).map(|page| format!("{page}.example")).collect();
        assert!(names.starts_with(&expected), "{point}: {page} {names:?}");

        let mut import = Import::start(&stage);
        import.go_to("done");
        import.child.wait().unwrap();
        worker.wait_for(PAGES as usize, SOON);
        let all: Vec<_> = (0..PAGES).map(|page| format!("{page}.example")).collect();
        assert_eq!(kept(&stage, &worker), (PAGES.into(), all), "{point}");
        // The step at which it was killed, and no page before it.
        let sent = worker.parts().len();
        assert!(sent <= PAGES as usize + 1, "{point}: {sent} were sent");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_work_of_a_killed_run_ends_in_error_with_the_next_start() {
    for point in ["commit 0", "send 3", "end"] {
        let stage = Stage::new(or_skip!(), QueueType::Classic);
        stage.import().await;
        let worker = stage.worker();
        let mut import = Import::start(&stage);
        import.go_to(point);
        // It is told with the first ping of the run.
        until("the platform knows the work", || {
            let connector = &stage.platform.connectors()[stage.id.as_str()];
            let kept = connector["connector_state"].as_str().unwrap_or_default();
            kept.contains("work_")
        })
        .await;
        import.kill();
        let killed = stage.platform.works().keys().next().unwrap().clone();

        let mut import = Import::start(&stage);
        import.go_to("done");
        import.child.wait().unwrap();
        let killed = stage.completed(&killed).await;
        let error = killed["errors"][0].as_str().unwrap_or_default();
        assert!(error.contains("interrupted"), "{point}: {killed}");
        for (id, _) in stage.platform.works() {
            stage.completed(&id).await;
        }
        worker.wait_for(PAGES as usize, SOON);
        let connector = &stage.platform.connectors()[stage.id.as_str()];
        let kept = connector["connector_state"].as_str().unwrap();
        assert!(!kept.contains("work_"), "{kept}");
    }
}
