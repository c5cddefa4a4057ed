//! error[E0277]: this connector has no id
use opencti_connector::Connector;

fn main() {
    let _ = Connector::stream().name("Splunk").build();
}
