//! Observables of networks and machines, and identifiers.

use opencti_connector::stix::model::{
    AiPrompt, Artifact, AutonomousSystem, BankAccount, Directory, DomainName, EmailAddr,
    EmailMessage, EmailMimePartType, HashAlgorithm, Hostname, Iccid, Imei, Imsi, Ipv4Addr,
    Ipv6Addr, MacAddr, MediaContent, Mutex, NetworkTraffic, PaymentCard, Persona, PhoneNumber,
    Process, RegistryValue, Software, StixFile, Text, TrackingNumber, Url, UserAccount, UserAgent,
    WindowsRegistryKey, WindowsRegistryValueType,
};

use crate::setters::{All, FEBRUARY, JANUARY, MD5, id, setters};

pub(super) fn all(all: &mut All) {
    setters! { all, AutonomousSystem, AutonomousSystem::new(15169), [shared, observable] {
        name("a text") => "name": "a text";
        rir("a text") => "rir": "a text";
    }}
    setters! { all, DomainName, DomainName::new("example.org"), [shared, observable] {
        resolves_to([id("ipv4-addr")]) => "resolves_to_refs": [id("ipv4-addr")];
    }}
    setters! { all, EmailAddr, EmailAddr::new("jo@example.org"), [shared, observable] {
        display_name("a text") => "display_name": "a text";
        belongs_to(id("user-account")) => "belongs_to_ref": (id("user-account"));
    }}
    setters! { all, EmailMessage, EmailMessage::new("Hi"), [shared, observable] {
        from(id("email-addr")) => "from_ref": (id("email-addr"));
        sender(id("email-addr")) => "sender_ref": (id("email-addr"));
        to([id("email-addr")]) => "to_refs": [id("email-addr")];
        cc([id("email-addr")]) => "cc_refs": [id("email-addr")];
        bcc([id("email-addr")]) => "bcc_refs": [id("email-addr")];
        raw_email(id("artifact")) => "raw_email_ref": (id("artifact"));
        body("a text") => "body": "a text";
        date(JANUARY) => "date": JANUARY;
        message_id("a text") => "message_id": "a text";
        received_lines(["a text"]) => "received_lines": ["a text"];
    } alone {
        is_multipart(true) => "is_multipart": true;
    }}
    setters! { all, EmailMimePartType, EmailMimePartType::new("Hi"), [shared, observable] {
        content_type("text/plain; charset=utf-8") => "content_type": "text/plain; charset=utf-8";
        content_disposition("a text") => "content_disposition": "a text";
    }}
    setters! { all, Hostname, Hostname::new("server"), [shared, observable] {
    }}
    setters! { all, Ipv4Addr, Ipv4Addr::new([198, 51, 100, 7].into()), [shared, observable] {
        belongs_to([id("autonomous-system")]) => "belongs_to_refs": [id("autonomous-system")];
        resolves_to([id("mac-addr")]) => "resolves_to_refs": [id("mac-addr")];
    }}
    setters! { all, Ipv6Addr, Ipv6Addr::new([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into()), [shared, observable] {
        belongs_to([id("autonomous-system")]) => "belongs_to_refs": [id("autonomous-system")];
        resolves_to([id("mac-addr")]) => "resolves_to_refs": [id("mac-addr")];
    }}
    setters! { all, MacAddr, MacAddr::new("02:00:00:00:00:01"), [shared, observable] {
    }}
    setters! { all, NetworkTraffic, NetworkTraffic::new(["tcp"]).src(id("ipv6-addr")), [shared, observable] {
        src(id("ipv4-addr")) => "src_ref": (id("ipv4-addr"));
        dst(id("ipv4-addr")) => "dst_ref": (id("ipv4-addr"));
        src_port(7) => "src_port": 7;
        dst_port(7) => "dst_port": 7;
        start(JANUARY) => "start": JANUARY;
        end(FEBRUARY) => "end": FEBRUARY;
        is_active(false) => "is_active": false;
        src_byte_count(7) => "src_byte_count": 7;
        dst_byte_count(7) => "dst_byte_count": 7;
        src_packets(7) => "src_packets": 7;
        dst_packets(7) => "dst_packets": 7;
    }}
    setters! { all, Url, Url::new("https://example.org/"), [shared, observable] {
    }}
    setters! { all, UserAgent, UserAgent::new("curl/8.0"), [shared, observable] {
    }}
    setters! { all, Artifact, Artifact::of_bytes("text"), [shared, observable] {
        mime_type("text/plain") => "mime_type": "text/plain";
        additional_names(["a text"]) => "x_opencti_additional_names": ["a text"];
        encryption_algorithm("AES-256-GCM") => "encryption_algorithm": "AES-256-GCM";
        decryption_key("a text") => "decryption_key": "a text";
        hash(HashAlgorithm::Md5, MD5) => "hashes": {"MD5": MD5};
    }}
    setters! { all, Directory, Directory::new("/tmp"), [shared, observable] {
        path_enc("UTF-8") => "path_enc": "UTF-8";
        ctime(JANUARY) => "ctime": JANUARY;
        mtime(FEBRUARY) => "mtime": FEBRUARY;
        atime(FEBRUARY) => "atime": FEBRUARY;
        contains([id("file")]) => "contains_refs": [id("file")];
    }}
    setters! { all, Mutex, Mutex::new("Ghost"), [shared, observable] {
    }}
    setters! { all, Process, Process::new("/bin/sh"), [shared, observable] {
        pid(7) => "pid": 7;
        is_hidden(true) => "is_hidden": true;
        created_time(JANUARY) => "created_time": JANUARY;
        cwd("a text") => "cwd": "a text";
        creator_user(id("user-account")) => "creator_user_ref": (id("user-account"));
        image(id("file")) => "image_ref": (id("file"));
        parent(id("process")) => "parent_ref": (id("process"));
        children([id("process")]) => "child_refs": [id("process")];
        opened_connections([id("network-traffic")]) => "opened_connection_refs": [id("network-traffic")];
    }}
    setters! { all, Software, Software::new("nginx"), [shared, observable] {
        cpe("cpe:2.3:a:f5:nginx:1.18.0:*:*:*:*:*:*:*") => "cpe": "cpe:2.3:a:f5:nginx:1.18.0:*:*:*:*:*:*:*";
        swid("a text") => "swid": "a text";
        vendor("a text") => "vendor": "a text";
        version("1.18.0") => "version": "1.18.0";
        product("a text") => "x_opencti_product": "a text";
        languages(["en"]) => "languages": ["en"];
    }}
    setters! { all, StixFile, StixFile::by_hash(HashAlgorithm::Md5, MD5), [shared, observable] {
        name("a text") => "name": "a text";
        name_enc("UTF-8") => "name_enc": "UTF-8";
        size(7) => "size": 7;
        mime_type("text/plain") => "mime_type": "text/plain";
        magic_number_hex("25504446") => "magic_number_hex": "25504446";
        ctime(JANUARY) => "ctime": JANUARY;
        mtime(FEBRUARY) => "mtime": FEBRUARY;
        atime(FEBRUARY) => "atime": FEBRUARY;
        additional_names(["a text"]) => "x_opencti_additional_names": ["a text"];
        parent_directory(id("directory")) => "parent_directory_ref": (id("directory"));
        contains([id("file")]) => "contains_refs": [id("file")];
        content(id("artifact")) => "content_ref": (id("artifact"));
        hash(HashAlgorithm::Ssdeep, "3:AXGB:A") => "hashes": {"MD5": MD5, "SSDEEP": "3:AXGB:A"};
    }}
    setters! { all, UserAccount, UserAccount::new("root"), [shared, observable] {
        account_type("facebook") => "account_type": "facebook";
        user_id("a text") => "user_id": "a text";
        display_name("a text") => "display_name": "a text";
        credential("a text") => "credential": "a text";
        is_service_account(true) => "is_service_account": true;
        is_privileged(true) => "is_privileged": true;
        can_escalate_privs(true) => "can_escalate_privs": true;
        is_disabled(true) => "is_disabled": true;
        account_created(JANUARY) => "account_created": JANUARY;
        account_expires(FEBRUARY) => "account_expires": FEBRUARY;
        credential_last_changed(FEBRUARY) => "credential_last_changed": FEBRUARY;
        account_first_login(JANUARY) => "account_first_login": JANUARY;
        account_last_login(FEBRUARY) => "account_last_login": FEBRUARY;
    }}
    setters! { all, WindowsRegistryKey, WindowsRegistryKey::new("HKEY_LOCAL_MACHINE"), [shared, observable] {
        modified_time(FEBRUARY) => "modified_time": FEBRUARY;
        number_of_subkeys(7) => "number_of_subkeys": 7;
        creator_user(id("user-account")) => "creator_user_ref": (id("user-account"));
        value(RegistryValue::new("Run").data("a.exe").data_type("REG_SZ")) => "values":
            [{"name": "Run", "data": "a.exe", "data_type": "REG_SZ"}];
    }}
    setters! { all, WindowsRegistryValueType, WindowsRegistryValueType::new("Updater"), [shared, observable] {
        data("a text") => "data": "a text";
        data_type("REG_NONE") => "data_type": "REG_NONE";
    }}
    setters! { all, AiPrompt, AiPrompt::new("Hi"), [shared, observable] {
    }}
    setters! { all, BankAccount, BankAccount::new("DE89370400440532013000"), [shared, observable] {
        bic("a text") => "bic": "a text";
        account_number("a text") => "account_number": "a text";
    }}
    setters! { all, Iccid, Iccid::new("8949"), [shared, observable] {
    }}
    setters! { all, Imei, Imei::new("4901"), [shared, observable] {
    }}
    setters! { all, Imsi, Imsi::new("2620"), [shared, observable] {
    }}
    setters! { all, MediaContent, MediaContent::new("https://example.org/"), [shared, observable] {
        title("a text") => "title": "a text";
        content("a text") => "content": "a text";
        media_category("a text") => "media_category": "a text";
        published(JANUARY) => "publication_date": JANUARY;
    }}
    setters! { all, PaymentCard, PaymentCard::new("4111111111111111"), [shared, observable] {
        holder_name("a text") => "holder_name": "a text";
        expiration_date(FEBRUARY) => "expiration_date": FEBRUARY;
        cvv(7) => "cvv": 7;
    }}
    setters! { all, Persona, Persona::new("Jo", "nickname"), [shared, observable] {
    }}
    setters! { all, PhoneNumber, PhoneNumber::new("+49"), [shared, observable] {
    }}
    setters! { all, Text, Text::new("Hi"), [shared, observable] {
    }}
    setters! { all, TrackingNumber, TrackingNumber::new("1Z"), [shared, observable] {
    }}
}
