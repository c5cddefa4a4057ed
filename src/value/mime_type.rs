//! The rules of MIME types in a scope.

use mime::Mime;

use crate::value::fault::{InvalidValue, Reason};
use crate::value::field::Field;

/// The MIME type of this text, which is trimmed and not empty, as it is sent.
pub(crate) fn parse(text: &str) -> Result<Mime, InvalidValue> {
    if text.contains(',') {
        return Err(InvalidValue::new(Field::Scope, Reason::Comma, text));
    }
    let mut mime_type = text.parse().map_err(|error: mime::FromStrError| {
        let said = error.to_string();
        let said = said.strip_prefix("mime parse error: ").unwrap_or(&said);
        InvalidValue::new(Field::Scope, Reason::NotMime(said.into()), text)
    })?;
    check(&mut mime_type)?;
    Ok(mime_type)
}

/// Makes the MIME type what is sent, if it may stand in a scope.
pub(crate) fn check(mime_type: &mut Mime) -> Result<(), InvalidValue> {
    let text = mime_type.as_ref();
    // Nearly no entry has either, so that one look is enough.
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
    // The parser leaves a space that stands behind the last parameter.
    if text.ends_with(' ') {
        *mime_type = parse(text.trim_end())?;
    }
    Ok(())
}
