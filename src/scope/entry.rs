//! What a scope can list: entity types and MIME types, each with its rules.

use mime::Mime;

use super::{Entries, ScopeEntries};
use crate::entity_type::EntityType;
use crate::error::{InvalidValue, Reason};
use crate::field::Field;
use crate::warning::Warning;

/// What a [`ScopeOf`](crate::ScopeOf) can list: [`EntityType`] and [`Mime`].
///
/// You never implement or call this; it is what makes one scope type serve both.
pub trait ScopeEntry: sealed::Entry {}

impl ScopeEntry for EntityType {}
impl ScopeEntry for Mime {}

mod sealed {
    use super::{InvalidValue, ScopeEntries, Warning};

    pub trait Entry: AsRef<str> + Clone + std::fmt::Debug + Send + Sync + 'static {
        /// The entry of this text, which is trimmed and not empty.
        fn parsed(text: &str) -> Result<Self, InvalidValue>;

        /// Makes the entry what is sent, if it may stand in a scope.
        fn check(&mut self) -> Result<(), InvalidValue>;

        fn warning(&self) -> Option<Warning>;

        fn entries(list: &[Self]) -> ScopeEntries<'_>;
    }
}

impl sealed::Entry for EntityType {
    fn parsed(text: &str) -> Result<Self, InvalidValue> {
        text.parse()
    }

    fn check(&mut self) -> Result<(), InvalidValue> {
        Ok(())
    }

    fn warning(&self) -> Option<Warning> {
        match self {
            Self::Custom(custom) => Some(Warning::UnknownEntityType {
                entry: custom.clone(),
                suggestions: self.suggestions(),
            }),
            _ => None,
        }
    }

    fn entries(list: &[Self]) -> ScopeEntries<'_> {
        ScopeEntries(Entries::EntityTypes(list.iter()))
    }
}

impl sealed::Entry for Mime {
    fn parsed(text: &str) -> Result<Self, InvalidValue> {
        if text.contains(',') {
            return Err(InvalidValue::new(Field::Scope, Reason::Comma, text));
        }
        let mut entry = text.parse::<Self>().map_err(|error| {
            let said = error.to_string();
            let said = said.strip_prefix("mime parse error: ").unwrap_or(&said);
            InvalidValue::new(Field::Scope, Reason::NotMime(said.into()), text)
        })?;
        entry.check()?;
        Ok(entry)
    }

    fn check(&mut self) -> Result<(), InvalidValue> {
        let text = self.as_ref();
        // Nearly no entry has either, so that one look is enough.
        let is_special = text
            .bytes()
            .fold(false, |found, byte| found | matches!(byte, b'*' | b','));
        let reasons = [
            (self.subtype().as_str().is_empty(), &Reason::NoSubtype),
            (
                is_special && self.essence_str().contains('*'),
                &Reason::Wildcard,
            ),
            (is_special && text.contains(','), &Reason::Comma),
        ];
        InvalidValue::unless_fine(Field::Scope, text, &reasons)?;
        // The parser leaves a space that stands behind the last parameter.
        if text.ends_with(' ') {
            *self = Self::parsed(text.trim_end())?;
        }
        Ok(())
    }

    fn warning(&self) -> Option<Warning> {
        None
    }

    fn entries(list: &[Self]) -> ScopeEntries<'_> {
        ScopeEntries(Entries::MimeTypes(list.iter()))
    }
}
