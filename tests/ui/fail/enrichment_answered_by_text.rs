//! error[E0277]: a handler of `Enrichment` cannot answer with `std::string::String`

use opencti_connector::client::Registration;
use opencti_connector::kind::InternalEnrichment;
use opencti_connector::runtime::{BoxError, Enrichment};

async fn enrich(enrichment: Enrichment) -> Result<String, BoxError> {
    Ok(format!("{} is fine", enrichment.entity().id()))
}

fn listen(registration: Registration<InternalEnrichment>) {
    let _ = registration.listen(enrich);
}

fn main() {}
