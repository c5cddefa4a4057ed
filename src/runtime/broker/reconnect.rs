//! The way to the broker: where it is, and connections that come back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;

use crate::client::Session;
use crate::connector::any::AnyConnector;
use crate::graphql::QueueConfig;
use crate::runtime::backoff::Backoff;
use crate::runtime::broker::address::Address;
use crate::runtime::broker::connection::Connection;
use crate::runtime::broker::error::{BrokerError, BrokerErrorKind};
use crate::runtime::broker::tls::tls;
use crate::runtime::error::{RunError, RunErrorKind};
use crate::runtime::monitoring::liveness::Liveness;
use crate::value::broker_settings::BrokerSettings;

/// How often the broker may refuse what a new registration says before the run ends.
const REFUSALS: u32 = 3;

/// Where a message is published.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) exchange: String,
    pub(crate) routing_key: String,
}

/// The way to the broker, as the registration tells it and the settings overrule it.
pub(crate) struct BrokerLink {
    io: Handle,
    session: Session,
    connector: AnyConnector,
    settings: BrokerSettings,
    queues: Mutex<Option<QueueConfig>>,
    liveness: Arc<Liveness>,
}

impl BrokerLink {
    pub(crate) fn new(
        io: Handle,
        session: Session,
        connector: AnyConnector,
        settings: BrokerSettings,
        liveness: Arc<Liveness>,
    ) -> Self {
        Self {
            queues: Mutex::new(session.registered.config.clone()),
            io,
            session,
            connector,
            settings,
            liveness,
        }
    }

    /// The queues, by the latest registration.
    fn queues(&self) -> MutexGuard<'_, Option<QueueConfig>> {
        // A panic while the lock was held leaves nothing half done.
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The queue of the connector's messages; by its usual name if the platform names none.
    pub(crate) fn queue(&self) -> String {
        let queues = self.queues();
        let told = queues.as_ref().map(|queues| queues.listen.clone());
        told.unwrap_or_else(|| format!("listen_{}", self.connector.id()))
    }

    /// Where bundles are published.
    pub(crate) fn route(&self) -> Route {
        let queues = self.queues();
        let told = queues.as_ref().map(|queues| queues.push_exchange.clone());
        let key = queues
            .as_ref()
            .and_then(|queues| queues.push_routing.clone());
        Route {
            exchange: told.unwrap_or_else(|| "amqp.worker.exchange".into()),
            routing_key: key.unwrap_or_else(|| format!("push_routing_{}", self.connector.id())),
        }
    }

    /// A connection, however long it takes; an error when the settings cannot be right, or when the
    /// broker refuses the connector for good.
    pub(crate) async fn connect(&self, purpose: &str) -> Result<Connection, RunError> {
        let mut backoff = Backoff::new();
        let mut refusals = 0;
        let mut failing = None;
        loop {
            let address = self.address(purpose)?;
            let error = match self.open(address).await {
                Ok(connection) => return Ok(connection),
                Err(error) => error,
            };
            tracing::warn!(connector = %self.connector.id(), %error, "cannot reach the broker; retrying");
            failing.get_or_insert_with(|| self.liveness.broker_lost());
            if error.kind() == BrokerErrorKind::Refused {
                refusals += 1;
                if refusals > REFUSALS {
                    let error = RunError::new(RunErrorKind::Broker, error.to_string());
                    return Err(error);
                }
                self.register_again().await;
            }
            backoff.wait().await;
        }
    }

    pub(crate) async fn open(&self, address: Address) -> Result<Connection, BrokerError> {
        let opening = self
            .io
            .spawn(async move { Connection::open(&address).await });
        // The thread ends with the run alone, which this call is part of.
        opening.await.unwrap_or_else(|_| Err(lost()))
    }

    /// The credentials, or the platform's keys, may have been changed since the connector
    /// registered; gives the keys, and nothing when the platform cannot be asked.
    pub(crate) async fn register_again(&self) -> Option<String> {
        // It may be another platform by now.
        self.session.client.forget_platform();
        match self.session.client.session(&self.connector).await {
            Ok(session) => {
                *self.queues() = session.registered.config;
                Some(session.registered.jwks.unwrap_or_default())
            }
            Err(error) => {
                tracing::warn!(%error, "cannot register the connector again");
                None
            }
        }
    }

    pub(crate) fn address(&self, purpose: &str) -> Result<Address, RunError> {
        let settings = &self.settings;
        let queues = self.queues();
        let told = queues
            .as_ref()
            .and_then(|queues| queues.connection.as_ref());
        let or = |set: &Option<String>, told: Option<&String>, default: &str| {
            let text = set.as_ref().or(told);
            text.map_or_else(|| default.to_owned(), String::clone)
        };
        let use_ssl = settings.use_ssl.or_else(|| told?.use_ssl).unwrap_or(false);
        let tls = use_ssl.then(|| tls(settings)).transpose();
        let tls = tls.map_err(|error| RunError::new(RunErrorKind::Options, error.to_string()))?;
        let host = or(&settings.host, told.map(|told| &told.host), "localhost");
        let password = settings.password.clone();
        Ok(Address {
            port: settings
                .port
                .or_else(|| told.map(|told| told.port))
                .unwrap_or(if use_ssl { 5671 } else { 5672 }),
            vhost: or(
                &settings.vhost,
                told.and_then(|told| told.vhost.as_ref()),
                "/",
            ),
            user: or(&settings.user, told.map(|told| &told.user), "guest"),
            password: password
                .or_else(|| told.map(|told| told.pass.clone()))
                .unwrap_or_else(|| "guest".into()),
            name: format!("{} ({purpose})", self.connector.name()),
            host,
            tls,
        })
    }
}

/// The run is at its end.
pub(crate) fn lost() -> BrokerError {
    BrokerError::new(BrokerErrorKind::Lost, "the run has ended")
}
