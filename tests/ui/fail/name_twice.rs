//! error[E0277]: the name of this connector is set twice
use opencti_connector::Connector;

fn main() {
    let _ = Connector::external_import()
        .name("MISP")
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("MISP Feed")
        .build();
}
