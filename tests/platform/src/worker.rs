//! A worker of the platform: it drains a push queue, checks each part, and reports it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use futures_util::StreamExt;
use lapin::{
    Channel,
    options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions},
    types::FieldTable,
};
use serde_json::{Map, Value};
use tokio::{
    task::AbortHandle,
    time::{sleep, timeout},
};

use super::{
    Platform,
    broker::amqp::{self, PATIENCE},
    store::{self, Store},
    topology,
};

/// Takes parts from the push queue of a connector until it is dropped.
///
/// As the platform's own it drops the parts of a work that is deleted, and reports the others. A
/// part is checked: it is the bundle of one object unless it says `no_split`, and what it refers to
/// came before it or never comes.
#[derive(Debug)]
pub struct Worker {
    work: Arc<Work>,
    task: AbortHandle,
}

#[derive(Debug, Default)]
struct Work {
    seen: Mutex<Seen>,
    came: Condvar,
}

#[derive(Debug, Default)]
struct Seen {
    parts: Vec<Value>,
    faults: Vec<String>,
    /// By work and bundle: the ids that came, and those that were referred to before they came.
    bundles: BTreeMap<String, [BTreeSet<String>; 2]>,
}

impl Worker {
    /// Starts a worker. The queue may not be there yet.
    ///
    /// # Panics
    ///
    /// If the platform has no broker.
    pub fn start(platform: &Platform, connector_id: &str) -> Self {
        let work = Arc::<Work>::default();
        let (kept, store) = (Arc::clone(&work), Arc::clone(&platform.store));
        let connections = platform.topology().broker().amqp().clone();
        let queue = topology::push_queue(connector_id);
        let task = amqp::io().spawn(async move {
            loop {
                if let Ok(channel) = connections.channel().await {
                    let _ = drain(channel, &queue, &store, &kept).await;
                }
                // Until the queue or the broker is there again.
                sleep(Duration::from_millis(50)).await;
            }
        });
        Self {
            work,
            task: task.abort_handle(),
        }
    }

    /// The parts that came, oldest first: the messages, with `content` decoded.
    ///
    /// # Panics
    ///
    /// If one of them was not as it should be.
    pub fn parts(&self) -> Vec<Value> {
        let seen = self.work.seen();
        assert!(seen.faults.is_empty(), "{:#?}", seen.faults);
        seen.parts.clone()
    }

    /// As [`Worker::parts`], when there are at least `n`.
    ///
    /// # Panics
    ///
    /// If they do not come in this time, too.
    pub fn wait_for(&self, n: usize, within: Duration) -> Vec<Value> {
        let is_short = |seen: &mut Seen| seen.parts.len() < n && seen.faults.is_empty();
        let waited = self
            .work
            .came
            .wait_timeout_while(self.work.seen(), within, is_short);
        drop(waited);
        let parts = self.parts();
        assert!(parts.len() >= n, "{} of {n} parts came", parts.len());
        parts
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Work {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Until the queue is deleted or the connection lost.
async fn drain(
    channel: Channel,
    queue: &str,
    store: &Mutex<Store>,
    work: &Work,
) -> lapin::Result<()> {
    channel.basic_qos(100, BasicQosOptions::default()).await?;
    let options = BasicConsumeOptions::default();
    let consumer = channel.basic_consume(queue.into(), "".into(), options, FieldTable::default());
    let mut consumer = consumer.await?;
    while let Some(delivery) = consumer.next().await {
        let delivery = delivery?;
        match decode(&delivery.data) {
            Some(part) => take(part, store, work),
            None => work
                .seen()
                .faults
                .push("a message is not a part".to_owned()),
        }
        work.came.notify_all();
        // An answer that lapin keeps back when the broker closes the connection.
        let ack = timeout(PATIENCE, delivery.ack(BasicAckOptions::default())).await;
        let Ok(ack) = ack else {
            return Ok(());
        };
        ack?;
    }
    Ok(())
}

fn decode(message: &[u8]) -> Option<Value> {
    let mut part: Value = serde_json::from_slice(message).ok()?;
    let content = BASE64_STANDARD.decode(part["content"].as_str()?).ok()?;
    part["content"] = serde_json::from_slice(&content).ok()?;
    Some(part)
}

fn take(part: Value, store: &Mutex<Store>, work: &Work) {
    if let Some(id) = part["work_id"].as_str() {
        let arguments = Map::from_iter([("id".to_owned(), id.into())]);
        // The platform's own splits a whole bundle itself, and reports each object.
        let objects = part["content"]["objects"].as_array().map_or(0, Vec::len);
        for _ in 0..objects {
            if store::lock(store).report_expectation(&arguments).is_err() {
                return;
            }
        }
    }
    let mut seen = work.seen();
    seen.check(&part);
    seen.parts.push(part);
}

impl Seen {
    fn check(&mut self, part: &Value) {
        let objects = part["content"]["objects"].as_array();
        let objects = objects.map_or(&[][..], Vec::as_slice);
        if part["no_split"] == true {
            return;
        }
        let [object] = objects else {
            self.faults
                .push(format!("a part of {} objects", objects.len()));
            return;
        };
        let bundle = format!("{} {}", part["work_id"], part["content"]["id"]);
        let [came, missed] = self.bundles.entry(bundle).or_default();
        let id = object["id"].as_str().unwrap_or_default();
        if missed.contains(id) {
            self.faults
                .push(format!("{id} came after what refers to it"));
        }
        came.insert(id.to_owned());
        for (member, value) in object.as_object().into_iter().flatten() {
            let references = match value {
                Value::String(one) if member.ends_with("_ref") => vec![one.as_str()],
                Value::Array(many) if member.ends_with("_refs") => {
                    many.iter().filter_map(Value::as_str).collect()
                }
                _ => continue,
            };
            let references = references.into_iter().map(str::to_owned);
            missed.extend(references.filter(|reference| !came.contains(reference)));
        }
    }
}
