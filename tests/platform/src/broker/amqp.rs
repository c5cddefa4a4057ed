//! What the platform and the tests do over AMQP, on a thread of its own: a test may block.

use std::{
    sync::{Arc, OnceLock, mpsc},
    thread,
    time::Duration,
};

use lapin::{
    BasicProperties, Channel, Confirmation, Connection, ConnectionProperties,
    options::{
        BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions, QueueDeleteOptions,
        QueuePurgeOptions,
    },
    types::FieldTable,
};
use tokio::{runtime::Handle, sync::Mutex, time::timeout};

/// Long enough for a busy machine, short enough for a ping that finds no broker.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The runtime of all connections of this process.
pub(crate) fn io() -> &'static Handle {
    static IO: OnceLock<Handle> = OnceLock::new();
    IO.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let handle = runtime.handle().clone();
        thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
        handle
    })
}

/// A connection that is opened when it is asked for, and again when it was lost.
#[derive(Clone)]
pub(crate) struct Amqp {
    uri: Arc<str>,
    connection: Arc<Mutex<Option<Connection>>>,
}

impl Amqp {
    pub(super) fn new(uri: &str) -> Self {
        Self {
            uri: uri.into(),
            connection: Arc::default(),
        }
    }

    pub(super) fn uri(&self) -> &str {
        &self.uri
    }

    /// A channel of its own, so that the error of one call does not end another.
    pub(crate) async fn channel(&self) -> Result<Channel, String> {
        let mut kept = self.connection.lock().await;
        if let Some(connection) = &*kept
            && connection.status().connected()
            && let Ok(channel) = connection.create_channel().await
        {
            return Ok(channel);
        }
        let options = ConnectionProperties::default();
        let connection = Connection::connect(&self.uri, options)
            .await
            .map_err(text)?;
        let channel = connection.create_channel().await.map_err(text)?;
        *kept = Some(connection);
        Ok(channel)
    }

    /// Runs `call` with a channel, on the thread of the connections.
    pub(crate) async fn call<T, C, F>(&self, call: C) -> Result<T, String>
    where
        T: Send + 'static,
        C: FnOnce(Channel) -> F + Send + 'static,
        F: Future<Output = Result<T, String>> + Send,
    {
        let this = self.clone();
        let task = io().spawn(async move {
            let work = async {
                let channel = this.channel().await?;
                let answer = call(channel.clone()).await;
                let _ = channel.close(200, "done".into()).await;
                answer
            };
            let answer = timeout(PATIENCE, work).await;
            answer.unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())))
        });
        task.await.map_err(text)?
    }

    /// As [`Amqp::call`], for a test that waits, whatever runtime it is in.
    pub(crate) fn wait<T, C, F>(&self, call: C) -> Result<T, String>
    where
        T: Send + 'static,
        C: FnOnce(Channel) -> F + Send + 'static,
        F: Future<Output = Result<T, String>> + Send + 'static,
    {
        let (sender, answer) = mpsc::sync_channel(1);
        let this = self.clone();
        io().spawn(async move {
            let _ = sender.send(this.call(call).await);
        });
        answer.recv().map_err(text)?
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
pub(crate) fn text<E: ToString>(error: E) -> String {
    error.to_string()
}

pub(crate) async fn ready(channel: &Channel, queue: &str) -> Result<u64, String> {
    let options = QueueDeclareOptions::durable().passive();
    let queue = channel.queue_declare(queue.into(), options, FieldTable::default());
    Ok(queue.await.map_err(text)?.message_count().into())
}

pub(crate) async fn consumers(channel: &Channel, queue: &str) -> Result<u32, String> {
    let options = QueueDeclareOptions::durable().passive();
    let queue = channel.queue_declare(queue.into(), options, FieldTable::default());
    Ok(queue.await.map_err(text)?.consumer_count())
}

pub(crate) async fn purge(channel: &Channel, queue: &str) -> Result<(), String> {
    let done = channel.queue_purge(queue.into(), QueuePurgeOptions::default());
    done.await.map(drop).map_err(text)
}

pub(crate) async fn delete(channel: &Channel, queue: &str) -> Result<(), String> {
    let done = channel.queue_delete(queue.into(), QueueDeleteOptions::default());
    done.await.map(drop).map_err(text)
}

/// Publishes as the platform does: persistent, and confirmed; here mandatory too.
pub(crate) async fn publish(
    channel: &Channel,
    exchange: &str,
    routing_key: &str,
    body: &[u8],
) -> Result<(), String> {
    let confirm = ConfirmSelectOptions::default();
    channel.confirm_select(confirm).await.map_err(text)?;
    let options = BasicPublishOptions {
        mandatory: true,
        ..BasicPublishOptions::default()
    };
    let properties = BasicProperties::default().with_delivery_mode(2);
    let confirm = channel
        .basic_publish(
            exchange.into(),
            routing_key.into(),
            options,
            body,
            properties,
        )
        .await
        .map_err(text)?;
    match confirm.await.map_err(text)? {
        Confirmation::Ack(None) => Ok(()),
        Confirmation::Ack(Some(_)) => Err("the message reached no queue".to_owned()),
        _ => Err("the broker refused the message".to_owned()),
    }
}
