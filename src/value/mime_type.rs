//! Validation of MIME types in a scope.

use mime::Mime;

use crate::value::fault::{InvalidValue, Reason};
use crate::value::field::Field;

/// Parses a scope entry, which must be trimmed and not empty.
pub(crate) fn parse(text: &str) -> Result<Mime, InvalidValue> {
    if text.contains(',') {
        return Err(InvalidValue::new(Field::Scope, Reason::Comma, text));
    }
    let mut mime_type = text.parse().map_err(|error: mime::FromStrError| {
        let message = error.to_string();
        let message = message
            .strip_prefix("mime parse error: ")
            .unwrap_or(&message);
        InvalidValue::new(Field::Scope, Reason::NotMime(message.into()), text)
    })?;
    check(&mut mime_type)?;
    Ok(mime_type)
}

/// Checks that the MIME type is valid in a scope, and normalizes it to the form the payload uses.
pub(crate) fn check(mime_type: &mut Mime) -> Result<(), InvalidValue> {
    let text = mime_type.as_ref();
    // One scan rules out both characters for nearly every entry.
    let is_special = text
        .bytes()
        .fold(false, |found, byte| found | matches!(byte, b'*' | b','));
    let reasons = [
        (mime_type.subtype().as_str().is_empty(), &Reason::NoSubtype),
        (
            is_special && mime_type.essence_str().contains('*'),
            &Reason::Wildcard,
        ),
        (is_special && text.contains(','), &Reason::Comma),
    ];
    InvalidValue::refuse_if(Field::Scope, text, &reasons)?;
    // The parser keeps a trailing space after the last parameter.
    if text.ends_with(' ') {
        *mime_type = parse(text.trim_end())?;
    }
    Ok(())
}
