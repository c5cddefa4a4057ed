//! A node of `RabbitMQ` to disturb, and handlers that a test holds.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use opencti_connector::runtime::{BoxError, Enrichment, Reply};
use opencti_connector::stix::Bundle;
use platform::{Broker, NodeOptions};
use serde_json::json;
use tokio::sync::{Mutex, MutexGuard, Semaphore};

/// The node of all tests of this process that disturb one, for one of them at a time.
pub(crate) struct Disturbed {
    broker: Broker,
    _alone: MutexGuard<'static, ()>,
}

impl Disturbed {
    /// None where there is none to start.
    pub(crate) async fn get() -> Option<Self> {
        static NODE: OnceLock<Option<Broker>> = OnceLock::new();
        static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

        let alone = ONE_AT_A_TIME.lock().await;
        let node = NODE.get_or_init(|| Broker::own(NodeOptions::default()));
        Some(Self {
            broker: node.clone()?,
            _alone: alone,
        })
    }

    pub(crate) fn broker(&self) -> &Broker {
        &self.broker
    }

    /// Sets a setting of the node, for connections and channels that are opened from now on.
    pub(crate) fn set(&self, setting: &str, value: u32) {
        let set = format!("application:set_env(rabbit, {setting}, {value}).");
        self.broker.ctl(&["eval", &set]);
    }
}

/// Takes the node, or ends the test where there is none.
#[macro_export]
macro_rules! disturbed {
    () => {{
        let disturbed = $crate::disturbed::Disturbed::get().await;
        let broker = disturbed.as_ref().map(|it| it.broker().clone());
        let _: platform::Broker = platform::or_skip!(broker);
        disturbed.unwrap()
    }};
}

/// Counts the calls of a handler, and lets as many of them go on as it is told.
#[derive(Clone)]
pub(crate) struct Held {
    calls: Arc<AtomicUsize>,
    permits: Arc<Semaphore>,
}

type Answer = Pin<Box<dyn Future<Output = Result<Reply, BoxError>> + Send>>;

impl Held {
    pub(crate) fn new(permits: usize) -> Self {
        Self {
            calls: Arc::default(),
            permits: Arc::new(Semaphore::new(permits)),
        }
    }

    /// Answers with so many objects, which are of the entity alone.
    pub(crate) fn handler(
        &self,
        objects: usize,
    ) -> impl Fn(Enrichment) -> Answer + Send + Sync + use<> {
        let this = self.clone();
        move |enrichment| {
            let this = this.clone();
            Box::pin(async move {
                this.calls.fetch_add(1, Ordering::SeqCst);
                this.permits.acquire().await?.forget();
                Ok(enrichment.with_bundle(names(&enrichment, objects)))
            })
        }
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    pub(crate) fn release(&self, calls: usize) {
        self.permits.add_permits(calls);
    }
}

fn names(enrichment: &Enrichment, count: usize) -> Bundle {
    let address = enrichment.entity().text("value").unwrap();
    let names = (0..count).map(
        |number| json!({"type": "domain-name", "value": format!("{number}.{address}.example")}),
    );
    let mut bundle = Bundle::new();
    bundle.extend(names).unwrap();
    bundle
}
