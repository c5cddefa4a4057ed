//! A running file import connector: it reads lists of domains of any length.
//!
//! `cargo run --package platform --example listen_import` handles one message on an embedded
//! platform. With `OPENCTI_URL` and `OPENCTI_TOKEN` set, it runs on that platform until Ctrl-C.

mod embedded;

use opencti_connector::runtime::{BoxError, ImportFile};
use opencti_connector::stix::{Bundle, model::DomainName};
use opencti_connector::{Connector, ConnectorId, mime};
use platform::Platform;
use serde_json::json;

async fn import(file: ImportFile) -> Result<String, BoxError> {
    let mut lines = file.lines().await?;
    let mut found = 0;
    let mut bundle = Bundle::new();
    while let Some(line) = lines.next_line().await? {
        bundle.push(DomainName::new(line.trim()))?;
        // Sending in batches bounds memory.
        if bundle.len() == 1000 {
            found += file.send(std::mem::take(&mut bundle)).await?.parts();
        }
    }
    found += file.send(bundle).await?.parts();
    Ok(format!("{found} domains in {}", file.name()))
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let Some(stage) = embedded::Stage::start() else {
        return Ok(());
    };
    let connector = Connector::internal_import_file()
        .id(ConnectorId::random())
        .name("Sample file import")
        .scope([mime::TEXT_PLAIN])
        .build()?;
    let registration = stage.client()?.register(&connector).await?;

    let event = |platform: &Platform| {
        let list = "a.example.org\nb.example.org\n";
        platform.add_file("import/global/domains.txt", "text/plain", list.into());
        json!({
            "file_id": "import/global/domains.txt", "file_mime": "text/plain",
            "file_fetch": "/storage/get/import/global/domains.txt",
        })
    };
    let listen = registration.listen(import);
    stage.run(connector.id().as_str(), listen, event).await
}
