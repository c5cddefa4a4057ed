use std::io;

use opencti_connector::client::Registration;
use opencti_connector::kind::InternalImportFile;
use opencti_connector::runtime::{BoxError, ImportFile, Listen};
use opencti_connector::stix::Bundle;

async fn answered_by_text(file: ImportFile) -> Result<String, BoxError> {
    let sent = file.send(Bundle::from_json(String::from_utf8(file.bytes().await?)?)?).await?;
    Ok(format!("{} objects in {}", sent.parts(), file.name()))
}

async fn answered_by_a_number(file: ImportFile) -> Result<usize, BoxError> {
    Ok(file.bytes().await?.len())
}

async fn answered_by_nothing(file: ImportFile) -> Result<(), io::Error> {
    let _ = file.entity_id();
    Ok(())
}

fn with_state(
    registration: Registration<InternalImportFile>,
    greeting: &'static str,
) -> Listen<InternalImportFile> {
    registration.listen(move |file: ImportFile| async move {
        Ok::<_, BoxError>(format!("{greeting}, {}", file.name()))
    })
}

fn main() {
    type Import = Registration<InternalImportFile>;
    let _ = |registration: Import| registration.listen(answered_by_text);
    let _ = |registration: Import| registration.listen(answered_by_a_number);
    let _ = |registration: Import| registration.listen(answered_by_nothing);
    let _ = |registration: Import| {
        registration.listen(async |file: ImportFile| {
            Ok::<_, BoxError>(file.name().to_owned())
        })
    };
    let _ = with_state;
}
