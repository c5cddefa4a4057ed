//! error[E0277]: `std::string::String` cannot be listed in the scope of an `opencti_connector::kind::InternalImportFile` connector
use opencti_connector::Connector;

fn main() {
    let _ = Connector::internal_import_file()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("ImportFileStix")
        .scope(vec![String::from("application/json")])
        .build();
}
