//! Identities: who is meant, and who says so.

use crate::stix::model::define::objects;

objects! { identity:
    /// A person.
    ///
    /// ```
    /// use opencti_connector::stix::model::Individual;
    ///
    /// let analyst = Individual::new("Jo Doe").first_name("Jo").last_name("Doe");
    /// assert!(analyst.id().as_str().starts_with("identity--"));
    /// ```
    Individual = "identity" ["identity_class": "individual"] (name: text "name") {
        /// First name.
        first_name: text "x_opencti_firstname",
        /// Last name.
        last_name: text "x_opencti_lastname",
        /// How reliable the person is as a source, e.g. `B - Usually reliable`.
        reliability: text "x_opencti_reliability" of reliability,
        /// Adds roles, e.g. `analyst`.
        roles: texts "roles",
        /// How to reach the person, e.g. an e-mail address.
        contact_information: text "contact_information",
        /// Adds other names.
        aliases: texts "x_opencti_aliases",
    };

    /// A company, an authority, a team.
    ///
    /// ```
    /// use opencti_connector::stix::model::{Malware, Organization, vocabulary};
    ///
    /// let author = Organization::new("Example CERT")
    ///     .reliability(vocabulary::reliability::COMPLETELY_RELIABLE);
    /// let malware = Malware::new("Emotet").created_by(&author);
    /// # drop(malware);
    /// ```
    Organization = "identity" ["identity_class": "organization"] (name: text "name") {
        /// Type of organization, e.g. `vendor`.
        organization_type: text "x_opencti_organization_type",
        /// How reliable the organization is as a source, e.g. `A - Completely reliable`.
        reliability: text "x_opencti_reliability" of reliability,
        /// Adds roles, e.g. `producer`.
        roles: texts "roles",
        /// How to reach the organization, e.g. an e-mail address.
        contact_information: text "contact_information",
        /// Adds other names.
        aliases: texts "x_opencti_aliases",
        /// Score that the platform shows, 0 to 100.
        score: percent "x_opencti_score",
    };

    /// A sector of the economy, such as banking.
    Sector = "identity" ["identity_class": "class"] (name: text "name") {
        /// Adds roles.
        roles: texts "roles",
        /// How to reach a body of the sector, e.g. an e-mail address.
        contact_information: text "contact_information",
        /// Adds other names.
        aliases: texts "x_opencti_aliases",
    };

    /// A system, such as a server.
    System = "identity" ["identity_class": "system"] (name: text "name") {
        /// How reliable the system is as a source, e.g. `C - Fairly reliable`.
        reliability: text "x_opencti_reliability" of reliability,
        /// Adds roles, e.g. `mail server`.
        roles: texts "roles",
        /// How to reach who runs the system, e.g. an e-mail address.
        contact_information: text "contact_information",
        /// Adds other names.
        aliases: texts "x_opencti_aliases",
    };

    /// A product that protects, such as an EDR.
    SecurityPlatform = "identity" ["identity_class": "securityplatform"] (name: text "name") {
        /// Type of product, e.g. `EDR`.
        platform_type: text "security_platform_type",
    };
}
