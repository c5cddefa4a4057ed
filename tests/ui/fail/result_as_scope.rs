//! error[E0277]: `Result<ScopeOf<Mime>, InvalidValue>` is not a list of scope items
use opencti_connector::{Connector, MimeScope};

fn main() {
    let _ = Connector::internal_import_file()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("ImportFileStix")
        .scope("application/json".parse::<MimeScope>())
        .build();
}
