//! Following a live stream.

mod checkpoint;
mod event;
mod failed_at;
mod follow;
mod follower;
mod handler;
mod live_stream;
mod options;
mod patch;
mod pause;
mod policy;
mod position;
mod process;
mod progress;
mod reader;
mod sse;
mod waiting;

pub use self::event::{Action, Event, Events};
pub use self::follow::Follow;
pub use self::handler::{Batched, Brought, Follows, Single};
pub use self::live_stream::StreamSource;
pub use self::policy::{AfterRetries, FailedEvent};
