//! error[E0277]: the scope of this connector is set twice
use opencti_connector::{Connector, mime};

fn main() {
    let _ = Connector::internal_analysis()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Document analysis")
        .scope([mime::APPLICATION_PDF])
        .scope([mime::TEXT_PLAIN])
        .build();
}
