//! Observables that are keys or give access: certificates, SSH keys, credentials, wallets.

use crate::stix::model::define::objects;
use crate::stix::model::host::{HashAlgorithm, hashed};

objects! { observable:
    /// Something that gives access, such as a password.
    Credential = "credential" (value: text "value");

    /// A wallet of a cryptocurrency, by its address.
    CryptocurrencyWallet = "cryptocurrency-wallet" (value: text "value");

    /// A cryptographic key.
    CryptographicKey = "cryptographic-key" (value: text "value");

    /// A key for SSH, by its fingerprint as SHA-256.
    ///
    /// pycti makes the id of `value`; the platform reads and hashes `fingerprint_sha256`. Both are
    /// written.
    SshKey = "ssh-key" () {
        /// Type, e.g. `ssh-ed25519`.
        key_type: text "key_type",
        /// Public key, in the form of OpenSSH.
        public_key: text "public_key",
        /// Fingerprint as MD5, e.g. `16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48`.
        fingerprint_md5: text "fingerprint_md5",
        /// Length of the key, in bits.
        key_length: number "key_length",
        /// Comment, e.g. `jo@laptop`.
        comment: text "comment",
        /// Time at which the key was created.
        created: time "created",
        /// Time at which the key expires.
        expiration_date: time "expiration_date",
    };

    /// A certificate, by its serial number; hashes identify it too where they are given.
    ///
    /// The platform reads the extensions of version 3 as members of the certificate itself.
    X509Certificate = "x509-certificate" (serial_number: text "serial_number") {
        /// Issuer, e.g. `C=US, O=Let's Encrypt, CN=R3`.
        issuer: text "issuer",
        /// Subject, e.g. `CN=example.org`.
        subject: text "subject",
        /// Version of the certificate, e.g. `3`.
        version: text "version",
        /// Whether the subject signed the certificate.
        is_self_signed: flag "is_self_signed",
        /// Algorithm of the signature, e.g. `sha256WithRSAEncryption`.
        signature_algorithm: text "signature_algorithm",
        /// Time from which the certificate is valid.
        validity_not_before: time "validity_not_before",
        /// Time until which the certificate is valid.
        validity_not_after: time "validity_not_after",
        /// Algorithm of the public key, e.g. `rsaEncryption`.
        subject_public_key_algorithm: text "subject_public_key_algorithm",
        /// Modulus of the public key, in hexadecimal digits.
        subject_public_key_modulus: text "subject_public_key_modulus",
        /// Exponent of the public key, e.g. `65537`.
        subject_public_key_exponent: number "subject_public_key_exponent",
        /// Extension `basicConstraints`, e.g. `critical, CA:FALSE`.
        basic_constraints: text "basic_constraints",
        /// Extension `nameConstraints`.
        name_constraints: text "name_constraints",
        /// Extension `policyConstraints`.
        policy_constraints: text "policy_constraints",
        /// Extension `keyUsage`, e.g. `digitalSignature`.
        key_usage: text "key_usage",
        /// Extension `extendedKeyUsage`, e.g. `serverAuth`.
        extended_key_usage: text "extended_key_usage",
        /// Extension `subjectKeyIdentifier`.
        subject_key_identifier: text "subject_key_identifier",
        /// Extension `authorityKeyIdentifier`.
        authority_key_identifier: text "authority_key_identifier",
        /// Extension `subjectAltName`, e.g. `DNS:example.org`.
        subject_alternative_name: text "subject_alternative_name",
        /// Extension `issuerAltName`.
        issuer_alternative_name: text "issuer_alternative_name",
        /// Extension `subjectDirectoryAttributes`.
        subject_directory_attributes: text "subject_directory_attributes",
        /// Extension `crlDistributionPoints`.
        crl_distribution_points: text "crl_distribution_points",
        /// Extension `inhibitAnyPolicy`, e.g. `1`.
        inhibit_any_policy: text "inhibit_any_policy",
        /// Start of the extension `privateKeyUsagePeriod`.
        private_key_usage_period_not_before: time "private_key_usage_period_not_before",
        /// End of the extension `privateKeyUsagePeriod`.
        private_key_usage_period_not_after: time "private_key_usage_period_not_after",
        /// Extension `certificatePolicies`.
        certificate_policies: text "certificate_policies",
        /// Extension `policyMappings`.
        policy_mappings: text "policy_mappings",
    };
}

impl SshKey {
    /// Creates a key from its fingerprint, e.g. `SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8`.
    ///
    /// Writes `fingerprint_sha256` and `value`.
    pub fn new(fingerprint: impl Into<String>) -> Self {
        let fingerprint = fingerprint.into();
        let mut object = Self::bare();
        object.0.text("value", fingerprint.as_str());
        object.0.text("fingerprint_sha256", fingerprint);
        object
    }
}

impl X509Certificate {
    /// Adds a hash of the certificate, or replaces the one of the same algorithm; part of the id.
    ///
    /// Writes `hashes`.
    pub fn hash(mut self, algorithm: HashAlgorithm, hash: impl Into<String>) -> Self {
        hashed(&mut self.0, algorithm, hash.into());
        self
    }
}
