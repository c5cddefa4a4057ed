//! Converts the service's data to STIX objects.

use std::net::Ipv4Addr;

use opencti_connector::stix::model::{
    self, DomainName, ExternalReference, Note, Organization, Relationship, Software, Vulnerability,
};
use opencti_connector::stix::{Bundle, Error, Tlp};

use crate::internet_db::Host;

/// Returns the bundle for an address. Its objects have deterministic ids, so repeating an
/// enrichment updates them instead of adding more.
pub fn of(address: Ipv4Addr, host: &Host) -> Result<Bundle, Error> {
    let author = Organization::new("Shodan");
    let observed = model::Ipv4Addr::new(address);
    let source =
        ExternalReference::new("InternetDB").url(format!("https://internetdb.shodan.io/{address}"));

    let mut bundle = Bundle::new();
    bundle.push(&author)?;
    if !host.ports.is_empty() {
        let ports: Vec<_> = host.ports.iter().map(u16::to_string).collect();
        let note = Note::new(format!("Open ports of {address}: {}", ports.join(", ")))
            .summary("Open ports")
            .object(&observed)
            .labels(&host.tags)
            .external_reference(source)
            .created_by(&author)
            .marking(Tlp::Clear);
        bundle.push(note)?;
    }
    for name in &host.hostnames {
        let domain = DomainName::new(name)
            .created_by(&author)
            .marking(Tlp::Clear);
        bundle.push(Relationship::resolves_to(&domain, &observed).created_by(&author))?;
        bundle.push(domain)?;
    }
    for cpe in &host.cpes {
        let software = software(cpe).created_by(&author).marking(Tlp::Clear);
        bundle.push(Relationship::related_to(&observed, &software).created_by(&author))?;
        bundle.push(software)?;
    }
    for cve in &host.vulns {
        let vulnerability = Vulnerability::new(cve)
            .created_by(&author)
            .marking(Tlp::Clear);
        bundle.push(Relationship::related_to(&observed, &vulnerability).created_by(&author))?;
        bundle.push(vulnerability)?;
    }
    Ok(bundle)
}

/// Returns the software for a CPE name, e.g. `cpe:/a:f5:nginx:1.18.0`.
fn software(cpe: &str) -> Software {
    let mut parts = cpe.trim_start_matches("cpe:/").split(':').skip(1);
    let (vendor, product, version) = (parts.next(), parts.next(), parts.next());
    let mut software = Software::new(product.unwrap_or(cpe)).cpe(cpe);
    if let Some(vendor) = vendor {
        software = software.vendor(vendor);
    }
    if let Some(version) = version {
        software = software.version(version);
    }
    software
}
