//! error[E0277]: `Mime` cannot be listed in the scope of an `opencti_connector::kind::InternalEnrichment` connector
use opencti_connector::{Connector, mime};

fn main() {
    let _ = Connector::internal_enrichment()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Shodan")
        .scope([mime::TEXT_PLAIN])
        .build();
}
