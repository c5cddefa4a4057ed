//! Environment variables, or those that the program provides.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;

use crate::config::sources::variables::Variable;

/// Environment variables; their values may be secrets.
#[derive(Clone, Default)]
pub(crate) struct Variables(pub(crate) BTreeMap<String, OsString>);

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Variables {
    pub(crate) fn get(&self, variable: &Variable) -> Option<&OsString> {
        self.0.get(variable.name)
    }

    /// Whether the value is not UTF-8, so that its text is garbled.
    pub(crate) fn is_garbled(&self, variable: &Variable) -> bool {
        self.get(variable)
            .is_some_and(|value| value.to_str().is_none())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns the variables with a prefix, each with the rest of its name in lower case.
    pub(crate) fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = (String, &OsString)> {
        let prefix = prefix.to_owned();
        let from_prefix = self.0.range(prefix.clone()..);
        from_prefix.map_while(move |(name, value)| {
            let key = name.strip_prefix(&prefix)?;
            Some((key.to_ascii_lowercase(), value))
        })
    }
}
