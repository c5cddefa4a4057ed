//! error[E0277]: `Enrichment` is not what a stream brings

use opencti_connector::client::Registration;
use opencti_connector::kind::Stream;
use opencti_connector::runtime::{BoxError, Enrichment, Reply};

async fn enrich(enrichment: Enrichment) -> Result<Reply, BoxError> {
    Ok(enrichment.unchanged("nothing is known of it"))
}

fn follow(registration: Registration<Stream>) {
    let _ = registration.follow("live", enrich);
}

fn main() {}
