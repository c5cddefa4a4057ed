//! error[E0277]: `{integer}` is not a connector id
use opencti_connector::Connector;

fn main() {
    let _ = Connector::stream().id(42).name("Splunk").build();
}
