//! error[E0277]: the id of this connector is set twice
use opencti_connector::Connector;

fn main() {
    let _ = Connector::stream()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Splunk")
        .id("9257254e-b4ef-4592-ab11-6d37d4aa321f")
        .build();
}
