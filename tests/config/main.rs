//! Configuration: from the environment and `config.yml` to a connector.

mod any_input;
mod catalogue;
mod corners;
mod kept;
mod report;
mod section;
mod values;
