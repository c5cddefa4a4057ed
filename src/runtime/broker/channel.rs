//! What consumers and publishers share: answers and errors of a channel, and names on the wire.

use std::pin::pin;
use std::time::Duration;

use lapin::ErrorKind;
use lapin::types::ShortString;
use tokio::time::timeout;

use crate::runtime::broker::error::{BrokerError, BrokerErrorKind};

/// The header by which a message counts its own attempts, where the queue does not.
pub(crate) const ATTEMPT_HEADER: &str = "x-opencti-connector-attempt";

/// How often a wait checks whether its channel is still open.
pub(super) const LOST_WITHIN: Duration = Duration::from_secs(1);

/// Waits for an answer of lapin, for at most a second longer than its channel is open.
///
/// When the broker closes a connection, lapin 4.12.3 can drop the other end of an answer that is on
/// its way without completing it. No report of that is known; it was seen in 2 of 14 restarts of a
/// broker, with an acknowledgement. So the wait looks at the channel itself.
pub(super) async fn while_open<T>(
    is_open: impl Fn() -> bool,
    answer: impl Future<Output = lapin::Result<T>>,
) -> Result<T, BrokerError> {
    let mut answer = pin!(answer);
    loop {
        match timeout(LOST_WITHIN, &mut answer).await {
            Ok(answer) => return answer.map_err(of_channel),
            Err(_) if !is_open() => return Err(closed()),
            Err(_) => {}
        }
    }
}

pub(super) fn closed() -> BrokerError {
    BrokerError::lost("the channel is closed")
}

/// An error of a channel, or of the connection that it is on.
pub(super) fn of_channel(error: lapin::Error) -> BrokerError {
    match error.kind() {
        ErrorKind::ProtocolError(error) => {
            BrokerError::of_close(error.get_id(), error.get_message().as_str())
        }
        _ => BrokerError::lost(error),
    }
}

pub(super) fn short(what: &str, name: &str) -> Result<ShortString, BrokerError> {
    ShortString::try_new(name).map_err(|_| {
        BrokerError::new(
            BrokerErrorKind::NoQueue,
            format!("the name of the {what} is longer than 255 bytes; look at the platform"),
        )
    })
}
