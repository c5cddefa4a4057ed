//! error[E0277]: `ImportFile` is not what `opencti_connector::kind::InternalEnrichment` connectors are sent

use opencti_connector::client::Registration;
use opencti_connector::kind::InternalEnrichment;
use opencti_connector::runtime::{BoxError, ImportFile};

async fn import(file: ImportFile) -> Result<String, BoxError> {
    Ok(format!("{} was read", file.name()))
}

fn listen(registration: Registration<InternalEnrichment>) {
    let _ = registration.listen(import);
}

fn main() {}
