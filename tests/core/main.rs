//! Connectors: their values, their rules, and the payload.

mod allocations;
mod any_input;
mod catalogue;
mod graphql;
mod message;
mod payload;
mod properties;
mod pycti_conformance;
mod pycti_members;
mod raw_connector;
mod raw_connector_forms;
mod readme;
mod reasons;
mod rules;
mod texts;
mod uploads;
mod warnings;

#[path = "../support/rows.rs"]
mod rows;
