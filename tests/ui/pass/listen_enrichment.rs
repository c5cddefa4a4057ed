use std::fmt;
use std::sync::Arc;

use opencti_connector::client::Registration;
use opencti_connector::kind::InternalEnrichment;
use opencti_connector::runtime::{BoxError, Enrichment, EnrichmentRequest, Fatal, Listen, Reply};

struct Service {
    host: String,
}

impl Service {
    async fn enrich(&self, enrichment: Enrichment) -> Result<Reply, BoxError> {
        Ok(enrichment.unchanged(format!("{} knows nothing of it", self.host)))
    }
}

/// As `anyhow::Error`: no error itself, but it becomes a `BoxError`.
struct Report(BoxError);

impl From<Report> for BoxError {
    fn from(report: Report) -> Self {
        report.0
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Report {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

#[derive(Debug)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the key is refused")
    }
}

impl std::error::Error for Refused {}

fn with_state(
    registration: Registration<InternalEnrichment>,
    service: Service,
) -> Listen<InternalEnrichment> {
    let service = Arc::new(service);
    registration.listen(move |enrichment: Enrichment| {
        let service = Arc::clone(&service);
        async move { service.enrich(enrichment).await }
    })
}

async fn deferred(request: EnrichmentRequest) -> Result<Reply, Report> {
    if request.entity_type() == Some("Domain-Name") {
        Err(Fatal(Refused))?;
    }
    Ok(request.unchanged("nothing is known of it"))
}

async fn with_an_error_of_its_own(enrichment: Enrichment) -> Result<Reply, Refused> {
    if enrichment.is_playbook() {
        return Err(Refused);
    }
    Ok(enrichment.with([enrichment.entity()]))
}

async fn with_a_text_as_error(enrichment: Enrichment) -> Result<Reply, &'static str> {
    enrichment.entity().text("value").ok_or("no value")?;
    Ok(enrichment.unchanged("nothing is known of it"))
}

fn main() {
    let _ = with_state;
    let _ = |registration: Registration<InternalEnrichment>| registration.listen(deferred);
    let _ = |registration: Registration<InternalEnrichment>| {
        registration.listen(with_an_error_of_its_own).concurrency(8)
    };
    let _ = |registration: Registration<InternalEnrichment>| {
        registration.listen(with_a_text_as_error)
    };
}
