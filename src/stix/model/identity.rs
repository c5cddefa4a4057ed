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
        /// The first name.
        first_name: text "x_opencti_firstname",
        /// The last name.
        last_name: text "x_opencti_lastname",
    };

    /// A company, an authority, a team.
    ///
    /// ```
    /// use opencti_connector::stix::model::{Malware, Organization};
    ///
    /// let author = Organization::new("Example CERT").reliability("A - Completely reliable");
    /// let malware = Malware::new("Emotet").created_by(&author);
    /// # drop(malware);
    /// ```
    Organization = "identity" ["identity_class": "organization"] (name: text "name") {
        /// The kind of organization, such as `vendor`.
        organization_type: text "x_opencti_organization_type",
        /// How reliable it is as a source.
        reliability: text "x_opencti_reliability",
    };

    /// A sector of the economy.
    Sector = "identity" ["identity_class": "class"] (name: text "name");

    /// A system, such as a server.
    System = "identity" ["identity_class": "system"] (name: text "name");

    /// A product that protects, such as an EDR.
    SecurityPlatform = "identity" ["identity_class": "securityplatform"] (name: text "name") {
        /// The kind of product, such as `EDR`.
        platform_type: text "security_platform_type",
    };
}
