//! error[E0277]: this connector has no id
//! error[E0277]: this connector has no name
//! error[E0277]: this `opencti_connector::kind::InternalEnrichment` connector has no scope
use opencti_connector::Connector;

fn main() {
    let _ = Connector::internal_enrichment().build();
}
