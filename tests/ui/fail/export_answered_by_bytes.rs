//! error[E0277]: a handler of `ExportFile` cannot answer with `Vec<u8>`

use opencti_connector::client::Registration;
use opencti_connector::kind::InternalExportFile;
use opencti_connector::runtime::{BoxError, ExportFile};

async fn export(export: ExportFile) -> Result<Vec<u8>, BoxError> {
    Ok(export.name().into())
}

fn listen(registration: Registration<InternalExportFile>) {
    let _ = registration.listen(export);
}

fn main() {}
