//! error[E0277]: `u64` is not a time
//! error[E0277]: `Duration` is not a time

use std::time::Duration;

use opencti_connector::stix::model::{Indicator, Report};

fn main() {
    let _ = Report::new("Q3", 1_764_000_000_u64);
    let _ = Indicator::new("[x]", "stix").valid_from(Duration::from_secs(1));
}
