//! Where the examples that listen run: on the platform of `OPENCTI_URL` and `OPENCTI_TOKEN` until
//! Ctrl-C, else on one that is embedded, with `RabbitMQ` of this machine, for one message.

use std::env;
use std::time::{Duration, Instant};

use opencti_connector::client::{Client, Error};
use opencti_connector::runtime::{BoxError, Listen, Listens};
use platform::{Broker, Options, Platform, Worker};
use serde_json::{Value, json};

/// A message takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Stage {
    url: String,
    token: String,
    embedded: Option<Platform>,
}

impl Stage {
    /// None where there is nothing to run on, which it says.
    pub(crate) fn start() -> Option<Self> {
        if let (Ok(url), Ok(token)) = (env::var("OPENCTI_URL"), env::var("OPENCTI_TOKEN")) {
            println!("listens to {url} until Ctrl-C");
            return Some(Self {
                url,
                token,
                embedded: None,
            });
        }
        let Some(broker) = Broker::shared() else {
            println!(
                "needs a platform (OPENCTI_URL and OPENCTI_TOKEN), or RabbitMQ for an embedded one: at \
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

    /// Runs the connector. The embedded platform first gets what `prepare` gives it, then sends the
    /// event that `prepare` returns, and what came of it is printed.
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
            return Err(format!("the work has failed: {}", work["errors"]).into());
        }
        Ok(())
    }
}

/// Resolves when the work is complete, or late.
async fn completed(platform: &Platform, work: &str) {
    let begun = Instant::now();
    while platform.works()[work]["status"] != "complete" && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
