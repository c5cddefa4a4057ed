//! Texts of objects, kept as they are.

use std::ops::Range;
use std::sync::Arc;

/// Where a text is.
#[derive(Clone, Debug)]
pub(super) struct Span {
    chunk: usize,
    range: Range<usize>,
}

/// Texts in chunks, so that none is moved when more come: a doubling buffer would hold three times
/// its content for a while.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts(Vec<Arc<String>>);

impl Texts {
    const CHUNK: usize = 256 * 1024;

    /// Takes a text over, in a chunk of its own.
    pub(super) fn take(&mut self, text: String) -> usize {
        self.0.push(Arc::new(text));
        self.0.len() - 1
    }

    /// Where a part of a chunk is that was taken over; `part` is a slice of it.
    pub(super) fn span_of(&self, chunk: usize, part: &str) -> Span {
        let start = part.as_ptr().addr() - self.0[chunk].as_ptr().addr();
        let range = start..start + part.len();
        Span { chunk, range }
    }

    pub(super) fn add(&mut self, text: &str) -> Span {
        let has_room = |chunk: &mut Arc<String>| {
            let chunk = Arc::get_mut(chunk)?;
            (chunk.capacity() - chunk.len() >= text.len()).then_some(())
        };
        if self.0.last_mut().and_then(has_room).is_none() {
            self.take(String::with_capacity(Self::CHUNK.max(text.len())));
        }
        let chunk = self.0.len() - 1;
        let mut range = 0..0;
        // No other holds it: that was asked above, or it is new.
        if let Some(last) = Arc::get_mut(&mut self.0[chunk]) {
            range.start = last.len();
            last.push_str(text);
            range.end = last.len();
        }
        Span { chunk, range }
    }

    pub(super) fn get(&self, span: &Span) -> &str {
        &self.0[span.chunk][span.range.clone()]
    }

    pub(super) fn chunk(&self, chunk: usize) -> Arc<String> {
        Arc::clone(&self.0[chunk])
    }
}
