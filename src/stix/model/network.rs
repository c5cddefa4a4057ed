//! Observables of networks: addresses, names, mail, traffic.

use std::net::{Ipv4Addr as V4, Ipv6Addr as V6};

use crate::stix::model::define::objects;

objects! { observable:
    /// An autonomous system, by its number.
    ///
    /// ```
    /// use opencti_connector::stix::model::AutonomousSystem;
    ///
    /// let google = AutonomousSystem::new(15169).name("GOOGLE");
    /// # drop(google);
    /// ```
    AutonomousSystem = "autonomous-system" (number: number "number") {
        /// Name, e.g. `GOOGLE`.
        name: text "name",
        /// Registry that assigned the number, e.g. `ARIN`.
        rir: text "rir",
    };

    /// A domain name.
    DomainName = "domain-name" (value: text "value") {
        /// Adds what the name resolves to: addresses and other names.
        resolves_to: references "resolves_to_refs",
    };

    /// An e-mail address.
    EmailAddr = "email-addr" (value: text "value") {
        /// Name shown with the address, e.g. `Jo Doe`.
        display_name: text "display_name",
        /// The user account to which the address belongs.
        belongs_to: reference "belongs_to_ref",
    };

    /// An e-mail, by its subject; sender and body identify it too where they are given.
    EmailMessage = "email-message" ["is_multipart": false] (subject: text "subject") {
        /// The address in `From`; part of the id.
        from: reference "from_ref",
        /// The address in `Sender`.
        sender: reference "sender_ref",
        /// Adds addresses in `To`.
        to: references "to_refs",
        /// Adds addresses in `CC`.
        cc: references "cc_refs",
        /// Adds addresses in `BCC`.
        bcc: references "bcc_refs",
        /// The raw e-mail: an `Artifact`.
        raw_email: reference "raw_email_ref",
        /// Text; part of the id. STIX has none beside `is_multipart`.
        body: text "body",
        /// Time at which the e-mail was sent.
        date: time "date",
        /// Content of `Message-ID`, e.g. `<1@example.org>`.
        message_id: text "message_id",
        /// Adds lines of `Received`, in their order.
        received_lines: texts "received_lines",
        /// Whether the e-mail has several parts; `false` by default.
        is_multipart: flag "is_multipart",
    };

    /// A part of an e-mail that has several.
    EmailMimePartType = "email-mime-part-type" (body: text "body") {
        /// Content of `Content-Type`, e.g. `text/plain; charset=utf-8`; part of the id.
        content_type: text "content_type",
        /// Content of `Content-Disposition`, e.g. `inline`; part of the id.
        content_disposition: text "content_disposition",
    };

    /// The name of a machine.
    Hostname = "hostname" (value: text "value");

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
        /// Adds autonomous systems to which the address belongs.
        belongs_to: references "belongs_to_refs",
        /// Adds MAC addresses to which the address resolves.
        resolves_to: references "resolves_to_refs",
    };

    /// An IPv6 address.
    Ipv6Addr = "ipv6-addr" () {
        /// Adds autonomous systems to which the address belongs.
        belongs_to: references "belongs_to_refs",
        /// Adds MAC addresses to which the address resolves.
        resolves_to: references "resolves_to_refs",
    };

    /// The address of a network card, e.g. `02:00:00:00:00:01`.
    MacAddr = "mac-addr" (value: text "value");

    /// Packets from one machine to another, by their protocols, e.g. `tcp`; times, ends and ports
    /// identify them too where they are given.
    NetworkTraffic = "network-traffic" (protocols: texts "protocols") {
        /// Source: an address or a name; part of the id.
        src: reference "src_ref",
        /// Destination: an address or a name; part of the id.
        dst: reference "dst_ref",
        /// Source port; part of the id.
        src_port: port "src_port",
        /// Destination port; part of the id.
        dst_port: port "dst_port",
        /// Time of the first packet; part of the id.
        start: time "start",
        /// Time of the last packet; part of the id.
        end: time "end",
        /// Whether the traffic goes on. STIX has no end then.
        is_active: flag "is_active",
        /// Bytes from source to destination.
        src_byte_count: bytes "src_byte_count",
        /// Bytes from destination to source.
        dst_byte_count: bytes "dst_byte_count",
        /// Packets from source to destination.
        src_packets: bytes "src_packets",
        /// Packets from destination to source.
        dst_packets: bytes "dst_packets",
    };

    /// A URL.
    Url = "url" (value: text "value");

    /// What a browser says of itself.
    UserAgent = "user-agent" (value: text "value");
}

impl Ipv4Addr {
    /// Creates the object. Writes `value`.
    pub fn new(address: V4) -> Self {
        let mut object = Self::bare();
        object.0.set("value", address.to_string());
        object
    }
}

impl Ipv6Addr {
    /// Creates the object. Writes `value`, in the form of RFC 5952.
    pub fn new(address: V6) -> Self {
        let mut object = Self::bare();
        object.0.set("value", address.to_string());
        object
    }
}
