//! Places.

use crate::stix::model::define::objects;

objects! { domain:
    /// A region of the world.
    Region = "location" ["x_opencti_location_type": "Region"] (name: text "name") {
        /// What it is.
        description: text "description",
    };

    /// A country.
    Country = "location" ["x_opencti_location_type": "Country"] (name: text "name") {
        /// What it is.
        description: text "description",
        /// Other names, such as the code of ISO 3166.
        aliases: texts "x_opencti_aliases",
    };

    /// A part of a country, such as a federal state.
    AdministrativeArea = "location" ["x_opencti_location_type": "Administrative-Area"]
        (name: text "name")
    {
        /// What it is.
        description: text "description",
    };

    /// A city.
    City = "location" ["x_opencti_location_type": "City"] (name: text "name") {
        /// What it is.
        description: text "description",
    };

    /// A point on the map. With coordinates it is identified by these, not by its name.
    Position = "location" ["x_opencti_location_type": "Position"] (name: text "name") {
        /// What it is.
        description: text "description",
    };
}

impl Position {
    /// Where it is, in degrees.
    pub fn coordinates(mut self, latitude: f64, longitude: f64) -> Self {
        for (member, degrees, most) in [
            ("latitude", latitude, 90.0),
            ("longitude", longitude, 180.0),
        ] {
            self.0.set(member, degrees);
            if !(-most..=most).contains(&degrees) {
                let fault = format!("is {degrees}; it is -{most} to {most}");
                self.0.fault(member, fault);
            }
        }
        self
    }
}
