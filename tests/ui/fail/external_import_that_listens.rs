//! error[E0277]: `opencti_connector::kind::ExternalImport` connectors have no queue to listen to

use opencti_connector::client::Registration;
use opencti_connector::kind::ExternalImport;
use opencti_connector::runtime::{BoxError, Enrichment, Reply};

async fn enrich(enrichment: Enrichment) -> Result<Reply, BoxError> {
    Ok(enrichment.unchanged("nothing is known of it"))
}

fn listen(registration: Registration<ExternalImport>) {
    let _ = registration.listen(enrich);
}

fn main() {}
