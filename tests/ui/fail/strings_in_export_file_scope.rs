//! error[E0277]: `&str` cannot be listed in the scope of an `opencti_connector::kind::InternalExportFile` connector
use opencti_connector::Connector;

fn main() {
    let _ = Connector::internal_export_file()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("ExportFileCsv")
        .scope(["text/csv"])
        .build();
}
