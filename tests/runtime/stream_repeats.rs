//! Events that the platform sends again: they are handled once, as long as the state is kept.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use opencti_connector::client::{BoxError, Client};
use opencti_connector::runtime::{Event, Events};
use opencti_connector::{Connector, ConnectorId};
use platform::Script;
use serde_json::{Value, json};

use crate::monitor::Watch;
use crate::stage::{SOON, until};
use crate::stream::{Run, Seen, Stage, after, created, heartbeat};

/// Quiet connections, each of which ends.
const CONNECTIONS: usize = 5;

/// A main event and what depends on it, a heartbeat between them.
fn group() -> String {
    let events = [
        created("1-0", "report--1"),
        created("1-0", "tool--2"),
        heartbeat("1-0"),
        created("1-0", "tool--3"),
        heartbeat("1-0"),
    ];
    events.concat()
}

const GROUP: [&str; 3] = ["1-0 report--1", "1-0 tool--2", "1-0 tool--3"];

#[tokio::test(flavor = "multi_thread")]
async fn the_last_event_is_handled_once_over_many_connections() {
    let stage = Stage::new();
    stage.platform.on_stream(|request| match request.number {
        0..CONNECTIONS => Script::of(group()).cut(),
        _ => Script::of(group() + &created("2-0", "tool--4")).silent(),
    });
    let seen = Seen::default();
    let (watch, listener) = Watch::new();
    let follow = stage.registration().await.follow("live", seen.handler());
    let run = Run::of(follow.monitor_on(listener));
    let all = seen.wait_for(4).await;
    assert_eq!(all[..3], GROUP);
    assert_eq!(all[3..], ["2-0 tool--4"]);
    watch
        .counts(&[
            ("stream_events_total done", 4),
            ("stream_events_total skipped", 0),
            ("errors_total", 0),
        ])
        .await;
    run.stop().await.unwrap();
    let after: Vec<_> = stage
        .platform
        .stream_requests()
        .iter()
        .map(|request| request.last_event_id().to_owned())
        .collect();
    assert_eq!(after, ["0-0"; CONNECTIONS + 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_event_is_handled_once_over_many_runs() {
    let stage = Stage::new();
    stage.platform.on_stream(|request| {
        // The last one of them says that all before it have come.
        let sentinel = created("2-0", &format!("tool--{}", request.number));
        match request.number {
            0 => Script::of(group()).silent(),
            _ => Script::of(after(request, &(group() + &sentinel))).silent(),
        }
    });
    for run in 0..CONNECTIONS {
        // As a new process begins.
        let seen = Seen::default();
        let following = Run::of(stage.registration().await.follow("live", seen.handler()));
        let all = seen.wait_for(if run == 0 { 3 } else { 1 }).await;
        match run {
            0 => assert_eq!(all, GROUP),
            _ => assert_eq!(all, [format!("2-0 tool--{run}")]),
        }
        following.stop().await.unwrap();
    }
    // What belongs to an id that is behind is not kept.
    let digests = &stage.state()["handled_events"]["digests"];
    assert_eq!(digests.as_object().unwrap().len(), 1);
    assert_eq!(digests["2-0"].as_array().unwrap().len(), CONNECTIONS - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identical_event_is_the_same_one_and_another_id_or_text_is_not() {
    let events = [
        created("1-0", "tool--1"),
        created("1-0", "tool--1"),
        created("1-0", "tool--1").replace("create", "update"),
        created("2-0", "tool--1"),
        created("3-0", "tool--3"),
    ];
    let stage = Stage::sending(events.concat());
    let seen = Seen::default();
    let run = Run::of(stage.registration().await.follow("live", seen.handler()));
    let all = seen.wait_for(4).await;
    assert_eq!(
        all,
        ["1-0 tool--1", "1-0 tool--1", "2-0 tool--1", "3-0 tool--3"]
    );
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_leave_out_what_comes_again() {
    let stage = Stage::new();
    stage.platform.on_stream(|request| match request.number {
        0..CONNECTIONS => Script::of(group()).cut(),
        _ => Script::of(group() + &created("2-0", "tool--4") + &heartbeat("3-0")).silent(),
    });
    let seen = Seen::default();
    let note = seen.clone();
    let handler = move |events: Events| {
        events.iter().for_each(|event| note.note(event));
        std::future::ready(Ok::<_, BoxError>(()))
    };
    let follow = stage.registration().await.follow("live", handler);
    let run = Run::of(follow.batches(2, crate::stream::OFTEN));
    let all = seen.wait_for(4).await;
    until("the position is told", || {
        stage.state()["start_from"] == "3-0"
    })
    .await;
    run.stop().await.unwrap();
    assert_eq!(all[..3], GROUP);
    assert_eq!(seen.all().len(), 4);
    assert_eq!(stage.state().get("handled_events"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_has_everything_come_again() {
    let stage = Stage::sending(group());
    for _ in 0..2 {
        let seen = Seen::default();
        let run = Run::of(stage.registration().await.follow("live", seen.handler()));
        assert_eq!(seen.wait_for(3).await, GROUP);
        run.stop().await.unwrap();
        stage.platform.reset_state(stage.id.as_str());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_that_pycti_has_moved_is_obeyed() {
    let stage = Stage::sending(group() + &created("2-0", "tool--4"));
    let seen = Seen::default();
    let run = Run::of(stage.registration().await.follow("live", seen.handler()));
    seen.wait_for(4).await;
    run.stop().await.unwrap();
    // pycti keeps members that it does not know.
    let mut moved = stage.state();
    moved["start_from"] = "0-0".into();
    let moved = moved.to_string();
    stage.platform.set_state(stage.id.as_str(), Some(&moved));
    let seen = Seen::default();
    let run = Run::of(stage.registration().await.follow("live", seen.handler()));
    assert_eq!(seen.wait_for(4).await[..3], GROUP);
    run.stop().await.unwrap();
}

const VARIABLE: &str = "OPENCTI_TEST_STREAM";

/// Not a test, but the process that is killed: it prints what it handles, and stands still at the
/// object that it is told.
#[tokio::test(flavor = "multi_thread")]
async fn the_stream_of_a_child_process() {
    let Ok(told) = env::var(VARIABLE) else {
        return;
    };
    let told: Value = serde_json::from_str(&told).unwrap();
    let text = |member: &str| told[member].as_str().unwrap().to_owned();
    let client = Client::new(text("url"), text("token")).unwrap();
    let id: ConnectorId = text("id").parse().unwrap();
    let connector = Connector::stream().id(id).name("Sample").build().unwrap();
    let registration = client.register(&connector).await.unwrap();
    let stop = text("stop");
    let handler = move |event: Event| {
        let is_end = event.object().id() == stop;
        async move {
            if is_end {
                std::future::pending::<()>().await;
            }
            println!("@{} {}", event.id(), event.object().id());
            Ok::<_, BoxError>(())
        }
    };
    registration.follow("live", handler).run().await.unwrap();
}

struct Process {
    child: Child,
    handled: Receiver<String>,
}

impl Process {
    fn start(stage: &Stage, stop: &str) -> Self {
        let told = json!({
            "url": stage.platform.url(), "token": stage.platform.token(), "id": stage.id.as_str(),
            "stop": stop,
        });
        let mut child = Command::new(env::current_exe().unwrap())
            .args([
                "--exact",
                "stream_repeats::the_stream_of_a_child_process",
                "--nocapture",
            ])
            .env(VARIABLE, told.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (tell, handled) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                // The harness writes the name of the test in front of the first.
                if let Some((_, event)) = line.split_once('@') {
                    let _ = tell.send(event.to_owned());
                }
            }
        });
        Self { child, handled }
    }

    fn next(&self) -> String {
        self.handled.recv_timeout(SOON).unwrap()
    }

    /// Ends it by SIGKILL.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        assert_eq!(self.handled.iter().next(), None, "it has handled more");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_nothing_and_repeats_nothing_that_the_platform_knows() {
    let stage = Stage::sending(group() + &created("2-0", "tool--4"));
    let digests = |id: &str| {
        let digests = stage.state()["handled_events"]["digests"][id].clone();
        digests.as_array().map_or(0, Vec::len)
    };
    // In the middle of what shares an id.
    let process = Process::start(&stage, "tool--3");
    assert_eq!([process.next(), process.next()], GROUP[..2]);
    until("the platform knows", || digests("1-0") == 2).await;
    process.kill();
    // At the end of a quiet stream.
    let process = Process::start(&stage, "");
    assert_eq!([process.next(), process.next()], [GROUP[2], "2-0 tool--4"]);
    until("the platform knows", || digests("2-0") == 1).await;
    process.kill();

    let events = created("2-0", "tool--4") + &created("3-0", "tool--5");
    stage
        .platform
        .on_stream(move |_| Script::of(events.clone()).silent());
    let process = Process::start(&stage, "");
    assert_eq!(process.next(), "3-0 tool--5");
    process.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_of_a_batch_that_is_not_handled_comes_again() {
    let stage = Stage::sending(group());
    let calls = Arc::new(Mutex::new(0));
    let count = Arc::clone(&calls);
    let handler = move |_: Events| {
        *count.lock().unwrap() += 1;
        std::future::pending::<Result<(), BoxError>>()
    };
    let follow = stage.registration().await.follow("live", handler);
    let follow = follow.batches(3, SOON).grace(std::time::Duration::ZERO);
    let run = Run::of(follow);
    until("it is called", || *calls.lock().unwrap() == 1).await;
    run.stop().await.unwrap();
    let seen = Seen::default();
    let run = Run::of(stage.registration().await.follow("live", seen.handler()));
    assert_eq!(seen.wait_for(3).await, GROUP);
    run.stop().await.unwrap();
}
