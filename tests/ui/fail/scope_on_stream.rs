//! error[E0277]: `opencti_connector::kind::Stream` connectors have no scope
use opencti_connector::{Connector, EntityType};

fn main() {
    let _ = Connector::stream()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Splunk")
        .scope(vec![EntityType::Indicator])
        .build();
}
