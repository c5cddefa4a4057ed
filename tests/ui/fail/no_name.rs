//! error[E0277]: this connector has no name
use opencti_connector::Connector;

fn main() {
    let _ = Connector::internal_analysis()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .build();
}
