//! error[E0277]: this connector is not built yet
use opencti_connector::Connector;

fn main() {
    let _ = Connector::stream()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Splunk")
        .to_input();
}
