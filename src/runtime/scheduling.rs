//! External imports: one run after the other, each with its state.
//!
//! The [`timetable`] says which run is next and when. A [`scheduled_run`] calls the handler with a
//! [`run`], and ends its work; [`typed_state`] turns the platform's JSON into the handler's type.

pub(crate) mod options;
pub(crate) mod run;
pub(crate) mod schedule;
pub(crate) mod scheduled_run;
pub(crate) mod timetable;
pub(crate) mod typed_state;
