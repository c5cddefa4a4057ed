//! Which stream is followed, and from where.

use std::fmt;

use crate::runtime::error::{RunError, RunErrorKind};
use crate::value::text::Quoted;

/// What can be followed: the id of a live stream, or with the feature `config` what a configuration
/// says of it (`LiveStream`).
///
/// Sealed; it is only written out in code that serves several.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a stream",
    label = "neither the id of a stream, nor what a configuration says of it",
    note = "give the id as text, or `config.run_settings()?.live_stream`"
)]
pub trait StreamSource: sealed::StreamSource {}

pub(crate) mod sealed {
    use super::Source;

    pub trait StreamSource {
        fn source(self) -> Source;
    }
}

/// A stream, what of it, and where it is begun; the defaults are pycti's.
#[derive(Clone, Debug)]
#[expect(
    unnameable_types,
    reason = "a sealed trait gives it, which nobody calls"
)]
pub struct Source {
    pub(crate) id: Option<String>,
    pub(crate) listen_delete: bool,
    pub(crate) no_dependencies: bool,
    pub(crate) with_inferences: bool,
    /// Up to when the past is recovered; now when unset.
    pub(crate) recover: Option<String>,
    /// The position to start after; the beginning when unset.
    pub(crate) start: Option<String>,
}

impl Default for Source {
    fn default() -> Self {
        Self {
            id: None,
            listen_delete: true,
            no_dependencies: true,
            with_inferences: false,
            recover: None,
            start: None,
        }
    }
}

impl Source {
    /// Whether there can be such a stream.
    pub(crate) fn check(&self) -> Result<(), RunError> {
        let Some(id) = &self.id else {
            return Ok(());
        };
        let is_faulty = id.is_empty() || id.contains('/') || matches!(&**id, "." | "..");
        if is_faulty {
            let message = format!(
                "{} is not the id of a stream; write it as the platform shows it, without an address",
                Quoted(id)
            );
            return Err(RunError::new(RunErrorKind::Options, message));
        }
        Ok(())
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.id {
            Some(id) => write!(f, "the stream {}", Quoted(id)),
            None => f.write_str("the raw stream"),
        }
    }
}

macro_rules! sources {
    ($($given:ty: $this:ident => $source:expr;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl StreamSource for $given {}

        #[diagnostic::do_not_recommend]
        impl sealed::StreamSource for $given {
            fn source(self) -> Source {
                let $this = self;
                $source
            }
        }
    )+};
}

sources! {
    &str: id => Source { id: Some(id.to_owned()), ..Source::default() };
    String: id => Source { id: Some(id), ..Source::default() };
    &String: id => Source { id: Some(id.clone()), ..Source::default() };
}

#[cfg(feature = "config")]
sources! {
    &crate::config::LiveStream: stream => Source {
        id: stream.id.clone(),
        listen_delete: stream.listen_delete,
        no_dependencies: stream.no_dependencies,
        with_inferences: stream.with_inferences,
        recover: stream.recover_iso_date.clone(),
        start: stream.start_timestamp.map(|start| start.to_string()),
    };
    crate::config::LiveStream: stream => sealed::StreamSource::source(&stream);
}
