//! error[E0277]: `u8` is not a connector name
use opencti_connector::Connector;

fn main() {
    let _ = Connector::stream()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name(7u8)
        .build();
}
