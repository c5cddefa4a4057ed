//! A message in its parts, as every kind has them.

use std::cell::RefCell;

use serde_json::Value;

use crate::message::error::{MessageError, MessageFault, MessageReason};
use crate::message::internal::Internal;
use crate::message::members::Members;
use crate::message::work_id::work_id;

/// A message in its parts.
pub(super) struct Parts<'f> {
    pub(super) internal: Internal,
    pub(super) event: Members<'f>,
    /// What stands beside the two.
    pub(super) message: Members<'f>,
}

/// The message that `make` makes of its parts, unless something was noted on the way.
pub(super) fn read<T>(body: &[u8], make: impl FnOnce(Parts<'_>) -> T) -> Result<T, MessageError> {
    // The text of such an error says what is wrong with the syntax, and repeats no value.
    let message: Value = serde_json::from_slice(body).map_err(|error| {
        let reason = MessageReason::NotJson(error.to_string().into());
        MessageError::new(
            work_id(body),
            vec![MessageFault::new(String::new(), reason)],
        )
    })?;
    let work = message["internal"]["work_id"].as_str();
    let work = work.filter(|id| !id.is_empty()).map(str::to_owned);
    let faults = RefCell::default();
    let read = take(message, &faults).map(make);
    match (read, faults.into_inner()) {
        (Some(message), faults) if faults.is_empty() => Ok(message),
        (_, faults) => Err(MessageError::new(work, faults)),
    }
}

/// The parts, if there is an event to go on with.
fn take(message: Value, faults: &RefCell<Vec<MessageFault>>) -> Option<Parts<'_>> {
    let Value::Object(members) = message else {
        let reason = MessageReason::wrong_type(&message, "an object");
        faults
            .borrow_mut()
            .push(MessageFault::new(String::new(), reason));
        return None;
    };
    let mut message = Members::new("", members, faults);
    message.need("internal", "an object");
    message.need("event", "an object");
    let internal = message.members("internal", "internal");
    let internal = internal.map(Internal::of).unwrap_or_default();
    let event = message.members("event", "event")?;
    Some(Parts {
        internal,
        event,
        message,
    })
}
