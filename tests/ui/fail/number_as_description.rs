//! error[E0277]: `u8` is not text

use opencti_connector::stix::model::Malware;

fn main() {
    let _ = Malware::new("Emotet").description(7_u8);
}
