//! Places.
//!
//! STIX requires a region, a country or coordinates of every place. Where none is set, the name is
//! written in the member of the place's own kind, and as `region`; the platform reads the name.

use crate::stix::model::define::objects;

objects! { location:
    /// A region of the world.
    Region = "location" ["x_opencti_location_type": "Region"] (name: text "name");

    /// A country.
    ///
    /// ```
    /// use opencti_connector::stix::model::{City, Country, Relationship};
    ///
    /// let germany = Country::new("Germany").country("DE");
    /// let located = Relationship::located_at(&City::new("Berlin").country("DE"), &germany);
    /// # drop(located);
    /// ```
    Country = "location" ["x_opencti_location_type": "Country"] (name: text "name");

    /// A part of a country, such as a federal state.
    AdministrativeArea = "location" ["x_opencti_location_type": "Administrative-Area"]
        (name: text "name");

    /// A city.
    City = "location" ["x_opencti_location_type": "City"] (name: text "name");

    /// A point on the map. With coordinates it is identified by these, not by its name.
    Position = "location" ["x_opencti_location_type": "Position"] (name: text "name");
}
