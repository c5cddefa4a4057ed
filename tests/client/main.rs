//! The client against the embedded platform, and against servers that misbehave.

mod faults;
mod registration;
mod tls;
mod versions;
