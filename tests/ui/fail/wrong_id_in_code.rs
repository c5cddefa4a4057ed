//! error[E0080]: evaluation panicked: a connector id is the 36 characters of a hyphenated UUIDv4, such as `uuidgen` prints
use opencti_connector::{Connector, connector_id};

fn main() {
    let _ = Connector::stream()
        .id(connector_id!("ChangeMe"))
        .name("Splunk")
        .build();
}
