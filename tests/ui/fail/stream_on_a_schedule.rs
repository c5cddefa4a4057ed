//! error[E0277]: `opencti_connector::kind::Stream` connectors run when the platform asks, not on a schedule

use std::time::Duration;

use opencti_connector::client::Registration;
use opencti_connector::kind::Stream;
use opencti_connector::runtime::{BoxError, Run};

async fn import(_: Run) -> Result<(), BoxError> {
    Ok(())
}

fn schedule(registration: Registration<Stream>) {
    let _ = registration.schedule(Duration::from_secs(60), import);
}

fn main() {}
