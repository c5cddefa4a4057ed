//! What a run answers over HTTP.

mod delivery;
mod keys;
mod serve;

pub(super) use self::delivery::{ANSWER_WITHIN, Open, Requests};
