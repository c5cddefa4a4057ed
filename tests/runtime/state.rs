//! The state that an external import leaves for its next run.

use std::sync::Arc;
use std::time::Duration;

use opencti_connector::client::Client;
use opencti_connector::runtime::jiff::Timestamp;
use opencti_connector::runtime::{BoxError, CommitErrorKind, Run, RunErrorKind};
use platform::{Hold, Proxy, QueueType, or_skip};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::sync::watch;

use crate::schedule::{Importing, bundle};
use crate::stage::{self, SOON, Stage, until};

const MOMENT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(5_001);

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Cursor {
    page: u32,
}

/// What a run begins with.
type Begun = (Cursor, Option<Timestamp>);

impl Stage {
    /// The state as the platform has it.
    fn state(&self) -> Value {
        let connector = &self.platform.connectors()[self.id.as_str()];
        let state = connector["connector_state"].as_str().unwrap_or_default();
        serde_json::from_str(state).unwrap_or_default()
    }

    /// Runs an import once; gives what it began with.
    async fn run_once(&self, commit: Option<u32>) -> Begun {
        let (told, mut begun) = mpsc::unbounded_channel();
        let import = move |run: Run<Cursor>| {
            told.send((run.state().clone(), run.previous())).unwrap();
            async move {
                if let Some(page) = commit {
                    run.commit(Cursor { page }).await?;
                }
                Ok::<_, BoxError>(())
            }
        };
        let run = stage::Run::scheduled(self.import().await.schedule(Duration::ZERO, import));
        run.end().await.unwrap();
        begun.recv().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_and_the_time_of_the_last_run_are_kept_across_restarts() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let before = Timestamp::now();
    assert_eq!(stage.run_once(Some(7)).await, (Cursor::default(), None));
    let first = stage.state();
    assert_eq!(first["page"], 7);

    let (cursor, previous) = stage.run_once(None).await;
    assert_eq!(cursor, Cursor { page: 7 });
    let previous = previous.unwrap();
    assert!(before <= previous && previous <= Timestamp::now());
    assert_eq!(first["last_run"], previous.to_string());
    assert_eq!(stage.state()["page"], 7, "without a commit it stays");
    assert_ne!(stage.state()["last_run"], first["last_run"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_without_a_state_leaves_alone_what_is_there() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    stage.import().await;
    stage.platform.set_state(
        stage.id.as_str(),
        Some(r#"{"of":"another","last_run":1764000000}"#),
    );
    let (told, mut begun) = mpsc::unbounded_channel();
    let import = move |run: Run| {
        told.send(run.previous()).unwrap();
        async { Ok::<_, BoxError>(()) }
    };
    let run = stage::Run::scheduled(stage.import().await.schedule(Duration::ZERO, import));
    run.end().await.unwrap();
    let previous = begun.recv().await.unwrap().unwrap();
    assert_eq!(previous.as_second(), 1_764_000_000);
    assert_eq!(stage.state()["of"], "another");
    assert!(stage.state()["last_run"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_run_of_the_connectors_own_stays_its_own() {
    #[derive(Default, Serialize, Deserialize)]
    struct Pycti {
        last_run: Option<i64>,
    }
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    for expected in [None, Some(1_764_000_000)] {
        let import = move |run: Run<Pycti>| async move {
            assert_eq!(run.state().last_run, expected);
            assert_eq!(run.previous().map(Timestamp::as_second), expected);
            let last_run = Some(1_764_000_000);
            run.commit(Pycti { last_run }).await?;
            Ok::<_, BoxError>(())
        };
        let run = stage::Run::scheduled(stage.import().await.schedule(Duration::ZERO, import));
        run.end().await.unwrap();
        assert_eq!(stage.state(), json!({"last_run": 1_764_000_000}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_keeps_what_it_committed_and_is_no_last_run() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let import = async |run: Run<Cursor>| {
        run.commit(Cursor { page: 3 }).await?;
        Err::<(), BoxError>("down".into())
    };
    let run = stage::Run::scheduled(stage.import().await.schedule(Duration::ZERO, import));
    run.end().await.unwrap_err();
    assert_eq!(stage.state(), json!({"page": 3}));
    assert_eq!(stage.run_once(None).await, (Cursor { page: 3 }, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_the_connector_cannot_read_ends_it_and_stays() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    stage.import().await;
    stage
        .platform
        .set_state(stage.id.as_str(), Some(r#"{"page":"seven"}"#));
    let import = async |_: Run<Cursor>| Ok::<_, BoxError>(());
    let run = stage::Run::scheduled(stage.import().await.schedule(LONG, import));
    let error = run.end().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::State);
    assert!(
        error.to_string().contains("expected u32; reset it"),
        "{error}"
    );
    assert_eq!(stage.state(), json!({"page": "seven"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_is_no_object_is_not_committed() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let import = async |run: Run<Value>| {
        let error = run.commit(json!([1])).await.unwrap_err();
        assert!(error.to_string().contains("keeps an object"), "{error}");
        Ok::<_, BoxError>(())
    };
    let run = stage::Run::scheduled(stage.import().await.schedule(Duration::ZERO, import));
    run.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_come_in_order_and_many_of_them_in_few_pings() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let import = async |run: Run<Cursor>| {
        for page in 1..=500 {
            run.commit_later(Cursor { page }).await?;
            tokio::task::yield_now().await;
        }
        Ok::<_, BoxError>(())
    };
    let run = stage::Run::scheduled(stage.import().await.schedule(Duration::ZERO, import));
    run.end().await.unwrap();
    let pings = stage.platform.pings();
    let pages: Vec<_> = pings
        .iter()
        .map(|ping| {
            let sent: Value = serde_json::from_str(ping["state"].as_str().unwrap()).unwrap();
            sent["page"].as_u64().unwrap_or(0)
        })
        .collect();
    assert!(pages.is_sorted(), "{pages:?}");
    assert_eq!(*pages.last().unwrap(), 500);
    assert!(pages.len() < 20, "{pages:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_returns_when_the_platform_has_it() {
    let stage = Arc::new(Stage::new(or_skip!(), QueueType::Classic));
    let platform = Arc::clone(&stage);
    let import = move |run: Run<Cursor>| {
        let stage = Arc::clone(&platform);
        async move {
            for page in 1..=100 {
                run.commit(Cursor { page }).await?;
                assert_eq!(stage.state()["page"], page);
            }
            Ok::<_, BoxError>(())
        }
    };
    let run = stage::Run::scheduled(stage.import().await.schedule(Duration::ZERO, import));
    run.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_that_wait_at_the_same_time_share_a_ping() {
    let stage = Arc::new(Stage::new(or_skip!(), QueueType::Classic));
    let platform = Arc::clone(&stage);
    let import = move |run: Run<Cursor>| {
        let stage = Arc::clone(&platform);
        async move {
            let gate = stage.platform.hold("pingConnector", Hold::Before);
            let commits = (1..=100).map(|page| run.commit(Cursor { page }));
            let released = async {
                until("a ping is held", || gate.reached(Duration::ZERO)).await;
                gate.release();
                Ok(())
            };
            tokio::try_join!(futures_util::future::try_join_all(commits), released)?;
            Ok::<_, BoxError>(())
        }
    };
    let run = stage::Run::scheduled(stage.import().await.schedule(Duration::ZERO, import));
    run.end().await.unwrap();
    assert_eq!(stage.state()["page"], 100);
    let pings = stage.platform.pings().len();
    assert!(pings < 10, "{pings} pings");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_waits_for_a_platform_that_is_away_and_commit_later_does_not() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let proxy = Arc::new(Proxy::before(stage.platform.address()));
    let client = Client::builder(stage.platform.url_at(proxy.addr()), stage.platform.token())
        .retry_delay(MOMENT)
        .build()
        .unwrap();
    let (told, mut heard) = mpsc::unbounded_channel();
    let away = Arc::clone(&proxy);
    let import = move |run: Run<Cursor>| {
        let (proxy, told) = (Arc::clone(&away), told.clone());
        async move {
            proxy.refuse(true);
            proxy.cut();
            run.commit_later(Cursor { page: 1 }).await?;
            let mut commit = std::pin::pin!(run.commit(Cursor { page: 2 }));
            // As long as any ping takes to be answered.
            let waited = tokio::time::timeout(Duration::from_millis(500), &mut commit).await;
            assert!(waited.is_err(), "it did not wait");
            told.send(())?;
            commit.await?;
            run.cancelled().await;
            Err::<(), BoxError>("broken off".into())
        }
    };
    let run = stage::Run::scheduled(stage.import_by(&client).await.schedule(LONG, import));
    heard.recv().await.unwrap();
    assert_eq!(stage.state(), Value::Null);
    proxy.refuse(false);
    until("the state is there", || stage.state()["page"] == 2).await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_waits_for_the_platform_ends_with_the_run() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let proxy = Proxy::before(stage.platform.address());
    let url = stage.platform.url_at(proxy.addr());
    let client = Client::new(url, stage.platform.token()).unwrap();
    let (told, mut ended) = mpsc::unbounded_channel();
    let (go, sign) = watch::channel(false);
    let import = move |run: Run<Cursor>| {
        let (told, mut sign) = (told.clone(), sign.clone());
        async move {
            told.send(None)?;
            sign.wait_for(|sign| *sign).await?;
            // What a handler has left running.
            tokio::spawn(async move {
                let error = run.commit(Cursor { page: 1 }).await.unwrap_err();
                let _ = told.send(Some(error.kind()));
            });
            std::future::pending::<Result<(), BoxError>>().await
        }
    };
    let scheduler = stage.import_by(&client).await.schedule(LONG, import);
    let run = stage::Run::scheduled(scheduler.grace(Duration::from_millis(500)));
    assert_eq!(ended.recv().await, Some(None));
    proxy.refuse(true);
    proxy.cut();
    go.send_replace(true);
    run.stop().await.unwrap();
    assert_eq!(ended.recv().await, Some(Some(CommitErrorKind::Over)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_is_pinged_as_soon_as_a_stop_is_wanted() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (told, mut heard) = mpsc::unbounded_channel();
    let (go, sign) = watch::channel(false);
    let import = move |run: Run<Cursor>| {
        let (told, mut sign) = (told.clone(), sign.clone());
        async move {
            told.send(())?;
            run.cancelled().await;
            // As long as it takes: Docker waits for ten seconds.
            sign.wait_for(|sign| *sign).await?;
            Err::<(), BoxError>("broken off".into())
        }
    };
    let scheduler = stage.import().await.schedule(LONG, import);
    let run = stage::Run::scheduled(scheduler.grace(LONG));
    heard.recv().await.unwrap();
    let pings = stage.platform.pings().len();
    let stopping = tokio::spawn(run.stop());
    until("it is pinged", || stage.platform.pings().len() > pings).await;
    go.send_replace(true);
    stopping.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_commit_reaches_the_platform_while_the_run_goes_on() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let import = async |run: Run<Cursor>| {
        for page in 1..=3 {
            run.commit_later(Cursor { page }).await?;
        }
        run.cancelled().await;
        Err::<(), BoxError>("broken off".into())
    };
    let run = stage::Run::scheduled(stage.import().await.schedule(LONG, import));
    until("the state is there", || stage.state() == json!({"page": 3})).await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_waits_for_what_is_being_sent() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let gate = stage.platform.hold("addExpectations", Hold::Before);
    let (told, mut heard) = mpsc::unbounded_channel();
    let import = move |run: Run<Cursor>| {
        let told = told.clone();
        async move {
            let send = async {
                let sent = run.send(bundle(&["a.example"])).await?;
                told.send("sent")?;
                Ok::<_, BoxError>(sent)
            };
            let commit = async {
                run.commit(Cursor { page: 1 }).await?;
                told.send("committed")?;
                Ok::<_, BoxError>(())
            };
            // The first is polled first.
            tokio::try_join!(send, commit).map(drop)
        }
    };
    let registration = stage.import().await;
    let run = stage::Run::scheduled(registration.schedule(Duration::ZERO, import));
    let gate = tokio::task::spawn_blocking(move || {
        assert!(gate.reached(SOON));
        gate
    });
    let gate = gate.await.unwrap();
    assert!(heard.try_recv().is_err(), "neither sent nor committed");
    gate.release();
    assert_eq!(heard.recv().await, Some("sent"));
    assert_eq!(heard.recv().await, Some("committed"));
    run.end().await.unwrap();
}

/// An import that commits before and after it waits for a sign, told of by its first state.
fn commits_around(
    sign: watch::Receiver<bool>,
    pages: [Option<u32>; 2],
) -> (
    impl Fn(Run<Cursor>) -> Importing,
    mpsc::UnboundedReceiver<Begun>,
) {
    let (told, begun) = mpsc::unbounded_channel();
    let import = move |run: Run<Cursor>| {
        told.send((run.state().clone(), run.previous())).unwrap();
        let mut sign = sign.clone();
        let import = async move {
            if let Some(page) = pages[0] {
                run.commit(Cursor { page }).await?;
            }
            sign.wait_for(|sign| *sign).await?;
            if let Some(page) = pages[1] {
                run.commit(Cursor { page }).await?;
            }
            Ok(())
        };
        Box::pin(import) as Importing
    };
    (import, begun)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_during_a_run_wins_whatever_the_run_commits() {
    for pages in [
        [Some(8), None],
        [None, Some(9)],
        [Some(8), Some(9)],
        [None, None],
    ] {
        let stage = Stage::new(or_skip!(), QueueType::Classic);
        stage.run_once(Some(7)).await;
        let (go, sign) = watch::channel(false);
        let (import, mut begun) = commits_around(sign, pages);
        let run = stage::Run::scheduled(stage.import().await.schedule(MOMENT, import));
        assert_eq!(begun.recv().await.unwrap().0, Cursor { page: 7 });
        if pages[0].is_some() {
            until("the commit is there", || stage.state()["page"] == 8).await;
        }
        stage.platform.reset_state(stage.id.as_str());
        go.send_replace(true);
        let next = begun.recv().await.unwrap();
        assert_eq!(next, (Cursor::default(), None), "{pages:?}");
        run.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_has_learned_of_a_reset_commits_nothing_more() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (step, steps) = watch::channel(0);
    let (told, mut begun) = mpsc::unbounded_channel();
    let import = move |run: Run<Cursor>| {
        told.send(run.state().clone()).unwrap();
        let mut steps = steps.clone();
        async move {
            for page in [1, 2, 3] {
                steps.wait_for(|step| *step >= page).await?;
                run.commit(Cursor { page }).await?;
            }
            Ok::<_, BoxError>(())
        }
    };
    let run = stage::Run::scheduled(stage.import().await.schedule(MOMENT, import));
    assert_eq!(begun.recv().await, Some(Cursor::default()));
    step.send_replace(1);
    until("the commit is there", || stage.state()["page"] == 1).await;
    stage.platform.reset_state(stage.id.as_str());
    // At which it pings, and learns of the reset.
    step.send_replace(2);
    let is_reset =
        || &stage.platform.connectors()[stage.id.as_str()]["connector_state_reset"] == true;
    until("the reset is learned", || !is_reset()).await;
    // Nothing but a ping tells it, whose answer is on its way: the next one shows what came of it.
    let pings = stage.platform.pings().len();
    step.send_replace(3);
    until("it has pinged again", || {
        stage.platform.pings().len() > pings
    })
    .await;
    assert_eq!(begun.recv().await, Some(Cursor::default()));
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_between_runs_is_seen_by_the_next() {
    let stage = Stage::new(or_skip!(), QueueType::Classic);
    let (_go, sign) = watch::channel(true);
    let (import, mut begun) = commits_around(sign, [None, Some(7)]);
    let run = stage::Run::scheduled(stage.import().await.schedule(MOMENT, import));
    assert_eq!(begun.recv().await.unwrap().0, Cursor::default());
    until("the first run is kept", || stage.state()["page"] == 7).await;
    stage.platform.reset_state(stage.id.as_str());
    // Runs that began before it may not have been looked at yet.
    let anew = async { while begun.recv().await != Some((Cursor::default(), None)) {} };
    tokio::time::timeout(SOON, anew).await.unwrap();
    run.stop().await.unwrap();
}
