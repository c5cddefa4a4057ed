//! error[E0277]: this `opencti_connector::kind::InternalExportFile` connector has no scope
use opencti_connector::Connector;

fn main() {
    let _ = Connector::internal_export_file()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("ExportFileCsv")
        .build();
}
