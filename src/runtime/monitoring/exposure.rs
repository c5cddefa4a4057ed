//! What a run answers over HTTP.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::runtime::error::{RunError, RunErrorKind};
use crate::runtime::monitoring::routes::{self, Probes};
use crate::runtime::monitoring::server;

/// Where a run can be watched, if it can.
#[derive(Clone, Debug, Default)]
pub(crate) struct Monitoring {
    listener: Option<Arc<TcpListener>>,
    port: Option<u16>,
    /// What the names of metrics begin with.
    prefix: String,
}

impl Monitoring {
    #[cfg(feature = "config")]
    pub(crate) fn of(settings: &crate::config::MetricsSettings) -> Self {
        let parts = [&settings.namespace, &settings.subsystem].into_iter();
        let prefix = parts.filter(|part| !part.is_empty());
        Self {
            listener: None,
            port: settings.expose.then_some(settings.port),
            prefix: prefix.flat_map(|part| [part.as_str(), "_"]).collect(),
        }
    }

    /// On this listener, and on no port that the configuration says.
    pub(crate) fn on(&mut self, listener: TcpListener) {
        self.listener = Some(Arc::new(listener));
    }

    /// The listener; an error when its port cannot be had.
    pub(crate) fn listener(&self) -> Result<Option<TcpListener>, RunError> {
        let failed = |message| RunError::new(RunErrorKind::Options, message);
        if let Some(listener) = &self.listener {
            let ours = listener.try_clone();
            return ours
                .map(Some)
                .map_err(|error| failed(format!("the listener cannot be used: {error}")));
        }
        let Some(port) = self.port else {
            return Ok(None);
        };
        let bound = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port));
        bound.map(Some).map_err(|error| {
            failed(format!(
                "the metrics cannot be exposed on port {port}: {error}; choose another with \
                 CONNECTOR_METRICS_PORT"
            ))
        })
    }

    /// Answers on the listener until the run is over.
    pub(crate) fn serve(
        &self,
        listener: TcpListener,
        probes: &Probes,
        over: CancellationToken,
    ) -> impl Future<Output = Option<RunError>> + Send + use<> {
        let metrics = routes::metrics(probes, self.prefix.clone());
        let routes = routes::health(probes).merge(metrics);
        async move {
            let served = server::serve(listener, routes, None, over).await;
            served.err().map(|error| {
                let message = format!("the listener cannot be used: {error}");
                RunError::new(RunErrorKind::Options, message)
            })
        }
    }
}
