//! A running file export connector: it writes the names of entities to a CSV file.
//!
//! `cargo run --package platform --example listen_export` handles one message on an embedded
//! platform. With `OPENCTI_URL` and `OPENCTI_TOKEN` set, it runs on that platform until Ctrl-C.

mod embedded;

use std::fmt::Write as _;

use opencti_connector::runtime::{BoxError, ExportFile, Exported};
use opencti_connector::{Connector, ConnectorId, mime};
use platform::Platform;
use serde_json::json;

async fn export(export: ExportFile) -> Result<Exported, BoxError> {
    let mut csv = String::from("id,name\n");
    let mut objects = export.objects();
    while let Some(page) = objects.next_page().await? {
        for object in page {
            let name = object.text("name").unwrap_or_default().replace('"', "\"\"");
            writeln!(csv, "{},\"{name}\"", object.id())?;
        }
    }
    Ok(export.into_file(csv))
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let Some(stage) = embedded::Stage::start() else {
        return Ok(());
    };
    let connector = Connector::internal_export_file()
        .id(ConnectorId::random())
        .name("Sample file export")
        .scope([mime::TEXT_CSV])
        .build()?;
    let registration = stage.client()?.register(&connector).await?;

    let event = |platform: &Platform| {
        let id = "malware--4e9b2b2c-6d2a-5f5c-9d3e-0b3f6a1c7d21";
        let malware = json!({"type": "malware", "id": id, "name": "Emotet"});
        platform.add_entity(id, malware);
        json!({
            "export_scope": "single", "export_type": "simple", "format": "text/csv",
            "entity_id": id, "entity_type": "Malware", "file_name": "emotet.csv",
            "file_markings": [],
        })
    };
    let listen = registration.listen(export);
    stage.run(connector.id().as_str(), listen, event).await
}
