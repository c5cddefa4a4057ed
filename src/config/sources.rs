//! The sources of a configuration.

pub(crate) mod build_files;
pub(crate) mod environment;
pub(crate) mod tree;
pub(crate) mod variables;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fmt, fs, io};

use crate::config::config::Config;
use crate::config::findings::report::{FileRead, Finding, Origin, Report};
use crate::config::sources::environment::Variables;
use crate::config::sources::tree::{Node, Section};
use crate::connector::raw::RawConnector;

/// The sources of a [`Config`]: variables, one YAML file, and the program's defaults.
///
/// [`Config::load`] uses the usual ones. Choose them one by one in tests, or if the configuration comes
/// from elsewhere.
///
/// ```
/// use opencti_connector::config::Config;
/// use opencti_connector::kind::Stream;
///
/// let config = Config::sources()
///     .variables([("CONNECTOR_ID", "550e8400-e29b-41d4-a716-446655440000")])
///     .yaml("connector:\n  name: Splunk\n")
///     .load()?;
/// assert_eq!(config.connector::<Stream>()?.name().as_str(), "Splunk");
/// # Ok::<(), opencti_connector::config::Report>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "sources are read by `.load()`"]
pub struct Sources {
    variables: Variables,
    file: File,
    build_folders: Vec<PathBuf>,
    defaults: RawConnector,
}

/// The YAML file, or its replacement.
#[derive(Clone, Default)]
enum File {
    #[default]
    None,
    /// The first of these that exists, if any.
    Search(Vec<PathBuf>),
    Path(PathBuf),
    Text(String),
}

impl fmt::Debug for File {
    /// Omits the text, which may contain secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Search(paths) => f.debug_tuple("Search").field(paths).finish(),
            Self::Path(path) => f.debug_tuple("Path").field(path).finish(),
            Self::Text(_) => f.write_str("Text"),
        }
    }
}

impl Sources {
    /// Adds the environment of the process.
    pub fn environment(self) -> Self {
        self.variables(env::vars_os())
    }

    /// Adds variables as if they were in the environment. Later ones override earlier ones.
    pub fn variables<I, N, V>(mut self, variables: I) -> Self
    where
        I: IntoIterator<Item = (N, V)>,
        N: Into<OsString>,
        V: Into<OsString>,
    {
        self.variables
            .0
            .extend(variables.into_iter().filter_map(|(name, value)| {
                // No variable that is read has such a name.
                let name = name.into().into_string().ok()?;
                Some((name, value.into()))
            }));
        self
    }

    /// Reads the first `config.yml` found beside the executable, in the working directory, or one
    /// directory up. None has to exist.
    pub fn search_file(mut self) -> Self {
        let executable = executable_folder();
        let folders = executable.into_iter().chain(["".into(), "..".into()]);
        self.file = File::Search(folders.map(|folder| folder.join("config.yml")).collect());
        self
    }

    /// Reads this file, which must exist.
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = File::Path(path.into());
        self
    }

    /// Reads a text in place of the YAML file.
    pub fn yaml(mut self, text: impl Into<String>) -> Self {
        self.file = File::Text(text.into());
        self
    }

    /// Searches the build files for the connector's version and slug.
    ///
    /// As in pycti, the files are `__metadata__/connector_manifest.json` and `.connector_version.json`,
    /// in the executable's folder and up to four folders above it, then likewise from the working
    /// directory. The first file with a usable version provides both the version and the slug.
    pub fn search_build_files(self) -> Self {
        let folders = executable_folder()
            .into_iter()
            .chain(env::current_dir().ok());
        self.build_files_from(folders)
    }

    /// Searches the build files as [`search_build_files`](Self::search_build_files) does, starting from
    /// these folders.
    pub fn build_files_from<I>(mut self, folders: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<PathBuf>,
    {
        self.build_folders = folders.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the values that apply where the configuration has none.
    ///
    /// `playbook_compatible` can only be set here: it depends on the code, and pycti has no variable
    /// for it.
    ///
    /// ```
    /// use opencti_connector::RawConnector;
    /// use opencti_connector::config::Config;
    /// use opencti_connector::kind::InternalEnrichment;
    ///
    /// let config = Config::sources()
    ///     .variables([("CONNECTOR_ID", "82b58916-a654-4cd4-81de-700eb72a5c94")])
    ///     .defaults(
    ///         RawConnector::builder()
    ///             .name("Shodan")
    ///             .scope("IPv4-Addr")
    ///             .playbook_compatible(true)
    ///             .build(),
    ///     )
    ///     .load()?;
    /// assert!(config.connector::<InternalEnrichment>()?.playbook_compatible());
    /// # Ok::<(), opencti_connector::config::Report>(())
    /// ```
    pub fn defaults(mut self, defaults: RawConnector) -> Self {
        self.defaults = defaults;
        self
    }

    /// Sets the connector's version, unless a build file provides one. Use the package's version.
    ///
    /// It changes the [`defaults`](Self::defaults), so call it after them.
    ///
    /// ```
    /// use opencti_connector::config::Config;
    ///
    /// let sources = Config::sources().version(env!("CARGO_PKG_VERSION"));
    /// ```
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.defaults.version = Some(version.into());
        self
    }

    /// Loads the sources.
    ///
    /// # Errors
    ///
    /// If a file with a given path does not exist, or a file cannot be read, is not YAML (the error names
    /// the line), or is not a mapping.
    pub fn load(self) -> Result<Config, Report> {
        let file = match self.file {
            File::Search(paths) => match paths.iter().find(|path| path.exists()) {
                Some(path) => File::Path(path.clone()),
                None => File::Search(paths),
            },
            file => file,
        };
        let (tree, file, file_read) = match file {
            File::None => (Section::default(), Origin::Text, FileRead::NotAsked),
            File::Text(text) => (
                parse(&text, &Origin::Text)?,
                Origin::Text,
                FileRead::NotAsked,
            ),
            File::Path(path) => {
                let (tree, origin) = read(path.clone())?;
                (tree, origin, FileRead::Read(path))
            }
            File::Search(paths) => (Section::default(), Origin::Text, FileRead::NotFound(paths)),
        };
        Ok(Config {
            variables: self.variables,
            tree,
            file,
            file_read,
            build: build_files::find(&self.build_folders),
            defaults: self.defaults,
        })
    }
}

fn executable_folder() -> Option<PathBuf> {
    env::current_exe().ok()?.parent().map(Path::to_owned)
}

fn read(path: PathBuf) -> Result<(Section, Origin), Report> {
    let text = fs::read_to_string(&path);
    let origin = Origin::File(path);
    let text = text.map_err(|error| {
        let what_to_do = match error.kind() {
            io::ErrorKind::NotFound => "correct the path, or leave it out",
            io::ErrorKind::InvalidData => "save the file as UTF-8",
            _ => "check the file and its permissions",
        };
        fault(
            origin.clone(),
            format!("the file cannot be read: {error}; {what_to_do}"),
        )
    })?;
    Ok((parse(&text, &origin)?, origin))
}

fn parse(yaml: &str, origin: &Origin) -> Result<Section, Report> {
    let node =
        tree::parse(yaml).map_err(|error| fault(origin.clone(), error.in_language("YAML")))?;
    match node {
        Node::Section(tree) => {
            for section in ["connector", "opencti"] {
                if matches!(tree.get(section), Some(Node::Scalar(_) | Node::List(_))) {
                    let message = format!(
                        "`{section}` is not a section; write its settings below it, indented"
                    );
                    return Err(fault(origin.clone(), message));
                }
            }
            Ok(tree)
        }
        Node::Null => Ok(Section::default()),
        Node::Scalar(_) | Node::List(_) => {
            let message = "the file has no sections; write `connector:` and the settings below it";
            Err(fault(origin.clone(), message.to_owned()))
        }
    }
}

fn fault(origin: Origin, message: String) -> Report {
    Report::of(Finding {
        place: None,
        origin,
        value: None,
        message,
    })
}
