//! Observables of networks.

use opencti_connector::stix::model::{
    AutonomousSystem, DomainName, EmailAddr, EmailMessage, EmailMimePartType, Hostname, Ipv4Addr,
    Ipv6Addr, MacAddr, NetworkTraffic, Url, UserAgent,
};

use crate::setters::{All, FEBRUARY, JANUARY, id, setters};

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
}
