//! error[E0277]: concurrency needs a handler of `Event`

use opencti_connector::client::Registration;
use opencti_connector::kind::Stream;
use opencti_connector::runtime::{BoxError, Events};

async fn handle(events: Events) -> Result<(), BoxError> {
    println!("{}", events.len());
    Ok(())
}

fn follow(registration: Registration<Stream>) {
    let _ = registration.follow("live", handle).concurrency(8);
}

fn main() {}
