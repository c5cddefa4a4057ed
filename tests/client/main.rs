//! The client against the embedded platform, and against servers that misbehave.

mod context;
mod downloads;
mod faults;
mod options;
mod registration;
mod retries;
mod secrets;
mod tls;
mod versions;
mod works;

#[path = "../support/https.rs"]
mod https;
