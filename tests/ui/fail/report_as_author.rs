//! error[E0277]: `&opencti_connector::stix::model::Report` is not an author

use opencti_connector::stix::model::{Malware, Report};

fn main() {
    let report = Report::new("Q3", "2026-10-01T00:00:00Z");
    let _ = Malware::new("Emotet").created_by(&report);
}
