//! A running analysis connector: it finds known names in texts.
//!
//! `cargo run --package platform --example listen_analysis` handles one message on an embedded
//! platform. With `OPENCTI_URL` and `OPENCTI_TOKEN` set, it runs on that platform until Ctrl-C.

mod embedded;

use std::sync::Arc;

use opencti_connector::runtime::{Analysis, BoxError, Matches};
use opencti_connector::{Connector, ConnectorId};
use platform::Platform;
use serde_json::json;

/// A name, and the id of the entity it denotes.
type Name = (&'static str, &'static str);

/// Names that the connector knows. A real connector would read them from the platform.
const NAMES: [Name; 2] = [
    (
        "APT28",
        "intrusion-set--e1b45c6e-3a0e-5b7c-9f51-8a8f4a6f2f4d",
    ),
    ("Emotet", "malware--4e9b2b2c-6d2a-5f5c-9d3e-0b3f6a1c7d21"),
];

async fn analyse(analysis: Analysis, names: Arc<[Name]>) -> Result<Matches, BoxError> {
    let text = analysis.text().await?;
    let found = names.iter().filter(|(name, _)| text.contains(name));
    Ok(analysis.matches(found.copied()))
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let Some(stage) = embedded::Stage::start() else {
        return Ok(());
    };
    let connector = Connector::internal_analysis()
        .id(ConnectorId::random())
        .name("Sample analysis")
        .build()?;
    let registration = stage.client()?.register(&connector).await?;

    let event = |platform: &Platform| {
        let id = "report--6d2a4e9b-2b2c-5f5c-9d3e-0b3f6a1c7d21";
        let report = json!({
            "type": "report", "id": id, "name": "Spam in September",
            "description": "A wave of spam with Emotet in its attachments.",
        });
        platform.add_entity(id, report);
        json!({
            "entity_id": id, "entity_type": "Report",
            "content_type": "fields", "content_fields": "name description",
            "content_source": "content_mapping", "analysis_name": "analysis.json",
        })
    };
    // The closure captures what the handler needs besides the message.
    let names = Arc::from(NAMES);
    let listen = registration.listen(move |analysis| analyse(analysis, Arc::clone(&names)));
    stage.run(connector.id().as_str(), listen, event).await
}
