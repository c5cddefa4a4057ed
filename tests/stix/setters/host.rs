//! Observables of machines.

use opencti_connector::stix::model::{
    Artifact, Directory, HashAlgorithm, Mutex, Process, RegistryValue, Software, StixFile,
    UserAccount, WindowsRegistryKey, WindowsRegistryValueType,
};

use crate::setters::{All, FEBRUARY, JANUARY, MD5, id, setters};

pub(super) fn all(all: &mut All) {
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
        environment_variables(["HOME=/root"]) => "environment_variables": ["HOME=/root"];
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
}
