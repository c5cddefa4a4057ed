//! A stop comes to its end, whatever a handler has left running.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use opencti_connector::runtime::{self, BoxError, Enrichment, Reply};
use platform::{Proxy, QueueType, or_skip};
use tokio::sync::oneshot;

use crate::network::behind_proxy;
use crate::schedule::bundle;
use crate::stage::{Run, until};

const GRACE: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(5_001);
/// Far longer than an end takes that is bounded; the outage has no end.
const BOUND: Duration = Duration::from_secs(40);

/// Has the broker be away for a task that is about to send, and waits until it tries to connect.
async fn lose_the_broker(proxy: &Proxy, go: oneshot::Sender<()>, connections: usize) {
    // Takes connections, which shows that they are made, and answers none.
    proxy.stall(true);
    proxy.cut();
    let accepted = proxy.accepted();
    go.send(()).unwrap();
    until("it tries to connect", || {
        proxy.accepted() >= accepted + connections
    })
    .await;
    proxy.refuse(true);
    proxy.stall(false);
    proxy.cut();
}

/// What a task waits for, for the one that takes it.
type Sign = Arc<Mutex<Option<oneshot::Receiver<()>>>>;

fn once() -> (oneshot::Sender<()>, Sign) {
    let (go, gone) = oneshot::channel();
    (go, Arc::new(Mutex::new(Some(gone))))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_detached_task_that_sends_does_not_hold_up_the_end_of_a_listener() {
    let (stage, proxy) = behind_proxy(or_skip!(), QueueType::Classic);
    let (go, gone) = once();
    let listen = stage.enrichment().await;
    let listen = listen.listen(move |enrichment: Enrichment| {
        let gone = gone.lock().unwrap().take().unwrap();
        let reply = enrichment.unchanged("the rest comes later");
        tokio::spawn(async move {
            let _ = gone.await;
            let _ = enrichment.send(bundle(&["a.example"])).await;
        });
        async { Ok::<Reply, BoxError>(reply) }
    });
    let run = Run::of(listen.grace(GRACE));
    stage.completed(&stage.ask(0)).await;
    // The connection of the consumer, and that of the task.
    lose_the_broker(&proxy, go, 2).await;
    let stopped = tokio::time::timeout(BOUND, run.stop()).await;
    stopped.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_detached_task_that_sends_does_not_hold_up_the_end_of_a_schedule() {
    let (stage, proxy) = behind_proxy(or_skip!(), QueueType::Classic);
    let (go, gone) = once();
    let import = move |run: runtime::Run| {
        let gone = gone.lock().unwrap().take().unwrap();
        tokio::spawn(async move {
            let _ = gone.await;
            let _ = run.send(bundle(&["a.example"])).await;
        });
        async { Ok::<_, BoxError>(()) }
    };
    let scheduler = stage.import().await.schedule(LONG, import);
    let run = Run::scheduled(scheduler.grace(GRACE));
    lose_the_broker(&proxy, go, 1).await;
    let stopped = tokio::time::timeout(BOUND, run.stop()).await;
    stopped.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_detached_task_that_sends_does_not_hold_up_the_end_of_its_work() {
    let (stage, proxy) = behind_proxy(or_skip!(), QueueType::Classic);
    let _worker = stage.worker();
    let ((go, gone), (end, ended)) = (once(), once());
    let (told, mut sent) = tokio::sync::mpsc::unbounded_channel();
    let import = move |run: runtime::Run| {
        let gone = gone.lock().unwrap().take().unwrap();
        let ended = ended.lock().unwrap().take().unwrap();
        let told = told.clone();
        async move {
            let _ = run.send(bundle(&["a.example"])).await?;
            told.send(())?;
            tokio::spawn(async move {
                let _ = gone.await;
                let _ = run.send(bundle(&["b.example"])).await;
            });
            let _ = ended.await;
            Ok::<_, BoxError>(())
        }
    };
    let run = Run::scheduled(stage.import().await.schedule(LONG, import));
    sent.recv().await.unwrap();
    lose_the_broker(&proxy, go, 1).await;
    end.send(()).unwrap();
    let work = stage.platform.works().keys().next().unwrap().clone();
    stage.completed(&work).await;
    run.stop().await.unwrap();
}
