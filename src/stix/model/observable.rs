//! Observables: what can be seen on a machine or in a network.

use std::net::{Ipv4Addr as V4, Ipv6Addr as V6};

use crate::stix::model::define::objects;
use crate::stix::model::object::Reference;

objects! { observable:
    /// A prompt for a language model.
    AiPrompt = "ai-prompt" (value: text "value");

    /// Bytes, or where they are.
    Artifact = "artifact" (url: text "url") {
        /// Its MIME type.
        mime_type: text "mime_type",
    };

    /// An autonomous system, by its number.
    ///
    /// ```
    /// use opencti_connector::stix::model::AutonomousSystem;
    ///
    /// let google = AutonomousSystem::new(15169).name("GOOGLE");
    /// # drop(google);
    /// ```
    AutonomousSystem = "autonomous-system" (number: number "number") {
        /// Its name.
        name: text "name",
        /// The registry that gave the number.
        rir: text "rir",
    };

    /// A bank account, by its IBAN.
    BankAccount = "bank-account" (iban: text "iban") {
        /// The BIC of the bank.
        bic: text "bic",
        /// The number at the bank.
        account_number: text "account_number",
    };

    /// Something that gives access, such as a password.
    Credential = "credential" (value: text "value");

    /// A wallet of a cryptocurrency.
    CryptocurrencyWallet = "cryptocurrency-wallet" (value: text "value");

    /// A cryptographic key.
    CryptographicKey = "cryptographic-key" (value: text "value");

    /// A folder.
    Directory = "directory" (path: text "path");

    /// A domain name.
    DomainName = "domain-name" (value: text "value") {
        /// What it resolves to: addresses, other names.
        resolves_to: references "resolves_to_refs",
    };

    /// An e-mail address.
    EmailAddr = "email-addr" (value: text "value") {
        /// The name that is shown with it.
        display_name: text "display_name",
        /// The account that it belongs to.
        belongs_to: reference "belongs_to_ref",
    };

    /// An e-mail, by its subject; sender and body identify it too where they are given.
    EmailMessage = "email-message" (subject: text "subject") {
        /// The address that it is from.
        from: reference "from_ref",
        /// Those that it is to.
        to: references "to_refs",
        /// The text.
        body: text "body",
        /// When it was sent.
        date: time "date",
        /// Whether it has several parts.
        is_multipart: flag "is_multipart",
    };

    /// The name of a machine.
    Hostname = "hostname" (value: text "value");

    /// The number of a SIM card.
    Iccid = "iccid" (value: text "value");

    /// The number of a mobile device.
    Imei = "imei" (value: text "value");

    /// The number of a mobile subscriber.
    Imsi = "imsi" (value: text "value");

    /// An IPv4 address.
    ///
    /// ```
    /// use std::net::Ipv4Addr as Address;
    /// use opencti_connector::stix::model::Ipv4Addr;
    ///
    /// let address = Ipv4Addr::new(Address::new(198, 51, 100, 7)).score(80).labels(["scanner"]);
    /// assert_eq!(address.id().as_str(), "ipv4-addr--12592121-be4c-5a93-a813-5a5af16e50db");
    /// ```
    Ipv4Addr = "ipv4-addr" () {
        /// The autonomous systems that it belongs to.
        belongs_to: references "belongs_to_refs",
    };

    /// An IPv6 address.
    Ipv6Addr = "ipv6-addr" () {
        /// The autonomous systems that it belongs to.
        belongs_to: references "belongs_to_refs",
    };

    /// The address of a network card.
    MacAddr = "mac-addr" (value: text "value");

    /// What a medium published, by its URL.
    MediaContent = "media-content" (url: text "url") {
        /// The title.
        title: text "title",
        /// The text.
        content: text "content",
        /// The medium's kind.
        media_category: text "media_category",
        /// When it was published.
        published: time "publication_date",
    };

    /// A mutex of a program.
    Mutex = "mutex" (name: text "name");

    /// Packets from one machine to another; all that is set here identifies them.
    NetworkTraffic = "network-traffic" (protocols: texts "protocols") {
        /// Where they are from: an address or a name.
        src: reference "src_ref",
        /// Where they go: an address or a name.
        dst: reference "dst_ref",
        /// The port that they are from.
        src_port: number "src_port",
        /// The port that they go to.
        dst_port: number "dst_port",
    };

    /// A payment card, by its number.
    PaymentCard = "payment-card" (card_number: text "card_number") {
        /// The name on it.
        holder_name: text "holder_name",
        /// Until when it is valid.
        expiration_date: time "expiration_date",
    };

    /// Who somebody pretends to be.
    Persona = "persona" (name: text "persona_name", kind: text "persona_type");

    /// A telephone number.
    PhoneNumber = "phone-number" (value: text "value");

    /// A running program, by its command line.
    Process = "process" (command_line: text "command_line") {
        /// Its number.
        pid: number "pid",
    };

    /// A program that is installed.
    Software = "software" (name: text "name") {
        /// Its name in the dictionary of NIST.
        cpe: text "cpe",
        /// Who made it.
        vendor: text "vendor",
        /// Its version.
        version: text "version",
    };

    /// A key for SSH, by its fingerprint as SHA-256.
    SshKey = "ssh-key" ();

    /// A file, by its hashes or its name.
    ///
    /// ```
    /// use opencti_connector::stix::model::{HashAlgorithm, StixFile};
    ///
    /// let file = StixFile::by_hash(HashAlgorithm::Md5, "d41d8cd98f00b204e9800998ecf8427e")
    ///     .name("empty.txt")
    ///     .size(0);
    /// # drop(file);
    /// ```
    StixFile = "file" () {
        /// Its name.
        name: text "name",
        /// How many bytes it has.
        size: number "size",
        /// Its MIME type.
        mime_type: text "mime_type",
        /// Other names.
        additional_names: texts "x_opencti_additional_names",
    };

    /// Any text.
    Text = "text" (value: text "value");

    /// The number of a parcel.
    TrackingNumber = "tracking-number" (value: text "value");

    /// A URL.
    Url = "url" (value: text "value");

    /// An account, by the name with which one logs in.
    UserAccount = "user-account" (account_login: text "account_login") {
        /// The kind of account, such as `unix`.
        account_type: text "account_type",
        /// Its id in the system.
        user_id: text "user_id",
        /// The name that is shown.
        display_name: text "display_name",
    };

    /// What a browser says of itself.
    UserAgent = "user-agent" (value: text "value");

    /// A key of the registry of Windows.
    WindowsRegistryKey = "windows-registry-key" (key: text "key");

    /// A certificate, by its serial number.
    X509Certificate = "x509-certificate" (serial_number: text "serial_number") {
        /// Who issued it.
        issuer: text "issuer",
        /// To whom.
        subject: text "subject",
        /// Since when it is valid.
        validity_not_before: time "validity_not_before",
        /// Until when it is valid.
        validity_not_after: time "validity_not_after",
    };
}

impl Ipv4Addr {
    /// By the address.
    pub fn new(address: V4) -> Self {
        let mut object = Self::bare();
        object.0.set("value", address.to_string());
        object
    }
}

impl Ipv6Addr {
    /// By the address, which is written as RFC 5952 has it.
    pub fn new(address: V6) -> Self {
        let mut object = Self::bare();
        object.0.set("value", address.to_string());
        object
    }
}

impl SshKey {
    /// By its fingerprint, which pycti makes the id of as `value`, but which the platform reads as
    /// `fingerprint_sha256`.
    pub fn new(fingerprint: impl Into<String>) -> Self {
        let fingerprint = fingerprint.into();
        let mut object = Self::bare();
        object.0.text("value", fingerprint.as_str());
        object.0.text("fingerprint_sha256", fingerprint);
        object
    }
}

/// What a hash was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HashAlgorithm {
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl HashAlgorithm {
    /// The name in STIX 2.1.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
        }
    }

    /// How many hexadecimal digits a hash has.
    const fn digits(self) -> usize {
        match self {
            Self::Md5 => 32,
            Self::Sha1 => 40,
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }
}

impl StixFile {
    /// By a hash of its content.
    pub fn by_hash(algorithm: HashAlgorithm, hash: impl Into<String>) -> Self {
        Self::bare().hash(algorithm, hash)
    }

    /// By its name alone.
    pub fn by_name(name: impl Into<String>) -> Self {
        Self::bare().name(name)
    }

    /// Adds a hash, or replaces the one of the same algorithm.
    pub fn hash(mut self, algorithm: HashAlgorithm, hash: impl Into<String>) -> Self {
        let hash = hash.into();
        let is_hash =
            hash.len() == algorithm.digits() && hash.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !is_hash {
            let (digits, name) = (algorithm.digits(), algorithm.as_str());
            let fault = format!("has a `{name}` that is not {digits} hexadecimal digits");
            self.0.fault("hashes", fault);
        }
        self.0.entry("hashes", algorithm.as_str(), hash);
        self
    }

    /// The folder in which it is.
    pub fn parent_directory(mut self, directory: impl Reference) -> Self {
        self.0.reference("parent_directory_ref", directory);
        self
    }
}
