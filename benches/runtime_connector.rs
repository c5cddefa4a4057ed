//! The Rust connector of `runtime_beside_pycti.py`: for the domain `import` it sends the bundle in
//! a file; it answers every other message unchanged.

use std::env;
use std::sync::Arc;

use opencti_connector::client::Client;
use opencti_connector::runtime::{BoxError, Enrichment};
use opencti_connector::stix::Bundle;
use opencti_connector::{Connector, EntityType};

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let [url, token, id, concurrency, file] = [
        "OPENCTI_URL",
        "OPENCTI_TOKEN",
        "CONNECTOR_ID",
        "CONCURRENCY",
        "BUNDLE",
    ]
    .map(|name| env::var(name).expect(name));
    let connector = Connector::internal_enrichment()
        .id(&id)
        .name("Beside pycti")
        .scope([EntityType::DomainName])
        .build()?;
    let registration = Client::new(url, token)?.register(&connector).await?;
    let file = Arc::new(file);
    let handler = move |enrichment: Enrichment| {
        let file = Arc::clone(&file);
        async move {
            if enrichment.entity().text("value") == Some("import") {
                let bundle = Bundle::from_json(std::fs::read_to_string(&*file)?)?;
                return Ok::<_, BoxError>(enrichment.with_bundle(bundle));
            }
            Ok(enrichment.unchanged("nothing to do"))
        }
    };
    let listen = registration.listen(handler);
    listen.concurrency(concurrency.parse()?).run().await?;
    Ok(())
}
