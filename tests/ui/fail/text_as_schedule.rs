//! error[E0277]: `&str` is not the time between two runs

use opencti_connector::client::Registration;
use opencti_connector::kind::ExternalImport;
use opencti_connector::runtime::{BoxError, Run};

async fn import(_: Run) -> Result<(), BoxError> {
    Ok(())
}

fn schedule(registration: Registration<ExternalImport>) {
    let _ = registration.schedule("PT1H", import);
}

fn main() {}
