//! Configuration: from the environment and `config.yml` to a connector.

mod advice;
mod any_input;
mod catalogue;
mod corners;
mod kept;
mod report;
mod secrets;
mod section;
mod used;
mod values;

#[path = "../support/folder.rs"]
mod folder;
#[path = "../support/rows.rs"]
mod rows;
