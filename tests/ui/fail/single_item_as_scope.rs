//! error[E0277]: `EntityType` is not a list of scope items
use opencti_connector::{Connector, EntityType};

fn main() {
    let _ = Connector::internal_enrichment()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Shodan")
        .scope(EntityType::Ipv4Addr)
        .build();
}
