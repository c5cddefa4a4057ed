//! Following a live stream.

mod event;
mod follow;
mod follower;
mod patch;
mod policy;
mod position;
mod reader;
mod source;
mod sse;
mod takes;

pub use self::event::{Action, Event, Events};
pub use self::follow::Follow;
pub use self::policy::{AfterRetries, FailedEvent};
pub use self::source::StreamSource;
pub use self::takes::{Batched, Brought, Follows};
