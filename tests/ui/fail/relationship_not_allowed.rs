//! error[E0277]: the platform allows no `Uses` from `opencti_connector::stix::model::Malware` to `opencti_connector::stix::model::Report`
//! error[E0277]: the platform allows no `Exploits` from `opencti_connector::stix::model::IntrusionSet` to `opencti_connector::stix::model::Malware`

use opencti_connector::stix::model::{IntrusionSet, Malware, Relationship, Report};

fn main() {
    let malware = Malware::new("Emotet");
    let report = Report::new("Q3", "2026-10-01T00:00:00Z");
    let _ = Relationship::uses(&malware, &report);
    let _ = Relationship::exploits(&IntrusionSet::new("APT28").id(), &malware.id());
}
