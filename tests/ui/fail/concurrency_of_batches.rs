//! error[E0277]: only a handler of `Event` is called for several at a time

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
