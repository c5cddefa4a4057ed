//! error[E0277]: `&str` is not a list of scope items
use opencti_connector::Connector;

fn main() {
    let _ = Connector::internal_analysis()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("ImportDocumentAnalysis")
        .scope("application/pdf")
        .build();
}
