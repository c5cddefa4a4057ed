//! error[E0599]: no method named `scope` found for reference `&Connector<K>` in the current scope
use opencti_connector::Connector;
use opencti_connector::kind::Kind;

fn listed<K: Kind>(connector: &Connector<K>) -> usize {
    connector.scope().len()
}

fn main() {
    let _ = listed::<opencti_connector::kind::Stream>;
}
