//! Identities and places.

use opencti_connector::stix::model::{
    AdministrativeArea, City, Country, Individual, Organization, Position, Region, Sector,
    SecurityPlatform, System,
};

use crate::setters::{All, setters};

pub(super) fn all(all: &mut All) {
    setters! { all, Individual, Individual::new("Jo Doe"), [shared, entity, described] {
        first_name("a text") => "x_opencti_firstname": "a text";
        last_name("a text") => "x_opencti_lastname": "a text";
        reliability("A - Completely reliable") => "x_opencti_reliability": "A - Completely reliable";
        roles(["a text"]) => "roles": ["a text"];
        contact_information("a text") => "contact_information": "a text";
        aliases(["a text"]) => "x_opencti_aliases": ["a text"];
    }}
    setters! { all, Organization, Organization::new("Example"), [shared, entity, described] {
        organization_type("a text") => "x_opencti_organization_type": "a text";
        reliability("A - Completely reliable") => "x_opencti_reliability": "A - Completely reliable";
        roles(["a text"]) => "roles": ["a text"];
        contact_information("a text") => "contact_information": "a text";
        aliases(["a text"]) => "x_opencti_aliases": ["a text"];
        score(7) => "x_opencti_score": 7;
    }}
    setters! { all, Sector, Sector::new("Energy"), [shared, entity, described] {
        roles(["a text"]) => "roles": ["a text"];
        contact_information("a text") => "contact_information": "a text";
        aliases(["a text"]) => "x_opencti_aliases": ["a text"];
    }}
    setters! { all, System, System::new("Server"), [shared, entity, described] {
        reliability("A - Completely reliable") => "x_opencti_reliability": "A - Completely reliable";
        roles(["a text"]) => "roles": ["a text"];
        contact_information("a text") => "contact_information": "a text";
        aliases(["a text"]) => "x_opencti_aliases": ["a text"];
    }}
    setters! { all, SecurityPlatform, SecurityPlatform::new("Example EDR"), [shared, entity, described] {
        platform_type("a text") => "security_platform_type": "a text";
    }}
    setters! { all, Region, Region::new("Western Europe"), [shared, entity, described, location] {
    }}
    setters! { all, Country, Country::new("Germany"), [shared, entity, described, location] {
    }}
    setters! { all, AdministrativeArea, AdministrativeArea::new("Hesse"), [shared, entity, described, location] {
    }}
    setters! { all, City, City::new("Berlin"), [shared, entity, described, location] {
    }}
    setters! { all, Position, Position::new("Alexanderplatz"), [shared, entity, described, location] {
    }}
}
