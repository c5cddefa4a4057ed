//! Versions of the platform, and which of them know a part of the schema.

/// Major, minor and patch.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Version([u32; 3]);

impl Version {
    pub(super) fn new(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| panic!("`{text}` is not a version as in 6.5.7"))
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let numbers: Option<Vec<u32>> = text.split('.').map(|part| part.parse().ok()).collect();
        Some(Self(numbers?.try_into().ok()?))
    }

    /// Whether this version is in `since`: a first version, or `first..end` without the end.
    pub(super) fn knows(self, since: &str) -> bool {
        match since.split_once("..") {
            Some((first, end)) => (Self::new(first)..Self::new(end)).contains(&self),
            None => self >= Self::new(since),
        }
    }
}
