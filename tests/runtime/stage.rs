//! A platform with a broker and a worker, and a connector to run on it.

use std::time::{Duration, Instant};

use opencti_connector::client::{Client, Registration};
use opencti_connector::kind::{ExternalImport, InternalEnrichment};
use opencti_connector::runtime::{Listen, Listens, RunError, Scheduler};
use opencti_connector::stix::Entity;
use opencti_connector::{Connector, ConnectorId, EntityType};
use platform::{Broker, Options, Platform, QueueType, Worker};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Longer than anything takes that is not broken.
pub(crate) const SOON: Duration = Duration::from_mins(1);

pub(crate) struct Stage {
    pub(crate) platform: Platform,
    pub(crate) broker: Broker,
    pub(crate) id: ConnectorId,
}

impl Stage {
    pub(crate) fn new(broker: Broker, queue_type: QueueType) -> Self {
        Self::with(Options {
            broker: Some(broker),
            queue_type,
            ..Options::default()
        })
    }

    /// Of a platform with these options, a broker among them.
    pub(crate) fn with(options: Options) -> Self {
        Self {
            broker: options.broker.clone().unwrap(),
            platform: Platform::start(options),
            id: ConnectorId::random(),
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.platform.url(), self.platform.token()).unwrap()
    }

    /// A registered enrichment connector for addresses.
    pub(crate) async fn enrichment(&self) -> Registration<InternalEnrichment> {
        self.enrichment_by(&self.client()).await
    }

    pub(crate) async fn enrichment_by(&self, client: &Client) -> Registration<InternalEnrichment> {
        client.register(&self.connector()).await.unwrap()
    }

    pub(crate) fn connector(&self) -> Connector<InternalEnrichment> {
        Connector::internal_enrichment()
            .id(self.id)
            .name("Sample")
            .scope([EntityType::Ipv4Addr])
            .build()
            .unwrap()
    }

    /// A registered external import.
    pub(crate) async fn import(&self) -> Registration<ExternalImport> {
        self.import_by(&self.client()).await
    }

    pub(crate) async fn import_by(&self, client: &Client) -> Registration<ExternalImport> {
        let connector = Connector::external_import()
            .id(self.id)
            .name("Sample")
            .build()
            .unwrap();
        client.register(&connector).await.unwrap()
    }

    pub(crate) fn worker(&self) -> Worker {
        Worker::start(&self.platform, self.id.as_str())
    }

    /// Sends an enrichment of an address with this last number; gives the id of its work.
    pub(crate) fn ask(&self, number: usize) -> String {
        let work = self.platform.add_work(self.id.as_str());
        self.platform
            .send(self.id.as_str(), &message(&work, number));
        work
    }

    pub(crate) fn queue(&self) -> String {
        format!("listen_{}", self.id)
    }

    /// The work once it is complete.
    pub(crate) async fn completed(&self, work: &str) -> Value {
        let is_complete = || self.platform.works()[work]["status"] == "complete";
        until(&format!("{work} is complete"), is_complete).await;
        self.platform.works()[work].clone()
    }

    /// Waits until the queue is empty.
    pub(crate) async fn drained(&self) {
        until("the queue is empty", || {
            self.broker.ready(&self.queue()) == 0
        })
        .await;
    }

    /// Checks that nothing was left unacknowledged by connectors that have ended: it would be back.
    pub(crate) async fn acknowledged(&self) {
        let queue = self.queue();
        // With the last consumer what it has left is back.
        until("no consumer is left", || self.broker.consumers(&queue) == 0).await;
        assert_eq!(self.broker.ready(&queue), 0);
    }
}

/// A message that asks for the enrichment of an address.
pub(crate) fn message(work: &str, number: usize) -> Value {
    let id = address_id(number);
    let entity = json!({"type": "ipv4-addr", "id": id, "value": address(number)});
    json!({
        "internal": {"work_id": work, "applicant_id": null, "draft_id": null,
                     "trigger": "create", "mode": "auto"},
        "event": {"event_type": "INTERNAL_ENRICHMENT", "entity_id": id,
                  "entity_type": "IPv4-Addr", "stix_entity": entity.to_string(),
                  "stix_objects": null},
    })
}

pub(crate) fn address(number: usize) -> String {
    format!("10.0.{}.{}", number / 256, number % 256)
}

/// The last number of [`address`].
pub(crate) fn number_of(entity: &Entity) -> usize {
    let address: std::net::Ipv4Addr = entity.text("value").unwrap().parse().unwrap();
    let [_, _, high, low] = address.octets();
    usize::from(high) * 256 + usize::from(low)
}

fn address_id(number: usize) -> String {
    let value = json!({"type": "ipv4-addr", "value": address(number)});
    opencti_connector::stix::id_of(&value).unwrap().to_string()
}

/// Waits for a condition, and fails the test when it does not come true.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < SOON, "not so: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A connector that runs in the background until it is stopped.
pub(crate) struct Run {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), RunError>>,
}

impl Run {
    pub(crate) fn of<K: Listens>(listen: Listen<K>) -> Self {
        let (stop, stopped) = oneshot::channel();
        let run = listen.run_until(async {
            let _ = stopped.await;
        });
        Self {
            stop,
            task: tokio::spawn(run),
        }
    }

    pub(crate) fn scheduled(scheduler: Scheduler<ExternalImport>) -> Self {
        let (stop, stopped) = oneshot::channel();
        let run = scheduler.run_until(async {
            let _ = stopped.await;
        });
        Self {
            stop,
            task: tokio::spawn(run),
        }
    }

    pub(crate) async fn stop(self) -> Result<(), RunError> {
        let _ = self.stop.send(());
        self.task.await.unwrap()
    }

    /// How it ends by itself.
    pub(crate) async fn end(self) -> Result<(), RunError> {
        let task = self.task;
        tokio::time::timeout(SOON, task).await.unwrap().unwrap()
    }
}
