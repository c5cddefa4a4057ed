//! The report on a configuration, for the operator who reads the log.

use std::fmt;
use std::path::{self, Path, PathBuf};

use crate::config::sources::variables::Variable;
use crate::value::text::{Quoted, write_first};

/// All faults of a configuration, and all warnings.
///
/// `Display` writes the text for a container's log: one line for each fault and warning, with the
/// variable, the YAML path, the origin, the value (never a secret) and what to do.
///
/// ```
/// use opencti_connector::config::Config;
/// use opencti_connector::kind::InternalEnrichment;
///
/// let config = Config::sources()
///     .variables([("CONNECTOR_ID", "ChangeMe"), ("CONNECTOR_SCOPE", "domain")])
///     .yaml("connector:\n  name: Shodan\n  auto: perhaps\n")
///     .load()?;
///
/// let report = config.connector::<InternalEnrichment>().unwrap_err();
/// assert_eq!(report.faults().len(), 2);
/// assert_eq!(
///     report.to_string(),
///     "2 faults in the configuration:\n\
///      - CONNECTOR_ID / connector.id, from the environment: \"ChangeMe\" is a placeholder; \
///      generate a UUIDv4 for this connector, e.g. with `uuidgen`\n\
///      - CONNECTOR_AUTO / connector.auto, from the YAML text: \"perhaps\" is neither true nor \
///      false; write `true` or `false`\n\
///      1 warning:\n\
///      - CONNECTOR_SCOPE / connector.scope, from the environment: \"domain\" is not an entity type \
///      that this crate knows, and matches nothing unless the platform knows it; did you mean \
///      Domain-Name?"
/// );
/// # Ok::<(), opencti_connector::config::Report>(())
/// ```
///
/// `Debug` prints the same as `Display`, so a `main` that returns a report prints it legibly.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub(crate) faults: Vec<Finding>,
    pub(crate) warnings: Vec<Finding>,
    pub(crate) file: FileRead,
}

impl Report {
    /// Returns the faults. Never empty if the report is an error.
    #[must_use]
    pub fn faults(&self) -> &[Finding] {
        &self.faults
    }

    /// Returns the warnings: values that are allowed but most likely wrong.
    #[must_use]
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }

    /// Returns the file that was read; `None` if there was none, or none was requested.
    ///
    /// The last line of `Display` names it, or the paths that were searched.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.file {
            FileRead::Read(path) => Some(path),
            FileRead::NotAsked | FileRead::NotFound(_) => None,
        }
    }

    /// Adds the findings of another report.
    pub(crate) fn append(&mut self, other: Self) {
        self.faults.extend(other.faults);
        self.warnings.extend(other.warnings);
    }

    /// Creates a report of one fault.
    pub(crate) fn of(fault: Finding) -> Self {
        Self {
            faults: vec![fault],
            ..Self::default()
        }
    }
}

/// The file that a configuration was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum FileRead {
    /// The program requested no file.
    #[default]
    NotAsked,
    Read(PathBuf),
    /// None of these exists.
    NotFound(Vec<PathBuf>),
}

impl fmt::Display for FileRead {
    /// Writes a line of its own, or nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In a container the working directory is not obvious.
        let absolute = |path: &PathBuf| path::absolute(path).unwrap_or_else(|_| path.clone());
        match self {
            Self::NotAsked => Ok(()),
            Self::Read(path) => write!(f, "\nRead from the file {}", absolute(path).display()),
            Self::NotFound(paths) => {
                let paths = paths
                    .iter()
                    .map(|path| absolute(path).display().to_string());
                let paths: Vec<_> = paths.collect();
                write!(f, "\nFound no file; searched {}", paths.join(", "))
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.faults.len() {
            0 => {}
            1 => f.write_str("1 fault in the configuration:")?,
            count => write!(f, "{count} faults in the configuration:")?,
        }
        write_list(f, &self.faults)?;
        if !self.faults.is_empty() && !self.warnings.is_empty() {
            f.write_str("\n")?;
        }
        match self.warnings.len() {
            0 => {}
            1 => f.write_str("1 warning:")?,
            count => write!(f, "{count} warnings:")?,
        }
        write_list(f, &self.warnings)?;
        write!(f, "{}", self.file)
    }
}

/// Writes the first 20 findings, one a line.
fn write_list(f: &mut fmt::Formatter<'_>, findings: &[Finding]) -> fmt::Result {
    if !findings.is_empty() {
        f.write_str("\n- ")?;
    }
    write_first(f, findings, "\n- ")
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Report {}

/// One fault of a configuration, or one warning.
///
/// ```
/// use opencti_connector::config::{Config, Origin};
/// use opencti_connector::kind::Stream;
///
/// let config = Config::sources()
///     .yaml("connector:\n  id: ChangeMe\n  name: Splunk\n")
///     .load()?;
///
/// let report = config.connector::<Stream>().unwrap_err();
/// let finding = &report.faults()[0];
/// assert_eq!(finding.variable(), Some("CONNECTOR_ID"));
/// assert_eq!(finding.path(), Some("connector.id"));
/// assert_eq!(finding.origin(), &Origin::Text);
/// assert_eq!(finding.value(), Some("ChangeMe"));
/// assert!(finding.message().starts_with("is a placeholder"));
/// # Ok::<(), opencti_connector::config::Report>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    pub(crate) place: Option<Place>,
    pub(crate) origin: Origin,
    pub(crate) value: Option<String>,
    pub(crate) message: String,
}

/// A variable and its YAML path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) variable: String,
    pub(crate) path: String,
}

impl From<&Variable> for Place {
    fn from(variable: &Variable) -> Self {
        Self {
            variable: variable.name.to_owned(),
            path: variable.path(),
        }
    }
}

impl Finding {
    /// Returns the variable; `None` if the finding is about a whole file, or about a value that no
    /// variable sets.
    #[must_use]
    pub fn variable(&self) -> Option<&str> {
        self.place.as_ref().map(|place| place.variable.as_str())
    }

    /// Returns the path in the YAML file, such as `connector.id`.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.place.as_ref().map(|place| place.path.as_str())
    }

    /// Returns the origin of the value.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Returns the value; `None` if there is none, if it is a secret, or if it belongs to an own section.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// Returns what is wrong and what to do.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(Place { variable, path }) => {
                write!(f, "{variable} / {path}, {}: ", self.origin)?;
            }
            None => write!(f, "{}: ", self.origin)?,
        }
        if let Some(value) = &self.value {
            write!(f, "{} ", Quoted(value))?;
        }
        f.write_str(&self.message)
    }
}

/// The origin of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// An environment variable, or one that the program provided.
    Environment,
    /// A file.
    File(PathBuf),
    /// A YAML text that the program provided.
    Text,
    /// The program's defaults.
    Code,
    /// The value is not set.
    Unset,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("from the environment"),
            Self::File(path) => write!(f, "from {}", path.display()),
            Self::Text => f.write_str("from the YAML text"),
            Self::Code => f.write_str("from the program"),
            Self::Unset => f.write_str("not set"),
        }
    }
}
