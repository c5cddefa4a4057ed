//! The platform that the `listen_*` examples run on: that of `OPENCTI_URL` and `OPENCTI_TOKEN`
//! until Ctrl-C, or else an embedded one with a local `RabbitMQ`, for one message.

use std::env;
use std::time::{Duration, Instant};

use opencti_connector::client::{Client, Error};
use opencti_connector::runtime::{BoxError, Listen, Listens};
use platform::{Broker, Options, Platform, Worker};
use serde_json::{Value, json};

/// How long to wait for the work; a message takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Stage {
    url: String,
    token: String,
    embedded: Option<Platform>,
}

impl Stage {
    /// Returns the platform to run on. `None`, with a printed explanation, if there is none.
    pub(crate) fn start() -> Option<Self> {
        if let (Ok(url), Ok(token)) = (env::var("OPENCTI_URL"), env::var("OPENCTI_TOKEN")) {
            println!("listening to {url} until Ctrl-C");
            return Some(Self {
                url,
                token,
                embedded: None,
            });
        }
        let Some(broker) = Broker::shared() else {
            println!(
                "set OPENCTI_URL and OPENCTI_TOKEN, or provide RabbitMQ for an embedded platform: at \
                 127.0.0.1:5672, at OPENCTI_TEST_AMQP, or as an installed `rabbitmq-server`"
            );
            return None;
        };
        println!("OPENCTI_URL and OPENCTI_TOKEN are not set: starting an embedded platform");
        let platform = Platform::start(Options {
            broker: Some(broker),
            ..Options::default()
        });
        Some(Self {
            url: platform.url().to_owned(),
            token: platform.token().to_owned(),
            embedded: Some(platform),
        })
    }

    pub(crate) fn client(&self) -> Result<Client, Error> {
        Client::new(&*self.url, &*self.token)
    }

    /// Runs the connector. On the embedded platform, `prepare` adds data and returns an event; this
    /// sends the event and prints the results.
    pub(crate) async fn run<K: Listens>(
        &self,
        id: &str,
        listen: Listen<K>,
        prepare: impl FnOnce(&Platform) -> Value,
    ) -> Result<(), BoxError> {
        let Some(platform) = &self.embedded else {
            return Ok(listen.run().await?);
        };
        let worker = Worker::start(platform, id);
        let event = prepare(platform);
        let work = platform.add_work(id);
        let message = json!({
            "internal": {"work_id": work, "applicant_id": null},
            "event": event,
        });
        platform.send(id, &message);
        listen.run_until(completed(platform, &work)).await?;

        let work = &platform.works()[&work];
        println!("the work is {}: {}", work["status"], work["messages"]);
        for part in worker.parts() {
            println!("  sent {}", part["content"]["objects"][0]);
        }
        for file in platform.files() {
            println!("  uploaded {}", file["file"]);
        }
        if work["errors"] != json!([]) {
            return Err(format!("the work failed: {}", work["errors"]).into());
        }
        Ok(())
    }
}

/// Resolves when the work is complete, at the latest after `PATIENCE`.
async fn completed(platform: &Platform, work: &str) {
    let begun = Instant::now();
    while platform.works()[work]["status"] != "complete" && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
