//! error[E0277]: `&str` is not a marking

use opencti_connector::stix::model::Malware;

fn main() {
    let _ = Malware::new("Emotet").marking("TLP:RED");
}
