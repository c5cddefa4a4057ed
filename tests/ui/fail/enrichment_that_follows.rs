//! error[E0277]: `opencti_connector::kind::InternalEnrichment` connectors follow no stream

use opencti_connector::client::Registration;
use opencti_connector::kind::InternalEnrichment;
use opencti_connector::runtime::{BoxError, Event};

async fn handle(event: Event) -> Result<(), BoxError> {
    println!("{}", event.id());
    Ok(())
}

fn follow(registration: Registration<InternalEnrichment>) {
    let _ = registration.follow("live", handle);
}

fn main() {}
