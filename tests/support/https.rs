//! A platform behind HTTPS whose certificate is made in the test.

use platform::{Options, Platform, Tls};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// A platform behind HTTPS, and the certificate of the authority that vouches for it.
pub(crate) fn start(host: &str) -> (Platform, String) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([host.to_owned()])
        .unwrap()
        .signed_by(&key, &authority)
        .unwrap();
    let platform = Platform::start(Options {
        tls: Some(Tls {
            certificates: certificate.pem(),
            key: key.serialize_pem(),
        }),
        ..Options::default()
    });
    (platform, authority.pem())
}
