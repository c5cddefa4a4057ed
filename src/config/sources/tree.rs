//! Parsing YAML into a tree that keeps each scalar as it was written.

use std::collections::{HashMap, HashSet};

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span};

/// A value of the file. It has no `Debug`, because it may contain secrets.
#[derive(Clone, PartialEq)]
pub(crate) enum Node {
    /// `null`, `~`, or nothing.
    Null,
    Scalar(Scalar),
    List(Vec<Node>),
    Section(Section),
}

/// A text, and how it may be read.
#[derive(Clone, PartialEq)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    pub(crate) form: Form,
}

/// How to read a scalar if no type is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As a text: it is quoted, or comes from a variable.
    Text,
    /// As a text within JSON; it is not parsed as JSON again.
    Inner,
    /// As a number or boolean if it would be written the same way: it is a plain scalar.
    Plain,
    /// As a number, boolean, list or section, in any spelling that a variable allows.
    Loose,
    /// As a boolean, in any spelling that a variable allows, including digits.
    Flag,
}

/// The members of a mapping, in order and with distinct keys.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Section(pub(crate) Vec<(String, Node)>);

impl Section {
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        let found = self.0.iter().find(|(name, _)| name == key);
        found.map(|(_, node)| node)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let found = self.0.iter_mut().find(|(name, _)| name == key);
        found.map(|(_, node)| node)
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<Node> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(at).1)
    }

    /// Replaces the value of a key, or adds it at the end.
    pub(crate) fn set(&mut self, key: &str, node: Node) {
        match self.get_mut(key) {
            Some(member) => *member = node,
            None => self.0.push((key.to_owned(), node)),
        }
    }
}

impl Node {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Scalar(Scalar {
            text: text.into(),
            form: Form::Text,
        })
    }

    /// Whether it selects the default, as null and an empty text do.
    pub(crate) fn is_unset(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Scalar(scalar) => scalar.text.is_empty(),
            Self::List(_) | Self::Section(_) => false,
        }
    }

    pub(crate) fn is_empty_text(&self) -> bool {
        matches!(self, Self::Scalar(scalar) if scalar.text.is_empty())
    }

    /// Returns the texts of all scalars in it.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Null => Vec::new(),
            Self::Scalar(scalar) => vec![&scalar.text],
            Self::List(entries) => entries.iter().flat_map(Self::texts).collect(),
            Self::Section(Section(members)) => {
                members.iter().flat_map(|(_, node)| node.texts()).collect()
            }
        }
    }

    /// Whether a scalar in it has this text. Ignores case, because a boolean does not keep it.
    pub(crate) fn holds(&self, text: &str) -> bool {
        match self {
            Self::Null => false,
            Self::Scalar(scalar) => scalar.text.trim().eq_ignore_ascii_case(text.trim()),
            Self::List(entries) => entries.iter().any(|node| node.holds(text)),
            Self::Section(section) => section.0.iter().any(|(_, node)| node.holds(text)),
        }
    }

    /// As [`holds`](Self::holds), also within a text that is JSON.
    pub(crate) fn holds_within(&self, text: &str) -> bool {
        let as_json = match self {
            Self::Scalar(scalar) => parse_scalar(scalar).ok().flatten(),
            _ => None,
        };
        self.holds(text) || as_json.is_some_and(|node| node.holds(text))
    }

    /// Changes its scalars to the next form to try; false if there is none.
    pub(crate) fn change_form(&mut self) -> bool {
        match self {
            Self::Null => false,
            Self::Scalar(scalar) => {
                let next = match scalar.form {
                    Form::Plain => Form::Text,
                    Form::Text => Form::Loose,
                    Form::Loose => Form::Flag,
                    other @ (Form::Flag | Form::Inner) => other,
                };
                std::mem::replace(&mut scalar.form, next) != next
            }
            Self::List(entries) => {
                let changed = entries.iter_mut().map(Self::change_form);
                changed.fold(false, |any, changed| any | changed)
            }
            Self::Section(section) => {
                let changed = section.0.iter_mut().map(|(_, node)| node.change_form());
                changed.fold(false, |any, changed| any | changed)
            }
        }
    }

    /// Returns its depth and its weight: the bytes of its texts, and one for each node.
    fn measure(&self) -> (usize, usize) {
        let within = |(depth, weight), (of_child, more): (usize, usize)| {
            (usize::max(depth, of_child + 1), weight + more)
        };
        match self {
            Self::Null => (0, 1),
            Self::Scalar(scalar) => (0, 1 + scalar.text.len()),
            Self::List(entries) => entries.iter().map(Self::measure).fold((1, 1), within),
            Self::Section(section) => {
                let members = section.0.iter().map(|(key, node)| {
                    let (depth, weight) = node.measure();
                    (depth, weight + key.len())
                });
                members.fold((1, 1), within)
            }
        }
    }
}

/// Why a text cannot be parsed, with the place but not the text, which may be secret.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    what: Wrong,
    line: usize,
    column: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum Wrong {
    Syntax(String),
    SecondKey,
    AliasOfItself,
    SecondDocument,
    Aliases,
    Depth,
}

impl SyntaxError {
    /// Formats the place and the fault in a text of this language.
    pub(crate) fn in_language(&self, language: &str) -> String {
        let place = format_args!("line {}, column {}", self.line, self.column);
        let of_syntax = |what: &str| format!("not {language} at {place}: {what}");
        match &self.what {
            Wrong::Syntax(what) => of_syntax(&format!("{what}; correct it, or quote the value")),
            Wrong::SecondKey => of_syntax("a key is repeated there; remove one of the two"),
            Wrong::AliasOfItself => of_syntax("an alias there refers to itself; remove it"),
            Wrong::SecondDocument => of_syntax("a second document starts there; keep one"),
            Wrong::Aliases => format!(
                "too large at {place}: the aliases (`*…`) expand to more than {MAX_COPIED} bytes; \
                 write the values out"
            ),
            Wrong::Depth => format!(
                "too deep at {place}: there are more than {MAX_DEPTH} nested levels; \
                 remove some"
            ),
        }
    }
}

/// Most nested levels, so that recursion fits a stack of 256 KiB.
const MAX_DEPTH: usize = 48;

/// Most bytes that aliases may copy: a few lines can expand to gigabytes.
const MAX_COPIED: usize = 4 << 20;

/// Parses a YAML text of one document; [`Node::Null`] if it is empty.
pub(crate) fn parse(yaml: &str) -> Result<Node, SyntaxError> {
    build(yaml, Form::Text)
}

/// Parses a list or section that a variable holds as JSON, which is also YAML. `None` for another text.
pub(crate) fn parse_scalar(scalar: &Scalar) -> Result<Option<Node>, SyntaxError> {
    if scalar.form == Form::Inner || !scalar.text.trim_start().starts_with(['[', '{']) {
        return Ok(None);
    }
    build(&scalar.text, Form::Inner).map(Some)
}

fn build(yaml: &str, quoted: Form) -> Result<Node, SyntaxError> {
    let options = granit_parser::options! { emit_comments: false };
    // Windows editors write it.
    let yaml = yaml.strip_prefix('\u{feff}').unwrap_or(yaml);
    let mut builder = Builder::new(quoted);
    for next in Parser::new_from_str_with_options(yaml, options) {
        let (event, span) = next.map_err(|error| syntax(&error))?;
        let added = builder.add(event);
        added.map_err(|what| at(span, what))?;
    }
    Ok(builder.root.unwrap_or(Node::Null))
}

fn syntax(error: &ScanError) -> SyntaxError {
    let place = error.marker();
    SyntaxError {
        what: match error.kind() {
            ErrorKind::RecursionLimitExceeded => Wrong::Depth,
            kind => Wrong::Syntax(kind.to_string()),
        },
        line: place.line(),
        column: place.col() + 1,
    }
}

fn at(span: Span, what: Wrong) -> SyntaxError {
    SyntaxError {
        what,
        line: span.start.line(),
        column: span.start.col() + 1,
    }
}

/// Builds a tree without recursion.
struct Builder {
    /// The form of a quoted scalar.
    quoted: Form,
    root: Option<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    copied: usize,
}

/// An unfinished list or mapping.
struct Open {
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Section {
        section: Section,
        seen: HashSet<String>,
        key: Option<Key>,
        /// The values of `<<`.
        merged: Vec<Node>,
    },
}

enum Key {
    Name(String),
    Merge,
    /// A key that is not a text, and is ignored.
    Other,
}

impl Builder {
    fn new(quoted: Form) -> Self {
        Self {
            quoted,
            root: None,
            open: Vec::new(),
            anchors: HashMap::new(),
            copied: 0,
        }
    }

    fn add(&mut self, event: Event<'_>) -> Result<(), Wrong> {
        match event {
            Event::DocumentStart(..) if self.root.is_some() => Err(Wrong::SecondDocument),
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.is_some_and(|tag| tag.core_suffix() == Some("str"));
                let is_plain = style == ScalarStyle::Plain && !is_text;
                let node = if is_plain && is_null(&text) {
                    Node::Null
                } else {
                    let form = if is_plain { Form::Plain } else { self.quoted };
                    let text = text.into_owned();
                    Node::Scalar(Scalar { text, form })
                };
                self.close(anchor, node)
            }
            Event::SequenceStart(_, anchor, _) => self.open(anchor, Content::List(Vec::new())),
            Event::MappingStart(_, anchor, _) => {
                let content = Content::Section {
                    section: Section::default(),
                    seen: HashSet::new(),
                    key: None,
                    merged: Vec::new(),
                };
                self.open(anchor, content)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open { anchor, content }) => self.close(anchor, content.into_node()),
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).ok_or(Wrong::AliasOfItself)?;
                let (depth, weight) = node.measure();
                if self.open.len() + depth > MAX_DEPTH {
                    return Err(Wrong::Depth);
                }
                self.copied += weight;
                if self.copied > MAX_COPIED {
                    return Err(Wrong::Aliases);
                }
                let node = node.clone();
                self.put(node)
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, anchor: usize, content: Content) -> Result<(), Wrong> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Wrong::Depth);
        }
        self.open.push(Open { anchor, content });
        Ok(())
    }

    fn close(&mut self, anchor: usize, node: Node) -> Result<(), Wrong> {
        // The parser uses zero for no anchor.
        if anchor != 0 {
            self.copied += node.measure().1;
            if self.copied > MAX_COPIED {
                return Err(Wrong::Aliases);
            }
            self.anchors.insert(anchor, node.clone());
        }
        self.put(node)
    }

    fn put(&mut self, node: Node) -> Result<(), Wrong> {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.content {
            Content::List(entries) => entries.push(node),
            Content::Section {
                section,
                seen,
                key,
                merged,
            } => match key.take() {
                None => {
                    let name = match node {
                        Node::Scalar(name) if name.text == "<<" && name.form == Form::Plain => {
                            *key = Some(Key::Merge);
                            return Ok(());
                        }
                        Node::Scalar(name) => name.text,
                        _ => {
                            *key = Some(Key::Other);
                            return Ok(());
                        }
                    };
                    if !seen.insert(name.clone()) {
                        return Err(Wrong::SecondKey);
                    }
                    *key = Some(Key::Name(name));
                }
                Some(Key::Name(name)) => section.0.push((name, node)),
                Some(Key::Merge) => merged.push(node),
                Some(Key::Other) => {}
            },
        }
        Ok(())
    }
}

impl Content {
    fn into_node(self) -> Node {
        match self {
            Self::List(entries) => Node::List(entries),
            Self::Section {
                mut section,
                mut seen,
                merged,
                ..
            } => {
                let merged = merged.into_iter().flat_map(|node| match node {
                    Node::List(sections) => sections,
                    node => vec![node],
                });
                // Keys of the mapping itself take precedence, and so do those of an earlier section.
                for node in merged {
                    if let Node::Section(Section(members)) = node {
                        let new = members.into_iter();
                        section
                            .0
                            .extend(new.filter(|(key, _)| seen.insert(key.clone())));
                    }
                }
                Node::Section(section)
            }
        }
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}
