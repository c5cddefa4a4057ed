//! Observables that are keys.

use opencti_connector::stix::model::{
    Credential, CryptocurrencyWallet, CryptographicKey, HashAlgorithm, SshKey, X509Certificate,
};

use crate::setters::{All, FEBRUARY, JANUARY, MD5, setters};

pub(super) fn all(all: &mut All) {
    setters! { all, Credential, Credential::new("secret"), [shared, observable] {
    }}
    setters! { all, CryptocurrencyWallet, CryptocurrencyWallet::new("1A1z"), [shared, observable] {
    }}
    setters! { all, CryptographicKey, CryptographicKey::new("0011"), [shared, observable] {
    }}
    setters! { all, SshKey, SshKey::new("SHA256:abc"), [shared, observable] {
        key_type("a text") => "key_type": "a text";
        public_key("a text") => "public_key": "a text";
        fingerprint_md5("a text") => "fingerprint_md5": "a text";
        key_length(7) => "key_length": 7;
        comment("a text") => "comment": "a text";
        created(JANUARY) => "created": JANUARY;
        expiration_date(FEBRUARY) => "expiration_date": FEBRUARY;
    }}
    setters! { all, X509Certificate, X509Certificate::new("36:f7"), [shared, observable] {
        issuer("a text") => "issuer": "a text";
        subject("a text") => "subject": "a text";
        version("1.18.0") => "version": "1.18.0";
        is_self_signed(true) => "is_self_signed": true;
        signature_algorithm("a text") => "signature_algorithm": "a text";
        validity_not_before(JANUARY) => "validity_not_before": JANUARY;
        validity_not_after(FEBRUARY) => "validity_not_after": FEBRUARY;
        subject_public_key_algorithm("a text") => "subject_public_key_algorithm": "a text";
        subject_public_key_modulus("a text") => "subject_public_key_modulus": "a text";
        subject_public_key_exponent(7) => "subject_public_key_exponent": 7;
        basic_constraints("a text") => "basic_constraints": "a text";
        name_constraints("a text") => "name_constraints": "a text";
        policy_constraints("a text") => "policy_constraints": "a text";
        key_usage("a text") => "key_usage": "a text";
        extended_key_usage("a text") => "extended_key_usage": "a text";
        subject_key_identifier("a text") => "subject_key_identifier": "a text";
        authority_key_identifier("a text") => "authority_key_identifier": "a text";
        subject_alternative_name("a text") => "subject_alternative_name": "a text";
        issuer_alternative_name("a text") => "issuer_alternative_name": "a text";
        subject_directory_attributes("a text") => "subject_directory_attributes": "a text";
        crl_distribution_points("a text") => "crl_distribution_points": "a text";
        inhibit_any_policy("a text") => "inhibit_any_policy": "a text";
        private_key_usage_period_not_before(JANUARY) => "private_key_usage_period_not_before": JANUARY;
        private_key_usage_period_not_after(FEBRUARY) => "private_key_usage_period_not_after": FEBRUARY;
        certificate_policies("a text") => "certificate_policies": "a text";
        policy_mappings("a text") => "policy_mappings": "a text";
        hash(HashAlgorithm::Md5, MD5) => "hashes": {"MD5": MD5};
    }}
}
