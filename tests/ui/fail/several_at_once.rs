//! error[E0277]: `{integer}` is not a connector id
//! error[E0277]: `opencti_connector::kind::ExternalImport` connectors have no scope
//! error[E0277]: this connector has no name
use opencti_connector::{Connector, EntityType};

fn main() {
    let _ = Connector::external_import()
        .id(1)
        .scope([EntityType::Report])
        .build();
}
