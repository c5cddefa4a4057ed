//! Observables of machines: files, programs, accounts, the registry.

use crate::stix::model::define::objects;
use crate::stix::model::draft::Draft;
use crate::stix::model::embedded::{RegistryValue, base64};

objects! { observable:
    /// Bytes, or where they are.
    ///
    /// ```
    /// use opencti_connector::stix::model::Artifact;
    ///
    /// let script = Artifact::of_bytes("rm -rf /").mime_type("text/x-shellscript");
    /// # drop(script);
    /// ```
    Artifact = "artifact" (url: text "url") {
        /// MIME type, e.g. `application/zip`. The platform stores a payload only beside it.
        mime_type: text "mime_type",
        /// Adds names under which the content was seen; the first is the name of the stored file.
        additional_names: texts "x_opencti_additional_names",
        /// Encryption of the content, e.g. `AES-256-GCM`.
        encryption_algorithm: text "encryption_algorithm" of encryption_algorithm,
        /// Key or password to decrypt the content, e.g. `infected`.
        decryption_key: text "decryption_key",
    };

    /// A folder.
    Directory = "directory" (path: text "path") {
        /// Encoding of the path, a name of IANA such as `UTF-8`.
        path_enc: text "path_enc",
        /// Time at which the folder was created.
        ctime: time "ctime",
        /// Time at which the folder was last written.
        mtime: time "mtime",
        /// Time at which the folder was last read.
        atime: time "atime",
        /// Adds files and folders within.
        contains: references "contains_refs",
    };

    /// A mutex of a program.
    Mutex = "mutex" (name: text "name");

    /// A running program, by its command line.
    Process = "process" (command_line: text "command_line") {
        /// Number of the process; part of the id.
        pid: number "pid",
        /// Whether the process hides itself.
        is_hidden: flag "is_hidden",
        /// Time at which the process was started.
        created_time: time "created_time",
        /// Working directory, e.g. `/tmp`.
        cwd: text "cwd",
        /// Adds environment variables, e.g. `HOME=/root`: a list of texts, as the platform takes
        /// it, where STIX has an object.
        environment_variables: texts "environment_variables",
        /// The user account under which the process runs.
        creator_user: reference "creator_user_ref",
        /// The file of the program.
        image: reference "image_ref",
        /// The process that started this one.
        parent: reference "parent_ref",
        /// Adds processes that this one started.
        children: references "child_refs",
        /// Adds network traffic that the process opened.
        opened_connections: references "opened_connection_refs",
    };

    /// A program that is installed.
    Software = "software" (name: text "name") {
        /// Name in the dictionary of NIST, e.g. `cpe:2.3:a:f5:nginx:1.18.0:*:*:*:*:*:*:*`; part of
        /// the id.
        cpe: text "cpe",
        /// Identification tag of ISO/IEC 19770-2; part of the id.
        swid: text "swid",
        /// Vendor, e.g. `F5`; part of the id.
        vendor: text "vendor",
        /// Version, e.g. `1.18.0`; part of the id.
        version: text "version",
        /// Product, where the name says more.
        product: text "x_opencti_product",
        /// Adds languages of the program, codes of RFC 5646 such as `en`.
        languages: texts "languages",
    };

    /// A file, by its hashes or its name.
    ///
    /// The platform identifies a file by its hashes alone, else by its name; the id of STIX, which
    /// is written, is made of both.
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
        /// Name, e.g. `invoice.pdf`; part of the id.
        name: text "name",
        /// Encoding of the name, a name of IANA such as `UTF-8`.
        name_enc: text "name_enc",
        /// Size in bytes.
        size: bytes "size",
        /// MIME type, e.g. `application/pdf`.
        mime_type: text "mime_type",
        /// First bytes, in hexadecimal digits, e.g. `25504446`.
        magic_number_hex: text "magic_number_hex",
        /// Time at which the file was created.
        ctime: time "ctime",
        /// Time at which the file was last written.
        mtime: time "mtime",
        /// Time at which the file was last read.
        atime: time "atime",
        /// Adds other names under which the content was seen.
        additional_names: texts "x_opencti_additional_names",
        /// The folder that holds the file; part of the id.
        parent_directory: reference "parent_directory_ref",
        /// Adds files and other observables within, e.g. in an archive.
        contains: references "contains_refs",
        /// The content: an `Artifact`.
        content: reference "content_ref",
    };

    /// An account, by the name with which its user logs in.
    UserAccount = "user-account" (account_login: text "account_login") {
        /// Type, e.g. `unix`; part of the id.
        account_type: text "account_type" of account_type,
        /// Id in the system, e.g. `1001`; part of the id.
        user_id: text "user_id",
        /// Name shown for the account, e.g. `Jo Doe`.
        display_name: text "display_name",
        /// Password in plain text, if it is known.
        credential: text "credential",
        /// Whether a service uses the account, not a person.
        is_service_account: flag "is_service_account",
        /// Whether the account has elevated rights.
        is_privileged: flag "is_privileged",
        /// Whether the account can gain elevated rights, e.g. by `sudo`.
        can_escalate_privs: flag "can_escalate_privs",
        /// Whether the account is disabled.
        is_disabled: flag "is_disabled",
        /// Time at which the account was created.
        account_created: time "account_created",
        /// Time at which the account expires.
        account_expires: time "account_expires",
        /// Time at which the password was last changed.
        credential_last_changed: time "credential_last_changed",
        /// Time of the first login.
        account_first_login: time "account_first_login",
        /// Time of the last login.
        account_last_login: time "account_last_login",
    };

    /// A key of the Windows registry.
    WindowsRegistryKey = "windows-registry-key" (key: text "key") {
        /// Time at which the key was last written.
        modified_time: time "modified_time",
        /// Number of keys below.
        number_of_subkeys: number "number_of_subkeys",
        /// The user account that created the key.
        creator_user: reference "creator_user_ref",
    };

    /// A value of the Windows registry that stands alone. Values of a key are
    /// [`RegistryValue`]s.
    WindowsRegistryValueType = "windows-registry-value-type" (name: text "name") {
        /// Data, as text; part of the id.
        data: text "data",
        /// Type of the data, e.g. `REG_SZ`; part of the id.
        data_type: text "data_type" of registry_data_type,
    };
}

impl WindowsRegistryKey {
    /// Adds a value; part of the id.
    ///
    /// Writes `values`.
    pub fn value(mut self, value: RegistryValue) -> Self {
        self.0.part("values", value.0);
        self
    }
}

impl Artifact {
    /// Creates an artifact from its content.
    ///
    /// Writes `payload_bin`, in Base64.
    pub fn of_bytes(content: impl AsRef<[u8]>) -> Self {
        let mut draft = crate::stix::model::define::draft!(observable, "artifact");
        draft.set("payload_bin", base64(content.as_ref()));
        Self(draft)
    }

    /// Adds a hash of the content, or replaces the one of the same algorithm; part of the id. STIX
    /// requires one beside a URL.
    ///
    /// Writes `hashes`.
    pub fn hash(mut self, algorithm: HashAlgorithm, hash: impl Into<String>) -> Self {
        hashed(&mut self.0, algorithm, hash.into());
        self
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
    /// SHA3-256.
    Sha3_256,
    /// SHA3-512.
    Sha3_512,
    /// ssdeep, a fuzzy hash.
    Ssdeep,
    /// TLSH, a fuzzy hash.
    Tlsh,
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
            Self::Sha3_256 => "SHA3-256",
            Self::Sha3_512 => "SHA3-512",
            Self::Ssdeep => "SSDEEP",
            Self::Tlsh => "TLSH",
        }
    }

    /// How many hexadecimal digits a hash has; `None` if it is not written in them alone.
    const fn digits(self) -> Option<usize> {
        match self {
            Self::Md5 => Some(32),
            Self::Sha1 => Some(40),
            Self::Sha256 | Self::Sha3_256 => Some(64),
            Self::Sha512 | Self::Sha3_512 => Some(128),
            Self::Ssdeep | Self::Tlsh => None,
        }
    }
}

/// Writes a hash, and what is wrong with it.
pub(super) fn hashed(draft: &mut Draft, algorithm: HashAlgorithm, hash: String) {
    let name = algorithm.as_str();
    match algorithm.digits() {
        Some(digits) => {
            let is_hash =
                hash.len() == digits && hash.bytes().all(|digit| digit.is_ascii_hexdigit());
            if !is_hash {
                let fault = format!("has a `{name}` that is not {digits} hexadecimal digits");
                draft.fault("hashes", fault);
            }
        }
        None if hash.trim().is_empty() => {
            draft.fault("hashes", format!("has a blank `{name}`; leave it out"));
        }
        None => {}
    }
    draft.entry("hashes", name, hash);
}

impl StixFile {
    /// Creates a file from a hash of its content.
    ///
    /// Writes `hashes`.
    pub fn by_hash(algorithm: HashAlgorithm, hash: impl Into<String>) -> Self {
        Self::bare().hash(algorithm, hash)
    }

    /// Creates a file from its name alone.
    ///
    /// Writes `name`.
    pub fn by_name(name: impl Into<String>) -> Self {
        let mut file = Self::bare();
        file.0.text("name", name);
        file
    }

    /// Adds a hash, or replaces the one of the same algorithm; part of the id.
    ///
    /// Writes `hashes`.
    pub fn hash(mut self, algorithm: HashAlgorithm, hash: impl Into<String>) -> Self {
        hashed(&mut self.0, algorithm, hash.into());
        self
    }
}
