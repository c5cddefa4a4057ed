//! Versions of the platform, and which of them know a part of the schema.

/// Major, minor and patch.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Version([u32; 3]);

impl Version {
    pub(super) fn new(text: &str) -> Self {
        let mut numbers = text.split('.').map(|number| {
            number
                .parse()
                .unwrap_or_else(|_| panic!("`{text}` is not a version"))
        });
        let mut next = || {
            numbers
                .next()
                .unwrap_or_else(|| panic!("`{text}` is not X.Y.Z"))
        };
        Self([next(), next(), next()])
    }

    /// Whether this version is in `since`: a first version, or `first..end` without the end.
    pub(super) fn knows(self, since: &str) -> bool {
        match since.split_once("..") {
            Some((first, end)) => (Self::new(first)..Self::new(end)).contains(&self),
            None => self >= Self::new(since),
        }
    }
}
