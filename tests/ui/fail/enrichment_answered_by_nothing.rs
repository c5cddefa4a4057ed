//! error[E0277]: a handler of `Enrichment` cannot answer with `()`

use opencti_connector::client::Registration;
use opencti_connector::kind::InternalEnrichment;
use opencti_connector::runtime::{BoxError, Enrichment};

async fn enrich(enrichment: Enrichment) -> Result<(), BoxError> {
    println!("{}", enrichment.entity().id());
    Ok(())
}

fn listen(registration: Registration<InternalEnrichment>) {
    let _ = registration.listen(enrich);
}

fn main() {}
