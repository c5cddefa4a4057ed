//! error[E0277]: `&str` cannot be listed in the scope of an `opencti_connector::kind::InternalAnalysis` connector
use opencti_connector::Connector;

fn main() {
    let _ = Connector::internal_analysis()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("ImportDocumentAnalysis")
        .scope(["application/pdf"])
        .build();
}
