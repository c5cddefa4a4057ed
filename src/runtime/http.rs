//! What a run answers over HTTP.

#[expect(dead_code, reason = "what is served comes next")]
mod serve;
