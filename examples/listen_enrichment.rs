//! A running enrichment connector: it adds a note to IPv4 addresses reserved for documentation.
//!
//! `cargo run --package platform --example listen_enrichment` handles one message on an embedded
//! platform. With `OPENCTI_URL` and `OPENCTI_TOKEN` set, it runs on that platform until Ctrl-C.

mod embedded;

use std::net::Ipv4Addr;

use opencti_connector::runtime::{BoxError, Enrichment, Reply};
use opencti_connector::stix::model::{self, Note};
use opencti_connector::stix::{Tlp, id_of};
use opencti_connector::{Connector, ConnectorId, EntityType};
use serde_json::json;

async fn enrich(enrichment: Enrichment) -> Result<Reply, BoxError> {
    let entity = enrichment.entity();
    if !entity.is_at_most(Tlp::Amber) {
        return Ok(enrichment.unchanged("marked above TLP:AMBER, so it is not looked up"));
    }
    let address = entity.text("value").ok_or("the address has no value")?;
    let address: Ipv4Addr = address.parse()?;
    if !address.is_documentation() {
        return Ok(enrichment.unchanged("not a documentation address"));
    }
    let note = Note::new(format!(
        "{address} is reserved for documentation by RFC 5737"
    ))
    .object(model::Ipv4Addr::new(address));
    Ok(enrichment.with([note]))
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let Some(stage) = embedded::Stage::start() else {
        return Ok(());
    };
    let connector = Connector::internal_enrichment()
        .id(ConnectorId::random())
        .name("Sample enrichment")
        .scope([EntityType::Ipv4Addr])
        .build()?;
    let registration = stage.client()?.register(&connector).await?;

    let listen = registration.listen(enrich).concurrency(8);
    let event = |_: &_| {
        let mut entity = json!({"type": "ipv4-addr", "value": "198.51.100.7"});
        entity["id"] = json!(id_of(&entity).expect("an address has an id"));
        json!({
            "entity_id": entity["id"], "entity_type": "IPv4-Addr",
            "stix_entity": entity.to_string(),
        })
    };
    stage.run(connector.id().as_str(), listen, event).await
}
