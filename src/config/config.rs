//! A loaded configuration, and the origin of each value.

use crate::config::findings::report::{FileRead, Origin};
use crate::config::sources::build_files::Build;
use crate::config::sources::environment::Variables;
use crate::config::sources::tree::{Node, Section};
use crate::config::sources::variables::Variable;
use crate::connector::raw::RawConnector;

/// The configuration of a connector.
///
/// ```
/// use opencti_connector::config::Config;
/// use opencti_connector::kind::InternalEnrichment;
///
/// let config = Config::sources()
///     .variables([
///         ("CONNECTOR_ID", "82b58916-a654-4cd4-81de-700eb72a5c94"),
///         ("CONNECTOR_NAME", "Shodan"),
///         ("CONNECTOR_SCOPE", "ipv4-addr,indicator"),
///         ("CONNECTOR_AUTO", "yes"),
///     ])
///     .load()?;
///
/// let connector = config.connector::<InternalEnrichment>()?;
/// assert!(connector.auto());
/// # Ok::<(), opencti_connector::config::Report>(())
/// ```
///
/// `Debug` shows the names of the variables, never their values.
#[derive(Clone)]
pub struct Config {
    pub(crate) variables: Variables,
    pub(crate) tree: Section,
    /// Origin of the tree.
    pub(crate) file: Origin,
    pub(crate) file_read: FileRead,
    pub(crate) build: Option<Build>,
    pub(crate) defaults: RawConnector,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("variables", &self.variables)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Returns the value of a variable and its origin; the environment overrides the file. `None` if
    /// the default applies, as it does for an empty text.
    pub(crate) fn lookup(&self, variable: &Variable) -> Option<(Node, Origin)> {
        if let Some(text) = self.variables.get(variable) {
            return (!text.is_empty())
                .then(|| (Node::text(text.to_string_lossy()), Origin::Environment));
        }
        self.in_file(variable)
            .map(|value| (value.clone(), self.file.clone()))
    }

    /// Returns the origin of a variable's value, without copying the value.
    pub(crate) fn origin(&self, variable: &Variable) -> Option<Origin> {
        match self.variables.get(variable) {
            Some(text) => (!text.is_empty()).then_some(Origin::Environment),
            None => self.in_file(variable).map(|_| self.file.clone()),
        }
    }

    /// Returns where a variable is set to an empty text, which selects the default.
    pub(crate) fn emptied(&self, variable: &Variable) -> Option<Origin> {
        if let Some(text) = self.variables.get(variable) {
            return text.is_empty().then_some(Origin::Environment);
        }
        let Node::Section(section) = self.tree.get(variable.section)? else {
            return None;
        };
        let node = section.get(variable.key)?;
        node.is_empty_text().then(|| self.file.clone())
    }

    pub(crate) fn in_file(&self, variable: &Variable) -> Option<&Node> {
        let Node::Section(section) = self.tree.get(variable.section)? else {
            return None;
        };
        section.get(variable.key).filter(|node| !node.is_unset())
    }

    /// Returns the keys of the file with their sections; `None` for a key outside of any section.
    pub(crate) fn settings_of_file(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        let settings = self.tree.0.iter().map(|(name, node)| match node {
            Node::Section(Section(members)) => {
                let keys = members.iter().map(|(key, _)| key).collect();
                (Some(name.as_str()), keys)
            }
            Node::Null => (None, Vec::new()),
            Node::Scalar(_) | Node::List(_) => (None, vec![name]),
        });
        settings
            .flat_map(|(section, keys)| keys.into_iter().map(move |key| (section, key.as_str())))
    }
}
