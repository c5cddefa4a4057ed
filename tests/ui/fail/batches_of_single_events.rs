//! error[E0277]: batches go to a handler of `Events`

use std::time::Duration;

use opencti_connector::client::Registration;
use opencti_connector::kind::Stream;
use opencti_connector::runtime::{BoxError, Event};

async fn handle(event: Event) -> Result<(), BoxError> {
    println!("{}", event.id());
    Ok(())
}

fn follow(registration: Registration<Stream>) {
    let _ = registration
        .follow("live", handle)
        .batches(100, Duration::from_secs(1));
}

fn main() {}
