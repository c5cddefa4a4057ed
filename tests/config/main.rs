//! Configuration: from the environment and `config.yml` to a connector.

mod advice;
mod any_input;
mod catalogue;
mod corners;
mod folder;
mod kept;
mod report;
mod secrets;
mod section;
mod values;

#[path = "../support/rows.rs"]
mod rows;
