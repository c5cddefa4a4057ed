//! Following a live stream.

mod checkpoint;
mod event;
mod failed_at;
mod follow;
mod follower;
mod patch;
mod pause;
mod policy;
mod position;
mod process;
mod progress;
mod reader;
mod source;
mod sse;
mod takes;
mod waiting;

pub use self::event::{Action, Event, Events};
pub use self::follow::Follow;
pub use self::policy::{AfterRetries, FailedEvent};
pub use self::source::StreamSource;
pub use self::takes::{Batched, Brought, Follows, Single};
