//! Typed reading of variables, which collects the faults.

pub(crate) mod duration;

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use url::Url;

use crate::config::config::Config;
use crate::config::findings::report::{Finding, Origin, Place, Report};
use crate::config::sources::tree::{Form, Node, Scalar};
use crate::config::sources::variables::{Content, ID, SCOPE, Variable};
use crate::value::callback_uri::without_user;
use crate::value::placeholder::is_placeholder;
use crate::value::raw_scope::RawScope;
use crate::value::secret::Secret;

/// The fault of a placeholder.
pub(crate) const PLACEHOLDER: &str = "is a placeholder; replace it with the value, or remove it";

/// The fault of a required secret that arrives as an empty text.
pub(crate) const EMPTY: &str = "is empty; set it, and enter it again if it has a value: the composer \
     passes an empty text if it cannot decrypt a secret";

/// Reads a configuration and collects the findings.
pub(crate) struct Reader<'a> {
    pub(crate) config: &'a Config,
    pub(crate) report: Report,
    /// Whether a run uses the values that are being read.
    is_used: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(config: &'a Config) -> Self {
        Self {
            config,
            report: Report::default(),
            is_used: true,
        }
    }

    /// Reads values that a run uses only if their switch is on. If it is off, a placeholder counts as
    /// not set; a malformed value is a fault all the same.
    pub(crate) fn switched<T>(&mut self, is_on: bool, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.is_used;
        self.is_used = outer && is_on;
        let value = read(self);
        self.is_used = outer;
        value
    }

    pub(crate) fn fault(&mut self, variable: &Variable, message: impl Into<String>) {
        let finding = self.finding(variable, message.into());
        self.report.faults.push(finding);
    }

    pub(crate) fn warning(&mut self, variable: &Variable, message: impl Into<String>) {
        let finding = self.finding(variable, message.into());
        self.report.warnings.push(finding);
    }

    fn finding(&self, variable: &Variable, message: String) -> Finding {
        let found = self.config.lookup(variable);
        Finding {
            place: Some(Place::from(variable)),
            origin: found
                .as_ref()
                .map_or(Origin::Unset, |(_, origin)| origin.clone()),
            value: found.and_then(|(value, _)| {
                let text = text_of(&value)?;
                match variable.content {
                    Content::Secret => None,
                    // URIs in other texts are hidden when the report is shown.
                    Content::Text => Some(text),
                    Content::Uri => Some(without_user(&text).into_owned()),
                }
            }),
            message,
        }
    }

    /// Adds the fault that a required value is missing, or that it is a secret that arrived empty.
    pub(crate) fn missing(&mut self, variable: &Variable, message: &str) {
        match self.emptied(variable) {
            Some(origin) => {
                let finding = self.finding(variable, EMPTY.into());
                self.report.faults.push(Finding { origin, ..finding });
            }
            None => self.fault(variable, message),
        }
    }

    /// Returns where a secret is set to an empty text.
    fn emptied(&self, variable: &Variable) -> Option<Origin> {
        let is_secret = variable.content == Content::Secret;
        self.config.emptied(variable).filter(|_| is_secret)
    }

    /// Reads a secret. An empty one counts as not set, with a warning.
    pub(crate) fn secret(&mut self, variable: &Variable) -> Option<Secret> {
        if let Some(origin) = self.emptied(variable).filter(|_| self.is_used) {
            let message = "is empty, and counts as not set; enter it again if it has a value: the \
                           composer passes an empty text if it cannot decrypt a secret";
            let finding = self.finding(variable, message.into());
            self.report.warnings.push(Finding { origin, ..finding });
        }
        self.text(variable).map(Secret::from)
    }

    pub(crate) fn is_set(&self, variable: &Variable) -> bool {
        self.config.origin(variable).is_some()
    }

    pub(crate) fn is_in_environment(&self, variable: &Variable) -> bool {
        self.config.origin(variable) == Some(Origin::Environment)
    }

    /// Reads the text of a variable; `None` if it is not set, empty, or not a text.
    pub(crate) fn text(&mut self, variable: &Variable) -> Option<String> {
        let (value, _) = self.config.lookup(variable)?;
        let text = text_of(&value);
        if text.is_none() {
            self.fault(variable, "is a list or a section; write a single value");
        } else if self.config.variables.is_garbled(variable) {
            self.fault(variable, "is not UTF-8; write it in that encoding");
            return None;
        }
        // A scope may be dropped first, and the fault of an id is more precise.
        let is_judged_later = [ID.name, SCOPE.name].contains(&variable.name);
        if !is_judged_later && text.as_deref().is_some_and(is_placeholder) {
            if self.is_used {
                self.fault(variable, PLACEHOLDER);
            }
            return None;
        }
        text
    }

    /// Reads the scope: comma-separated, or a list.
    pub(crate) fn scope(&mut self, variable: &Variable) -> Option<RawScope> {
        let (value, _) = self.config.lookup(variable)?;
        let Node::List(entries) = value else {
            return self.text(variable).map(RawScope::Text);
        };
        let list: Option<Vec<String>> = entries.iter().map(text_of).collect();
        if list.is_none() {
            self.fault(
                variable,
                "has an entry that is not a text; write each entry as a text",
            );
        }
        list.filter(|list| !list.is_empty()).map(RawScope::List)
    }

    /// Reads a variable with a parser that returns the fault.
    pub(crate) fn parsed<T>(
        &mut self,
        variable: &Variable,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(variable)?;
        parse(text.trim())
            .map_err(|message| self.fault(variable, message))
            .ok()
    }

    pub(crate) fn flag(&mut self, variable: &Variable) -> Option<bool> {
        self.parsed(variable, flag)
    }

    /// Reads a duration. A number in the file means seconds, as in pycti.
    pub(crate) fn duration(&mut self, variable: &Variable) -> Option<Duration> {
        let is_plain = match self.config.lookup(variable) {
            Some((Node::Scalar(Scalar { form, .. }), _)) => form == Form::Plain,
            _ => false,
        };
        self.parsed(variable, |text| {
            let seconds = duration::of_seconds(text).filter(|_| is_plain);
            seconds.unwrap_or_else(|| duration::parse(text))
        })
    }
}

/// Returns the text of a scalar, as a variable would hold it.
fn text_of(node: &Node) -> Option<String> {
    match node {
        Node::Scalar(scalar) => Some(scalar.text.clone()),
        Node::List(_) | Node::Section(_) | Node::Null => None,
    }
}

/// Parses a boolean as pycti and YAML spell it, or 1 and 0, in any case.
pub(crate) fn flag(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err("is neither true nor false; write `true` or `false`".into()),
    }
}

/// Parses one of several words, in any case.
pub(crate) fn one_of<T: Copy>(words: &[(&str, T)], text: &str) -> Result<T, String> {
    let found = words
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(text));
    found.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        format!("is not known; use one of {}", words.join(", "))
    })
}

pub(crate) fn url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| {
        format!("is not a URL ({error}); write it in full, as in `https://opencti.example.org`")
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("does not start with `http://` or `https://`; write the URL in full".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "contains a user name, which would be stored in plain text; remove everything up to \
             the `@`"
                .into(),
        );
    }
    Ok(url)
}

pub(crate) fn host(text: &str) -> Result<String, String> {
    if text.contains(['/', '@']) {
        return Err("is a URL; write only the name of the host, as in `host.example.org`".into());
    }
    Ok(text.to_owned())
}

pub(crate) fn port(text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| "is not a port; write a number up to 65535".into())
}

/// Checks a point in time, or one of pycti's words for none, and returns it as it was written.
pub(crate) fn iso_date(text: &str) -> Result<String, String> {
    let is_none = ["no", "none", "false"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    if is_none || text.parse::<Timestamp>().is_ok() || text.parse::<DateTime>().is_ok() {
        return Ok(text.to_owned());
    }
    Err("is not a point in time; write it as in `2026-01-31T00:00:00Z`".into())
}
