//! A `RabbitMQ` broker for tests: the one that is there, or a node of the test's own.
//!
//! Tests on a shared broker use ids of their own and leave nothing behind. What disturbs a broker
//! (restarts, alarms, policies) is done to a node of the test's own, by [`Broker::own`].

pub(crate) mod amqp;
mod node;

use std::{
    env, fmt,
    sync::{Arc, OnceLock},
};

use lapin::uri::AMQPUri;

use amqp::Amqp;
use node::Node;

#[doc(inline)]
pub use crate::or_skip;
pub use node::NodeOptions;

/// A broker of its own where the test cannot do without one: `let broker = or_skip!();` takes the
/// shared one, `or_skip!(Broker::own(options))` what is given. Where there is none the test says so
/// and returns, or panics if `OPENCTI_TEST_BROKER_REQUIRED` is set to `1`.
#[macro_export]
macro_rules! or_skip {
    () => {
        $crate::or_skip!($crate::broker::Broker::shared())
    };
    ($broker:expr) => {
        match $crate::broker::wanted($broker) {
            Some(broker) => broker,
            None => return,
        }
    };
}

/// Says that there is no broker, for [`or_skip!`].
pub fn wanted(broker: Option<Broker>) -> Option<Broker> {
    if broker.is_none() {
        let reason = "no RabbitMQ: none at OPENCTI_TEST_AMQP or 127.0.0.1:5672, and no \
                      rabbitmq-server to start";
        assert!(
            env::var("OPENCTI_TEST_BROKER_REQUIRED").as_deref() != Ok("1"),
            "{reason}"
        );
        println!("ignored: {reason}");
    }
    broker
}

/// A broker. A node of its own ends with the last clone, and at the latest with the process.
#[derive(Clone)]
pub struct Broker(Arc<Inner>);

struct Inner {
    uri: AMQPUri,
    tls_port: Option<u16>,
    amqp: Amqp,
    control: Control,
}

/// Which node `rabbitmqctl` speaks to.
enum Control {
    Own(Node),
    /// The default one of this machine.
    Default,
    Unknown,
}

impl Broker {
    /// The broker of `OPENCTI_TEST_AMQP` (a URI), else the one at 127.0.0.1:5672 if it takes
    /// guest/guest, else a node of its own, started once per process.
    pub fn shared() -> Option<Self> {
        static SHARED: OnceLock<Option<Broker>> = OnceLock::new();
        let find = || {
            if let Ok(uri) = env::var("OPENCTI_TEST_AMQP") {
                let broker = Self::at(&uri, None, Control::Unknown);
                let answer = broker.0.amqp.wait(|_| async { Ok(()) });
                return match answer {
                    Ok(()) => Some(broker),
                    Err(error) => panic!("OPENCTI_TEST_AMQP names no broker that answers: {error}"),
                };
            }
            let local = Self::at(
                "amqp://guest:guest@127.0.0.1:5672/%2f",
                None,
                Control::Default,
            );
            if local.0.amqp.wait(|_| async { Ok(()) }).is_ok() {
                return Some(local);
            }
            Self::own(NodeOptions::default())
        };
        SHARED.get_or_init(find).clone()
    }

    /// A node of its own on free ports, in a directory of its own; none where `rabbitmq-server` is
    /// not installed.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "tests write the options where they are used"
    )]
    pub fn own(options: NodeOptions) -> Option<Self> {
        let node = Node::start(&options)?;
        let uri = format!("amqp://guest:guest@127.0.0.1:{}/%2f", node.port());
        let tls_port = node.tls_port();
        Some(Self::at(&uri, tls_port, Control::Own(node)))
    }

    fn at(uri: &str, tls_port: Option<u16>, control: Control) -> Self {
        let parsed = uri
            .parse()
            .unwrap_or_else(|error| panic!("`{uri}` is no URI of a broker: {error}"));
        Self(Arc::new(Inner {
            uri: parsed,
            tls_port,
            amqp: Amqp::new(uri),
            control,
        }))
    }

    /// The URI without TLS.
    pub fn uri(&self) -> String {
        self.0.amqp.uri().to_owned()
    }

    /// The host.
    pub fn host(&self) -> &str {
        &self.0.uri.authority.host
    }

    /// The port without TLS.
    pub fn port(&self) -> u16 {
        self.0.uri.authority.port
    }

    /// The port with TLS, of a node that was given a certificate.
    pub fn tls_port(&self) -> Option<u16> {
        self.0.tls_port
    }

    /// The virtual host.
    pub fn vhost(&self) -> &str {
        &self.0.uri.vhost
    }

    /// The user.
    pub fn user(&self) -> &str {
        &self.0.uri.authority.userinfo.username
    }

    /// The user's password.
    pub fn password(&self) -> &str {
        &self.0.uri.authority.userinfo.password
    }

    /// Whether it is a node of its own, which may be disturbed.
    pub fn is_own(&self) -> bool {
        matches!(self.0.control, Control::Own(_))
    }

    /// What `rabbitmqctl` prints.
    ///
    /// # Panics
    ///
    /// If it cannot be asked, or refuses.
    pub fn ctl(&self, arguments: &[&str]) -> String {
        self.try_ctl(arguments)
            .unwrap_or_else(|error| panic!("rabbitmqctl {}: {error}", arguments.join(" ")))
    }

    pub(crate) fn try_ctl(&self, arguments: &[&str]) -> Result<String, String> {
        match &self.0.control {
            Control::Own(node) => node.ctl(arguments),
            Control::Default => node::default_ctl(arguments),
            Control::Unknown => Err("which node OPENCTI_TEST_AMQP names is not known".to_owned()),
        }
    }

    /// Stops `RabbitMQ` and leaves the Erlang node running: ports closed, connections ended.
    pub fn stop_app(&self) {
        self.disturb(&["stop_app"]);
    }

    /// Starts it again.
    pub fn start_app(&self) {
        self.disturb(&["start_app"]);
    }

    /// Stops it and starts it again.
    pub fn restart(&self) {
        self.stop_app();
        self.start_app();
    }

    /// Sets off the memory alarm, which blocks who publishes, or ends it.
    pub fn set_memory_alarm(&self, on: bool) {
        let watermark = if on { "0" } else { "0.8" };
        self.disturb(&["set_vm_memory_high_watermark", watermark]);
    }

    /// Sets a policy for queues: `policy("full", "^push_", r#"{"max-length": 1}"#)`.
    pub fn policy(&self, name: &str, pattern: &str, definition: &str) {
        let arguments = [
            "set_policy",
            "--apply-to",
            "queues",
            name,
            pattern,
            definition,
        ];
        self.disturb(&arguments);
    }

    /// Removes a policy.
    pub fn clear_policy(&self, name: &str) {
        self.disturb(&["clear_policy", name]);
    }

    fn disturb(&self, arguments: &[&str]) {
        assert!(self.is_own(), "a shared broker is not to be disturbed");
        self.ctl(arguments);
    }

    /// How many messages of a queue are ready and, on a node of its own, how many are unacknowledged.
    /// The latter asks `rabbitmqctl`, which takes a quarter of a second; [`Broker::ready`] does not.
    pub fn queue_depth(&self, queue: &str) -> (u64, Option<u64>) {
        let unacked = self.is_own().then(|| {
            self.queue_figure(queue, "messages_unacknowledged")
                .unwrap_or_else(|error| panic!("{error}"))
        });
        (self.ready(queue), unacked)
    }

    /// How many messages of a queue are ready.
    pub fn ready(&self, queue: &str) -> u64 {
        let name = queue.to_owned();
        let depth = self
            .0
            .amqp
            .wait(move |channel| async move { amqp::ready(&channel, &name).await });
        depth.unwrap_or_else(|error| panic!("{queue}: {error}"))
    }

    /// How many consumers a queue has.
    pub fn consumers(&self, queue: &str) -> u32 {
        let name = queue.to_owned();
        let consumers = self
            .0
            .amqp
            .wait(move |channel| async move { amqp::consumers(&channel, &name).await });
        consumers.unwrap_or_else(|error| panic!("{queue}: {error}"))
    }

    /// Whether a queue of this name is there.
    pub fn has_queue(&self, queue: &str) -> bool {
        let name = queue.to_owned();
        let depth = self
            .0
            .amqp
            .wait(move |channel| async move { amqp::ready(&channel, &name).await });
        depth.is_ok()
    }

    /// A figure of a queue that `rabbitmqctl list_queues` knows.
    pub(crate) fn queue_figure(&self, queue: &str, figure: &str) -> Result<u64, String> {
        let list = [
            "-q",
            "list_queues",
            "-p",
            self.vhost(),
            "--no-table-headers",
            "name",
            figure,
        ];
        let list = self.try_ctl(&list)?;
        let mut lines = list.lines().filter_map(|line| line.split_once('\t'));
        let found = lines.find(|(name, _)| *name == queue);
        let figure = found.and_then(|(_, figure)| figure.trim().parse().ok());
        figure.ok_or_else(|| format!("{queue} is not listed"))
    }

    /// Removes the messages that are ready.
    pub fn purge(&self, queue: &str) {
        let name = queue.to_owned();
        let done = self
            .0
            .amqp
            .wait(move |channel| async move { amqp::purge(&channel, &name).await });
        done.unwrap_or_else(|error| panic!("{queue}: {error}"));
    }

    /// Deletes a queue; one that is not there is fine.
    pub fn delete_queue(&self, queue: &str) {
        let name = queue.to_owned();
        let done = self
            .0
            .amqp
            .wait(move |channel| async move { amqp::delete(&channel, &name).await });
        done.unwrap_or_else(|error| panic!("{queue}: {error}"));
    }

    /// Puts a message into a queue.
    pub fn publish(&self, queue: &str, body: &[u8]) {
        let (name, body) = (queue.to_owned(), body.to_owned());
        let publish = move |channel| async move { amqp::publish(&channel, "", &name, &body).await };
        let done = self.0.amqp.wait(publish);
        done.unwrap_or_else(|error| panic!("{queue}: {error}"));
    }

    pub(crate) fn amqp(&self) -> &Amqp {
        &self.0.amqp
    }
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broker")
            .field("host", &self.host())
            .field("port", &self.port())
            .finish_non_exhaustive()
    }
}
